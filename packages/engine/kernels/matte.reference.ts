import { smoothstep } from './confidence.reference.js';
import { at, betweenCentres, clamp, toByte } from './sampling.reference.js';

const TILE = 16;
const BACKGROUND = 0;
const MIXED = 1;
const FOREGROUND = 255;

/** A rectangle in luma pixels, and the cells that it is divided into. */
export interface Grid {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
}

/** Whether the centre of pixel `index` lies in the stretch. */
function inside(index: number, origin: number, length: number): boolean {
  return index + 0.5 >= origin && index + 0.5 < origin + length;
}

/** The cells from which the pixels `first..last` (those inside the rectangle) interpolate; undefined if none is inside. */
function cellRange(
  first: number,
  last: number,
  origin: number,
  length: number,
  cells: number,
  reach: number,
): { readonly from: number; readonly to: number; readonly whole: boolean } | undefined {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  let whole = true;
  for (let pixel = first; pixel <= last; pixel++) {
    if (inside(pixel, origin, length)) {
      const between = betweenCentres((pixel + 0.5 - origin) * (cells / length), cells);
      from = Math.min(from, between.first - reach);
      to = Math.max(to, between.second + reach);
    } else {
      whole = false;
    }
  }
  if (from > to) return undefined;
  return { from: Math.max(0, from), to: Math.min(cells - 1, to), whole };
}

/**
 * Sorts the tiles of a frame. A tile is background if every cell that can have an influence on it (those that its pixels
 * interpolate from, and `reach` more to each side) is exactly 0, foreground if all of them are exactly 1 and the whole
 * tile lies in the rectangle, mixed otherwise.
 */
export function classify(
  p: Float32Array,
  grid: Grid,
  frameWidth: number,
  frameHeight: number,
  reach: number,
  tiles: Uint8Array,
): void {
  const across = Math.ceil(frameWidth / TILE);
  for (let row = 0; row < Math.ceil(frameHeight / TILE); row++) {
    const lastY = Math.min(row * TILE + TILE, frameHeight) - 1;
    const rows = cellRange(row * TILE, lastY, grid.y, grid.height, grid.rows, reach);
    for (let column = 0; column < across; column++) {
      const lastX = Math.min(column * TILE + TILE, frameWidth) - 1;
      const columns = cellRange(column * TILE, lastX, grid.x, grid.width, grid.columns, reach);
      let all0 = true;
      let all1 = true;
      if (rows && columns) {
        for (let j = rows.from; j <= rows.to; j++) {
          for (let i = columns.from; i <= columns.to; i++) {
            const value = at(p, j * grid.columns + i);
            if (value !== 0) all0 = false;
            if (value !== 1) all1 = false;
          }
        }
        if (!(rows.whole && columns.whole)) all1 = false;
      }
      tiles[row * across + column] = all0 ? BACKGROUND : all1 ? FOREGROUND : MIXED;
    }
  }
}

/**
 * The matte. In mixed tiles: `q = aY Y + aU U + aV V + b` with the coefficients interpolated bilinearly between the
 * cells' centres, and alpha = 255 smoothstep(low, high, q); 0 outside the rectangle. Mixed tiles that come out all 0 or
 * all 255 are reclassified.
 *
 * @param coefficients - Four floats a cell: aY, aU, aV, b.
 */
export function matte(
  y: Uint8Array,
  u: Uint8Array,
  v: Uint8Array,
  strideY: number,
  strideC: number,
  frameWidth: number,
  frameHeight: number,
  coefficients: Float32Array,
  grid: Grid,
  tiles: Uint8Array,
  low: number,
  high: number,
  alpha: Uint8Array,
  alphaStride: number,
): void {
  eachTile(frameWidth, frameHeight, (tile, pixels) => {
    const kind = at(tiles, tile);
    for (const { column, row } of pixels) {
      const target = row * alphaStride + column;
      if (kind !== MIXED) {
        alpha[target] = kind;
      } else if (!inside(column, grid.x, grid.width) || !inside(row, grid.y, grid.height)) {
        alpha[target] = 0;
      } else {
        const [aY, aU, aV, b] = interpolate(coefficients, grid, column, row);
        const chroma = (row >> 1) * strideC + (column >> 1);
        const q = aY * at(y, row * strideY + column) + aU * at(u, chroma) + aV * at(v, chroma) + b;
        alpha[target] = toByte(255 * smoothstep(low, high, q));
      }
    }
    if (kind === MIXED) tiles[tile] = kindOf(pixels, alpha, alphaStride);
  });
}

/** A mask: 255 where the cell that a pixel lies in is at least `threshold`. */
export function hardMask(
  p: Float32Array,
  grid: Grid,
  frameWidth: number,
  frameHeight: number,
  threshold: number,
  alpha: Uint8Array,
  alphaStride: number,
  tiles: Uint8Array,
): void {
  eachTile(frameWidth, frameHeight, (tile, pixels) => {
    for (const { column, row } of pixels) {
      let value = 0;
      if (inside(column, grid.x, grid.width) && inside(row, grid.y, grid.height)) {
        const i = Math.floor((column + 0.5 - grid.x) * (grid.columns / grid.width));
        const j = Math.floor((row + 0.5 - grid.y) * (grid.rows / grid.height));
        const cell = clamp(j, 0, grid.rows - 1) * grid.columns + clamp(i, 0, grid.columns - 1);
        if (at(p, cell) >= threshold) value = 255;
      }
      alpha[row * alphaStride + column] = value;
    }
    tiles[tile] = kindOf(pixels, alpha, alphaStride);
  });
}

interface Pixel {
  readonly column: number;
  readonly row: number;
}

function eachTile(
  frameWidth: number,
  frameHeight: number,
  visit: (tile: number, pixels: readonly Pixel[]) => void,
): void {
  const across = Math.ceil(frameWidth / TILE);
  for (let tile = 0; tile < across * Math.ceil(frameHeight / TILE); tile++) {
    const left = (tile % across) * TILE;
    const top = Math.floor(tile / across) * TILE;
    const pixels: Pixel[] = [];
    for (let row = top; row < Math.min(top + TILE, frameHeight); row++) {
      for (let column = left; column < Math.min(left + TILE, frameWidth); column++) {
        pixels.push({ column, row });
      }
    }
    visit(tile, pixels);
  }
}

function kindOf(pixels: readonly Pixel[], alpha: Uint8Array, stride: number): number {
  const values = pixels.map(({ column, row }) => at(alpha, row * stride + column));
  if (values.every((value) => value === 0)) return BACKGROUND;
  return values.every((value) => value === 255) ? FOREGROUND : MIXED;
}

function interpolate(
  coefficients: Float32Array,
  grid: Grid,
  column: number,
  row: number,
): [aY: number, aU: number, aV: number, b: number] {
  const across = betweenCentres((column + 0.5 - grid.x) * (grid.columns / grid.width), grid.columns);
  const down = betweenCentres((row + 0.5 - grid.y) * (grid.rows / grid.height), grid.rows);
  const value = (channel: number) => {
    const read = (j: number, i: number) => at(coefficients, (j * grid.columns + i) * 4 + channel);
    const mix = (from: number, to: number, fraction: number) => from + fraction * (to - from);
    return mix(
      mix(read(down.first, across.first), read(down.first, across.second), across.fraction),
      mix(read(down.second, across.first), read(down.second, across.second), across.fraction),
      down.fraction,
    );
  };
  return [value(0), value(1), value(2), value(3)];
}
