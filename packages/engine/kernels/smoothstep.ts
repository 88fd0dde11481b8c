// Smoothstep of vectors, as confidence.reference.ts defines it.

/** `max(high - low, 1e-6)`: what a smoothstep's position is divided by. */
export function rangeOf(low: f32, high: f32): f32 {
  return max(high - low, <f32>1e-6);
}

/**
 * Smoothstep of four values. They are divided, not multiplied, so that it is exactly 1 from `low + range` on. NaN gives
 * 0.
 */
export function smoothstep(values: v128, low: v128, range: v128): v128 {
  const t = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), f32x4.div(f32x4.sub(values, low), range)));
  return f32x4.mul(f32x4.mul(t, t), f32x4.sub(f32x4.splat(3), f32x4.add(t, t)));
}
