// Convolutions with windows of any size. Defined by convolution.reference.ts.
//
// A window is some runs of neighbouring floats: a row of it where its taps touch, else a tap each. `runs` lists where the first
// pixel's begin. Rows have their borders of zeros, so there are no edges here. Weights lie as packConvolution leaves them.
import { HARD_SWISH, hardSwish, limit6, madd, RELU6, relu } from './activation';

/**
 * @param count - How many runs a window has.
 * @param length - Floats of a run.
 * @param step - Bytes from a pixel's window to the next one's.
 * @param outputs - A multiple of eight.
 * @param activation - Anything but a sigmoid.
 * @param add - What is added before the activation, pixel by pixel, or 0.
 */
export function windows(
  runs: usize,
  count: i32,
  length: i32,
  step: usize,
  weights: usize,
  target: usize,
  pixels: i32,
  outputs: i32,
  activation: i32,
  add: usize,
): void {
  const end = runs + 4 * count;
  const bytes = <usize>(4 * length);
  const targetStep = <usize>(4 * outputs);
  // Four pixels at once, the last four overlapping with those before; in a row of fewer, one pixel is computed more than once.
  const last = max(0, pixels - 4);
  const second = min(1, pixels - 1);
  const third = min(2, pixels - 1);
  const fourth = min(3, pixels - 1);
  for (let i = 0; i < pixels; i += 4) {
    i = min(i, last);
    let w = weights;
    for (let output = 0; output < outputs; output += 8) {
      let a0 = v128.load(w);
      let b0 = v128.load(w, 16);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b1 = b0;
      let b2 = b0;
      let b3 = b0;
      w += 32;
      for (let run = runs; run < end; run += 4) {
        let s0 = <usize>load<u32>(run) + step * i;
        let s1 = s0 + step * second;
        let s2 = s0 + step * third;
        let s3 = s0 + step * fourth;
        const runEnd = s0 + bytes;
        // Three a turn: windows of three taps are the rule. See pointwise.ts for `if (end)`.
        while (s0 + 12 <= runEnd) {
          {
            const a = v128.load(w);
            const b = v128.load(w, 16);
            let x = v128.load32_splat(s0);
            a0 = madd(x, a, a0);
            b0 = madd(x, b, b0);
            x = v128.load32_splat(s1);
            a1 = madd(x, a, a1);
            b1 = madd(x, b, b1);
            x = v128.load32_splat(s2);
            a2 = madd(x, a, a2);
            b2 = madd(x, b, b2);
            x = v128.load32_splat(s3);
            a3 = madd(x, a, a3);
            b3 = madd(x, b, b3);
          }
          if (end) {
            const a = v128.load(w, 32);
            const b = v128.load(w, 48);
            let x = v128.load32_splat(s0, 4);
            a0 = madd(x, a, a0);
            b0 = madd(x, b, b0);
            x = v128.load32_splat(s1, 4);
            a1 = madd(x, a, a1);
            b1 = madd(x, b, b1);
            x = v128.load32_splat(s2, 4);
            a2 = madd(x, a, a2);
            b2 = madd(x, b, b2);
            x = v128.load32_splat(s3, 4);
            a3 = madd(x, a, a3);
            b3 = madd(x, b, b3);
          }
          if (end) {
            const a = v128.load(w, 64);
            const b = v128.load(w, 80);
            let x = v128.load32_splat(s0, 8);
            a0 = madd(x, a, a0);
            b0 = madd(x, b, b0);
            x = v128.load32_splat(s1, 8);
            a1 = madd(x, a, a1);
            b1 = madd(x, b, b1);
            x = v128.load32_splat(s2, 8);
            a2 = madd(x, a, a2);
            b2 = madd(x, b, b2);
            x = v128.load32_splat(s3, 8);
            a3 = madd(x, a, a3);
            b3 = madd(x, b, b3);
          }
          w += 96;
          s0 += 12;
          s1 += 12;
          s2 += 12;
          s3 += 12;
        }
        while (s0 < runEnd) {
          const a = v128.load(w);
          const b = v128.load(w, 16);
          let x = v128.load32_splat(s0);
          a0 = madd(x, a, a0);
          b0 = madd(x, b, b0);
          x = v128.load32_splat(s1);
          a1 = madd(x, a, a1);
          b1 = madd(x, b, b1);
          x = v128.load32_splat(s2);
          a2 = madd(x, a, a2);
          b2 = madd(x, b, b2);
          x = v128.load32_splat(s3);
          a3 = madd(x, a, a3);
          b3 = madd(x, b, b3);
          w += 32;
          s0 += 4;
          s1 += 4;
          s2 += 4;
          s3 += 4;
        }
      }
      const offset = targetStep * i + 4 * output;
      if (add) {
        let z = add + offset;
        a0 = f32x4.add(a0, v128.load(z));
        b0 = f32x4.add(b0, v128.load(z, 16));
        z = add + offset + targetStep * second;
        a1 = f32x4.add(a1, v128.load(z));
        b1 = f32x4.add(b1, v128.load(z, 16));
        z = add + offset + targetStep * third;
        a2 = f32x4.add(a2, v128.load(z));
        b2 = f32x4.add(b2, v128.load(z, 16));
        z = add + offset + targetStep * fourth;
        a3 = f32x4.add(a3, v128.load(z));
        b3 = f32x4.add(b3, v128.load(z, 16));
      }
      if (activation === HARD_SWISH) {
        a0 = hardSwish(a0);
        a1 = hardSwish(a1);
        a2 = hardSwish(a2);
        a3 = hardSwish(a3);
        b0 = hardSwish(b0);
        b1 = hardSwish(b1);
        b2 = hardSwish(b2);
        b3 = hardSwish(b3);
      } else if (activation) {
        a0 = relu(a0);
        a1 = relu(a1);
        a2 = relu(a2);
        a3 = relu(a3);
        b0 = relu(b0);
        b1 = relu(b1);
        b2 = relu(b2);
        b3 = relu(b3);
        if (activation === RELU6) {
          a0 = limit6(a0);
          a1 = limit6(a1);
          a2 = limit6(a2);
          a3 = limit6(a3);
          b0 = limit6(b0);
          b1 = limit6(b1);
          b2 = limit6(b2);
          b3 = limit6(b3);
        }
      }
      const t = target + offset;
      v128.store(t, a0);
      v128.store(t, b0, 16);
      v128.store(t + targetStep * second, a1);
      v128.store(t + targetStep * second, b1, 16);
      v128.store(t + targetStep * third, a2);
      v128.store(t + targetStep * third, b2, 16);
      v128.store(t + targetStep * fourth, a3);
      v128.store(t + targetStep * fourth, b3, 16);
    }
  }
}
