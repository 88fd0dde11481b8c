import { at, clamp, sum2x2 } from './sampling.reference.js';

const TILE = 16;
const MIXED = 1;

/** What {@link foreground} finds for each cell. */
export interface ForegroundColors {
  /** Six colours a cell, in samples: Y of the person and of the camera background, then U, then V. NaN where they are not needed. */
  readonly colors: Float64Array;
  /** How much of the wide window around each cell is not the person's, 0..1. */
  readonly openness: Float64Array;
}

/**
 * The colours of person and camera background around the person's edge, for the matting equation `I = alpha F + (1 - alpha) B`, in
 * cells of `2 ** shift` luma pixels.
 *
 * All is computed of chroma samples: luma and alpha are the means of the four over each (the equation is linear, so it
 * holds for means, too). For every cell F and B minimise
 *
 *     sum over the 3x3 cells (I - alpha F - (1 - alpha) B)^2 / n + hold (F - F0)^2 + hold (B - B0)^2
 *
 * where F0 and B0 minimise the same over the wide window, held to the means of the frame there, weighted by alpha and by
 * 1 - alpha (the mean of all where the weights are 0). What comes out is clamped to 0..255. It is only asked for in tiles
 * of which one of the 3x3 around is mixed. In flat tiles alpha is what the tile says.
 *
 * @param radius - Of the wide window, in cells; at the frame's borders windows end.
 */
export function foreground(
  y: Uint8Array,
  u: Uint8Array,
  v: Uint8Array,
  strideY: number,
  strideC: number,
  width: number,
  height: number,
  alpha: Uint8Array,
  alphaStride: number,
  tiles: Uint8Array,
  shift: number,
  radius: number,
  hold: number,
): ForegroundColors {
  const gridWidth = Math.ceil(width / 2 ** shift);
  const gridHeight = Math.ceil(height / 2 ** shift);
  const across = Math.ceil(width / TILE);
  const down = Math.ceil(height / TILE);
  const cells = gather();
  const colors = new Float64Array(6 * gridWidth * gridHeight).fill(Number.NaN);
  const openness = new Float64Array(gridWidth * gridHeight);
  for (let row = 0; row < gridHeight; row++) {
    for (let column = 0; column < gridWidth; column++) {
      const cell = row * gridWidth + column;
      const wide = windowMean(row, column, radius);
      openness[cell] = 1 - at(wide, 3);
      if (isNear((row << shift) >> 4, (column << shift) >> 4)) {
        colors.set(solve(wide, windowMean(row, column, 1)), 6 * cell);
      }
    }
  }
  return { colors, openness };

  /** Eight means a cell: alpha times Y, U, V, and alpha; Y, U, V, and alpha squared; all in 0..1. */
  function gather(): Float64Array {
    const sums = new Float64Array(8 * gridWidth * gridHeight);
    const counts = new Float64Array(gridWidth * gridHeight);
    for (let row = 0; row < Math.ceil(height / 2); row++) {
      for (let column = 0; column < Math.ceil(width / 2); column++) {
        const kind = at(tiles, (row >> 3) * across + (column >> 3));
        const a =
          kind === MIXED
            ? Math.floor((sum2x2(alpha, alphaStride, width, height, column, row) + 2) / 4) / 255
            : kind / 255;
        const chroma = row * strideC + column;
        const luma = sum2x2(y, strideY, width, height, column, row) / 4;
        const samples = [luma / 255, at(u, chroma) / 255, at(v, chroma) / 255];
        const cell = ((row * 2) >> shift) * gridWidth + ((column * 2) >> shift);
        [...samples.map((value) => a * value), a, ...samples, a * a].forEach((value, i) => {
          sums[8 * cell + i] = at(sums, 8 * cell + i) + value;
        });
        counts[cell] = at(counts, cell) + 1;
      }
    }
    return sums.map((sum, i) => sum / at(counts, i >> 3));
  }

  function windowMean(row: number, column: number, reach: number): Float64Array {
    const mean = new Float64Array(8);
    let count = 0;
    for (let j = Math.max(0, row - reach); j <= Math.min(gridHeight - 1, row + reach); j++) {
      for (let i = Math.max(0, column - reach); i <= Math.min(gridWidth - 1, column + reach); i++) {
        for (let k = 0; k < 8; k++) mean[k] = at(mean, k) + at(cells, 8 * (j * gridWidth + i) + k);
        count++;
      }
    }
    return mean.map((sum) => sum / count);
  }

  function isNear(tileRow: number, tileColumn: number): boolean {
    for (let j = Math.max(0, tileRow - 1); j <= Math.min(down - 1, tileRow + 1); j++) {
      for (let i = Math.max(0, tileColumn - 1); i <= Math.min(across - 1, tileColumn + 1); i++) {
        if (at(tiles, j * across + i) === MIXED) return true;
      }
    }
    return false;
  }

  /** F and B of the three planes, one after the other. */
  function solve(wide: Float64Array, close: Float64Array): number[] {
    return [0, 1, 2].flatMap((plane) => {
      const [weight, mean] = [at(wide, 3), at(wide, 4 + plane)];
      const person = weight > TINY ? at(wide, plane) / weight : mean;
      const background = 1 - weight > TINY ? (mean - at(wide, plane)) / (1 - weight) : mean;
      return fit(close, plane, fit(wide, plane, [person, background])).map(
        (value) => 255 * clamp(value, 0, 1),
      );
    });
  }

  /** F and B that fit a window, held to others. */
  function fit(
    window: Float64Array,
    plane: number,
    [person, background]: readonly [number, number],
  ): readonly [number, number] {
    const [alphas, squares] = [at(window, 3), at(window, 7)];
    const p = squares + hold;
    const q = 1 - 2 * alphas + squares + hold;
    const o = alphas - squares;
    const x = at(window, plane) + hold * person;
    const y = at(window, 4 + plane) - at(window, plane) + hold * background;
    const determinant = p * q - o * o;
    return [(q * x - o * y) / determinant, (p * y - o * x) / determinant];
  }
}

/** Less than the weight of any pixel: sums of floats need not come back to exactly 0 or 1. */
const TINY = 1e-9;
