// The foreground over the background. Defined by composite.reference.ts.
import { Matte, Plane } from './structs';
import { BACKGROUND, FOREGROUND, runEnd, TILE, tilesAlong } from './tiles';

/** `foreground * alpha + background * (255 - alpha)`, divided by 255 and rounded; eight 16-bit lanes. */
function blend(foreground: v128, background: v128, alpha: v128): v128 {
  const sum = i16x8.add(
    i16x8.mul(foreground, alpha),
    i16x8.add(i16x8.mul(background, v128.xor(alpha, i16x8.splat(255))), i16x8.splat(128)),
  );
  // Exact for all sums up to 255 * 255: (s + 128 + ((s + 128) >> 8)) >> 8.
  return i16x8.shr_u(i16x8.add(sum, i16x8.shr_u(sum, 8)), 8);
}

/** Copies rows, unless they are where they should be already. */
export function copyRows(source: usize, target: usize, stride: i32, bytes: i32, rows: i32): void {
  if (source === target) return;
  for (let row = 0; row < rows; row++) {
    memory.copy(target, source, bytes);
    source += stride;
    target += stride;
  }
}

/**
 * The foreground's luma over the background's. `target` may be `foreground` or `background` itself; tiles that are
 * already right are then left alone.
 *
 * @param stride - Of foreground, background and target.
 */
export function compositeLuma(foreground: Plane, background: Plane, target: Plane, matte: Matte): void {
  let from = foreground.data;
  let behind = background.data;
  let to = target.data;
  const stride = target.stride;
  let alpha = matte.alpha.data;
  const alphaStride = matte.alpha.stride;
  let tiles = matte.tiles;
  const width = matte.alpha.width;
  const height = matte.alpha.height;
  const across = tilesAlong(width);
  for (let top = 0; top < height; top += TILE) {
    const rows = min(TILE, height - top);
    let begin = 0;
    while (begin < across) {
      const kind = i32(load<u8>(tiles + begin));
      const end = runEnd(tiles, begin, across, kind);
      const x = begin * TILE;
      const bytes = (end - begin) * TILE;
      if (kind === BACKGROUND) copyRows(behind + x, to + x, stride, bytes, rows);
      else if (kind === FOREGROUND) copyRows(from + x, to + x, stride, bytes, rows);
      else {
        let at = <usize>x;
        let alphaAt = alpha + x;
        for (let row = 0; row < rows; row++) {
          for (let i = 0; i < bytes; i += 16) {
            const a = v128.load(alphaAt + i);
            const f = v128.load(from + at + i);
            const b = v128.load(behind + at + i);
            v128.store(
              to + at + i,
              i8x16.narrow_i16x8_u(
                blend(i16x8.extend_low_i8x16_u(f), i16x8.extend_low_i8x16_u(b), i16x8.extend_low_i8x16_u(a)),
                blend(
                  i16x8.extend_high_i8x16_u(f),
                  i16x8.extend_high_i8x16_u(b),
                  i16x8.extend_high_i8x16_u(a),
                ),
              ),
            );
          }
          at += stride;
          alphaAt += alphaStride;
        }
      }
      begin = end;
    }
    from += TILE * stride;
    behind += TILE * stride;
    to += TILE * stride;
    alpha += TILE * alphaStride;
    tiles += across;
  }
}

/**
 * One of the foreground's chroma planes over the background's. `target` may be `foreground` or `background` itself.
 *
 * @param stride - Of foreground, background and target.
 * @param width - Of the luma plane.
 * @param height - Of the luma plane.
 */
export function compositeChroma(foreground: Plane, background: Plane, target: Plane, matte: Matte): void {
  let from = foreground.data;
  let behind = background.data;
  let to = target.data;
  const stride = target.stride;
  let alpha = matte.alpha.data;
  const alphaStride = matte.alpha.stride;
  let tiles = matte.tiles;
  const width = matte.alpha.width;
  const height = matte.alpha.height;
  const across = tilesAlong(width);
  const side = TILE / 2;
  const chromaHeight = (height + 1) >> 1;
  for (let top = 0; top < chromaHeight; top += side) {
    const rows = min(side, chromaHeight - top);
    let begin = 0;
    while (begin < across) {
      const kind = i32(load<u8>(tiles + begin));
      const end = runEnd(tiles, begin, across, kind);
      const x = begin * side;
      const bytes = (end - begin) * side;
      if (kind === BACKGROUND) copyRows(behind + x, to + x, stride, bytes, rows);
      else if (kind === FOREGROUND) copyRows(from + x, to + x, stride, bytes, rows);
      else {
        for (let row = 0; row < rows; row++) {
          const upper = alpha + 2 * row * alphaStride;
          // An odd height's last row is its own neighbour, and so is an odd width's last column (in the padding).
          const lower = 2 * (top + row) + 1 < height ? upper + alphaStride : upper;
          if (width & 1) {
            store<u8>(upper + width, load<u8>(upper + width - 1));
            store<u8>(lower + width, load<u8>(lower + width - 1));
          }
          const at = <usize>(x + row * stride);
          for (let i = 0; i < bytes; i += 8) {
            const sum = i16x8.add(
              i16x8.extadd_pairwise_i8x16_u(v128.load(upper + 2 * (x + i))),
              i16x8.extadd_pairwise_i8x16_u(v128.load(lower + 2 * (x + i))),
            );
            const blended = blend(
              v128.load_ext<u8>(from + at + i),
              v128.load_ext<u8>(behind + at + i),
              i16x8.shr_u(i16x8.add(sum, i16x8.splat(2)), 2),
            );
            v128.store64_lane(to + at + i, i8x16.narrow_i16x8_u(blended, blended), 0);
          }
        }
      }
      begin = end;
    }
    from += side * stride;
    behind += side * stride;
    to += side * stride;
    alpha += TILE * alphaStride;
    tiles += across;
  }
}
