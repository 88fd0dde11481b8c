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

/** 2x2 means; where an odd width or height cuts the square, the mean of what is there. */
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
