// Memory layout: NV12's interleaved chroma to planes and back, mirrored frames. Defined by frame.reference.ts.
import { Plane } from './structs';

/** NV12's plane of alternating U and V into two planes. */
export function deinterleave(source: Plane, u: Plane, v: Plane): void {
  let from = source.data;
  let toU = u.data;
  let toV = v.data;
  const width = u.width;
  for (let row = 0; row < u.height; row++) {
    for (let x = 0; x < width; x += 16) {
      const low = v128.load(from + 2 * x);
      const high = v128.load(from + 2 * x, 16);
      v128.store(
        toU + x,
        i8x16.shuffle(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
      );
      v128.store(
        toV + x,
        i8x16.shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31),
      );
    }
    from += source.stride;
    toU += u.stride;
    toV += v.stride;
  }
}

/** Two chroma planes into NV12's plane of alternating U and V. */
export function interleave(u: Plane, v: Plane, target: Plane): void {
  let fromU = u.data;
  let fromV = v.data;
  let to = target.data;
  const width = u.width;
  for (let row = 0; row < u.height; row++) {
    for (let x = 0; x < width; x += 16) {
      const us = v128.load(fromU + x);
      const vs = v128.load(fromV + x);
      const low = i8x16.shuffle(us, vs, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = i8x16.shuffle(us, vs, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      v128.store(to + 2 * x, low);
      v128.store(to + 2 * x, high, 16);
    }
    fromU += u.stride;
    fromV += v.stride;
    to += target.stride;
  }
}

/** The bytes in the opposite order. */
function reversed(bytes: v128): v128 {
  return i8x16.swizzle(bytes, i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/** Exchanges left and right of an 8-bit plane, in place. */
export function mirror(plane: Plane): void {
  let start = plane.data;
  for (let row = 0; row < plane.height; row++) {
    let left = start;
    let right = start + plane.width;
    for (; right - left >= 32; left += 16, right -= 16) {
      const first = v128.load(left);
      v128.store(left, reversed(v128.load(right - 16)));
      v128.store(right - 16, reversed(first));
    }
    for (; right - left >= 2; left++, right--) {
      const first = load<u8>(left);
      store<u8>(left, load<u8>(right - 1));
      store<u8>(right - 1, first);
    }
    start += plane.stride;
  }
}

/** Exchanges top and bottom of an 8-bit plane, in place. */
export function turnOver(plane: Plane): void {
  const width = plane.width;
  const stride = plane.stride;
  let top = plane.data;
  let bottom = top + stride * (plane.height - 1);
  for (; top < bottom; top += stride, bottom -= stride) {
    for (let x = 0; x < width; x += 16) {
      const upper = v128.load(top + x);
      v128.store(top + x, v128.load(bottom + x));
      v128.store(bottom + x, upper);
    }
  }
}
