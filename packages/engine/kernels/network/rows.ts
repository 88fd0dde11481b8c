// What is done to rows between the convolutions. Defined by rows.reference.ts.
import { activate, clamp, madd } from './activation';

/**
 * Copies the first channels of pixels that are stored with another distance.
 *
 * @param channels - How many.
 * @param zeros - How many zeros to write behind each pixel's channels.
 */
export function copyChannels(
  source: usize,
  sourceStep: usize,
  target: usize,
  targetStep: usize,
  channels: i32,
  zeros: i32,
  pixels: i32,
): void {
  const whole = <usize>(4 * (channels & ~3));
  const bytes = <usize>(4 * channels);
  for (let i = 0; i < pixels; i++) {
    let at: usize = 0;
    for (; at < whole; at += 16) v128.store(target + at, v128.load(source + at));
    for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(source + at));
    for (const end = bytes + 4 * zeros; at < end; at += 4) store<f32>(target + at, 0);
    source += sourceStep;
    target += targetStep;
  }
}

/**
 * Sum or product of two rows, or of a row and a vector.
 *
 * @param second - So many channels a pixel as `first` has.
 * @param secondStep - Bytes from a pixel of it to the next; 0 for a vector.
 * @param channels - A multiple of four.
 */
export function combine(
  multiplies: bool,
  first: usize,
  second: usize,
  secondStep: usize,
  target: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
): void {
  const bytes = <usize>(4 * channels);
  for (let i = 0; i < pixels; i++) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const a = v128.load(first + c);
      const b = v128.load(second + c);
      const both = multiplies ? f32x4.mul(a, b) : f32x4.add(a, b);
      v128.store(target + c, activation ? activate(both, activation) : both);
    }
    first += bytes;
    second += secondStep;
    target += bytes;
  }
}

/**
 * Adds a row to the sums of its channels. The row is summed first: to add small values to a large sum one by one rounds each
 * of them, in a map of even size always the same way.
 *
 * @param channels - A multiple of four.
 */
export function addToSums(source: usize, sums: usize, pixels: i32, channels: i32): void {
  const step = <usize>(4 * channels);
  for (let c: usize = 0; c < step; c += 16) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let s = source + c;
    for (let i = 1; i < pixels; i += 2) {
      a = f32x4.add(a, v128.load(s));
      b = f32x4.add(b, v128.load(s + step));
      s += 2 * step;
    }
    if (pixels & 1) a = f32x4.add(a, v128.load(s));
    v128.store(sums + c, f32x4.add(v128.load(sums + c), f32x4.add(a, b)));
  }
}

/**
 * A vector times a number, written or added.
 *
 * @param channels - A multiple of four.
 */
export function addScaled(source: usize, scale: f32, target: usize, channels: i32, adds: bool): void {
  for (const end = source + 4 * channels; source < end; source += 16) {
    const before = adds ? v128.load(target) : f32x4.splat(0);
    v128.store(target, madd(v128.load(source), f32x4.splat(scale), before));
    target += 16;
  }
}

/**
 * Multiplies a gate into the weights of a pointwise convolution instead of into its many inputs.
 *
 * @param weights - As packConvolution leaves them.
 * @param gate - A value for each input.
 * @param target - Receives as much as there are weights.
 * @param outputs - A multiple of eight.
 */
export function gateWeights(weights: usize, gate: usize, target: usize, inputs: i32, outputs: i32): void {
  for (let output = 0; output < outputs; output += 8) {
    v128.store(target, v128.load(weights));
    v128.store(target, v128.load(weights, 16), 16);
    weights += 32;
    target += 32;
    for (let i = 0; i < inputs; i++) {
      const factor = v128.load32_splat(gate + 4 * i);
      v128.store(target, f32x4.mul(v128.load(weights), factor));
      v128.store(target, f32x4.mul(v128.load(weights, 16), factor), 16);
      weights += 32;
      target += 32;
    }
  }
}

/**
 * Checks that values are in a range, and brings those into it that rounding has taken out of it.
 *
 * @param tolerance - How far outside a value may be.
 * @returns Whether all are; NaNs are not.
 */
export function confine(values: usize, count: i32, low: f32, high: f32, tolerance: f32): bool {
  const lowest = f32x4.splat(low - tolerance);
  const highest = f32x4.splat(high + tolerance);
  let within = i32x4.splat(-1);
  const end = values + 4 * count;
  for (; values + 16 <= end; values += 16) {
    const value = v128.load(values);
    within = v128.and(within, v128.and(f32x4.ge(value, lowest), f32x4.le(value, highest)));
    v128.store(values, clamp(value, low, high));
  }
  let rest = true;
  for (; values < end; values += 4) {
    const value = load<f32>(values);
    rest = rest && value >= low - tolerance && value <= high + tolerance;
    store<f32>(values, min(max(value, low), high));
  }
  return rest && i32x4.all_true(within);
}
