import { at, betweenCentres, toByte } from './sampling.reference.js';

const TILE = 16;

/**
 * The background's means in cells of `2 ** shift` luma pixels. A luma pixel's weight is 1 - alpha, a chroma sample's the
 * sum of the four luma weights over it; at an odd width or height the last column or row counts twice, for luma
 * as well.
 *
 * @param cells - Four floats a cell: Y, U, V times weight, and weight (the mean of 1 - alpha in the cell).
 */
export function blurGather(
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
  cells: Float32Array,
): void {
  const across = Math.ceil(width / TILE);
  const gridWidth = Math.ceil(width / 2 ** shift);
  const gridHeight = Math.ceil(height / 2 ** shift);
  const sums = new Float64Array(gridWidth * gridHeight * 4);
  const counts = new Float64Array(gridWidth * gridHeight);
  const weight = (column: number, row: number) => {
    const kind = at(tiles, Math.floor(row / TILE) * across + Math.floor(column / TILE));
    return 1 - (kind === 1 ? at(alpha, row * alphaStride + column) : kind) / 255;
  };
  for (let row = 0; row < Math.ceil(height / 2); row++) {
    for (let column = 0; column < Math.ceil(width / 2); column++) {
      const cell = ((row * 2) >> shift) * gridWidth + ((column * 2) >> shift);
      const chroma = row * strideC + column;
      for (let corner = 0; corner < 4; corner++) {
        const lumaX = Math.min(column * 2 + (corner & 1), width - 1);
        const lumaY = Math.min(row * 2 + (corner >> 1), height - 1);
        const w = weight(lumaX, lumaY);
        const values = [at(y, lumaY * strideY + lumaX), at(u, chroma), at(v, chroma), 1];
        values.forEach((value, channel) => {
          sums[cell * 4 + channel] = at(sums, cell * 4 + channel) + w * value;
        });
        counts[cell] = at(counts, cell) + 1;
      }
    }
  }
  for (let i = 0; i < sums.length; i++) cells[i] = at(sums, i) / at(counts, i >> 2);
}

/**
 * Three box filters in each direction, close to a Gaussian; at the borders each takes the mean of what of its window lies
 * inside.
 */
export function blurBox(
  cells: Float32Array,
  gridWidth: number,
  gridHeight: number,
  across: number,
  down: number,
): void {
  for (let pass = 0; pass < 3; pass++) {
    boxLines(cells, gridHeight, gridWidth, gridWidth, 1, across);
    boxLines(cells, gridWidth, gridHeight, 1, gridWidth, down);
  }
}

function boxLines(
  cells: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  radius: number,
): void {
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 4; channel++) {
      const index = (i: number) => (line * lineStep + i * step) * 4 + channel;
      const before = Float64Array.from({ length }, (_, i) => at(cells, index(i)));
      for (let i = 0; i < length; i++) {
        const window = before.subarray(Math.max(0, i - radius), i + radius + 1);
        cells[index(i)] = window.reduce((sum, value) => sum + value, 0) / window.length;
      }
    }
  }
}

/**
 * Each cell's colour, its sums divided by its weight (the fallback where the weight is below 1e-4), interpolated
 * bilinearly between the cells' centres.
 */
export function blurSpread(
  cells: Float32Array,
  gridWidth: number,
  gridHeight: number,
  shift: number,
  planes: readonly [y: Uint8Array, u: Uint8Array, v: Uint8Array],
  strides: readonly [y: number, u: number, v: number],
  width: number,
  height: number,
  fallback: readonly [y: number, u: number, v: number],
): void {
  const color = (column: number, row: number, channel: number) => {
    const cell = (row * gridWidth + column) * 4;
    const weight = at(cells, cell + 3);
    return weight < 1e-4 ? (fallback[channel] ?? 0) : at(cells, cell + channel) / weight;
  };
  planes.forEach((plane, channel) => {
    const subsampling = channel === 0 ? 1 : 2;
    const cellSize = 2 ** shift / subsampling;
    for (let row = 0; row < Math.ceil(height / subsampling); row++) {
      const down = betweenCentres((row + 0.5) / cellSize, gridHeight);
      for (let column = 0; column < Math.ceil(width / subsampling); column++) {
        const across = betweenCentres((column + 0.5) / cellSize, gridWidth);
        const mix = (j: number) => {
          const left = color(across.first, j, channel);
          return left + across.fraction * (color(across.second, j, channel) - left);
        };
        const top = mix(down.first);
        plane[row * (strides[channel] ?? 0) + column] = toByte(
          top + down.fraction * (mix(down.second) - top),
        );
      }
    }
  });
}
