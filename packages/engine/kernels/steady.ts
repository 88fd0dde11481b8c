// Alpha calmed over time at full size. Defined by steady.reference.ts.
import { kindOf, MIXED, TILE, tilesAlong } from './tiles';

/** Pixels of a row that share the activity of one cell. */
const GROUP: i32 = 8;

/** The cell over a position in pixels, or -1 if there is none. */
function cellAt(position: f64, origin: f64, scale: f64, cells: i32): i32 {
  const cell = i32(floor((position - origin) * scale));
  return cell < cells ? max(cell, -1) : -1;
}

/** A cell's activity, 0..255, for eight pixels; 255 where there is no cell. */
function activityOf(row: usize, column: i32): v128 {
  if (row === 0 || column < 0) return i16x8.splat(255);
  return i16x8.splat(<i16>i32(load<f32>(row + 4 * column) * 255 + 0.5));
}

/** Eight alphas, in place, and the same into `previous`. */
function steady8(
  alpha: usize,
  previous: usize,
  activity: v128,
  floors: v128,
  rest: v128,
  low: v128,
  slope: v128,
): void {
  const now = v128.load8x8_u(alpha);
  const before = v128.load8x8_u(previous);
  const rising = i16x8.sub_sat_u(now, before);
  const size = v128.or(rising, i16x8.sub_sat_u(before, now));
  // Sizes are at most 255 and slopes at most 255: the product fits into 16 bits.
  const excess = i16x8.min_u(i16x8.splat(255), i16x8.mul(i16x8.sub_sat_u(size, low), slope));
  const active = i16x8.max_u(activity, excess);
  const gain = i16x8.add(floors, i16x8.shr_u(i16x8.add(i16x8.mul(rest, active), i16x8.splat(255)), 8));
  const step = i16x8.shr_u(i16x8.add(i16x8.mul(size, gain), i16x8.splat(255)), 8);
  const up = i16x8.ne(rising, i16x8.splat(0));
  const value = i16x8.sub(i16x8.add(before, v128.and(step, up)), v128.andnot(step, up));
  const bytes = i8x16.narrow_i16x8_u(value, value);
  v128.store64_lane(alpha, bytes, 0);
  v128.store64_lane(previous, bytes, 0);
}

/**
 * Calms the matte over time, in place: each alpha goes from its previous value towards the new one, by at least 1/255.
 * Flat tiles that stay what they are are skipped; the tiles are marked anew.
 *
 * @param previous - Of the alpha's stride: the result of the frame before. Becomes this one's.
 * @param previousTiles - Likewise. Where all are marked mixed, `previous` need not agree with them.
 * @param activity - Float plane of `gridWidth * gridHeight` cells, 0..1, that spans the rectangle. Where it is 1, and outside
 * the rectangle, the new alpha is taken as it is.
 * @param x - Left edge of the rectangle in luma pixels, may be fractional; so `y`, `width`, `height`.
 * @param floor - The gain at rest, of 256: a whole number, 1 to 255.
 * @param low - A change of alpha, of 255, up to which it may be noise.
 * @param slope - By how much of 255 the gain rises for each step beyond: a whole number, 0 to 255.
 */
export function steady(
  alpha: usize,
  stride: i32,
  previous: usize,
  tiles: usize,
  previousTiles: usize,
  frameWidth: i32,
  frameHeight: i32,
  activity: usize,
  gridWidth: i32,
  gridHeight: i32,
  x: f32,
  y: f32,
  width: f32,
  height: f32,
  floor: i32,
  low: i32,
  slope: i32,
): void {
  const scaleX = f64(gridWidth) / width;
  const scaleY = f64(gridHeight) / height;
  const floors = i16x8.splat(<i16>floor);
  const rest = i16x8.splat(<i16>(256 - floor));
  const lows = i16x8.splat(<i16>low);
  const slopes = i16x8.splat(<i16>slope);
  const across = tilesAlong(frameWidth);
  for (let top = 0; top < frameHeight; top += TILE) {
    const rows = min(TILE, frameHeight - top);
    for (let tile = 0; tile < across; tile++) {
      const kind = load<u8>(tiles + tile);
      if (kind !== <u8>MIXED && kind === load<u8>(previousTiles + tile)) continue;
      const left = tile * TILE;
      const first = cellAt(left + GROUP / 2, x, scaleX, gridWidth);
      const second = cellAt(left + GROUP + GROUP / 2, x, scaleX, gridWidth);
      for (let row = 0; row < rows; row++) {
        const gridRow = cellAt(top + row + 0.5, y, scaleY, gridHeight);
        const cells = gridRow < 0 ? <usize>0 : activity + 4 * gridRow * gridWidth;
        const at = (top + row) * stride + left;
        steady8(alpha + at, previous + at, activityOf(cells, first), floors, rest, lows, slopes);
        steady8(
          alpha + at + GROUP,
          previous + at + GROUP,
          activityOf(cells, second),
          floors,
          rest,
          lows,
          slopes,
        );
      }
      const columns = min(TILE, frameWidth - left);
      const result = kindOf(alpha + top * stride + left, stride, columns, rows);
      store<u8>(tiles + tile, result);
      store<u8>(previousTiles + tile, result);
    }
    tiles += across;
    previousTiles += across;
  }
}
