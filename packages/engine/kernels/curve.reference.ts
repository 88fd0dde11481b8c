import { at, clamp } from './sampling.reference.js';

/**
 * 0 up to `low`, 1 from `high`, between them 3 t^2 - 2 t^3. Limits closer together than 1e-6 count as 1e-6 apart.
 */
export function smoothstep(low: number, high: number, x: number): number {
  const t = clamp((x - low) / Math.max(high - low, 1e-6), 0, 1);
  return t * t * (3 - 2 * t);
}

/** `smoothstep` of each value. */
export function curve(
  source: Float32Array,
  target: Float32Array,
  count: number,
  low: number,
  high: number,
): void {
  for (let i = 0; i < count; i++) target[i] = smoothstep(low, high, at(source, i));
}
