import { at, clamp } from './sampling.reference.js';

/**
 * 0 up to `low`, 1 from `high`, between them 3 t^2 - 2 t^3. Limits closer together than 1e-6 count as 1e-6 apart.
 */
export function smoothstep(low: number, high: number, x: number): number {
  const t = clamp((x - low) / Math.max(high - low, 1e-6), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Clamps values to 0..1. Returns whether none lies further outside than the tolerance; NaN does. */
export function confine(map: Float32Array, count: number, tolerance: number): boolean {
  let isValid = true;
  for (let i = 0; i < count; i++) {
    const value = at(map, i);
    map[i] = Number.isNaN(value) ? 0 : clamp(value, 0, 1);
    isValid &&= Math.abs(value - at(map, i)) <= tolerance;
  }
  return isValid;
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

/** 2x2 means; at an odd width or height, the mean of the part inside the map. */
export function halve(source: Float32Array, width: number, height: number, target: Float32Array): void {
  const targetWidth = Math.ceil(width / 2);
  for (let row = 0; row < Math.ceil(height / 2); row++) {
    for (let column = 0; column < targetWidth; column++) {
      const x0 = column * 2;
      const y0 = row * 2;
      const x1 = Math.min(x0 + 1, width - 1);
      const y1 = Math.min(y0 + 1, height - 1);
      target[row * targetWidth + column] =
        (at(source, y0 * width + x0) +
          at(source, y0 * width + x1) +
          at(source, y1 * width + x0) +
          at(source, y1 * width + x1)) /
        4;
    }
  }
}

/**
 * Fusion of two networks' outputs: the weighted mean of their log-odds. Where they contradict each other, the more certain one
 * prevails.
 *
 * @param leads - Whether the first one has the weight 5/8 and the second one 3/8; otherwise both have 1/2.
 * @param doubt - Values are clamped to `doubt .. 1 - doubt`.
 */
export function fuse(
  first: Float32Array,
  second: Float32Array,
  target: Float32Array,
  count: number,
  leads: boolean,
  doubt: number,
): void {
  const logit = (value: number) => {
    const p = clamp(value, doubt, 1 - doubt);
    return Math.log(p / (1 - p));
  };
  const share = leads ? 5 / 8 : 1 / 2;
  for (let i = 0; i < count; i++) {
    const odds = share * logit(at(first, i)) + (1 - share) * logit(at(second, i));
    target[i] = 1 / (1 + Math.exp(-odds));
  }
}
