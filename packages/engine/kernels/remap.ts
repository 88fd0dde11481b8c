// A map as seen through another rectangle. Defined by remap.reference.ts.
import { Rectangle } from './structs';

/** How many cells wide a source and a target can be. */
const MAX_CELLS: i32 = 4096;
/** A row of the source between two of its rows, and its last cell once more. */
const between: usize = memory.data(4 * (MAX_CELLS + 4), 16);
/** For each column of the target, the byte offset of the source's cell before it, and how far it is from there. */
const offsets: usize = memory.data(4 * (MAX_CELLS + 4), 16);
const shares: usize = memory.data(4 * (MAX_CELLS + 4), 16);

/** The source's centre before a position; clamped to the source. */
function firstOf(position: f32, length: i32): i32 {
  return max(0, min(length - 1, i32(floor(position))));
}

/** How far a position is from that centre, 0..1. */
function shareOf(position: f32, first: i32): f32 {
  return max<f32>(0, min<f32>(1, position - <f32>first));
}

/**
 * A rectangle of a float plane at another size, by bilinear interpolation.
 *
 * @param source - At most 4096 cells wide.
 * @param region - In cells of the source; may reach outside.
 * @param target - Float plane of `targetWidth * targetHeight`, at most 4096 cells wide; must not be the source.
 * @param outside - What target cells get whose centres lie outside the source.
 */
export function remap(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  region: Rectangle,
  target: usize,
  targetWidth: i32,
  targetHeight: i32,
  outside: f32,
): void {
  if (sourceWidth > MAX_CELLS || targetWidth > MAX_CELLS) unreachable();
  const x = region.x;
  const y = region.y;
  const stepX = region.width / <f32>targetWidth;
  const stepY = region.height / <f32>targetHeight;
  // The columns `begin` to `end` of the target lie inside the source.
  let begin = targetWidth;
  let end = 0;
  for (let column = 0; column < targetWidth; column++) {
    const u = x + (<f32>column + 0.5) * stepX;
    const left = firstOf(u - 0.5, sourceWidth);
    store<i32>(offsets + 4 * column, 4 * left);
    store<f32>(shares + 4 * column, shareOf(u - 0.5, left));
    if (u >= 0 && u <= <f32>sourceWidth) {
      begin = min(begin, column);
      end = column + 1;
    }
  }
  for (let row = 0; row < targetHeight; row++) {
    const v = y + (<f32>row + 0.5) * stepY;
    const isInside = v >= 0 && v <= <f32>sourceHeight && begin < end;
    fill(target, 0, isInside ? begin : targetWidth, outside);
    if (isInside) {
      const top = firstOf(v - 0.5, sourceHeight);
      const upper = source + 4 * top * sourceWidth;
      const lower = source + 4 * min(top + 1, sourceHeight - 1) * sourceWidth;
      interpolateRows(upper, lower, sourceWidth, shareOf(v - 0.5, top));
      interpolateColumns(target, begin, end);
      fill(target, end, targetWidth, outside);
    }
    target += 4 * targetWidth;
  }
}

/** Sets the cells `from` to `to` of a row. */
function fill(row: usize, from: i32, to: i32, value: f32): void {
  for (let column = from; column < to; column++) store<f32>(row + 4 * column, value);
}

/** Fills `between`: `upper + share * (lower - upper)`. */
function interpolateRows(upper: usize, lower: usize, width: i32, share: f32): void {
  const whole = 4 * (width & ~3);
  const shares = f32x4.splat(share);
  for (let i = 0; i < whole; i += 16) {
    const above = v128.load(upper + i);
    v128.store(between + i, f32x4.add(above, f32x4.mul(shares, f32x4.sub(v128.load(lower + i), above))));
  }
  for (let i = whole; i < 4 * width; i += 4) {
    const above = load<f32>(upper + i);
    store<f32>(between + i, above + share * (load<f32>(lower + i) - above));
  }
  store<f32>(between + 4 * width, load<f32>(between + 4 * width - 4));
}

/** A cell of `between` and the one behind it. */
function pairAt(column: i32): usize {
  return between + load<i32>(offsets + 4 * column);
}

/** Writes the columns `begin` to `end` of a row of the target from `between`. */
function interpolateColumns(row: usize, begin: i32, end: i32): void {
  let column = begin;
  for (; column + 4 <= end; column += 4) {
    const first = v128.load64_lane(pairAt(column + 1), v128.load64_zero(pairAt(column)), 1);
    const second = v128.load64_lane(pairAt(column + 3), v128.load64_zero(pairAt(column + 2)), 1);
    const left = i32x4.shuffle(first, second, 0, 2, 4, 6);
    const right = i32x4.shuffle(first, second, 1, 3, 5, 7);
    const along = v128.load(shares + 4 * column);
    v128.store(row + 4 * column, f32x4.add(left, f32x4.mul(along, f32x4.sub(right, left))));
  }
  for (; column < end; column++) {
    const left = load<f32>(pairAt(column));
    const along = load<f32>(shares + 4 * column);
    store<f32>(row + 4 * column, left + along * (load<f32>(pairAt(column), 4) - left));
  }
}
