// A matte with softer edges. Defined by soften.reference.ts.
import { Matte } from './structs';
import { windowCount } from './sums';
import { findNearMixed, kindOf, TILE, tilesAlong } from './tiles';

/** The sums of a tile's columns, and of a tile's width to both sides of it. */
const columns: usize = memory.data(2 * 3 * TILE, 16);

/** Adds a row of a tile and its neighbours to the sums of columns (`sign` 1), or takes it away (-1). */
function addRow(row: usize, sign: i16): void {
  const signs = i16x8.splat(sign);
  for (let i = 0; i < 3 * TILE; i += 8) {
    const at = columns + 2 * i;
    v128.store(at, i16x8.add(v128.load(at), i16x8.mul(v128.load_ext<u8>(row + i), signs)));
  }
}

/** The sum of a column of pixels: 0 outside the frame. */
function columnSum(column: i32, left: i32, width: i32): i32 {
  return column >= 0 && column < width ? i32(load<u16>(columns + 2 * (column - left))) : 0;
}

/**
 * Softens the edges of a matte: alpha becomes the mixture's means over `2 * across + 1` by `2 * down + 1` pixels, and the tiles
 * are classified anew.
 *
 * @param matte - Its alpha must be another plane than its mixture.
 * @param across - 1 to 16 pixels.
 * @param down - 1 to 16 pixels.
 * @param scratch - A byte for each tile.
 */
export function soften(matte: Matte, across: i32, down: i32, scratch: usize): void {
  const mixture = matte.mixture.data;
  const alpha = matte.alpha.data;
  const stride = matte.mixture.stride;
  const width = matte.mixture.width;
  const height = matte.mixture.height;
  let tiles = matte.tiles;
  findNearMixed(tiles, tilesAlong(width), tilesAlong(height), scratch);
  for (let tileTop = 0; tileTop < height; tileTop += TILE) {
    const rows = min(TILE, height - tileTop);
    for (let x = 0; x < width; x += TILE) {
      const target = alpha + tileTop * stride + x;
      const isNear = load<u8>(scratch++) !== 0;
      if (!isNear) {
        const kind = load<u8>(tiles++);
        for (let row = 0; row < rows; row++) v128.store(target + row * stride, i8x16.splat(<i8>kind));
        continue;
      }
      const left = x - TILE;
      memory.fill(columns, 0, 2 * 3 * TILE);
      for (let row = max(0, tileTop - down); row < min(height, tileTop + down); row++) {
        addRow(mixture + row * stride + left, 1);
      }
      const visible = min(TILE, width - x);
      for (let row = tileTop; row < tileTop + rows; row++) {
        if (row + down < height) addRow(mixture + (row + down) * stride + left, 1);
        if (row > tileTop && row - down - 1 >= 0) addRow(mixture + (row - down - 1) * stride + left, -1);
        const high = windowCount(row, down, height);
        let sum = 0;
        for (let column = x - across; column < x + across; column++) sum += columnSum(column, left, width);
        for (let column = x; column < x + visible; column++) {
          sum += columnSum(column + across, left, width);
          if (column > x) sum -= columnSum(column - across - 1, left, width);
          const count = high * windowCount(column, across, width);
          store<u8>(alpha + row * stride + column, <u8>((sum + (count >> 1)) / count));
        }
      }
      store<u8>(tiles++, kindOf(target, stride, visible, rows));
    }
  }
}
