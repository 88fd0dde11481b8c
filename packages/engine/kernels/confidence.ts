// Confidence maps before the guided filter: checked for invalid values, fused, sharpened by a curve, halved. Defined by
// confidence.reference.ts.
import { rangeOf, smoothstep } from './smoothstep';

/** Four values, clamped to 0..1; NaN becomes 0. */
function clamped(values: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), values));
}

/**
 * Clamps `count` floats to 0..1.
 *
 * @param tolerance - How far outside of 0..1 rounding may have taken a value.
 * @returns Whether none is further outside; NaN is.
 */
export function confine(map: usize, count: i32, tolerance: f32): bool {
  let furthest = f32x4.splat(0);
  const end = map + 4 * count;
  for (; map + 16 <= end; map += 16) {
    const values = v128.load(map);
    v128.store(map, clamped(values));
    // f32x4.max keeps NaN.
    furthest = f32x4.max(furthest, f32x4.abs(f32x4.sub(values, v128.load(map))));
  }
  for (; map < end; map += 4) {
    const value = v128.load32_splat(map);
    v128.store32_lane(map, clamped(value), 0);
    furthest = f32x4.max(furthest, f32x4.abs(f32x4.sub(value, clamped(value))));
  }
  return i32x4.all_true(f32x4.le(furthest, f32x4.splat(tolerance)));
}

/** `smoothstep(low, high, x)` of `count` floats, exactly 0 up to `low` and exactly 1 from `high`. In place is fine. */
export function curve(source: usize, target: usize, count: i32, low: f32, high: f32): void {
  const lows = f32x4.splat(low);
  const ranges = f32x4.splat(rangeOf(low, high));
  for (let i = 0; i < 4 * count; i += 16) {
    v128.store(target + i, smoothstep(v128.load(source + i), lows, ranges));
  }
}

/** A float plane at half the size, rounded up: 2x2 means. */
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

/** The weighted geometric mean by roots alone: `a^(5/8) b^(3/8)` if the first one leads, else `a^(1/2) b^(1/2)`. */
function mean(a: v128, b: v128, leads: bool): v128 {
  const half = f32x4.sqrt(f32x4.mul(a, b));
  return leads ? f32x4.sqrt(f32x4.mul(a, f32x4.sqrt(f32x4.mul(b, half)))) : half;
}

/**
 * Fusion of two networks' outputs: the weighted mean of their log-odds. May work in place.
 *
 * @param count - Number of floats in each.
 * @param leads - Whether the first one has the weight 5/8 and the second one 3/8; otherwise both have 1/2.
 * @param doubt - Values are clamped to `doubt .. 1 - doubt`.
 */
export function fuse(first: usize, second: usize, target: usize, count: i32, leads: bool, doubt: f32): void {
  const one = f32x4.splat(1);
  const low = f32x4.splat(doubt);
  const high = f32x4.splat(1 - doubt);
  for (let i = 0; i < 4 * count; i += 16) {
    const a = f32x4.min(high, f32x4.max(low, v128.load(first + i)));
    const b = f32x4.min(high, f32x4.max(low, v128.load(second + i)));
    const yes = mean(a, b, leads);
    const no = mean(f32x4.sub(one, a), f32x4.sub(one, b), leads);
    v128.store(target + i, f32x4.div(yes, f32x4.add(yes, no)));
  }
}
