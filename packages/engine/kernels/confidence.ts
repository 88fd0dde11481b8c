// What happens to the confidence map before the guided filter: it is steadied where nothing moves, sharpened by a curve,
// made smaller. Defined by confidence.reference.ts.
import { windowCount } from './window';

const RADIUS: i32 = 2;
/** Zeros to the left and, at least, to the right of each row of differences, in floats. */
const BORDER: i32 = 4;

/** `max(high - low, 1e-6)`: what a smoothstep's position is divided by. */
function rangeOf(low: f32, high: f32): f32 {
  return max(high - low, <f32>1e-6);
}

/**
 * Smoothstep of four values. They are divided, not multiplied, so that it is exactly 1 from `low + range` on. What is not a
 * number gives 0.
 */
function smoothstep(values: v128, low: v128, range: v128): v128 {
  const t = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), f32x4.div(f32x4.sub(values, low), range)));
  return f32x4.mul(f32x4.mul(t, t), f32x4.sub(f32x4.splat(3), f32x4.add(t, t)));
}

export function curve(source: usize, target: usize, count: i32, low: f32, high: f32): void {
  const lows = f32x4.splat(low);
  const ranges = f32x4.splat(rangeOf(low, high));
  for (let i = 0; i < 4 * count; i += 16) {
    v128.store(target + i, smoothstep(v128.load(source + i), lows, ranges));
  }
}

/** Sum of five values side by side, for four neighbours. */
function sum5(middle: usize): v128 {
  const sides = f32x4.add(v128.load(middle - 4), v128.load(middle + 4));
  const ends = f32x4.add(v128.load(middle - 8), v128.load(middle + 8));
  return f32x4.add(f32x4.add(sides, ends), v128.load(middle));
}

export function motion(
  luma: usize,
  previous: usize,
  target: usize,
  width: i32,
  height: i32,
  scratch: usize,
): f32 {
  // Scratch, rows of `pitch` bytes each: 1 / (255 * the count of the window's columns); a row's differences between
  // zeros; the sums of five of them in a row, for all rows and two rows of zeros above and below.
  const pitch = (4 * (width + 2 * BORDER) + 15) & ~15;
  const rowBytes = (4 * width + 15) & ~15;
  const shares = scratch;
  const differences = scratch + pitch + 4 * BORDER;
  const sums = scratch + 4 * pitch;
  memory.fill(scratch, 0, 4 * pitch);
  memory.fill(sums + height * pitch, 0, 2 * pitch);
  for (let x = 0; x < width; x++) {
    store<f32>(shares + 4 * x, <f32>(1 / (255 * f64(windowCount(x, RADIUS, width)))));
  }

  let total: f64 = 0;
  for (let row = 0; row < height; row++) {
    const from = 4 * row * width;
    for (let i = 0; i < rowBytes; i += 16) {
      const change = f32x4.sub(v128.load(luma + from + i), v128.load(previous + from + i));
      v128.store(differences + i, f32x4.abs(change));
    }
    memory.fill(differences + 4 * width, 0, pitch - 4 * (width + BORDER));
    let rowTotal = f32x4.splat(0);
    for (let i = 0; i < rowBytes; i += 16) {
      rowTotal = f32x4.add(rowTotal, v128.load(differences + i));
      v128.store(sums + row * pitch + i, sum5(differences + i));
    }
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

export function temporal(
  confidence: usize,
  motion: usize,
  state: usize,
  count: i32,
  floor: f32,
  low: f32,
  high: f32,
): void {
  const lows = f32x4.splat(low);
  const ranges = f32x4.splat(rangeOf(low, high));
  const floors = f32x4.splat(floor);
  const rest = f32x4.splat(1 - floor);
  for (let i = 0; i < 4 * count; i += 16) {
    const gain = f32x4.add(floors, f32x4.mul(rest, smoothstep(v128.load(motion + i), lows, ranges)));
    const before = v128.load(state + i);
    const now = v128.load(confidence + i);
    const after = f32x4.add(before, f32x4.mul(gain, f32x4.sub(now, before)));
    v128.store(state + i, v128.bitselect(now, after, f32x4.lt(before, f32x4.splat(0))));
  }
}

export function halve(source: usize, width: i32, height: i32, target: usize): void {
  const targetWidth = (width + 1) >> 1;
  const sourceBytes = 4 * width;
  const targetBytes = 4 * targetWidth;
  for (let row = 0; row < height; row += 2) {
    const next = row + 1 < height ? source + sourceBytes : source;
    // What is written behind the row's end is overwritten by the next row, or lies in the plane's slack.
    for (let i = 0; i < targetBytes; i += 16) {
      const left = f32x4.add(v128.load(source + 2 * i), v128.load(next + 2 * i));
      const right = f32x4.add(v128.load(source + 2 * i, 16), v128.load(next + 2 * i, 16));
      const sum = f32x4.add(i32x4.shuffle(left, right, 0, 2, 4, 6), i32x4.shuffle(left, right, 1, 3, 5, 7));
      v128.store(target + i, f32x4.mul(sum, f32x4.splat(0.25)));
    }
    if (width & 1) {
      const last = sourceBytes - 4;
      store<f32>(target + targetBytes - 4, (load<f32>(source + last) + load<f32>(next + last)) * 0.5);
    }
    source += 2 * sourceBytes;
    target += targetBytes;
  }
}
