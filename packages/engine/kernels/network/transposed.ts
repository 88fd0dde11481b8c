// The usual last layer: a transposed convolution to one channel that doubles width and height. Defined by
// convolution.reference.ts.
import { activate, madd } from './activation';

/** Stores what two input pixels give: two pixels in each of two rows. */
function store2(upper: usize, lower: usize, left: v128, right: v128, activation: i32): void {
  const a = activate(left, activation);
  const b = activate(right, activation);
  v128.store(upper, i64x2.shuffle(a, b, 0, 2));
  v128.store(lower, i64x2.shuffle(a, b, 1, 3));
}

/**
 * Windows of 2x2, two pixels apart: they do not overlap, so that each input pixel gives four output pixels, the lanes of a
 * vector: upper left, upper right, lower left, lower right.
 *
 * @param weights - As packTransposed leaves them: the bias four times, then for each input its four weights.
 * @param upper - Where the first of the two rows of output goes.
 * @param inputs - A multiple of four.
 */
export function transposedToOne(
  source: usize,
  weights: usize,
  upper: usize,
  lower: usize,
  pixels: i32,
  inputs: i32,
  activation: i32,
): void {
  const step = <usize>(4 * inputs);
  const bias = v128.load(weights);
  weights += 16;
  let i = 0;
  for (; i + 4 <= pixels; i += 4) {
    // Two sums for each pixel, of the even and of the odd inputs: eight that do not wait for each other.
    let a0 = bias;
    let a1 = bias;
    let a2 = bias;
    let a3 = bias;
    let b0 = f32x4.splat(0);
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    let s0 = source + step * i;
    let s1 = s0 + step;
    let s2 = s1 + step;
    let s3 = s2 + step;
    const end = s1;
    let w = weights;
    while (s0 < end) {
      {
        const x = v128.load(w);
        a0 = madd(v128.load32_splat(s0), x, a0);
        a1 = madd(v128.load32_splat(s1), x, a1);
        a2 = madd(v128.load32_splat(s2), x, a2);
        a3 = madd(v128.load32_splat(s3), x, a3);
      }
      if (end) {
        const x = v128.load(w, 16);
        b0 = madd(v128.load32_splat(s0, 4), x, b0);
        b1 = madd(v128.load32_splat(s1, 4), x, b1);
        b2 = madd(v128.load32_splat(s2, 4), x, b2);
        b3 = madd(v128.load32_splat(s3, 4), x, b3);
      }
      if (end) {
        const x = v128.load(w, 32);
        a0 = madd(v128.load32_splat(s0, 8), x, a0);
        a1 = madd(v128.load32_splat(s1, 8), x, a1);
        a2 = madd(v128.load32_splat(s2, 8), x, a2);
        a3 = madd(v128.load32_splat(s3, 8), x, a3);
      }
      if (end) {
        const x = v128.load(w, 48);
        b0 = madd(v128.load32_splat(s0, 12), x, b0);
        b1 = madd(v128.load32_splat(s1, 12), x, b1);
        b2 = madd(v128.load32_splat(s2, 12), x, b2);
        b3 = madd(v128.load32_splat(s3, 12), x, b3);
      }
      w += 64;
      s0 += 16;
      s1 += 16;
      s2 += 16;
      s3 += 16;
    }
    const at = <usize>(8 * i);
    store2(upper + at, lower + at, f32x4.add(a0, b0), f32x4.add(a1, b1), activation);
    store2(upper + at + 16, lower + at + 16, f32x4.add(a2, b2), f32x4.add(a3, b3), activation);
  }
  for (; i < pixels; i++) {
    let a = bias;
    let s = source + step * i;
    const end = s + step;
    for (let w = weights; s < end; s += 4) {
      a = madd(v128.load32_splat(s), v128.load(w), a);
      w += 16;
    }
    a = activate(a, activation);
    v128.store64_lane(upper + 8 * i, a, 0);
    v128.store64_lane(lower + 8 * i, a, 1);
  }
}
