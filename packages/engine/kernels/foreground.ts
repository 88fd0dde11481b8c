// The colours of person and camera background near the person's edge. Defined by foreground.reference.ts.
import { COLORS_START, colorRow, LARGEST, padColors } from './interpolation';
import { Frame, Matte } from './structs';
import { addPairs, repeatLast, windowCount } from './sums';
import { dilate, FOREGROUND, findNearMixed, MIXED, TILE, tilesAlong } from './tiles';

/**
 * A cell: two vectors of whole numbers, the means over its chroma samples times 16, in units of 1 / (255 * 1020): alpha
 * times Y, U, V, and alpha; then Y, U, V, and alpha squared.
 */
const CELL: i32 = 32;
/** What 1 is in a cell. */
const UNIT: i32 = 16 * 255 * 1020;

// --- Gathering -----------------------------------------------------------------------------------------------------

function storeMean(sums: v128, scale: f32, cell: usize): void {
  const mean = f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.splat(scale));
  v128.store(cell, i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(mean, f32x4.splat(0.5)))));
}

/**
 * Writes one of the two vectors of a tile's cells in a row of cells.
 *
 * @param y - The sums of four pairs of columns; so `u`, `v`, `w`.
 * @param columns - Chroma columns that lie in the frame, from the tile's first.
 * @param share - 16 / chroma rows.
 */
function storeCells(
  y: v128,
  u: v128,
  v: v128,
  w: v128,
  shift: i32,
  columns: i32,
  share: f32,
  cell: usize,
): void {
  const yu0 = i32x4.shuffle(y, u, 0, 4, 1, 5);
  const yu1 = i32x4.shuffle(y, u, 2, 6, 3, 7);
  const vw0 = i32x4.shuffle(v, w, 0, 4, 1, 5);
  const vw1 = i32x4.shuffle(v, w, 2, 6, 3, 7);
  const a = i64x2.shuffle(yu0, vw0, 0, 2);
  const b = i64x2.shuffle(yu0, vw0, 1, 3);
  const c = i64x2.shuffle(yu1, vw1, 0, 2);
  const d = i64x2.shuffle(yu1, vw1, 1, 3);
  if (shift === 2) {
    storeMean(a, share / <f32>min(2, columns), cell);
    if (columns > 2) storeMean(b, share / <f32>min(2, columns - 2), cell + CELL);
    if (columns > 4) storeMean(c, share / <f32>min(2, columns - 4), cell + 2 * CELL);
    if (columns > 6) storeMean(d, share / <f32>min(2, columns - 6), cell + 3 * CELL);
  } else if (shift === 3) {
    storeMean(i32x4.add(a, b), share / <f32>min(4, columns), cell);
    if (columns > 4) storeMean(i32x4.add(c, d), share / <f32>min(4, columns - 4), cell + CELL);
  } else {
    storeMean(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)), share / <f32>min(8, columns), cell);
  }
}

/**
 * Gathers a tile's cells in one row of cells.
 *
 * @param rows - Chroma rows.
 * @param twice - Whether the last of them has only one luma row, which counts twice.
 * @param kind - The tile's.
 * @param columns - Chroma columns that lie in the frame.
 */
function gather(
  y: usize,
  u: usize,
  v: usize,
  strideY: i32,
  strideC: i32,
  alpha: usize,
  alphaStride: i32,
  rows: i32,
  twice: bool,
  kind: i32,
  columns: i32,
  shift: i32,
  cell: usize,
): void {
  const zero = i16x8.splat(0);
  const share = <f32>16 / <f32>rows;
  const visible = i16x8.gt_s(i16x8.splat(<i16>columns), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
  let sumY = zero;
  let sumU = zero;
  let sumV = zero;
  let sumA = zero;
  let y0 = zero;
  let y1 = zero;
  let u0 = zero;
  let u1 = zero;
  let v0 = zero;
  let v1 = zero;
  let a0 = zero;
  let a1 = zero;
  for (let row = 0; row < rows; row++) {
    const only = twice && row === rows - 1;
    const luma = v128.and(
      visible,
      i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(y)),
        i16x8.extadd_pairwise_i8x16_u(v128.load(only ? y : y + strideY)),
      ),
    );
    const cb = v128.and(visible, v128.load_ext<u8>(u));
    const cr = v128.and(visible, v128.load_ext<u8>(v));
    sumY = i16x8.add(sumY, luma);
    sumU = i16x8.add(sumU, cb);
    sumV = i16x8.add(sumV, cr);
    if (kind === MIXED) {
      const four = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(alpha)),
        i16x8.extadd_pairwise_i8x16_u(v128.load(only ? alpha : alpha + alphaStride)),
      );
      const a = v128.and(visible, i16x8.shr_u(i16x8.add(four, i16x8.splat(2)), 2));
      sumA = i16x8.add(sumA, a);
      y0 = i32x4.add(y0, i32x4.extmul_low_i16x8_u(luma, a));
      y1 = i32x4.add(y1, i32x4.extmul_high_i16x8_u(luma, a));
      u0 = i32x4.add(u0, i32x4.extmul_low_i16x8_u(cb, a));
      u1 = i32x4.add(u1, i32x4.extmul_high_i16x8_u(cb, a));
      v0 = i32x4.add(v0, i32x4.extmul_low_i16x8_u(cr, a));
      v1 = i32x4.add(v1, i32x4.extmul_high_i16x8_u(cr, a));
      a0 = i32x4.add(a0, i32x4.extmul_low_i16x8_u(a, a));
      a1 = i32x4.add(a1, i32x4.extmul_high_i16x8_u(a, a));
    }
    y += 2 * strideY;
    alpha += 2 * alphaStride;
    u += strideC;
    v += strideC;
  }
  const one = i16x8.splat(255);
  const four = i16x8.splat(1020);
  const allY = addPairs(i32x4.extmul_low_i16x8_u(sumY, one), i32x4.extmul_high_i16x8_u(sumY, one));
  const allU = addPairs(i32x4.extmul_low_i16x8_u(sumU, four), i32x4.extmul_high_i16x8_u(sumU, four));
  const allV = addPairs(i32x4.extmul_low_i16x8_u(sumV, four), i32x4.extmul_high_i16x8_u(sumV, four));
  if (kind === MIXED) {
    const alphas = addPairs(i32x4.extmul_low_i16x8_u(sumA, four), i32x4.extmul_high_i16x8_u(sumA, four));
    const squares = i32x4.shl(addPairs(a0, a1), 2);
    storeCells(
      addPairs(y0, y1),
      i32x4.shl(addPairs(u0, u1), 2),
      i32x4.shl(addPairs(v0, v1), 2),
      alphas,
      shift,
      columns,
      share,
      cell,
    );
    storeCells(allY, allU, allV, squares, shift, columns, share, cell + 16);
  } else {
    const whole = kind === FOREGROUND ? -1 : 0;
    const counted = i32x4.splat(rows * 1020 * 255);
    const inFrame = addPairs(
      v128.and(counted, i32x4.extend_low_i16x8_s(visible)),
      v128.and(counted, i32x4.extend_high_i16x8_s(visible)),
    );
    const keep = i32x4.splat(whole);
    const alphas = v128.and(keep, inFrame);
    storeCells(
      v128.and(keep, allY),
      v128.and(keep, allU),
      v128.and(keep, allV),
      alphas,
      shift,
      columns,
      share,
      cell,
    );
    storeCells(allY, allU, allV, alphas, shift, columns, share, cell + 16);
  }
}

/** Cells of a flat tile, all black. */
function flatten(cell: usize, count: i32, isPerson: bool): void {
  const values = i32x4(0, 0, 0, isPerson ? UNIT : 0);
  for (let i = 0; i < 2 * count; i++) v128.store(cell + 16 * i, values);
}

// --- Solving -------------------------------------------------------------------------------------------------------

/** Adds a row of cells to the sums of columns. */
function addRow(sums: usize, cells: usize, bytes: i32): void {
  for (let i = 0; i < bytes; i += 16) {
    v128.store(sums + i, i32x4.add(v128.load(sums + i), v128.load(cells + i)));
  }
}

/** Takes a row of cells away from the sums of columns. */
function subtractRow(sums: usize, cells: usize, bytes: i32): void {
  for (let i = 0; i < bytes; i += 16) {
    v128.store(sums + i, i32x4.sub(v128.load(sums + i), v128.load(cells + i)));
  }
}

/** The fourth lane in all of them. */
function last(values: v128): v128 {
  return i32x4.shuffle(values, values, 3, 3, 3, 3);
}

function toFloat(values: v128): v128 {
  return f32x4.convert_i32x4_s(values);
}

/** Writes three colours of a cell as 16-bit numbers, one to each plane. */
function storeColor(color: v128, at: usize, planeBytes: i32): void {
  const inRange = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), color));
  const values = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(inRange, f32x4.splat(LARGEST))));
  store<u16>(at, <u16>i32x4.extract_lane(values, 0));
  store<u16>(at + 2 * planeBytes, <u16>i32x4.extract_lane(values, 1));
  store<u16>(at + 4 * planeBytes, <u16>i32x4.extract_lane(values, 2));
}

/** The two colours that {@link solve} found. */
let person: v128 = i32x4.splat(0);
let background: v128 = i32x4.splat(0);

/**
 * Makes the colours fit a window, held to what they are.
 *
 * @param a - The sums over the window of the first of each cell's vectors.
 * @param t - Of the second.
 * @param one - What alpha 1 everywhere would sum up to.
 */
function solve(a: v128, t: v128, one: i32, hold: v128): void {
  const share = f32x4.splat(<f32>1 / <f32>one);
  const alphas = last(a);
  const squares = last(t);
  const both = i32x4.sub(alphas, squares);
  const rest = i32x4.sub(i32x4.sub(i32x4.splat(one), alphas), both);
  const p = f32x4.add(f32x4.mul(share, toFloat(squares)), hold);
  const q = f32x4.add(f32x4.mul(share, toFloat(rest)), hold);
  const o = f32x4.mul(share, toFloat(both));
  const x = f32x4.add(f32x4.mul(share, toFloat(a)), f32x4.mul(hold, person));
  const y = f32x4.add(f32x4.mul(share, toFloat(i32x4.sub(t, a))), f32x4.mul(hold, background));
  const inverse = f32x4.div(f32x4.splat(1), f32x4.sub(f32x4.mul(p, q), f32x4.mul(o, o)));
  person = f32x4.mul(inverse, f32x4.sub(f32x4.mul(q, x), f32x4.mul(o, y)));
  background = f32x4.mul(inverse, f32x4.sub(f32x4.mul(p, y), f32x4.mul(o, x)));
}

/** Begins with the means of a window, weighted by alpha and by 1 - alpha. */
function takeMeans(a: v128, t: v128, one: i32): void {
  const lanes = i32x4(-1, -1, -1, 0);
  const zero = i32x4.splat(0);
  const rest = i32x4.sub(v128.bitselect(t, i32x4.splat(one), lanes), a);
  const mean = f32x4.div(toFloat(t), f32x4.splat(<f32>one));
  const personWeight = last(a);
  const backgroundWeight = last(rest);
  const personMean = f32x4.div(toFloat(a), toFloat(personWeight));
  const backgroundMean = f32x4.div(toFloat(rest), toFloat(backgroundWeight));
  person = v128.bitselect(personMean, mean, i32x4.gt_s(personWeight, zero));
  background = v128.bitselect(backgroundMean, mean, i32x4.gt_s(backgroundWeight, zero));
}

/**
 * The colours of person and camera background around the person's edge.
 *
 * @param alpha - How much of each pixel is the person's.
 * @param shift - 2 to 4: cells are `2 ** shift` luma pixels wide.
 * @param radius - Of the wide window, 1 to 10 cells.
 * @param hold - How much the colours are held to the means of the wide window; above 0.
 * @param colors - Receives six planes of colours, `colorsBytes(..., 6)` bytes: Y of person and background, then U, then V. They
 * are defined for cells in tiles next to which (or in which) one is mixed.
 * @param openness - Receives how much of the wide window around each cell is not the person's: 16 bits each, 32767 is all;
 * 0 for cells far from any edge. 0 (no pointer) if it is not needed.
 * @param scratch - `foregroundScratch` bytes.
 */
export function foreground(
  frame: Frame,
  matte: Matte,
  shift: i32,
  radius: i32,
  hold: f32,
  colors: usize,
  openness: usize,
  scratch: usize,
): void {
  const y = frame.y.data;
  const u = frame.u.data;
  const v = frame.v.data;
  const strideY = frame.y.stride;
  const strideC = frame.u.stride;
  const width = frame.y.width;
  const height = frame.y.height;
  const alpha = matte.mixture.data;
  const alphaStride = matte.mixture.stride;
  const tiles = matte.tiles;
  const across = tilesAlong(width);
  const down = tilesAlong(height);
  const gridWidth = (width + (1 << shift) - 1) >> shift;
  const gridHeight = (height + (1 << shift) - 1) >> shift;
  const rowBytes = colorRow(gridWidth);
  const planeBytes = rowBytes * gridHeight;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  colors += COLORS_START;

  // The tiles at which there is something to do, and the rectangle that holds them.
  const near = scratch;
  findNearMixed(tiles, across, down, near);
  let left = across;
  let right = -1;
  let top = down;
  let bottom = -1;
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      if (load<u8>(near + row * across + column)) {
        left = min(left, column);
        right = max(right, column);
        top = min(top, row);
        bottom = max(bottom, row);
      }
    }
  }
  if (openness) memory.fill(openness, 0, 2 * gridWidth * gridHeight);
  if (right < 0) return;

  // Its cells, and all that are in one of their windows; where the light is to know of the edge from afar, in two.
  const reach = openness ? 2 * radius : radius;
  const perTile = 4 - shift;
  const firstColumn = max(0, (left << perTile) - reach);
  const lastColumn = min(gridWidth, ((right + 1) << perTile) + reach);
  const firstRow = max(0, (top << perTile) - reach);
  const lastRow = min(gridHeight, ((bottom + 1) << perTile) + reach);

  // The colours only matter where a window reaches.
  const wanted = near + across * down;
  memory.copy(wanted, near, across * down);
  dilate(wanted, across, down, (radius + (1 << perTile) - 1) >> perTile);

  const sums = scratch + ((2 * across * down + 15) & ~15);
  const cells = sums + CELL * (gridWidth + 4);
  const cellRow = CELL * gridWidth;
  const band = (1 << shift) >> 1;
  for (let row = firstRow; row < lastRow; row++) {
    const chromaTop = row * band;
    const rows = min(band, chromaHeight - chromaTop);
    const twice = 2 * (chromaTop + rows) > height;
    const rowY = y + 2 * chromaTop * strideY;
    const rowAlpha = alpha + 2 * chromaTop * alphaStride;
    if (width & 1) {
      const lumaRows = min(2 * rows, height - 2 * chromaTop);
      repeatLast(rowY, strideY, width, lumaRows);
      repeatLast(rowAlpha, alphaStride, width, lumaRows);
    }
    for (let tile = firstColumn >> perTile; tile << perTile < lastColumn; tile++) {
      const index = (row >> perTile) * across + tile;
      const cell = cells + row * cellRow + CELL * (tile << perTile);
      if (!load<u8>(wanted + index)) {
        flatten(
          cell,
          min(1 << perTile, gridWidth - (tile << perTile)),
          load<u8>(tiles + index) === <u8>FOREGROUND,
        );
        continue;
      }
      gather(
        rowY + TILE * tile,
        u + chromaTop * strideC + 8 * tile,
        v + chromaTop * strideC + 8 * tile,
        strideY,
        strideC,
        rowAlpha + TILE * tile,
        alphaStride,
        rows,
        twice,
        i32(load<u8>(tiles + index)),
        min(8, chromaWidth - 8 * tile),
        shift,
        cell,
      );
    }
  }

  // Sums of columns follow the window from row to row, and sums of those from column to column.
  const holds = f32x4.splat(hold);
  const columnBytes = CELL * (lastColumn - firstColumn);
  const firstCell = cells + CELL * firstColumn;
  memory.fill(sums, 0, columnBytes);
  for (let row = firstRow; row < min(lastRow, firstRow + radius); row++) {
    addRow(sums, firstCell + row * cellRow, columnBytes);
  }
  for (let row = firstRow; row < lastRow; row++) {
    if (row + radius < lastRow) addRow(sums, firstCell + (row + radius) * cellRow, columnBytes);
    if (row - radius > firstRow) subtractRow(sums, firstCell + (row - radius - 1) * cellRow, columnBytes);
    const count = windowCount(row - firstRow, radius, lastRow - firstRow);
    const nearRows = near + (row >> perTile) * across;
    let begin = firstColumn;
    let end = lastColumn;
    if (!openness) {
      // Only the cells of tiles at which there is something to do.
      let first = left;
      let last = right;
      while (first <= last && !load<u8>(nearRows + first)) first++;
      while (first <= last && !load<u8>(nearRows + last)) last--;
      begin = first << perTile;
      end = min(gridWidth, (last + 1) << perTile);
      if (begin >= end) continue;
    }
    let a = i32x4.splat(0);
    let t = i32x4.splat(0);
    for (
      let column = max(firstColumn, begin - radius - 1);
      column < min(lastColumn, begin + radius);
      column++
    ) {
      const entering = sums + CELL * (column - firstColumn);
      a = i32x4.add(a, v128.load(entering));
      t = i32x4.add(t, v128.load(entering, 16));
    }
    for (let column = begin; column < end; column++) {
      if (column + radius < lastColumn) {
        const entering = sums + CELL * (column + radius - firstColumn);
        a = i32x4.add(a, v128.load(entering));
        t = i32x4.add(t, v128.load(entering, 16));
      }
      if (column - radius > firstColumn) {
        const leaving = sums + CELL * (column - radius - 1 - firstColumn);
        a = i32x4.sub(a, v128.load(leaving));
        t = i32x4.sub(t, v128.load(leaving, 16));
      }
      const one = UNIT * count * windowCount(column - firstColumn, radius, lastColumn - firstColumn);
      if (openness) {
        const open = <f32>(one - i32x4.extract_lane(a, 3)) / <f32>one;
        store<u16>(openness + 2 * (row * gridWidth + column), <u16>nearest(open * 32767));
      }
      if (!load<u8>(nearRows + (column >> perTile))) continue;
      let nearA = i32x4.splat(0);
      let nearT = i32x4.splat(0);
      for (let j = max(0, row - 1); j <= min(gridHeight - 1, row + 1); j++) {
        for (let i = max(0, column - 1); i <= min(gridWidth - 1, column + 1); i++) {
          const cell = cells + j * cellRow + CELL * i;
          nearA = i32x4.add(nearA, v128.load(cell));
          nearT = i32x4.add(nearT, v128.load(cell, 16));
        }
      }
      takeMeans(a, t, one);
      solve(a, t, one, holds);
      solve(nearA, nearT, UNIT * windowCount(row, 1, gridHeight) * windowCount(column, 1, gridWidth), holds);
      storeColor(person, colors + row * rowBytes + 2 * column, planeBytes);
      storeColor(background, colors + row * rowBytes + 2 * column + planeBytes, planeBytes);
    }
  }
  for (let plane = 0; plane < 6; plane++) {
    for (let row = firstRow; row < lastRow; row++)
      padColors(colors + plane * planeBytes + row * rowBytes, gridWidth);
  }
}
