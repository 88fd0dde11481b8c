import type { Rectangle } from './raw-frames.js';

/** Bits of a frame's number, the most significant first. */
const BITS = 7;

/** The cells of a time code: the bits, and one that makes the number of bright cells odd. */
export const CELLS = BITS + 1;

/** The luma of dark and bright cells, in the limited range. */
const DARK = 60;
const BRIGHT = 200;

/** Between the two, in either range of luma. */
const THRESHOLD = 130;

/** A cell whose mean is closer than this to the threshold cannot be read. */
const UNCERTAIN = 25;

/** The luma of a cell of a frame's time code. */
export function cellLuma(frame: number, cell: number): number {
  return isBright(frame, cell) ? BRIGHT : DARK;
}

/**
 * Reads a time code.
 *
 * @param luma - The luma of its rectangle, row by row: square cells side by side.
 * @returns The frame's number; `undefined` if it cannot be read.
 */
export function readTimeCode(luma: ArrayLike<number>, { width, height }: Rectangle): number | undefined {
  const side = width / CELLS;
  const margin = side >> 2;
  let [frame, bright] = [0, 0];
  for (let cell = 0; cell < CELLS; cell++) {
    let [sum, count] = [0, 0];
    for (let y = margin; y < height - margin; y++) {
      for (let x = cell * side + margin; x < (cell + 1) * side - margin; x++, count++)
        sum += luma[y * width + x] ?? 0;
    }
    const distance = sum / count - THRESHOLD;
    if (!(Math.abs(distance) >= UNCERTAIN)) return undefined;
    const bit = distance > 0 ? 1 : 0;
    bright += bit;
    if (cell < BITS) frame = 2 * frame + bit;
  }
  return bright % 2 === 1 ? frame : undefined;
}

function isBright(frame: number, cell: number): boolean {
  if (cell < BITS) return ((frame >> (BITS - 1 - cell)) & 1) === 1;
  let bright = 0;
  for (let bit = 0; bit < BITS; bit++) bright += (frame >> bit) & 1;
  return bright % 2 === 0;
}
