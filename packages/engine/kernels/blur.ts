// The camera background out of focus, without the person. Defined by blur.reference.ts.
import {
  BLOCK,
  BLOCKS,
  cellBefore,
  colorRow,
  HALF,
  LEFT,
  lerp,
  POINT,
  padColors,
  prepareBlocks,
  RIGHT,
  WEIGHT,
} from './interpolation';
import { Frame, Plane } from './structs';
import { addPairs, repeatLast, windowCount } from './sums';
import { BACKGROUND, FOREGROUND, TILE, tilesAlong } from './tiles';

/** A cell: four floats, Y, U, V and weight. */
const CELL: i32 = 16;
/** Four cells side by side: four lines are filtered at once. */
const QUAD: i32 = 64;

// --- Gathering -----------------------------------------------------------------------------------------------------

/** Adds to a cell, if it is one of the row's. */
function addTo(cell: usize, end: usize, sums: v128, scale: v128): void {
  if (cell < end) v128.store(cell, f32x4.add(v128.load(cell), f32x4.mul(sums, scale)));
}

/**
 * Adds four vectors, each of one component of four neighbours, to the four cells from `cell` on, or to the two or one in
 * which the four lie.
 *
 * @param cells - 4, 2 or 1.
 * @param end - Behind the row's last cell.
 */
function addFour(y: v128, u: v128, v: v128, w: v128, scale: v128, cell: usize, cells: i32, end: usize): void {
  const yu0 = i32x4.shuffle(y, u, 0, 4, 1, 5);
  const yu1 = i32x4.shuffle(y, u, 2, 6, 3, 7);
  const vw0 = i32x4.shuffle(v, w, 0, 4, 1, 5);
  const vw1 = i32x4.shuffle(v, w, 2, 6, 3, 7);
  let a = f32x4.convert_i32x4_s(i64x2.shuffle(yu0, vw0, 0, 2));
  const b = f32x4.convert_i32x4_s(i64x2.shuffle(yu0, vw0, 1, 3));
  let c = f32x4.convert_i32x4_s(i64x2.shuffle(yu1, vw1, 0, 2));
  const d = f32x4.convert_i32x4_s(i64x2.shuffle(yu1, vw1, 1, 3));
  if (cells === 4) {
    addTo(cell, end, a, scale);
    addTo(cell + CELL, end, b, scale);
    addTo(cell + 2 * CELL, end, c, scale);
    addTo(cell + 3 * CELL, end, d, scale);
    return;
  }
  a = f32x4.add(a, b);
  c = f32x4.add(c, d);
  if (cells === 2) {
    addTo(cell, end, a, scale);
    addTo(cell + CELL, end, c, scale);
  } else {
    addTo(cell, end, f32x4.add(a, c), scale);
  }
}

/** Multiplies a row of cells by a factor. */
function scaleCells(cells: usize, step: i32, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (let i = 0; i < count; i++) {
    v128.store(cells, f32x4.mul(v128.load(cells), factors));
    cells += step;
  }
}

/**
 * Sums a part of a tile as wide as the tile (8 chroma samples) and adds it to its cells.
 *
 * @param rows - Chroma rows.
 * @param twice - Whether the last of them has only one luma row, which counts twice.
 * @param plain - Whether all weights are 1.
 * @param visible - Mask of the columns that lie in the frame.
 * @param mixed - Mask of the columns whose alpha counts; it is 0 in the others.
 * @param end - Behind the last cell of the row.
 */
function gatherPart(
  y: usize,
  u: usize,
  v: usize,
  strideY: i32,
  strideC: i32,
  alpha: usize,
  alphaStride: i32,
  rows: i32,
  twice: bool,
  plain: bool,
  visible: v128,
  mixed: v128,
  scale: v128,
  shift: i32,
  cells: usize,
  end: usize,
): void {
  const zero = i16x8.splat(0);
  // Eight columns, each of two luma pixels or one chroma sample, in lanes of 32 bits: weight (of 255) times Y, U, V, and
  // the weight itself.
  let y0: v128;
  let y1: v128;
  let u0: v128;
  let u1: v128;
  let v0: v128;
  let v1: v128;
  let w0: v128;
  let w1: v128;
  if (plain) {
    let sumY = zero;
    let sumU = zero;
    let sumV = zero;
    for (let row = 0; row < rows; row++) {
      const next = twice && row === rows - 1 ? y : y + strideY;
      sumY = i16x8.add(sumY, i16x8.extadd_pairwise_i8x16_u(v128.load(y)));
      sumY = i16x8.add(sumY, i16x8.extadd_pairwise_i8x16_u(v128.load(next)));
      sumU = i16x8.add(sumU, v128.load_ext<u8>(u));
      sumV = i16x8.add(sumV, v128.load_ext<u8>(v));
      y += 2 * strideY;
      u += strideC;
      v += strideC;
    }
    const one = i16x8.splat(255);
    const four = i16x8.splat(1020);
    y0 = i32x4.extmul_low_i16x8_u(sumY, one);
    y1 = i32x4.extmul_high_i16x8_u(sumY, one);
    u0 = i32x4.extmul_low_i16x8_u(sumU, four);
    u1 = i32x4.extmul_high_i16x8_u(sumU, four);
    v0 = i32x4.extmul_low_i16x8_u(sumV, four);
    v1 = i32x4.extmul_high_i16x8_u(sumV, four);
    w0 = i32x4.splat(1020 * rows);
    w1 = w0;
  } else {
    let sumW = zero;
    y0 = zero;
    y1 = zero;
    u0 = zero;
    u1 = zero;
    v0 = zero;
    v1 = zero;
    for (let row = 0; row < rows; row++) {
      const only = twice && row === rows - 1;
      const upperAlpha = v128.load(alpha);
      const lowerAlpha = v128.load(only ? alpha : alpha + alphaStride);
      const upperWeight = v128.andnot(visible, v128.and(upperAlpha, mixed));
      const lowerWeight = v128.andnot(visible, v128.and(lowerAlpha, mixed));
      const upper = v128.load(y);
      const lower = v128.load(only ? y : y + strideY);
      y0 = i32x4.add(y0, i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_low_i8x16_u(upper, upperWeight)));
      y1 = i32x4.add(y1, i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_high_i8x16_u(upper, upperWeight)));
      y0 = i32x4.add(y0, i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_low_i8x16_u(lower, lowerWeight)));
      y1 = i32x4.add(y1, i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_high_i8x16_u(lower, lowerWeight)));
      const weight = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(upperWeight),
        i16x8.extadd_pairwise_i8x16_u(lowerWeight),
      );
      const cb = v128.load_ext<u8>(u);
      const cr = v128.load_ext<u8>(v);
      u0 = i32x4.add(u0, i32x4.extmul_low_i16x8_u(cb, weight));
      u1 = i32x4.add(u1, i32x4.extmul_high_i16x8_u(cb, weight));
      v0 = i32x4.add(v0, i32x4.extmul_low_i16x8_u(cr, weight));
      v1 = i32x4.add(v1, i32x4.extmul_high_i16x8_u(cr, weight));
      sumW = i16x8.add(sumW, weight);
      y += 2 * strideY;
      alpha += 2 * alphaStride;
      u += strideC;
      v += strideC;
    }
    w0 = i32x4.extend_low_i16x8_u(sumW);
    w1 = i32x4.extend_high_i16x8_u(sumW);
  }

  if (shift === 1) {
    addFour(y0, u0, v0, w0, scale, cells, 4, end);
    addFour(y1, u1, v1, w1, scale, cells + 4 * CELL, 4, end);
  } else {
    const count = shift === 2 ? 4 : shift === 3 ? 2 : 1;
    addFour(addPairs(y0, y1), addPairs(u0, u1), addPairs(v0, v1), addPairs(w0, w1), scale, cells, count, end);
  }
}

/**
 * The blur's first step: the background's means in cells of `2 ** shift` luma pixels.
 *
 * @param shift - 1 to 5.
 * @param cells - Receives four floats for each of `ceil(width / 2 ** shift) * ceil(height / 2 ** shift)` cells: Y, U, V
 * (sample units, times weight) and weight, the mean of 1 - alpha.
 */
export function blurGather(frame: Frame, alpha: Plane, tiles: usize, shift: i32, cells: usize): void {
  const y = frame.y.data;
  const u = frame.u.data;
  const v = frame.v.data;
  const strideY = frame.y.stride;
  const strideC = frame.u.stride;
  const width = frame.y.width;
  const height = frame.y.height;
  const alphas = alpha.data;
  const alphaStride = alpha.stride;
  const size = 1 << shift;
  const gridWidth = (width + size - 1) >> shift;
  const gridHeight = (height + size - 1) >> shift;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  const across = tilesAlong(width);
  const scale = f32x4.splat(<f32>(1.0 / f64(255 * size * size)));
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  memory.fill(cells, 0, CELL * gridWidth * gridHeight);

  // Chroma rows that go to the same row of cells, but not more than a tile has.
  const band = min(size, TILE) >> 1;
  for (let top = 0; top < chromaHeight; top += band) {
    const rows = min(band, chromaHeight - top);
    const twice = 2 * (top + rows) > height;
    const rowTiles = tiles + (top >> 3) * across;
    const rowCells = cells + CELL * gridWidth * ((2 * top) >> shift);
    const rowY = y + 2 * top * strideY;
    const rowU = u + top * strideC;
    const rowV = v + top * strideC;
    const rowAlpha = alphas + 2 * top * alphaStride;
    const end = rowCells + CELL * gridWidth;
    if (width & 1) {
      const lumaRows = min(2 * rows, height - 2 * top);
      repeatLast(rowY, strideY, width, lumaRows);
      repeatLast(rowAlpha, alphaStride, width, lumaRows);
    }
    for (let tile = 0; tile < across; tile++) {
      const kind = i32(load<u8>(rowTiles + tile));
      if (kind === FOREGROUND) continue;
      const columns = 2 * chromaWidth - TILE * tile;
      gatherPart(
        rowY + TILE * tile,
        rowU + 8 * tile,
        rowV + 8 * tile,
        strideY,
        strideC,
        rowAlpha + TILE * tile,
        alphaStride,
        rows,
        twice,
        kind === BACKGROUND && columns >= TILE,
        i8x16.lt_s(lanes, i8x16.splat(<i8>min(columns, TILE))),
        i8x16.splat(kind === BACKGROUND ? 0 : -1),
        scale,
        shift,
        rowCells + CELL * ((TILE * tile) >> shift),
        end,
      );
    }
  }

  // The last column and row of cells may be smaller than the others.
  const lastColumn = 2 * chromaWidth - ((gridWidth - 1) << shift);
  const lastRow = 2 * chromaHeight - ((gridHeight - 1) << shift);
  scaleCells(cells + CELL * (gridWidth - 1), CELL * gridWidth, gridHeight, <f32>size / <f32>lastColumn);
  scaleCells(cells + CELL * gridWidth * (gridHeight - 1), CELL, gridWidth, <f32>size / <f32>lastRow);
}

// --- Filtering -----------------------------------------------------------------------------------------------------

/**
 * One pass over four lines, whose cells lie side by side, with zeros for `radius` + 1 cells before them and `radius` behind.
 *
 * @param shares - 1 / how many cells each window has.
 * @param step - Bytes from one cell of the output to the next.
 */
function boxPass(
  source: usize,
  length: i32,
  radius: i32,
  shares: usize,
  target0: usize,
  target1: usize,
  target2: usize,
  target3: usize,
  step: i32,
): void {
  let entering = source;
  let leaving = source - (radius + 1) * QUAD;
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  for (const end = source + radius * QUAD; entering < end; entering += QUAD) {
    sum0 = f32x4.add(sum0, v128.load(entering));
    sum1 = f32x4.add(sum1, v128.load(entering, 16));
    sum2 = f32x4.add(sum2, v128.load(entering, 32));
    sum3 = f32x4.add(sum3, v128.load(entering, 48));
  }
  for (const end = shares + 4 * length; shares < end; shares += 4) {
    const share = v128.load32_splat(shares);
    sum0 = f32x4.add(sum0, f32x4.sub(v128.load(entering), v128.load(leaving)));
    sum1 = f32x4.add(sum1, f32x4.sub(v128.load(entering, 16), v128.load(leaving, 16)));
    sum2 = f32x4.add(sum2, f32x4.sub(v128.load(entering, 32), v128.load(leaving, 32)));
    sum3 = f32x4.add(sum3, f32x4.sub(v128.load(entering, 48), v128.load(leaving, 48)));
    v128.store(target0, f32x4.mul(sum0, share));
    v128.store(target1, f32x4.mul(sum1, share));
    v128.store(target2, f32x4.mul(sum2, share));
    v128.store(target3, f32x4.mul(sum3, share));
    entering += QUAD;
    leaving += QUAD;
    target0 += step;
    target1 += step;
    target2 += step;
    target3 += step;
  }
}

/**
 * Three passes over all lines in one direction, in place.
 *
 * @param lineStep - Bytes from one line to the next.
 * @param step - Bytes from one cell of a line to the next.
 */
function boxLines(
  cells: usize,
  lines: i32,
  length: i32,
  lineStep: i32,
  step: i32,
  radius: i32,
  scratch: usize,
): void {
  const padded = QUAD * (length + 2 * radius + 1);
  const first = scratch + QUAD * (radius + 1);
  const second = first + padded;
  const shares = scratch + 2 * padded;
  memory.fill(scratch, 0, 2 * padded);
  for (let i = 0; i < length; i++) {
    store<f32>(shares + 4 * i, <f32>1 / <f32>windowCount(i, radius, length));
  }
  for (let line = 0; line < lines; line += 4) {
    // If fewer than four lines are left, the last one is used in place of the missing ones.
    const line0 = cells + lineStep * line;
    const line1 = cells + lineStep * min(line + 1, lines - 1);
    const line2 = cells + lineStep * min(line + 2, lines - 1);
    const line3 = cells + lineStep * min(line + 3, lines - 1);
    let target = first;
    let at = 0;
    for (let i = 0; i < length; i++) {
      v128.store(target, v128.load(line0 + at));
      v128.store(target, v128.load(line1 + at), 16);
      v128.store(target, v128.load(line2 + at), 32);
      v128.store(target, v128.load(line3 + at), 48);
      target += QUAD;
      at += step;
    }
    boxPass(first, length, radius, shares, second, second + 16, second + 32, second + 48, QUAD);
    boxPass(second, length, radius, shares, first, first + 16, first + 32, first + 48, QUAD);
    boxPass(first, length, radius, shares, line0, line1, line2, line3, step);
  }
}

/**
 * The blur's second step: three passes of a box filter in both directions, in place.
 *
 * @param gridWidth - In cells.
 * @param gridHeight - In cells.
 * @param across - In cells, from 1; half the width of a box without its middle cell.
 * @param down - Likewise, of its height.
 * @param scratch - `blurBoxScratch` bytes.
 */
export function blurBox(
  cells: usize,
  gridWidth: i32,
  gridHeight: i32,
  across: i32,
  down: i32,
  scratch: usize,
): void {
  const row = CELL * gridWidth;
  boxLines(cells, gridHeight, gridWidth, row, CELL, across, scratch);
  boxLines(cells, gridWidth, gridHeight, CELL, row, down, scratch);
}

// --- Spreading -----------------------------------------------------------------------------------------------------

// The cells' colours are spread as 16-bit integers with 7 bits behind the point: first each row of cells over the columns
// of pixels, then, for each row of pixels, between two such rows.

/** One component of four cells' colours, `fallback` where the weight is too small. */
function fourColors(component: v128, factor: v128, enough: v128, fallback: f32): v128 {
  const color = v128.bitselect(
    f32x4.mul(component, factor),
    f32x4.splat(fallback * <f32>(1 << POINT)),
    enough,
  );
  const inRange = f32x4.pmin(f32x4.splat(<f32>(255 << POINT)), f32x4.pmax(f32x4.splat(0), color));
  // Adding 2^23 leaves no bits for fractions: the whole number is in the lower half.
  const bits = f32x4.add(inRange, f32x4.splat(8388608));
  return i16x8.shuffle(bits, bits, 0, 2, 4, 6, 0, 2, 4, 6);
}

/** The colours of a row of cells. */
function colorsOf(
  cells: usize,
  gridWidth: i32,
  y: usize,
  u: usize,
  v: usize,
  fallbackY: f32,
  fallbackU: f32,
  fallbackV: f32,
): void {
  for (let i = 0; i < gridWidth; i += 4) {
    const a = v128.load(cells + CELL * i);
    const b = v128.load(cells + CELL * i, 16);
    const c = v128.load(cells + CELL * i, 32);
    const d = v128.load(cells + CELL * i, 48);
    const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7);
    const weight = i64x2.shuffle(ab1, cd1, 1, 3);
    const enough = f32x4.ge(weight, f32x4.splat(<f32>1e-4));
    const factor = f32x4.div(f32x4.splat(<f32>(1 << POINT)), weight);
    v128.store64_lane(y + 2 * i, fourColors(i64x2.shuffle(ab0, cd0, 0, 2), factor, enough, fallbackY), 0);
    v128.store64_lane(u + 2 * i, fourColors(i64x2.shuffle(ab0, cd0, 1, 3), factor, enough, fallbackU), 0);
    v128.store64_lane(v + 2 * i, fourColors(i64x2.shuffle(ab1, cd1, 0, 2), factor, enough, fallbackV), 0);
  }
  padColors(y, gridWidth);
  padColors(u, gridWidth);
  padColors(v, gridWidth);
}

/** Spreads a row of colours over blocks of eight pixels. */
function spreadRow(colors: usize, blocks: i32, shift: i32, table: usize, target: usize): void {
  for (let block = 0; block < blocks; block++) {
    const entry = table + BLOCK * (block & (BLOCKS - 1));
    const cells = v128.load(colors + 2 * cellBefore(8 * block, shift));
    const left = i8x16.swizzle(cells, v128.load(entry, LEFT));
    const right = i8x16.swizzle(cells, v128.load(entry, RIGHT));
    v128.store(target, lerp(left, right, v128.load(entry, WEIGHT)));
    target += 16;
  }
}

/** Eight samples between two rows, rounded. */
function lerpSamples(upper: usize, lower: usize, weight: v128): v128 {
  const mixed = lerp(v128.load(upper), v128.load(lower), weight);
  return i16x8.shr_u(i16x8.add(mixed, i16x8.splat(HALF)), POINT);
}

/**
 * Spreads the colours of all cells over a plane.
 *
 * @param side - The side of a tile in this plane: 16 or 8.
 * @param shift - Cells are `2 ** shift` samples of this plane wide.
 * @param rows - Room for two rows of colours spread over `side * across` samples.
 */
function spreadPlane(
  colors: usize,
  gridWidth: i32,
  gridHeight: i32,
  shift: i32,
  tiles: usize,
  across: i32,
  side: i32,
  plane: usize,
  stride: i32,
  height: i32,
  table: usize,
  rows: usize,
): void {
  const size = 1 << shift;
  const blocks = (across * side) >> 3;
  prepareBlocks(table, shift);
  let upper = rows;
  let lower = rows;
  let other = rows + 16 * blocks;
  spreadRow(colors, blocks, shift, table, lower);
  for (let cell = -1; cell < gridHeight; cell++) {
    // From the centres of one row of cells to those of the next.
    if (cell >= 0) {
      upper = lower;
      if (cell + 1 < gridHeight) {
        lower = other;
        other = upper;
        colors += colorRow(gridWidth);
        spreadRow(colors, blocks, shift, table, lower);
      }
    }
    const top = max(0, cell * size + (size >> 1));
    const bottom = min(height, (cell + 1) * size + (size >> 1));
    for (let row = top; row < bottom; row++) {
      const distance = (2 * row + 1 - size) & (2 * size - 1);
      const weight = i16x8.splat(<i16>(distance << (14 - shift)));
      const rowTiles = tiles + (side === TILE ? row >> 4 : row >> 3) * across;
      const target = plane + row * stride;
      for (let tile = 0; tile < across; tile++) {
        if (load<u8>(rowTiles + tile) === <u8>FOREGROUND) continue;
        if (side === TILE) {
          const at = 32 * tile;
          const left = lerpSamples(upper + at, lower + at, weight);
          const right = lerpSamples(upper + at + 16, lower + at + 16, weight);
          v128.store(target + 16 * tile, i8x16.narrow_i16x8_u(left, right));
        } else {
          const at = 16 * tile;
          const samples = lerpSamples(upper + at, lower + at, weight);
          v128.store64_lane(target + 8 * tile, i8x16.narrow_i16x8_u(samples, samples), 0);
        }
      }
    }
  }
}

/**
 * The blur's third step: the cells' means (the fallback colour where hardly any background is near) interpolated to
 * full size. What the planes contain in tiles marked 255 is undefined afterwards.
 *
 * @param shift - As in `blurGather`.
 * @param width - Of the luma plane.
 * @param height - Of the luma plane.
 * @param scratch - `blurSpreadScratch` bytes.
 */
export function blurSpread(
  cells: usize,
  shift: i32,
  tiles: usize,
  frame: Frame,
  fallbackY: f32,
  fallbackU: f32,
  fallbackV: f32,
  scratch: usize,
): void {
  const y = frame.y.data;
  const u = frame.u.data;
  const v = frame.v.data;
  const strideY = frame.y.stride;
  const strideC = frame.u.stride;
  const width = frame.y.width;
  const height = frame.y.height;
  const gridWidth = (width + (1 << shift) - 1) >> shift;
  const gridHeight = (height + (1 << shift) - 1) >> shift;
  const across = tilesAlong(width);
  const chromaHeight = (height + 1) >> 1;
  // Scratch: how blocks are made; two rows of spread colours; the colours of all cells, plane by plane.
  const table = scratch;
  const rows = table + BLOCKS * BLOCK;
  const colorBytes = colorRow(gridWidth) * gridHeight;
  const colorsY = rows + 4 * TILE * across + 16;
  const colorsU = colorsY + colorBytes;
  const colorsV = colorsU + colorBytes;
  for (let row = 0; row < gridHeight; row++) {
    const at = row * colorRow(gridWidth);
    colorsOf(
      cells + CELL * gridWidth * row,
      gridWidth,
      colorsY + at,
      colorsU + at,
      colorsV + at,
      fallbackY,
      fallbackU,
      fallbackV,
    );
  }
  spreadPlane(colorsY, gridWidth, gridHeight, shift, tiles, across, 16, y, strideY, height, table, rows);
  spreadPlane(
    colorsU,
    gridWidth,
    gridHeight,
    shift - 1,
    tiles,
    across,
    8,
    u,
    strideC,
    chromaHeight,
    table,
    rows,
  );
  spreadPlane(
    colorsV,
    gridWidth,
    gridHeight,
    shift - 1,
    tiles,
    across,
    8,
    v,
    strideC,
    chromaHeight,
    table,
    rows,
  );
}
