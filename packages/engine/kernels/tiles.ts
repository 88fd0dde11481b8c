// Frames are divided into tiles of 16x16 luma pixels. A tile's byte says what the matte is there: all 0, anything, all 1.

/** The side of a tile in luma pixels. */
export const TILE: i32 = 16;
/** The matte is 0 everywhere in the tile. */
export const BACKGROUND: i32 = 0;
/** The matte may be anything. */
export const MIXED: i32 = 1;
/** The matte is 1 everywhere in the tile. */
export const FOREGROUND: i32 = 255;

/** How many tiles cover a length of luma pixels. */
export function tilesAlong(length: i32): i32 {
  return (length + (TILE - 1)) >> 4;
}

/** The first tile from `begin` on that is of another kind than `kind`, or `end`. */
export function runEnd(tiles: usize, begin: i32, end: i32, kind: i32): i32 {
  while (begin < end && i32(load<u8>(tiles + begin)) === kind) begin++;
  return begin;
}

/**
 * What a tile is after its alphas were written.
 *
 * @param alpha - Of the tile's first pixel.
 * @param columns - Visible pixels of a row, 1 to 16.
 * @param rows - Visible rows.
 */
export function kindOf(alpha: usize, stride: i32, columns: i32, rows: i32): u8 {
  // Bytes 0xff where a column is visible.
  const visible = i8x16.gt_s(
    i8x16.splat(<i8>columns),
    i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
  );
  let some = i8x16.splat(0);
  let every = i8x16.splat(-1);
  for (let row = 0; row < rows; row++) {
    const values = v128.load(alpha);
    some = v128.or(some, values);
    every = v128.and(every, values);
    alpha += stride;
  }
  if (!v128.any_true(v128.and(some, visible))) return <u8>BACKGROUND;
  return i8x16.all_true(i8x16.eq(v128.or(every, v128.not(visible)), i8x16.splat(-1)))
    ? <u8>FOREGROUND
    : <u8>MIXED;
}

/** Whether one of the tiles around a tile, or itself, is mixed. */
export function isNearMixed(tiles: usize, across: i32, down: i32, column: i32, row: i32): bool {
  for (let j = max(0, row - 1); j <= min(down - 1, row + 1); j++) {
    for (let i = max(0, column - 1); i <= min(across - 1, column + 1); i++) {
      if (i32(load<u8>(tiles + j * across + i)) === MIXED) return true;
    }
  }
  return false;
}
