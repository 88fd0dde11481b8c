// A map as seen through another rectangle. Defined by remap.reference.ts.
import { Rectangle } from './structs';

/** How many cells wide a source and a target can be. */
const MAX_CELLS: i32 = 4096;
/** The source between two of its rows: its cells, the last one once more, and twice what lies outside. */
const between: usize = memory.data(4 * (MAX_CELLS + 8), 16);
/** For each column of the target, where the cell before it is in `between`, and how far it is from there. */
const cells: usize = memory.data(4 * (MAX_CELLS + 4), 16);
const shares: usize = memory.data(4 * (MAX_CELLS + 4), 16);

/** The source's centre before a position; clamped to the source. */
function firstOf(position: f32, length: i32): i32 {
  return max(0, min(length - 1, i32(position)));
}

/** How far a position is from that centre; behind the last one, where it does not matter, more than 1. */
function shareOf(position: f32, first: i32): f32 {
  return max<f32>(0, position - <f32>first);
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
  if (max(sourceWidth, targetWidth) > MAX_CELLS) unreachable();
  const x = region.x;
  const y = region.y;
  const stepX = region.width / <f32>targetWidth;
  const stepY = region.height / <f32>targetHeight;
  const sourceBytes = 4 * sourceWidth;
  for (let column = 0; column < targetWidth + 4; column++) {
    const u = x + (<f32>column + 0.5) * stepX;
    const left = firstOf(u - 0.5, sourceWidth);
    const offset = u >= 0 && u <= <f32>sourceWidth ? 4 * left : sourceBytes + 4;
    store<usize>(cells + 4 * column, between + offset);
    store<f32>(shares + 4 * column, shareOf(u - 0.5, left));
  }
  for (let row = 0; row < targetHeight; row++) {
    const v = y + (<f32>row + 0.5) * stepY;
    const top = firstOf(v - 0.5, sourceHeight);
    const share = f32x4.splat(shareOf(v - 0.5, top));
    const upper = source + top * sourceBytes;
    const lower = source + min(top + 1, sourceHeight - 1) * sourceBytes;
    const isInside = i32x4.splat(v >= 0 && v <= <f32>sourceHeight ? -1 : 0);
    for (let i = 0; i < sourceBytes; i += 16) {
      const above = v128.load(upper + i);
      const value = f32x4.add(above, f32x4.mul(share, f32x4.sub(v128.load(lower + i), above)));
      v128.store(between + i, v128.bitselect(value, f32x4.splat(outside), isInside));
    }
    const end = between + sourceBytes;
    store<f32>(end, load<f32>(end - 4));
    v128.store(end, f32x4.splat(outside), 4);
    // What is written behind the row's end is overwritten by the next row, or lies in the plane's slack.
    for (let i: usize = 0; i < <usize>(4 * targetWidth); i += 16) {
      const at = cells + i;
      const first = v128.load64_lane(load<usize>(at, 4), v128.load64_zero(load<usize>(at)), 1);
      const second = v128.load64_lane(load<usize>(at, 12), v128.load64_zero(load<usize>(at, 8)), 1);
      const left = i32x4.shuffle(first, second, 0, 2, 4, 6);
      const right = i32x4.shuffle(first, second, 1, 3, 5, 7);
      v128.store(target + i, f32x4.add(left, f32x4.mul(v128.load(shares + i), f32x4.sub(right, left))));
    }
    target += 4 * targetWidth;
  }
}
