// Temporal smoothing of the matte at full size. Defined by steady.reference.ts.
import { Grid, Matte } from './structs';
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
 * Smooths the mixture over time, in place: each value goes from its previous one towards the new one, by at least 1/255.
 * Flat tiles that stay what they are are skipped; the tiles are classified anew.
 *
 * @param previous - The result of the frame before, of the same size and stride. Becomes this one's. Where all its tiles are
 * mixed, they need not agree with its mixture.
 * @param activity - Float plane of the grid's cells, 0..1. Where it is 1, and outside the grid's region, the new value is
 * taken as it is.
 * @param floor - The gain at rest, of 256: a whole number, 1 to 255.
 * @param low - A change of alpha, of 255, up to which it may be noise.
 * @param slope - By how much of 255 the gain rises for each step beyond: a whole number, 0 to 255.
 */
export function steady(
  matte: Matte,
  previous: Matte,
  activity: usize,
  grid: Grid,
  floor: i32,
  low: i32,
  slope: i32,
): void {
  const alpha = matte.mixture.data;
  const stride = matte.mixture.stride;
  const previousAlpha = previous.mixture.data;
  const frameWidth = matte.mixture.width;
  const frameHeight = matte.mixture.height;
  let tiles = matte.tiles;
  let previousTiles = previous.tiles;
  const gridWidth = grid.width;
  const gridHeight = grid.height;
  const x = grid.region.x;
  const y = grid.region.y;
  const width = grid.region.width;
  const height = grid.region.height;
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
        steady8(alpha + at, previousAlpha + at, activityOf(cells, first), floors, rest, lows, slopes);
        steady8(
          alpha + at + GROUP,
          previousAlpha + at + GROUP,
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
