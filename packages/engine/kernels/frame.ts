// How planes lie: NV12's interleaved chroma to planes and back, mirrored pictures. Defined by frame.reference.ts.

/**
 * NV12's plane of alternating U and V into two planes.
 *
 * @param width - Of the chroma planes, in samples.
 * @param height - Of the chroma planes.
 */
export function deinterleave(
  source: usize,
  sourceStride: i32,
  u: usize,
  v: usize,
  stride: i32,
  width: i32,
  height: i32,
): void {
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x += 16) {
      const low = v128.load(source + 2 * x);
      const high = v128.load(source + 2 * x, 16);
      v128.store(u + x, i8x16.shuffle(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
      v128.store(v + x, i8x16.shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
    }
    source += sourceStride;
    u += stride;
    v += stride;
  }
}

/**
 * Two chroma planes into NV12's plane of alternating U and V.
 *
 * @param width - Of the chroma planes, in samples.
 * @param height - Of the chroma planes.
 */
export function interleave(
  u: usize,
  v: usize,
  stride: i32,
  target: usize,
  targetStride: i32,
  width: i32,
  height: i32,
): void {
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x += 16) {
      const us = v128.load(u + x);
      const vs = v128.load(v + x);
      v128.store(
        target + 2 * x,
        i8x16.shuffle(us, vs, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      );
      v128.store(
        target + 2 * x,
        i8x16.shuffle(us, vs, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
        16,
      );
    }
    u += stride;
    v += stride;
    target += targetStride;
  }
}

/** The bytes in the opposite order. */
function reversed(bytes: v128): v128 {
  return i8x16.swizzle(bytes, i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/** Exchanges left and right of an 8-bit plane, in place. */
export function mirror(plane: usize, stride: i32, width: i32, height: i32): void {
  for (let row = 0; row < height; row++) {
    let left = plane;
    let right = plane + width;
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
    plane += stride;
  }
}

/** Exchanges top and bottom of an 8-bit plane, in place. */
export function turnOver(plane: usize, stride: i32, width: i32, height: i32): void {
  let top = plane;
  let bottom = plane + stride * (height - 1);
  for (; top < bottom; top += stride, bottom -= stride) {
    for (let x = 0; x < width; x += 16) {
      const upper = v128.load(top + x);
      v128.store(top + x, v128.load(bottom + x));
      v128.store(bottom + x, upper);
    }
  }
}
