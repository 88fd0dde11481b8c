// A rectangle of a plane at another size, by a box filter. Defined by resample.reference.ts.
//
// Four target rows are made at a time. First each column of the source is summed over the rows of each target row's box,
// giving one vector a column (a lane for each of the four target rows); then these vectors are summed over the columns of
// each target column's box. In both directions a box is: a first sample with a weight, samples in full, a last sample with
// a weight.
import { Plane, Rectangle } from './structs';

/** A row's first and last weights are whole numbers of 1 / 2^14. */
const WEIGHT_BITS: i32 = 14;
const WEIGHT_ONE: f64 = 16384;
/** Sums of so many 8-bit samples fit into 16 bits. */
const ROWS_IN_16_BITS: i32 = 256;
/** Boxes smaller than this have no samples of their own: the nearest one is taken. */
const EMPTY: f64 = 1e-6;

/** What is known of each target row. */
const ROW_FIRST: usize = 0;
const ROW_LAST: usize = 4;
const ROW_WEIGHTS: usize = 8;
const ROW_NORM: usize = 12;
const ROW_BYTES: i32 = 16;

/** What is known of each target column. */
const COLUMN_FIRST: usize = 0;
const COLUMN_LAST: usize = 4;
const COLUMN_FIRST_WEIGHT: usize = 8;
const COLUMN_FULL_WEIGHT: usize = 12;
const COLUMN_LAST_WEIGHT: usize = 16;
const COLUMN_BYTES: i32 = 32;

/** Scratch begins with 16 columns of four target rows, row by row; behind them are all of them, column by column. */
const STRIP_BYTES: i32 = 256;

function clampTo(value: f64, low: f64, high: f64): f64 {
  return min(high, max(low, value));
}

/** One end of a target sample's box. `side` is -0.5 for where it begins and 0.5 for where it ends. */
function boxEnd(index: i32, count: i32, origin: f64, length: f64, planeLength: i32, side: f64): f64 {
  const scale = length / count;
  const low = clampTo(origin, 0, planeLength);
  const high = clampTo(origin + length, 0, planeLength);
  return clampTo(origin + (index + 0.5) * scale + side * max(1.0, scale), low, high);
}

function firstSample(begin: f64, planeLength: i32): i32 {
  return min(i32(floor(begin)), planeLength - 1);
}

function lastSample(begin: f64, end: f64, planeLength: i32): i32 {
  return end - begin < EMPTY ? firstSample(begin, planeLength) : i32(ceil(end)) - 1;
}

/** Writes what `sumRows` needs to know of each target row; up to three more so that there are always four. */
function prepareRows(
  table: usize,
  source: usize,
  stride: i32,
  origin: f64,
  length: f64,
  planeHeight: i32,
  targetHeight: i32,
): void {
  for (let i = 0; i < ((targetHeight + 3) & ~3); i++) {
    const index = min(i, targetHeight - 1);
    const begin = boxEnd(index, targetHeight, origin, length, planeHeight, -0.5);
    const end = boxEnd(index, targetHeight, origin, length, planeHeight, 0.5);
    const first = firstSample(begin, planeHeight);
    const last = lastSample(begin, end, planeHeight);
    let firstWeight: i32 = 1 << WEIGHT_BITS;
    let lastWeight: i32 = 0;
    if (last > first) {
      firstWeight = max(1, i32(nearest((first + 1 - begin) * WEIGHT_ONE)));
      lastWeight = max(1, i32(nearest((end - last) * WEIGHT_ONE)));
    }
    const total = (firstWeight + lastWeight) / WEIGHT_ONE + max(0, last - first - 1);
    store<usize>(table, source + first * stride, ROW_FIRST);
    store<usize>(table, source + last * stride, ROW_LAST);
    store<i32>(table, firstWeight | (lastWeight << 16), ROW_WEIGHTS);
    store<f32>(table, <f32>(1 / total), ROW_NORM);
    table += ROW_BYTES;
  }
}

/** Writes what `sumColumns` needs to know of each target column; up to three more so that there are always four. */
function prepareColumns(
  table: usize,
  columns: usize,
  firstColumn: i32,
  origin: f64,
  length: f64,
  planeWidth: i32,
  targetWidth: i32,
): void {
  for (let i = 0; i < ((targetWidth + 3) & ~3); i++) {
    const index = min(i, targetWidth - 1);
    const begin = boxEnd(index, targetWidth, origin, length, planeWidth, -0.5);
    const end = boxEnd(index, targetWidth, origin, length, planeWidth, 0.5);
    const first = firstSample(begin, planeWidth);
    const last = lastSample(begin, end, planeWidth);
    const single = first === last;
    const total = single ? 1 : end - begin;
    store<usize>(table, columns + ((first - firstColumn) << 4), COLUMN_FIRST);
    store<usize>(table, columns + ((last - firstColumn) << 4), COLUMN_LAST);
    store<f32>(table, <f32>(single ? 1 : (first + 1 - begin) / total), COLUMN_FIRST_WEIGHT);
    store<f32>(table, <f32>(1 / total), COLUMN_FULL_WEIGHT);
    store<f32>(table, <f32>(single ? 0 : (end - last) / total), COLUMN_LAST_WEIGHT);
    table += COLUMN_BYTES;
  }
}

/** Sums 16 columns over one target row's box: 16 floats. */
function sumRows(row: usize, x: i32, stride: i32, target: usize): void {
  const first = load<usize>(row, ROW_FIRST) + x;
  const last = load<usize>(row, ROW_LAST) + x;
  const weights = v128.load32_splat(row, ROW_WEIGHTS);

  const top = v128.load(first);
  const bottom = v128.load(last);
  const left = i8x16.shuffle(top, bottom, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const right = i8x16.shuffle(top, bottom, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const unit = f32x4.splat(<f32>(1 / WEIGHT_ONE));
  let sum0 = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(left), weights)),
    unit,
  );
  let sum1 = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(left), weights)),
    unit,
  );
  let sum2 = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(right), weights)),
    unit,
  );
  let sum3 = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(right), weights)),
    unit,
  );

  let at = first + stride;
  while (at < last) {
    const end = min(last, at + stride * ROWS_IN_16_BITS);
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    for (; at < end; at += stride) {
      const samples = v128.load(at);
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(samples));
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(samples));
    }
    sum0 = f32x4.add(sum0, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)));
    sum1 = f32x4.add(sum1, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)));
    sum2 = f32x4.add(sum2, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)));
    sum3 = f32x4.add(sum3, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)));
  }
  v128.store(target, sum0);
  v128.store(target, sum1, 16);
  v128.store(target, sum2, 32);
  v128.store(target, sum3, 48);
}

/** Four rows of four floats, 64 bytes apart, into four columns. */
function transpose(rows: usize, target: usize): void {
  const a = v128.load(rows);
  const b = v128.load(rows, 64);
  const c = v128.load(rows, 128);
  const d = v128.load(rows, 192);
  const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(target, i64x2.shuffle(ab0, cd0, 0, 2));
  v128.store(target, i64x2.shuffle(ab0, cd0, 1, 3), 16);
  v128.store(target, i64x2.shuffle(ab1, cd1, 0, 2), 32);
  v128.store(target, i64x2.shuffle(ab1, cd1, 1, 3), 48);
}

/** One target column of four rows. */
function sumColumns(column: usize, rowNorms: v128): v128 {
  const first = load<usize>(column, COLUMN_FIRST);
  const last = load<usize>(column, COLUMN_LAST);
  const ends = f32x4.add(
    f32x4.mul(v128.load(first), v128.load32_splat(column, COLUMN_FIRST_WEIGHT)),
    f32x4.mul(v128.load(last), v128.load32_splat(column, COLUMN_LAST_WEIGHT)),
  );
  let full = f32x4.splat(0);
  for (let at = first + 16; at < last; at += 16) full = f32x4.add(full, v128.load(at));
  return f32x4.mul(f32x4.add(ends, f32x4.mul(full, v128.load32_splat(column, COLUMN_FULL_WEIGHT))), rowNorms);
}

/** The whole numbers nearest to floats of 0..255, in the lowest byte of each lane. */
function roundToByte(values: v128): v128 {
  // Adding 2^23 leaves no bits for fractions.
  return f32x4.add(values, f32x4.splat(8388608));
}

/** 1 / the sum of the weights of each of the four rows. */
function rowNorms(rows: usize): v128 {
  let norms = v128.load32_splat(rows, ROW_NORM);
  norms = f32x4.replace_lane(norms, 1, load<f32>(rows + ROW_BYTES, ROW_NORM));
  norms = f32x4.replace_lane(norms, 2, load<f32>(rows + 2 * ROW_BYTES, ROW_NORM));
  return f32x4.replace_lane(norms, 3, load<f32>(rows + 3 * ROW_BYTES, ROW_NORM));
}

/** Sums the source's columns from `x` to `end`, in strips of 16, for four target rows. */
function sumGroup(rows: usize, x: i32, end: i32, stride: i32, scratch: usize): void {
  let columns = scratch + STRIP_BYTES;
  for (; x < end; x += 16) {
    for (let k = 0; k < 4; k++) sumRows(rows + k * ROW_BYTES, x, stride, scratch + k * 64);
    for (let quarter = 0; quarter < 64; quarter += 16) {
      transpose(scratch + quarter, columns);
      columns += 64;
    }
  }
}

/** The first source column that is needed, or a few before it: a multiple of 16. */
function firstColumn(x: f64, width: f64, planeWidth: i32, targetWidth: i32): i32 {
  return firstSample(boxEnd(0, targetWidth, x, width, planeWidth, -0.5), planeWidth) & ~15;
}

/** Behind the last source column that is needed. */
function endColumn(x: f64, width: f64, planeWidth: i32, targetWidth: i32): i32 {
  return min(planeWidth, i32(ceil(boxEnd(targetWidth - 1, targetWidth, x, width, planeWidth, 0.5))) + 1);
}

/** The table of target columns, after the strip and the source's columns (rounded up to whole strips). */
function columnTable(scratch: usize, planeWidth: i32): usize {
  return scratch + STRIP_BYTES + 16 * (planeWidth + 32);
}

/** The table of target rows, after that of columns. */
function rowTable(scratch: usize, planeWidth: i32, targetWidth: i32): usize {
  return columnTable(scratch, planeWidth) + COLUMN_BYTES * (targetWidth + 4);
}

/**
 * A rectangle of an 8-bit plane at another, usually much smaller size: the mean over a box as large as an output pixel,
 * or bilinear interpolation where the result is larger.
 *
 * @param region - In plane pixels. What lies outside the plane does not count.
 * @param target - Receives `targetWidth * targetHeight` floats in sample units, 0..255.
 * @param scratch - `resampleScratch` bytes.
 */
export function thumbnail(
  plane: Plane,
  region: Rectangle,
  target: usize,
  targetWidth: i32,
  targetHeight: i32,
  scratch: usize,
): void {
  const source = plane.data;
  const stride = plane.stride;
  const planeWidth = plane.width;
  const planeHeight = plane.height;
  const x = region.x;
  const y = region.y;
  const width = region.width;
  const height = region.height;
  const first = firstColumn(x, width, planeWidth, targetWidth);
  const end = endColumn(x, width, planeWidth, targetWidth);
  const columns = columnTable(scratch, planeWidth);
  let rows = rowTable(scratch, planeWidth, targetWidth);
  prepareColumns(columns, scratch + STRIP_BYTES, first, x, width, planeWidth, targetWidth);
  prepareRows(rows, source, stride, y, height, planeHeight, targetHeight);
  for (let row = 0; row < targetHeight; row += 4) {
    sumGroup(rows, first, end, stride, scratch);
    const norms = rowNorms(rows);
    const target0 = target + 4 * (row * targetWidth);
    const target1 = target + 4 * (min(row + 1, targetHeight - 1) * targetWidth);
    const target2 = target + 4 * (min(row + 2, targetHeight - 1) * targetWidth);
    const target3 = target + 4 * (min(row + 3, targetHeight - 1) * targetWidth);
    let column = columns;
    for (let i = 0; i < 4 * targetWidth; i += 4) {
      const sums = sumColumns(column, norms);
      v128.store32_lane(target0 + i, sums, 0);
      v128.store32_lane(target1 + i, sums, 1);
      v128.store32_lane(target2 + i, sums, 2);
      v128.store32_lane(target3 + i, sums, 3);
      column += COLUMN_BYTES;
    }
    rows += 4 * ROW_BYTES;
  }
}

function copyPlane(source: Plane, target: Plane): void {
  let from = source.data;
  let to = target.data;
  for (let row = 0; row < target.height; row++) {
    memory.copy(to, from, target.width);
    from += source.stride;
    to += target.stride;
  }
}

/**
 * As `thumbnail`, into an 8-bit plane, rounded. A copy where the sizes are equal and the rectangle is the whole plane.
 *
 * @param region - In pixels of the source.
 * @param scratch - `resampleScratch` bytes.
 */
export function resize(source: Plane, region: Rectangle, target: Plane, scratch: usize): void {
  const sourceStride = source.stride;
  const sourceWidth = source.width;
  const sourceHeight = source.height;
  const targetStride = target.stride;
  const targetWidth = target.width;
  const targetHeight = target.height;
  const x = region.x;
  const y = region.y;
  const width = region.width;
  const height = region.height;
  const whole = x === 0 && y === 0 && width === <f32>sourceWidth && height === <f32>sourceHeight;
  if (whole && sourceWidth === targetWidth && sourceHeight === targetHeight) {
    copyPlane(source, target);
    return;
  }
  const first = firstColumn(x, width, sourceWidth, targetWidth);
  const end = endColumn(x, width, sourceWidth, targetWidth);
  const columns = columnTable(scratch, sourceWidth);
  let rows = rowTable(scratch, sourceWidth, targetWidth);
  prepareColumns(columns, scratch + STRIP_BYTES, first, x, width, sourceWidth, targetWidth);
  prepareRows(rows, source.data, sourceStride, y, height, sourceHeight, targetHeight);
  for (let row = 0; row < targetHeight; row += 4) {
    sumGroup(rows, first, end, sourceStride, scratch);
    const norms = rowNorms(rows);
    const target0 = target.data + row * targetStride;
    const target1 = target.data + min(row + 1, targetHeight - 1) * targetStride;
    const target2 = target.data + min(row + 2, targetHeight - 1) * targetStride;
    const target3 = target.data + min(row + 3, targetHeight - 1) * targetStride;
    let column = columns;
    for (let i = 0; i < targetWidth; i += 4) {
      const a = roundToByte(sumColumns(column, norms));
      const b = roundToByte(sumColumns(column + COLUMN_BYTES, norms));
      const c = roundToByte(sumColumns(column + 2 * COLUMN_BYTES, norms));
      const d = roundToByte(sumColumns(column + 3 * COLUMN_BYTES, norms));
      // The lowest bytes of a, b, c and d side by side, row by row.
      const ab = i8x16.shuffle(a, b, 0, 16, 4, 20, 8, 24, 12, 28, 0, 0, 0, 0, 0, 0, 0, 0);
      const cd = i8x16.shuffle(c, d, 0, 16, 4, 20, 8, 24, 12, 28, 0, 0, 0, 0, 0, 0, 0, 0);
      const bytes = i16x8.shuffle(ab, cd, 0, 8, 1, 9, 2, 10, 3, 11);
      v128.store32_lane(target0 + i, bytes, 0);
      v128.store32_lane(target1 + i, bytes, 1);
      v128.store32_lane(target2 + i, bytes, 2);
      v128.store32_lane(target3 + i, bytes, 3);
      column += 4 * COLUMN_BYTES;
    }
    rows += 4 * ROW_BYTES;
  }
}
