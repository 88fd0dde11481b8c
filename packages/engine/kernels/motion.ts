// Motion between a guide and its reference: exposure compensated, differences averaged, and their noise level. Defined by
// motion.reference.ts.
import { Guide } from './structs';
import { windowCount } from './sums';

const RADIUS: i32 = 2;
/** Zeros to the left and, at least, to the right of each row of differences, in floats. */
const BORDER: i32 = 4;

/** The fit of the exposure. */
const SAMPLES: i32 = 1024;
const ROUNDS: i32 = 4;
const SCALE: f64 = 4;
const RIDGE: f64 = 4;
const MAX_GAIN_CHANGE: f64 = 0.25;
const MAX_SHIFT: f64 = 24;

const BINS: i32 = 512;
/** The approximate number of values that a quantile is computed from. */
const VALUES: i32 = 4096;
const bins: usize = memory.data(4 * BINS, 16);

/**
 * Gives the reference and the place the exposure and white balance of a plane, in place, by a robust fit of gain and offset
 * of the reference. A change that no camera's exposure makes from one frame to the next leaves them as they are.
 *
 * @param plane - Float plane in sample units, so `reference` and `place`.
 * @param count - Number of floats in each.
 * @param centre - What a gain leaves as it is: 0 for luma, 128 for chroma.
 */
export function matchExposure(plane: usize, reference: usize, place: usize, count: i32, centre: f32): void {
  const stride = 4 * ((count / SAMPLES) | 1);
  let gain: f64 = 1;
  let offset: f64 = 0;
  let mean: f64 = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let weights: f64 = 0;
    let sumX: f64 = 0;
    let sumY: f64 = 0;
    let sumXX: f64 = 0;
    let sumXY: f64 = 0;
    for (let i = 0; i < 4 * count; i += stride) {
      const x = f64(load<f32>(reference + i)) - centre;
      const y = f64(load<f32>(plane + i)) - centre;
      const residual = (y - gain * x - offset) * (1 / SCALE);
      const root = 1 + residual * residual;
      const weight = 1 / (root * root);
      weights += weight;
      sumX += weight * x;
      sumY += weight * y;
      sumXX += weight * x * x;
      sumXY += weight * x * y;
    }
    mean = sumX / weights;
    const meanY = sumY / weights;
    gain = (sumXY / weights - mean * meanY + RIDGE) / (sumXX / weights - mean * mean + RIDGE);
    offset = meanY - gain * mean;
  }
  // Also for NaN.
  if (!(abs(gain - 1) <= MAX_GAIN_CHANGE && abs((gain - 1) * mean + offset) <= MAX_SHIFT)) return;
  const gains = f32x4.splat(<f32>gain);
  const offsets = f32x4.splat(<f32>(centre + offset - gain * centre));
  for (let i = 0; i < 4 * count; i += 16) {
    v128.store(reference + i, f32x4.add(f32x4.mul(gains, v128.load(reference + i)), offsets));
    v128.store(place + i, f32x4.add(f32x4.mul(gains, v128.load(place + i)), offsets));
  }
}

/** The absolute difference of four samples. */
function difference(one: usize, other: usize): v128 {
  return f32x4.abs(f32x4.sub(v128.load(one), v128.load(other)));
}

/** Sum of five values side by side, for four neighbours. */
function sum5(middle: usize): v128 {
  const sides = f32x4.add(v128.load(middle - 4), v128.load(middle + 4));
  const ends = f32x4.add(v128.load(middle - 8), v128.load(middle + 8));
  return f32x4.add(f32x4.add(sides, ends), v128.load(middle));
}

/**
 * How much each pixel's surroundings differ from a reference: the 5x5 mean of the absolute difference in luma or in
 * chroma, whichever is larger, 0..1.
 *
 * @param reference - Of the guide's size.
 * @param state - Float plane: where it is negative, nothing counts as changed.
 * @param target - Float plane; must not be one of the inputs.
 * @param scratch - `motionScratch` bytes.
 * @returns The mean absolute difference in luma, 0..1.
 */
export function motion(guide: Guide, reference: Guide, state: usize, target: usize, scratch: usize): f32 {
  const y = guide.y;
  const u = guide.u;
  const v = guide.v;
  const width = guide.width;
  const height = guide.height;
  const referenceY = reference.y;
  const referenceU = reference.u;
  const referenceV = reference.v;
  // Scratch, rows of `pitch` bytes each: 1 / (255 * the count of the window's columns); a row's changes between zeros; the
  // sums of five of them in a row, for all rows and two rows of zeros above and below.
  const pitch = (4 * (width + 2 * BORDER) + 15) & ~15;
  const rowBytes = (4 * width + 15) & ~15;
  const shares = scratch;
  const changes = scratch + pitch + 4 * BORDER;
  const sums = scratch + 4 * pitch;
  memory.fill(scratch, 0, 4 * pitch);
  memory.fill(sums + height * pitch, 0, 2 * pitch);
  for (let x = 0; x < width; x++) {
    store<f32>(shares + 4 * x, <f32>(1 / (255 * f64(windowCount(x, RADIUS, width)))));
  }

  const columns = i32x4(0, 1, 2, 3);
  let total: f64 = 0;
  for (let row = 0; row < height; row++) {
    const from = 4 * row * width;
    let rowTotal = f32x4.splat(0);
    for (let i = 0; i < rowBytes; i += 16) {
      const at = from + i;
      // Known, and not behind the row's end.
      const valid = v128.and(
        f32x4.ge(v128.load(state + at), f32x4.splat(0)),
        i32x4.lt_s(columns, i32x4.splat(width - (i >> 2))),
      );
      const luma = v128.and(difference(y + at, referenceY + at), valid);
      const chroma = f32x4.add(difference(u + at, referenceU + at), difference(v + at, referenceV + at));
      rowTotal = f32x4.add(rowTotal, luma);
      v128.store(changes + i, f32x4.pmax(luma, v128.and(chroma, valid)));
    }
    for (let i = 0; i < rowBytes; i += 16) v128.store(sums + row * pitch + i, sum5(changes + i));
    total +=
      f64(f32x4.extract_lane(rowTotal, 0)) +
      f64(f32x4.extract_lane(rowTotal, 1)) +
      f64(f32x4.extract_lane(rowTotal, 2)) +
      f64(f32x4.extract_lane(rowTotal, 3));
  }

  for (let row = 0; row < height; row++) {
    const middle = sums + row * pitch;
    const share = f32x4.splat(<f32>1 / <f32>windowCount(row, RADIUS, height));
    // What is written behind the row's end is overwritten by the next row, or lies in the plane's slack.
    for (let i = 0; i < rowBytes; i += 16) {
      const above = f32x4.add(v128.load(middle + i - 2 * pitch), v128.load(middle + i - pitch));
      const below = f32x4.add(v128.load(middle + i + pitch), v128.load(middle + i + 2 * pitch));
      const sum = f32x4.add(f32x4.add(above, below), v128.load(middle + i));
      v128.store(target + i, f32x4.mul(f32x4.mul(sum, share), v128.load(shares + i)));
    }
    target += 4 * width;
  }
  return <f32>(total / (255 * f64(width) * f64(height)));
}

/**
 * The value that a share of all values lie below, to within `top / 512`, from about 4096 of them.
 *
 * @param values - Float plane of `count` values from 0 to `top`; what lies outside counts as the nearest.
 * @param share - 0..1.
 */
export function quantile(values: usize, count: i32, share: f32, top: f32): f32 {
  memory.fill(bins, 0, 4 * BINS);
  const scale = <f32>(f64(BINS) / top);
  const stride = (count / VALUES) | 1;
  let seen = 0;
  for (let i = 0; i < count; i += stride) {
    const bin = bins + 4 * i32(min<f32>(<f32>(BINS - 1), max<f32>(0, load<f32>(values + 4 * i) * scale)));
    store<i32>(bin, load<i32>(bin) + 1);
    seen++;
  }
  let rest = f64(share) * seen;
  for (let bin = 0; bin < BINS; bin++) {
    const size = f64(load<i32>(bins + 4 * bin));
    if (size > 0 && rest <= size) return <f32>(((bin + rest / size) * top) / BINS);
    rest -= size;
  }
  return top;
}

/** The share of `count` floats that are above a limit. */
export function shareAbove(values: usize, count: i32, limit: f32): f32 {
  let above = 0;
  const end = values + 4 * count;
  for (; values + 16 <= end; values += 16) {
    above += popcnt(i32x4.bitmask(f32x4.gt(v128.load(values), f32x4.splat(limit))));
  }
  for (; values < end; values += 4) above += i32(load<f32>(values) > limit);
  return <f32>above / <f32>count;
}
