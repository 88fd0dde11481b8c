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
  for (; i + 8 <= pixels; i += 8) {
    let a0 = bias;
    let a1 = bias;
    let a2 = bias;
    let a3 = bias;
    let a4 = bias;
    let a5 = bias;
    let a6 = bias;
    let a7 = bias;
    let s = source + step * i;
    const end = s + step;
    let w = weights;
    while (s < end) {
      const x = v128.load(w);
      let p = s;
      a0 = madd(v128.load32_splat(p), x, a0);
      p += step;
      a1 = madd(v128.load32_splat(p), x, a1);
      p += step;
      a2 = madd(v128.load32_splat(p), x, a2);
      p += step;
      a3 = madd(v128.load32_splat(p), x, a3);
      p += step;
      a4 = madd(v128.load32_splat(p), x, a4);
      p += step;
      a5 = madd(v128.load32_splat(p), x, a5);
      p += step;
      a6 = madd(v128.load32_splat(p), x, a6);
      p += step;
      a7 = madd(v128.load32_splat(p), x, a7);
      w += 16;
      s += 4;
    }
    const at = <usize>(8 * i);
    store2(upper + at, lower + at, a0, a1, activation);
    store2(upper + at + 16, lower + at + 16, a2, a3, activation);
    store2(upper + at + 32, lower + at + 32, a4, a5, activation);
    store2(upper + at + 48, lower + at + 48, a6, a7, activation);
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
