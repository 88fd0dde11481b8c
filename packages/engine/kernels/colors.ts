// Which colours are the person's and which the camera background's. Defined by colors.reference.ts.
import { Guide } from './structs';

/** The number of bins of Y, of U and of V. */
const STEPS_Y: i32 = 12;
const STEPS_C: i32 = 16;
const BINS: i32 = STEPS_Y * STEPS_C * STEPS_C;
/** A bin: how often the colour was the person's, and how often the camera background's. */
const BIN: i32 = 8;
const ROW: i32 = STEPS_C * BIN;
const PLANE: i32 = STEPS_C * ROW;

/** Steps in a sample. */
const PER_Y: f32 = <f32>STEPS_Y / 256;
const PER_C: f32 = <f32>STEPS_C / 128;
/** Chroma beyond 64..192 is rare and shares the outermost bins. */
const LOWEST_C: f32 = 64;

function stepOf(value: f32, perSample: f32, steps: i32): i32 {
  return max(0, min(steps - 1, i32(value * perSample)));
}

/** The number of a colour's bin. */
function binOf(y: f32, u: f32, v: f32): i32 {
  const row = stepOf(y, PER_Y, STEPS_Y) * STEPS_C + stepOf(u - LOWEST_C, PER_C, STEPS_C);
  return row * STEPS_C + stepOf(v - LOWEST_C, PER_C, STEPS_C);
}

/** `stepOf` for four cells. */
function stepsOf(values: v128, perSample: f32, steps: i32): v128 {
  const step = i32x4.trunc_sat_f32x4_s(f32x4.mul(values, f32x4.splat(perSample)));
  return i32x4.max_s(i32x4.splat(0), i32x4.min_s(i32x4.splat(steps - 1), step));
}

/** `binOf` for four cells. */
function binsOf(y: v128, u: v128, v: v128): v128 {
  const lowest = f32x4.splat(LOWEST_C);
  const steps = i32x4.splat(STEPS_C);
  const stepU = stepsOf(f32x4.sub(u, lowest), PER_C, STEPS_C);
  const stepV = stepsOf(f32x4.sub(v, lowest), PER_C, STEPS_C);
  const row = i32x4.add(i32x4.mul(stepsOf(y, PER_Y, STEPS_Y), steps), stepU);
  return i32x4.add(i32x4.mul(row, steps), stepV);
}

/**
 * Counts the colours of a quarter of a map's cells: those of the person and those of the background.
 *
 * @param map - Confidences of the guide's pixels, 0..1.
 * @param phase - Which quarter, 0..3.
 * @param low - Up to here a cell is background.
 * @param high - From here it is the person's.
 * @param histogram - `COLOR_BINS * 2` floats, added to.
 */
export function countColors(
  guide: Guide,
  map: usize,
  phase: i32,
  low: f32,
  high: f32,
  histogram: usize,
): void {
  const y = guide.y;
  const u = guide.u;
  const v = guide.v;
  const width = guide.width;
  const height = guide.height;
  for (let row = phase >> 1; row < height; row += 2) {
    for (let column = phase & 1; column < width; column += 2) {
      const at = 4 * (row * width + column);
      const p = load<f32>(map + at);
      const isPerson = p >= high;
      if (!isPerson && !(p <= low)) continue;
      const bin = binOf(load<f32>(y + at), load<f32>(u + at), load<f32>(v + at));
      const count = histogram + BIN * bin + (isPerson ? 0 : 4);
      store<f32>(count, load<f32>(count) + 1);
    }
  }
}

/** [1 2 1] / 4 along one direction for both counts of each bin; the outermost bins count for what lies beyond them. */
function smooth(source: usize, target: usize, step: i32, steps: i32): void {
  for (let i = 0; i < BINS; i++) {
    const position = ((i * BIN) / step) % steps;
    const at = source + i * BIN;
    const before = position > 0 ? at - step : at;
    const after = position < steps - 1 ? at + step : at;
    for (let k = 0; k < BIN; k += 4) {
      const sum = load<f32>(before + k) + 2 * load<f32>(at + k) + load<f32>(after + k);
      store<f32>(target + i * BIN + k, sum * 0.25);
    }
  }
}

/**
 * How much more likely each colour is the person's than the camera background's.
 *
 * @param weights - Receives `COLOR_BINS` floats.
 * @param decay - What the counts are multiplied by afterwards, 0..1.
 * @param floor - Added to the relative frequencies.
 * @param limit - How much more likely one of the two can be at most, from 1.
 * @param scratch - `colorsScratch` bytes.
 */
export function weighColors(
  histogram: usize,
  weights: usize,
  decay: f32,
  floor: f32,
  limit: f32,
  scratch: usize,
): void {
  const other = scratch + BINS * BIN;
  smooth(histogram, scratch, BIN, STEPS_C);
  smooth(scratch, other, ROW, STEPS_C);
  smooth(other, scratch, PLANE, STEPS_Y);
  let people: f32 = 0;
  let background: f32 = 0;
  for (let i = 0; i < BINS * BIN; i += BIN) {
    people += load<f32>(scratch + i);
    background += load<f32>(scratch + i, 4);
    store<f32>(histogram + i, load<f32>(histogram + i) * decay);
    store<f32>(histogram + i, load<f32>(histogram + i, 4) * decay, 4);
  }
  const known = people > 0 && background > 0;
  for (let i = 0; i < BINS; i++) {
    let weight: f32 = 1;
    if (known) {
      const person = load<f32>(scratch + BIN * i) / people + floor;
      const behind = load<f32>(scratch + BIN * i, 4) / background + floor;
      weight = sqrt(max<f32>(1 / limit, min(limit, person / behind)));
    }
    store<f32>(weights + 4 * i, weight);
  }
}

/** Corrects four cells; those outside `low..high` stay. */
function applyToFour(p: v128, y: v128, u: v128, v: v128, low: v128, high: v128, weights: usize): v128 {
  const isUnsure = v128.and(f32x4.gt(p, low), f32x4.lt(p, high));
  if (!v128.any_true(isUnsure)) return p;
  const bins = binsOf(y, u, v);
  let weight = v128.load32_zero(weights + 4 * i32x4.extract_lane(bins, 0));
  weight = v128.load32_lane(weights + 4 * i32x4.extract_lane(bins, 1), weight, 1);
  weight = v128.load32_lane(weights + 4 * i32x4.extract_lane(bins, 2), weight, 2);
  weight = v128.load32_lane(weights + 4 * i32x4.extract_lane(bins, 3), weight, 3);
  const person = f32x4.mul(p, weight);
  const rest = f32x4.sub(f32x4.splat(1), p);
  return v128.bitselect(f32x4.div(person, f32x4.add(person, rest)), p, isUnsure);
}

/**
 * Multiplies the odds of each value between `low` and `high` with the weight of its colour; the others stay. In place
 * is fine.
 */
export function applyColors(
  guide: Guide,
  map: usize,
  target: usize,
  low: f32,
  high: f32,
  weights: usize,
): void {
  const y = guide.y;
  const u = guide.u;
  const v = guide.v;
  const count = guide.width * guide.height;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const whole = 4 * (count & ~3);
  for (let i = 0; i < whole; i += 16) {
    const corrected = applyToFour(
      v128.load(map + i),
      v128.load(y + i),
      v128.load(u + i),
      v128.load(v + i),
      lows,
      highs,
      weights,
    );
    v128.store(target + i, corrected);
  }
  for (let i = whole; i < 4 * count; i += 4) {
    const corrected = applyToFour(
      v128.load32_splat(map + i),
      v128.load32_splat(y + i),
      v128.load32_splat(u + i),
      v128.load32_splat(v + i),
      lows,
      highs,
      weights,
    );
    v128.store32_lane(target + i, corrected, 0);
  }
}
