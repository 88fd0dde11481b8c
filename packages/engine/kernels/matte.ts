// Guided upsampling: from the coefficients' grid to the matte at full size. Defined by matte.reference.ts.
import { Frame, Grid, Matte } from './structs';
import { BACKGROUND, classifyTiles, FOREGROUND, kindOf, MIXED, runEnd, TILE, tilesAlong } from './tiles';

/** Bytes of one cell's coefficients. */
const CELL: i32 = 16;

/** What is known of each of a tile's rows of pixels. */
const ROW_CELLS: usize = 0;
const ROW_FRACTION: usize = 4;
const ROW_STEP: usize = 8;
const ROW_BYTES: i32 = 16;

/** The first pixel whose centre lies at or behind `origin`. */
function firstInside(origin: f64): i32 {
  return i32(ceil(origin - 0.5));
}

/** The last pixel whose centre lies before `origin + length`. */
function lastInside(origin: f64, length: f64): i32 {
  return i32(ceil(origin + length - 0.5)) - 1;
}

/** Where a pixel's centre lies between cells' centres: 1.25 is a quarter of the way from cell 1 to cell 2. */
function cellPosition(pixel: i32, origin: f64, scale: f64): f64 {
  return (pixel + 0.5 - origin) * scale - 0.5;
}

/** How many cells wide a grid can be that `classify` takes. */
const MAX_COLUMNS: i32 = 4096;
/** For each column of cells, whether one that has an influence on the tiles at hand is not 0, and not 1. */
const NOT_ZERO: i32 = 1;
const NOT_ONE: i32 = 2;
const columnFlags: usize = memory.data(4 * (MAX_COLUMNS + 4), 16);

/** Writes the flags of all columns, from the rows `top..bottom`. */
function flagColumns(p: usize, gridWidth: i32, top: i32, bottom: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < 4 * gridWidth; i += 16) {
    let at = p + 4 * top * gridWidth + i;
    let flags = i32x4.splat(0);
    for (let row = top; row <= bottom; row++) {
      const values = v128.load(at);
      const notZero = v128.and(f32x4.ne(values, zero), i32x4.splat(NOT_ZERO));
      const notOne = v128.and(f32x4.ne(values, one), i32x4.splat(NOT_ONE));
      flags = v128.or(flags, v128.or(notZero, notOne));
      at += 4 * gridWidth;
    }
    v128.store(columnFlags + i, flags);
  }
}

/** The flags of the columns `left..right` together. */
function flagsOf(left: i32, right: i32): i32 {
  let flags = 0;
  for (let i = left; i <= right; i++) flags |= load<i32>(columnFlags + 4 * i);
  return flags;
}

/**
 * Classifies the 16x16 tiles of a matte: 0 where it is surely 0, 255 where it is surely 1, 1 (mixed) elsewhere.
 *
 * @param p - Float plane of the grid's cells, at most 4096 in a row. Outside the grid's region the matte is 0.
 * @param matte - Its tiles are written.
 * @param reach - How many cells further a cell of `p` can have an influence (the guided filter's: two radii).
 */
export function classify(p: usize, grid: Grid, matte: Matte, reach: i32): void {
  const gridWidth = grid.width;
  const gridHeight = grid.height;
  const x = grid.region.x;
  const y = grid.region.y;
  const width = grid.region.width;
  const height = grid.region.height;
  const frameWidth = matte.mixture.width;
  const frameHeight = matte.mixture.height;
  let tiles = matte.tiles;
  if (gridWidth > MAX_COLUMNS) unreachable();
  const scaleX = f64(gridWidth) / width;
  const scaleY = f64(gridHeight) / height;
  const leftmost = firstInside(x);
  const rightmost = lastInside(x, width);
  const topmost = firstInside(y);
  const bottommost = lastInside(y, height);
  for (let tileTop = 0; tileTop < frameHeight; tileTop += TILE) {
    const tileBottom = min(tileTop + TILE, frameHeight) - 1;
    const top = max(tileTop, topmost);
    const bottom = min(tileBottom, bottommost);
    const wholeRows = top === tileTop && bottom === tileBottom;
    const firstRow = max(0, i32(floor(cellPosition(top, y, scaleY))) - reach);
    const lastRow = min(gridHeight - 1, i32(floor(cellPosition(bottom, y, scaleY))) + 1 + reach);
    if (top <= bottom) flagColumns(p, gridWidth, firstRow, lastRow);
    for (let tileLeft = 0; tileLeft < frameWidth; tileLeft += TILE) {
      const tileRight = min(tileLeft + TILE, frameWidth) - 1;
      const left = max(tileLeft, leftmost);
      const right = min(tileRight, rightmost);
      let kind = BACKGROUND;
      if (top <= bottom && left <= right) {
        const firstColumn = max(0, i32(floor(cellPosition(left, x, scaleX))) - reach);
        const lastColumn = min(gridWidth - 1, i32(floor(cellPosition(right, x, scaleX))) + 1 + reach);
        const whole = wholeRows && left === tileLeft && right === tileRight;
        const flags = flagsOf(firstColumn, lastColumn);
        kind = !(flags & NOT_ZERO) ? BACKGROUND : whole && !(flags & NOT_ONE) ? FOREGROUND : MIXED;
      }
      store<u8>(tiles++, <u8>kind);
    }
  }
}

/**
 * The coefficients of four columns in one row of cells, between the cells to the left and to the right of each; one of
 * the four columns.
 */
function betweenColumns(cells: usize, cellStep: i32, offset: i32, fraction: v128): v128 {
  const left = v128.load(cells + offset);
  const right = v128.load(cells + offset + cellStep);
  return f32x4.add(left, f32x4.mul(fraction, f32x4.sub(right, left)));
}

/**
 * Alphas of four columns of pixels, from `row` to `endRow` of a tile, rows that lie between the same two rows of cells.
 *
 * @param x - Of the first column.
 * @param cells - The upper row of cells.
 * @param rowStep - Bytes to the lower one.
 * @param fraction - How far the first row is from the upper cells' centres.
 * @param step - By how much that grows from a row of pixels to the next.
 * @param low - Where the curve begins.
 * @param inverse - 1 / how long it is.
 */
function matteColumns(
  y: usize,
  u: usize,
  v: usize,
  strideY: i32,
  strideC: i32,
  alpha: usize,
  alphaStride: i32,
  row: i32,
  endRow: i32,
  offsets: usize,
  fractions: usize,
  cells: usize,
  cellStep: i32,
  rowStep: i32,
  fraction: v128,
  step: v128,
  low: v128,
  inverse: v128,
): void {
  const offset0 = load<i32>(offsets);
  const offset1 = load<i32>(offsets, 4);
  const offset2 = load<i32>(offsets, 8);
  const offset3 = load<i32>(offsets, 12);
  const fraction0 = v128.load32_splat(fractions);
  const fraction1 = v128.load32_splat(fractions, 4);
  const fraction2 = v128.load32_splat(fractions, 8);
  const fraction3 = v128.load32_splat(fractions, 12);
  const lower = cells + rowStep;
  let a = betweenColumns(cells, cellStep, offset0, fraction0);
  let b = betweenColumns(cells, cellStep, offset1, fraction1);
  let c = betweenColumns(cells, cellStep, offset2, fraction2);
  let d = betweenColumns(cells, cellStep, offset3, fraction3);
  let ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  let cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  let aY = i64x2.shuffle(ab, cd, 0, 2);
  let aU = i64x2.shuffle(ab, cd, 1, 3);
  ab = i32x4.shuffle(a, b, 2, 6, 3, 7);
  cd = i32x4.shuffle(c, d, 2, 6, 3, 7);
  let aV = i64x2.shuffle(ab, cd, 0, 2);
  let constant = i64x2.shuffle(ab, cd, 1, 3);
  a = betweenColumns(lower, cellStep, offset0, fraction0);
  b = betweenColumns(lower, cellStep, offset1, fraction1);
  c = betweenColumns(lower, cellStep, offset2, fraction2);
  d = betweenColumns(lower, cellStep, offset3, fraction3);
  ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  let stepY = f32x4.mul(inverse, f32x4.sub(i64x2.shuffle(ab, cd, 0, 2), aY));
  let stepU = f32x4.mul(inverse, f32x4.sub(i64x2.shuffle(ab, cd, 1, 3), aU));
  ab = i32x4.shuffle(a, b, 2, 6, 3, 7);
  cd = i32x4.shuffle(c, d, 2, 6, 3, 7);
  let stepV = f32x4.mul(inverse, f32x4.sub(i64x2.shuffle(ab, cd, 0, 2), aV));
  let stepConstant = f32x4.mul(inverse, f32x4.sub(i64x2.shuffle(ab, cd, 1, 3), constant));

  // What is multiplied by the samples is the coefficients on the curve's scale, 0 where it begins and 1 where it ends.
  aY = f32x4.add(f32x4.mul(inverse, aY), f32x4.mul(stepY, fraction));
  aU = f32x4.add(f32x4.mul(inverse, aU), f32x4.mul(stepU, fraction));
  aV = f32x4.add(f32x4.mul(inverse, aV), f32x4.mul(stepV, fraction));
  constant = f32x4.add(f32x4.mul(inverse, f32x4.sub(constant, low)), f32x4.mul(stepConstant, fraction));
  stepY = f32x4.mul(stepY, step);
  stepU = f32x4.mul(stepU, step);
  stepV = f32x4.mul(stepV, step);
  stepConstant = f32x4.mul(stepConstant, step);

  // Four luma samples to four lanes, and two chroma samples to two lanes each.
  const lumaLanes = i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, 3, -1, -1, -1);
  const chromaLanes = i8x16(0, -1, -1, -1, 0, -1, -1, -1, 1, -1, -1, -1, 1, -1, -1, -1);
  y += row * strideY;
  alpha += row * alphaStride;
  for (; row < endRow; row++) {
    const chroma = (row >> 1) * strideC;
    const luma = f32x4.convert_i32x4_s(i8x16.swizzle(v128.load32_splat(y), lumaLanes));
    const cb = f32x4.convert_i32x4_s(i8x16.swizzle(v128.load16_splat(u + chroma), chromaLanes));
    const cr = f32x4.convert_i32x4_s(i8x16.swizzle(v128.load16_splat(v + chroma), chromaLanes));
    const q = f32x4.add(
      f32x4.add(f32x4.mul(aY, luma), f32x4.mul(aU, cb)),
      f32x4.add(f32x4.mul(aV, cr), constant),
    );
    // NaN gives 0: fail closed, the camera background stays hidden.
    const t = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), q));
    const smooth = f32x4.mul(f32x4.mul(t, t), f32x4.sub(f32x4.splat(765), f32x4.mul(t, f32x4.splat(510))));
    // Adding 2^23 leaves no bits for fractions: the whole number is in the lowest byte.
    const bits = f32x4.add(smooth, f32x4.splat(8388608));
    v128.store32_lane(alpha, i8x16.swizzle(bits, i8x16(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), 0);
    aY = f32x4.add(aY, stepY);
    aU = f32x4.add(aU, stepU);
    aV = f32x4.add(aV, stepV);
    constant = f32x4.add(constant, stepConstant);
    y += strideY;
    alpha += alphaStride;
  }
}

/** Sets alphas of a tile to 0 outside the columns `left..right` and the rows `top..bottom`. */
function clearOutside(
  alpha: usize,
  stride: i32,
  left: i32,
  right: i32,
  top: i32,
  bottom: i32,
  rows: i32,
): void {
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const columns = v128.and(
    i8x16.ge_s(lanes, i8x16.splat(<i8>max(left, 0))),
    i8x16.le_s(lanes, i8x16.splat(<i8>min(right, TILE))),
  );
  for (let row = 0; row < rows; row++) {
    const inside = row >= top && row <= bottom;
    v128.store(alpha, inside ? v128.and(v128.load(alpha), columns) : i8x16.splat(0));
    alpha += stride;
  }
}

/**
 * The matte at full size: in mixed tiles the guided filter's coefficients, interpolated and applied to the frame, then
 * `smoothstep(low, high)`; the other tiles filled with 0 or 255. Mixed tiles that turn out flat are reclassified.
 *
 * @param coefficients - Of the grid's cells.
 * @param matte - Its mixture is written, and so are its tiles, which are classified already.
 * @param scratch - `matteScratch` bytes.
 */
export function matte(
  frame: Frame,
  coefficients: usize,
  grid: Grid,
  matte: Matte,
  low: f32,
  high: f32,
  scratch: usize,
): void {
  let y = frame.y.data;
  let u = frame.u.data;
  let v = frame.v.data;
  const strideY = frame.y.stride;
  const strideC = frame.u.stride;
  const frameWidth = frame.y.width;
  const frameHeight = frame.y.height;
  const gridWidth = grid.width;
  const gridHeight = grid.height;
  const left = grid.region.x;
  const top = grid.region.y;
  const width = grid.region.width;
  const height = grid.region.height;
  let alpha = matte.mixture.data;
  const alphaStride = matte.mixture.stride;
  let tiles = matte.tiles;
  const across = tilesAlong(frameWidth);
  const scaleX = f64(gridWidth) / width;
  const scaleY = f64(gridHeight) / height;
  const leftmost = firstInside(left);
  const rightmost = lastInside(left, width);
  const topmost = firstInside(top);
  const bottommost = lastInside(top, height);
  const lows = f32x4.splat(low);
  const inverse = f32x4.splat(<f32>1 / max(high - low, <f32>1e-6));

  // A grid of one column or row has no second one to go to.
  const cellStep = gridWidth > 1 ? CELL : 0;
  const rowStep = gridHeight > 1 ? CELL * gridWidth : 0;

  // For each column of pixels, the cell to the left and how far it is from there; the outermost cells go on outwards.
  const offsets = scratch;
  const fractions = offsets + 4 * across * TILE;
  const rowTable = fractions + 4 * across * TILE;
  for (let x = 0; x < across * TILE; x++) {
    const position = min(max(cellPosition(x, left, scaleX), 0), gridWidth - 1);
    const cell = min(i32(position), max(0, gridWidth - 2));
    store<i32>(offsets + 4 * x, CELL * cell);
    store<f32>(fractions + 4 * x, <f32>(position - cell));
  }

  for (let tileTop = 0; tileTop < frameHeight; tileTop += TILE) {
    const rows = min(TILE, frameHeight - tileTop);
    for (let row = 0; row < rows; row++) {
      const unclamped = cellPosition(tileTop + row, top, scaleY);
      const position = min(max(unclamped, 0), gridHeight - 1);
      const cell = min(i32(position), max(0, gridHeight - 2));
      const entry = rowTable + row * ROW_BYTES;
      store<usize>(entry, coefficients + CELL * gridWidth * cell, ROW_CELLS);
      store<f32>(entry, <f32>(position - cell), ROW_FRACTION);
      store<f32>(entry, position === unclamped ? <f32>scaleY : <f32>0, ROW_STEP);
    }

    let begin = 0;
    while (begin < across) {
      const kind = i32(load<u8>(tiles + begin));
      if (kind === BACKGROUND || kind === FOREGROUND) {
        const end = runEnd(tiles, begin, across, kind);
        let at = alpha + begin * TILE;
        for (let row = 0; row < rows; row++) {
          memory.fill(at, <u8>kind, (end - begin) * TILE);
          at += alphaStride;
        }
        begin = end;
        continue;
      }

      const x = begin * TILE;
      let row = 0;
      while (row < rows) {
        const entry = rowTable + row * ROW_BYTES;
        const cells = load<usize>(entry, ROW_CELLS);
        const step = load<f32>(entry, ROW_STEP);
        let end = row + 1;
        for (let next = entry + ROW_BYTES; end < rows; end++) {
          if (load<usize>(next, ROW_CELLS) !== cells || load<f32>(next, ROW_STEP) !== step) break;
          next += ROW_BYTES;
        }
        for (let column = x; column < x + TILE; column += 4) {
          matteColumns(
            y + column,
            u + (column >> 1),
            v + (column >> 1),
            strideY,
            strideC,
            alpha + column,
            alphaStride,
            row,
            end,
            offsets + 4 * column,
            fractions + 4 * column,
            cells,
            cellStep,
            rowStep,
            v128.load32_splat(entry, ROW_FRACTION),
            f32x4.splat(step),
            lows,
            inverse,
          );
        }
        row = end;
      }
      const columns = min(TILE, frameWidth - x);
      if (
        x < leftmost ||
        x + columns - 1 > rightmost ||
        tileTop < topmost ||
        tileTop + rows - 1 > bottommost
      ) {
        clearOutside(
          alpha + x,
          alphaStride,
          min(leftmost - x, TILE),
          max(rightmost - x, -1),
          topmost - tileTop,
          bottommost - tileTop,
          rows,
        );
      }
      store<u8>(tiles + begin, kindOf(alpha + x, alphaStride, columns, rows));
      begin++;
    }
    y += TILE * strideY;
    u += (TILE / 2) * strideC;
    v += (TILE / 2) * strideC;
    alpha += TILE * alphaStride;
    tiles += across;
  }
}

/**
 * A mask without soft edges: 255 where the nearest cell of `p` is at least `threshold`, 0 elsewhere and outside the
 * grid's region.
 *
 * @param p - Float plane of the grid's cells.
 * @param matte - Its mixture and its tiles are written.
 */
export function hardMask(p: usize, grid: Grid, threshold: f32, matte: Matte): void {
  const gridWidth = grid.width;
  const gridHeight = grid.height;
  const x = grid.region.x;
  const y = grid.region.y;
  const width = grid.region.width;
  const height = grid.region.height;
  const frameWidth = matte.mixture.width;
  const frameHeight = matte.mixture.height;
  const alpha = matte.mixture.data;
  const alphaStride = matte.mixture.stride;
  const scaleX = f64(gridWidth) / width;
  const scaleY = f64(gridHeight) / height;
  const left = max(0, firstInside(x));
  const right = min(frameWidth - 1, lastInside(x, width));
  const top = max(0, firstInside(y));
  const bottom = min(frameHeight - 1, lastInside(y, height));
  let before = -1;
  for (let row = 0; row < frameHeight; row++) {
    const target = alpha + row * alphaStride;
    const cellRow = min(gridHeight - 1, i32((row + 0.5 - y) * scaleY));
    if (row < top || row > bottom || left > right) {
      memory.fill(target, 0, frameWidth);
    } else if (cellRow === before) {
      memory.copy(target, target - alphaStride, frameWidth);
    } else {
      before = cellRow;
      const cells = p + 4 * cellRow * gridWidth;
      memory.fill(target, 0, frameWidth);
      for (let column = left; column <= right; column++) {
        const cell = min(gridWidth - 1, i32((column + 0.5 - x) * scaleX));
        store<u8>(target + column, load<f32>(cells + 4 * cell) >= threshold ? 255 : 0);
      }
    }
  }
  classifyTiles(matte.mixture, matte.tiles);
}
