// What follows an operator, on four values at a time. Defined by activation.reference.ts.
//
// A NaN stays one: `pmin` and `pmax` give their first operand where they cannot compare, so values come first. Were NaNs
// clamped away, a damaged network could answer with a plausible confidence.

const RELU: i32 = 1;
export const RELU6: i32 = 2;
export const HARD_SWISH: i32 = 3;
const SIGMOID: i32 = 4;

/** `a * b + c`; one instruction where relaxed SIMD is. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** `pmin` and `pmax` are one instruction each, `min` and `max` several. */
export function relu(values: v128): v128 {
  return f32x4.pmax(values, f32x4.splat(0));
}

/** What RELU6 does beside RELU. */
export function limit6(values: v128): v128 {
  return f32x4.pmin(values, f32x4.splat(6));
}

export function clamp(values: v128, low: f32, high: f32): v128 {
  return f32x4.pmin(f32x4.pmax(values, f32x4.splat(low)), f32x4.splat(high));
}

export function hardSwish(values: v128): v128 {
  const gate = madd(values, f32x4.splat(1.0 / 6.0), f32x4.splat(0.5));
  return f32x4.mul(values, clamp(gate, 0, 1));
}

/** Adding it to a small number leaves the nearest integer in the lowest bits. */
const ROUNDING: f32 = 12582912; // 1.5 * 2^23

/**
 * `1 / (1 + 2^t)`, to 2e-7: 2^t is a power of two times a polynomial of the fraction. The exponent is clamped far above the
 * subnormals, which make the next kernel slow.
 */
export function sigmoid(values: v128): v128 {
  const t = clamp(f32x4.mul(values, f32x4.splat(<f32>-Math.LOG2E)), -60, 60);
  const shifted = f32x4.add(t, f32x4.splat(ROUNDING));
  const fraction = f32x4.sub(t, f32x4.sub(shifted, f32x4.splat(ROUNDING)));
  let power = madd(f32x4.splat(1.5353362e-4), fraction, f32x4.splat(1.3398874e-3));
  power = madd(power, fraction, f32x4.splat(9.6184374e-3));
  power = madd(power, fraction, f32x4.splat(5.5503325e-2));
  power = madd(power, fraction, f32x4.splat(2.4022648e-1));
  power = madd(power, fraction, f32x4.splat(6.931472e-1));
  power = madd(power, fraction, f32x4.splat(1));
  const exponential = i32x4.add(power, i32x4.shl(shifted, 23));
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exponential));
}

/** Any activation of four values. For kernels that spend little of their time here. */
export function activate(values: v128, activation: i32): v128 {
  if (activation === HARD_SWISH) return hardSwish(values);
  if (activation === SIGMOID) return sigmoid(values);
  if (activation === RELU) return relu(values);
  if (activation === RELU6) return limit6(relu(values));
  return values;
}

/** A run of `count` values, a multiple of four. In place is fine. */
export function activateRow(source: usize, target: usize, count: i32, activation: i32): void {
  for (const end = source + 4 * count; source < end; source += 16) {
    v128.store(target, activate(v128.load(source), activation));
    target += 16;
  }
}
