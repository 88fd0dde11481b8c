// Frames are divided into tiles of 16x16 luma pixels. The tile classification has a byte for each: all
// background, mixed or all foreground.
import { Plane } from './structs';

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

/**
 * Classifies the tiles of a plane of alphas: 0 and 255 where all pixels are that, 1 elsewhere.
 *
 * @param tiles - Receives one byte a tile.
 */
export function classifyTiles(alpha: Plane, tiles: usize): void {
  const stride = alpha.stride;
  const width = alpha.width;
  const height = alpha.height;
  for (let top = 0; top < height; top += TILE) {
    const rows = min(TILE, height - top);
    for (let left = 0; left < width; left += TILE) {
      store<u8>(tiles++, kindOf(alpha.data + top * stride + left, stride, min(TILE, width - left), rows));
    }
  }
}

/** Spreads the ones of a map of zeros and ones to all that are at most `reach` away from one, in both directions. */
function spreadOnes(map: usize, lines: i32, length: i32, lineStep: i32, step: i32, reach: i32): void {
  for (let line = 0; line < lines; line++) {
    let at = map + line * lineStep;
    let left = 0;
    for (let i = 0; i < length; i++) {
      // 2 marks positions added in this pass, which do not count in the pass back.
      if (load<u8>(at)) left = reach;
      else if (left > 0) {
        store<u8>(at, 2);
        left--;
      }
      at += step;
    }
    left = 0;
    for (let i = 0; i < length; i++) {
      at -= step;
      if (load<u8>(at) === 1) left = reach;
      else if (left > 0) {
        store<u8>(at, 2);
        left--;
      }
    }
    for (let i = 0; i < length; i++) {
      if (load<u8>(at)) store<u8>(at, 1);
      at += step;
    }
  }
}

/** Spreads the ones of a map of tiles to all tiles in the square of `2 * reach + 1` tiles around them. */
export function dilate(map: usize, across: i32, down: i32, reach: i32): void {
  spreadOnes(map, down, across, across, 1, reach);
  spreadOnes(map, across, down, 1, across, reach);
}

/** Writes a map of the tiles of which one of the 3x3 around them is mixed. */
export function findNearMixed(tiles: usize, across: i32, down: i32, map: usize): void {
  for (let i = 0; i < across * down; i++) store<u8>(map + i, u8(i32(load<u8>(tiles + i)) === MIXED));
  dilate(map, across, down, 1);
}
