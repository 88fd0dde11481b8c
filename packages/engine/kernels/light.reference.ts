import { at, clamp } from './sampling.reference.js';

/** How much light falls onto the person in each cell, and that times its colour. */
export interface Light {
  /** 0..1. */
  readonly amount: Float64Array;
  /** Y, U and V in samples, each times the amount. */
  readonly colors: readonly [y: Float64Array, u: Float64Array, v: Float64Array];
}

/**
 * Light wrap, the background's light around the person's edge: in each cell
 *
 *     amount = strength * min(1, (2 openness)^2) * brightness
 *
 * with the brightness of its luma, 0 at `black` and 1 where `scale` takes it there. At a straight edge the openness is a
 * half; further inside it falls to 0 within a window's radius. Where it is 1 nothing of the person is near: 0.
 *
 * @param cells - Four floats a cell: Y, U, V in samples, and one that does not count.
 * @param openness - How much of the window around each cell is not the person's, 0..1.
 */
export function light(
  cells: Float32Array,
  openness: Float64Array,
  strength: number,
  black: number,
  scale: number,
): Light {
  const amount = openness.map((open, cell) => {
    const brightness = clamp((at(cells, 4 * cell) - black) * scale, 0, 1);
    if (open === 1) return 0;
    return strength * Math.min(1, (2 * open) ** 2) * brightness;
  });
  const color = (channel: number) =>
    amount.map((value, cell) => value * clamp(at(cells, 4 * cell + channel), 0, 255));
  return { amount, colors: [color(0), color(1), color(2)] };
}
