// Depthwise convolutions. Defined by convolution.reference.ts.
//
// Weights lie as packDepthwise leaves them: for each four channels their biases, then for each tap its four weights. Rows
// have their borders of zeros, so there are no edges here.
//
// In the kernels for one size of window, each column is loaded once and added to all windows that it is in. `if (s)`, which
// always holds, does there what `if (end)` does in pointwise.ts.
import { HARD_SWISH, hardSwish, limit6, madd, RELU6, relu } from './activation';

/**
 * Windows of 3x3, a pixel apart.
 *
 * @param rows - Where the first pixel's window begins in each of its 3 rows.
 * @param pixels - At least 8.
 * @param channels - A multiple of four.
 * @param activation - Anything but a sigmoid.
 * @param add - What is added after the activation, pixel by pixel, or 0.
 */
export function depthwise3(
  rows: usize,
  weights: usize,
  target: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
  add: usize,
): void {
  const step = <usize>(4 * channels);
  const end = rows + 12;
  for (let i = 0; i < pixels; i += 8) {
    i = min(i, pixels - 8); // the last 8 overlap with those before
    let w = weights;
    for (let c: usize = 0; c < step; c += 16) {
      let a0 = v128.load(w);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let a4 = a0;
      let a5 = a0;
      let a6 = a0;
      let a7 = a0;
      w += 16;
      for (let row = rows; row < end; row += 4) {
        let s = <usize>load<u32>(row) + step * i + c;
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        const w2 = v128.load(w, 32);
        {
          const x = v128.load(s);
          a0 = madd(x, w0, a0);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w1, a0);
          a1 = madd(x, w0, a1);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w2, a0);
          a1 = madd(x, w1, a1);
          a2 = madd(x, w0, a2);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a1 = madd(x, w2, a1);
          a2 = madd(x, w1, a2);
          a3 = madd(x, w0, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a2 = madd(x, w2, a2);
          a3 = madd(x, w1, a3);
          a4 = madd(x, w0, a4);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a3 = madd(x, w2, a3);
          a4 = madd(x, w1, a4);
          a5 = madd(x, w0, a5);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a4 = madd(x, w2, a4);
          a5 = madd(x, w1, a5);
          a6 = madd(x, w0, a6);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a5 = madd(x, w2, a5);
          a6 = madd(x, w1, a6);
          a7 = madd(x, w0, a7);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a6 = madd(x, w2, a6);
          a7 = madd(x, w1, a7);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a7 = madd(x, w2, a7);
        }
        w += 48;
      }
      if (activation === HARD_SWISH) {
        a0 = hardSwish(a0);
        a1 = hardSwish(a1);
        a2 = hardSwish(a2);
        a3 = hardSwish(a3);
        a4 = hardSwish(a4);
        a5 = hardSwish(a5);
        a6 = hardSwish(a6);
        a7 = hardSwish(a7);
      } else if (activation) {
        a0 = relu(a0);
        a1 = relu(a1);
        a2 = relu(a2);
        a3 = relu(a3);
        a4 = relu(a4);
        a5 = relu(a5);
        a6 = relu(a6);
        a7 = relu(a7);
        if (activation === RELU6) {
          a0 = limit6(a0);
          a1 = limit6(a1);
          a2 = limit6(a2);
          a3 = limit6(a3);
          a4 = limit6(a4);
          a5 = limit6(a5);
          a6 = limit6(a6);
          a7 = limit6(a7);
        }
      }
      const offset = step * i + c;
      if (add) {
        let z = add + offset;
        a0 = f32x4.add(a0, v128.load(z));
        z += step;
        a1 = f32x4.add(a1, v128.load(z));
        z += step;
        a2 = f32x4.add(a2, v128.load(z));
        z += step;
        a3 = f32x4.add(a3, v128.load(z));
        z += step;
        a4 = f32x4.add(a4, v128.load(z));
        z += step;
        a5 = f32x4.add(a5, v128.load(z));
        z += step;
        a6 = f32x4.add(a6, v128.load(z));
        z += step;
        a7 = f32x4.add(a7, v128.load(z));
      }
      let t = target + offset;
      v128.store(t, a0);
      t += step;
      v128.store(t, a1);
      t += step;
      v128.store(t, a2);
      t += step;
      v128.store(t, a3);
      t += step;
      v128.store(t, a4);
      t += step;
      v128.store(t, a5);
      t += step;
      v128.store(t, a6);
      t += step;
      v128.store(t, a7);
    }
  }
}

/**
 * Windows of 3x3, two pixels apart.
 *
 * @param rows - Where the first pixel's window begins in each of its 3 rows.
 * @param pixels - At least 4.
 * @param channels - A multiple of four.
 * @param activation - Anything but a sigmoid.
 * @param add - What is added after the activation, pixel by pixel, or 0.
 */
export function depthwise3Halving(
  rows: usize,
  weights: usize,
  target: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
  add: usize,
): void {
  const step = <usize>(4 * channels);
  const end = rows + 12;
  for (let i = 0; i < pixels; i += 4) {
    i = min(i, pixels - 4); // the last 4 overlap with those before
    let w = weights;
    for (let c: usize = 0; c < step; c += 16) {
      let a0 = v128.load(w);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      w += 16;
      for (let row = rows; row < end; row += 4) {
        let s = <usize>load<u32>(row) + step * (2 * i) + c;
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        const w2 = v128.load(w, 32);
        {
          const x = v128.load(s);
          a0 = madd(x, w0, a0);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w1, a0);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w2, a0);
          a1 = madd(x, w0, a1);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a1 = madd(x, w1, a1);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a1 = madd(x, w2, a1);
          a2 = madd(x, w0, a2);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a2 = madd(x, w1, a2);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a2 = madd(x, w2, a2);
          a3 = madd(x, w0, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a3 = madd(x, w1, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a3 = madd(x, w2, a3);
        }
        w += 48;
      }
      if (activation === HARD_SWISH) {
        a0 = hardSwish(a0);
        a1 = hardSwish(a1);
        a2 = hardSwish(a2);
        a3 = hardSwish(a3);
      } else if (activation) {
        a0 = relu(a0);
        a1 = relu(a1);
        a2 = relu(a2);
        a3 = relu(a3);
        if (activation === RELU6) {
          a0 = limit6(a0);
          a1 = limit6(a1);
          a2 = limit6(a2);
          a3 = limit6(a3);
        }
      }
      const offset = step * i + c;
      if (add) {
        let z = add + offset;
        a0 = f32x4.add(a0, v128.load(z));
        z += step;
        a1 = f32x4.add(a1, v128.load(z));
        z += step;
        a2 = f32x4.add(a2, v128.load(z));
        z += step;
        a3 = f32x4.add(a3, v128.load(z));
      }
      let t = target + offset;
      v128.store(t, a0);
      t += step;
      v128.store(t, a1);
      t += step;
      v128.store(t, a2);
      t += step;
      v128.store(t, a3);
    }
  }
}

/**
 * Windows of 5x5, a pixel apart.
 *
 * @param rows - Where the first pixel's window begins in each of its 5 rows.
 * @param pixels - At least 8.
 * @param channels - A multiple of four.
 * @param activation - Anything but a sigmoid.
 * @param add - What is added after the activation, pixel by pixel, or 0.
 */
export function depthwise5(
  rows: usize,
  weights: usize,
  target: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
  add: usize,
): void {
  const step = <usize>(4 * channels);
  const end = rows + 20;
  for (let i = 0; i < pixels; i += 8) {
    i = min(i, pixels - 8); // the last 8 overlap with those before
    let w = weights;
    for (let c: usize = 0; c < step; c += 16) {
      let a0 = v128.load(w);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let a4 = a0;
      let a5 = a0;
      let a6 = a0;
      let a7 = a0;
      w += 16;
      for (let row = rows; row < end; row += 4) {
        let s = <usize>load<u32>(row) + step * i + c;
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        const w2 = v128.load(w, 32);
        const w3 = v128.load(w, 48);
        const w4 = v128.load(w, 64);
        {
          const x = v128.load(s);
          a0 = madd(x, w0, a0);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w1, a0);
          a1 = madd(x, w0, a1);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w2, a0);
          a1 = madd(x, w1, a1);
          a2 = madd(x, w0, a2);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w3, a0);
          a1 = madd(x, w2, a1);
          a2 = madd(x, w1, a2);
          a3 = madd(x, w0, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w4, a0);
          a1 = madd(x, w3, a1);
          a2 = madd(x, w2, a2);
          a3 = madd(x, w1, a3);
          a4 = madd(x, w0, a4);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a1 = madd(x, w4, a1);
          a2 = madd(x, w3, a2);
          a3 = madd(x, w2, a3);
          a4 = madd(x, w1, a4);
          a5 = madd(x, w0, a5);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a2 = madd(x, w4, a2);
          a3 = madd(x, w3, a3);
          a4 = madd(x, w2, a4);
          a5 = madd(x, w1, a5);
          a6 = madd(x, w0, a6);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a3 = madd(x, w4, a3);
          a4 = madd(x, w3, a4);
          a5 = madd(x, w2, a5);
          a6 = madd(x, w1, a6);
          a7 = madd(x, w0, a7);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a4 = madd(x, w4, a4);
          a5 = madd(x, w3, a5);
          a6 = madd(x, w2, a6);
          a7 = madd(x, w1, a7);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a5 = madd(x, w4, a5);
          a6 = madd(x, w3, a6);
          a7 = madd(x, w2, a7);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a6 = madd(x, w4, a6);
          a7 = madd(x, w3, a7);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a7 = madd(x, w4, a7);
        }
        w += 80;
      }
      if (activation === HARD_SWISH) {
        a0 = hardSwish(a0);
        a1 = hardSwish(a1);
        a2 = hardSwish(a2);
        a3 = hardSwish(a3);
        a4 = hardSwish(a4);
        a5 = hardSwish(a5);
        a6 = hardSwish(a6);
        a7 = hardSwish(a7);
      } else if (activation) {
        a0 = relu(a0);
        a1 = relu(a1);
        a2 = relu(a2);
        a3 = relu(a3);
        a4 = relu(a4);
        a5 = relu(a5);
        a6 = relu(a6);
        a7 = relu(a7);
        if (activation === RELU6) {
          a0 = limit6(a0);
          a1 = limit6(a1);
          a2 = limit6(a2);
          a3 = limit6(a3);
          a4 = limit6(a4);
          a5 = limit6(a5);
          a6 = limit6(a6);
          a7 = limit6(a7);
        }
      }
      const offset = step * i + c;
      if (add) {
        let z = add + offset;
        a0 = f32x4.add(a0, v128.load(z));
        z += step;
        a1 = f32x4.add(a1, v128.load(z));
        z += step;
        a2 = f32x4.add(a2, v128.load(z));
        z += step;
        a3 = f32x4.add(a3, v128.load(z));
        z += step;
        a4 = f32x4.add(a4, v128.load(z));
        z += step;
        a5 = f32x4.add(a5, v128.load(z));
        z += step;
        a6 = f32x4.add(a6, v128.load(z));
        z += step;
        a7 = f32x4.add(a7, v128.load(z));
      }
      let t = target + offset;
      v128.store(t, a0);
      t += step;
      v128.store(t, a1);
      t += step;
      v128.store(t, a2);
      t += step;
      v128.store(t, a3);
      t += step;
      v128.store(t, a4);
      t += step;
      v128.store(t, a5);
      t += step;
      v128.store(t, a6);
      t += step;
      v128.store(t, a7);
    }
  }
}

/**
 * Windows of 5x5, two pixels apart.
 *
 * @param rows - Where the first pixel's window begins in each of its 5 rows.
 * @param pixels - At least 4.
 * @param channels - A multiple of four.
 * @param activation - Anything but a sigmoid.
 * @param add - What is added after the activation, pixel by pixel, or 0.
 */
export function depthwise5Halving(
  rows: usize,
  weights: usize,
  target: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
  add: usize,
): void {
  const step = <usize>(4 * channels);
  const end = rows + 20;
  for (let i = 0; i < pixels; i += 4) {
    i = min(i, pixels - 4); // the last 4 overlap with those before
    let w = weights;
    for (let c: usize = 0; c < step; c += 16) {
      let a0 = v128.load(w);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      w += 16;
      for (let row = rows; row < end; row += 4) {
        let s = <usize>load<u32>(row) + step * (2 * i) + c;
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        const w2 = v128.load(w, 32);
        const w3 = v128.load(w, 48);
        const w4 = v128.load(w, 64);
        {
          const x = v128.load(s);
          a0 = madd(x, w0, a0);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w1, a0);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w2, a0);
          a1 = madd(x, w0, a1);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w3, a0);
          a1 = madd(x, w1, a1);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a0 = madd(x, w4, a0);
          a1 = madd(x, w2, a1);
          a2 = madd(x, w0, a2);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a1 = madd(x, w3, a1);
          a2 = madd(x, w1, a2);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a1 = madd(x, w4, a1);
          a2 = madd(x, w2, a2);
          a3 = madd(x, w0, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a2 = madd(x, w3, a2);
          a3 = madd(x, w1, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a2 = madd(x, w4, a2);
          a3 = madd(x, w2, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a3 = madd(x, w3, a3);
          s += step;
        }
        if (s) {
          const x = v128.load(s);
          a3 = madd(x, w4, a3);
        }
        w += 80;
      }
      if (activation === HARD_SWISH) {
        a0 = hardSwish(a0);
        a1 = hardSwish(a1);
        a2 = hardSwish(a2);
        a3 = hardSwish(a3);
      } else if (activation) {
        a0 = relu(a0);
        a1 = relu(a1);
        a2 = relu(a2);
        a3 = relu(a3);
        if (activation === RELU6) {
          a0 = limit6(a0);
          a1 = limit6(a1);
          a2 = limit6(a2);
          a3 = limit6(a3);
        }
      }
      const offset = step * i + c;
      if (add) {
        let z = add + offset;
        a0 = f32x4.add(a0, v128.load(z));
        z += step;
        a1 = f32x4.add(a1, v128.load(z));
        z += step;
        a2 = f32x4.add(a2, v128.load(z));
        z += step;
        a3 = f32x4.add(a3, v128.load(z));
      }
      let t = target + offset;
      v128.store(t, a0);
      t += step;
      v128.store(t, a1);
      t += step;
      v128.store(t, a2);
      t += step;
      v128.store(t, a3);
    }
  }
}

/**
 * Windows of any size, with any distance between them and between their taps.
 *
 * @param taps - Where each tap of the first pixel's window is.
 * @param count - How many taps a window has.
 * @param step - Bytes from a pixel's window to the next one's.
 * @param channels - A multiple of eight.
 * @param activation - Anything but a sigmoid.
 * @param add - What is added after the activation, pixel by pixel, or 0.
 */
export function depthwise(
  taps: usize,
  count: i32,
  step: usize,
  weights: usize,
  target: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
  add: usize,
): void {
  const end = taps + 4 * count;
  const half = <usize>(16 * (count + 1));
  const targetStep = <usize>(4 * channels);
  // As in windows.ts: four pixels at once, in a row of fewer some of them more than once.
  const last = max(0, pixels - 4);
  const second = min(1, pixels - 1);
  const third = min(2, pixels - 1);
  const fourth = min(3, pixels - 1);
  for (let i = 0; i < pixels; i += 4) {
    i = min(i, last);
    let w = weights;
    for (let c: usize = 0; c < targetStep; c += 32) {
      let a0 = v128.load(w);
      let b0 = v128.load(w + half);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b1 = b0;
      let b2 = b0;
      let b3 = b0;
      w += 16;
      for (let tap = taps; tap < end; tap += 4) {
        const a = v128.load(w);
        const b = v128.load(w + half);
        const s = <usize>load<u32>(tap) + step * i + c;
        a0 = madd(v128.load(s), a, a0);
        b0 = madd(v128.load(s, 16), b, b0);
        const s1 = s + step * second;
        a1 = madd(v128.load(s1), a, a1);
        b1 = madd(v128.load(s1, 16), b, b1);
        const s2 = s + step * third;
        a2 = madd(v128.load(s2), a, a2);
        b2 = madd(v128.load(s2, 16), b, b2);
        const s3 = s + step * fourth;
        a3 = madd(v128.load(s3), a, a3);
        b3 = madd(v128.load(s3, 16), b, b3);
        w += 16;
      }
      w += half;
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
      const first = targetStep * i + c;
      const offset1 = first + targetStep * second;
      const offset2 = first + targetStep * third;
      const offset3 = first + targetStep * fourth;
      if (add) {
        a0 = f32x4.add(a0, v128.load(add + first));
        b0 = f32x4.add(b0, v128.load(add + first, 16));
        a1 = f32x4.add(a1, v128.load(add + offset1));
        b1 = f32x4.add(b1, v128.load(add + offset1, 16));
        a2 = f32x4.add(a2, v128.load(add + offset2));
        b2 = f32x4.add(b2, v128.load(add + offset2, 16));
        a3 = f32x4.add(a3, v128.load(add + offset3));
        b3 = f32x4.add(b3, v128.load(add + offset3, 16));
      }
      v128.store(target + first, a0);
      v128.store(target + first, b0, 16);
      v128.store(target + offset1, a1);
      v128.store(target + offset1, b1, 16);
      v128.store(target + offset2, a2);
      v128.store(target + offset2, b2, 16);
      v128.store(target + offset3, a3);
      v128.store(target + offset3, b3, 16);
    }
  }
}
