// Bilinear interpolation of rows of cells of 2, 4, 8, ... samples, for blocks of eight samples. The values are 16-bit integers
// with 7 fractional bits.

/** Fractional bits. */
export const POINT: i32 = 7;
/** A half, for rounding. */
export const HALF: i16 = 64;
/** 255, the largest sample. */
export const LARGEST: i16 = 32640;
/** How a block of eight pixels comes from eight cells: which to the left, which to the right, how far between (of 2^15). */
export const LEFT: usize = 0;
export const RIGHT: usize = 16;
export const WEIGHT: usize = 32;
export const BLOCK: i32 = 48;
/** Blocks of eight pixels differ from each other in at most four ways, at 32 pixels a cell. */
export const BLOCKS: i32 = 4;

/** Bytes of a row of colours: one more before and eight more behind, and room for whole vectors. */
export function colorRow(gridWidth: i32): i32 {
  return 2 * (gridWidth + 16);
}

/** Bytes before the first row of colours, in which the one before its first has room. */
export const COLORS_START: usize = 16;

/** Repeats the first and last colour of a row outwards. */
export function padColors(row: usize, gridWidth: i32): void {
  store<u16>(row - 2, load<u16>(row));
  const end = row + 2 * gridWidth;
  v128.store(end, v128.load16_splat(end - 2));
}

/** The cell to the left of a pixel's centre, at `2 ** shift` pixels a cell. */
export function cellBefore(pixel: i32, shift: i32): i32 {
  return (2 * pixel + 1 - (1 << shift)) >> (shift + 1);
}

/** Writes how each kind of block comes from cells, the eight from the one to the left of its first pixel on. */
export function prepareBlocks(table: usize, shift: i32): void {
  for (let block = 0; block < BLOCKS; block++) {
    const first = cellBefore(8 * block, shift);
    for (let i = 0; i < 8; i++) {
      const pixel = 8 * block + i;
      const left = cellBefore(pixel, shift) - first;
      const right = min(left + 1, 7);
      const distance = (2 * pixel + 1 - (1 << shift)) & ((2 << shift) - 1);
      store<u8>(table + 2 * i, <u8>(2 * left), LEFT);
      store<u8>(table + 2 * i + 1, <u8>(2 * left + 1), LEFT);
      store<u8>(table + 2 * i, <u8>(2 * right), RIGHT);
      store<u8>(table + 2 * i + 1, <u8>(2 * right + 1), RIGHT);
      store<u16>(table + 2 * i, <u16>(distance << (14 - shift)), WEIGHT);
    }
    table += BLOCK;
  }
}

export function lerp(from: v128, to: v128, weight: v128): v128 {
  return i16x8.add(from, i16x8.q15mulr_sat_s(i16x8.sub(to, from), weight));
}
