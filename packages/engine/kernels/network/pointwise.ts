// 1x1 convolutions: most of a network's work. Defined by convolution.reference.ts.
//
// Weights lie as packConvolution leaves them: for each eight outputs their biases, then for each input its eight weights.
// Four pixels times eight outputs are as many sums as V8's fifteen vector registers hold beside their operands.
import { HARD_SWISH, hardSwish, limit6, madd, RELU6, relu } from './activation';

/** Floats of weights that stay in the first-level cache while the pixels of a row pass by. */
const CACHED: i32 = 6144;

/**
 * @param inputs - A multiple of four.
 * @param outputs - A multiple of eight.
 * @param activation - Anything but a sigmoid.
 * @param add - What is added before the activation, or 0.
 * @param addStep - Bytes from a pixel's addend to the next one's; 0 where all have the same.
 */
export function pointwise(
  source: usize,
  sourceStep: usize,
  weights: usize,
  target: usize,
  targetStep: usize,
  pixels: i32,
  inputs: i32,
  outputs: i32,
  activation: i32,
  add: usize,
  addStep: usize,
): void {
  const chunk = max(8, (CACHED / inputs) & ~7);
  for (let from = 0; from < outputs; from += chunk) {
    const to = min(outputs, from + chunk);
    if (pixels < 4) {
      for (let i = 0; i < pixels; i++) {
        const at = source + sourceStep * i;
        const addend = add ? add + addStep * i : 0;
        one(at, weights, target + targetStep * i, inputs, from, to, activation, addend);
      }
    } else {
      for (let i = 0; i < pixels; i += 4) {
        i = min(i, pixels - 4); // the last four overlap with those before
        four(
          source + sourceStep * i,
          sourceStep,
          weights,
          target + targetStep * i,
          targetStep,
          inputs,
          from,
          to,
          activation,
          add ? add + addStep * i : 0,
          addStep,
        );
      }
    }
    weights += 4 * (inputs + 1) * chunk;
  }
}

/**
 * Four inputs a turn. `if (end)`, which always holds, keeps V8's compiler before Turboshaft from joining the four steps in one
 * block: there it computes one sum after the other, with all loads in registers that it does not have.
 */
function four(
  source: usize,
  sourceStep: usize,
  weights: usize,
  target: usize,
  targetStep: usize,
  inputs: i32,
  from: i32,
  to: i32,
  activation: i32,
  add: usize,
  addStep: usize,
): void {
  const end = source + 4 * inputs;
  for (let output = from; output < to; output += 8) {
    let a0 = v128.load(weights);
    let b0 = v128.load(weights, 16);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    weights += 32;
    let s0 = source;
    let s1 = s0 + sourceStep;
    let s2 = s1 + sourceStep;
    let s3 = s2 + sourceStep;
    while (s0 < end) {
      {
        const a = v128.load(weights);
        const b = v128.load(weights, 16);
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
        const a = v128.load(weights, 32);
        const b = v128.load(weights, 48);
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
        const a = v128.load(weights, 64);
        const b = v128.load(weights, 80);
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
      if (end) {
        const a = v128.load(weights, 96);
        const b = v128.load(weights, 112);
        let x = v128.load32_splat(s0, 12);
        a0 = madd(x, a, a0);
        b0 = madd(x, b, b0);
        x = v128.load32_splat(s1, 12);
        a1 = madd(x, a, a1);
        b1 = madd(x, b, b1);
        x = v128.load32_splat(s2, 12);
        a2 = madd(x, a, a2);
        b2 = madd(x, b, b2);
        x = v128.load32_splat(s3, 12);
        a3 = madd(x, a, a3);
        b3 = madd(x, b, b3);
      }
      weights += 128;
      s0 += 16;
      s1 += 16;
      s2 += 16;
      s3 += 16;
    }
    if (add) {
      let z = add + 4 * output;
      a0 = f32x4.add(a0, v128.load(z));
      b0 = f32x4.add(b0, v128.load(z, 16));
      z += addStep;
      a1 = f32x4.add(a1, v128.load(z));
      b1 = f32x4.add(b1, v128.load(z, 16));
      z += addStep;
      a2 = f32x4.add(a2, v128.load(z));
      b2 = f32x4.add(b2, v128.load(z, 16));
      z += addStep;
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
    let t = target + 4 * output;
    v128.store(t, a0);
    v128.store(t, b0, 16);
    t += targetStep;
    v128.store(t, a1);
    v128.store(t, b1, 16);
    t += targetStep;
    v128.store(t, a2);
    v128.store(t, b2, 16);
    t += targetStep;
    v128.store(t, a3);
    v128.store(t, b3, 16);
  }
}

/** For rows of fewer than four pixels: vectors, above all. */
function one(
  source: usize,
  weights: usize,
  target: usize,
  inputs: i32,
  from: i32,
  to: i32,
  activation: i32,
  add: usize,
): void {
  const end = source + 4 * inputs;
  for (let output = from; output < to; output += 8) {
    let a = v128.load(weights);
    let b = v128.load(weights, 16);
    weights += 32;
    for (let s = source; s < end; s += 4) {
      const x = v128.load32_splat(s);
      a = madd(x, v128.load(weights), a);
      b = madd(x, v128.load(weights, 16), b);
      weights += 32;
    }
    if (add) {
      a = f32x4.add(a, v128.load(add + 4 * output));
      b = f32x4.add(b, v128.load(add + 4 * output, 16));
    }
    if (activation === HARD_SWISH) {
      a = hardSwish(a);
      b = hardSwish(b);
    } else if (activation) {
      a = relu(a);
      b = relu(b);
      if (activation === RELU6) {
        a = limit6(a);
        b = limit6(b);
      }
    }
    v128.store(target + 4 * output, a);
    v128.store(target + 4 * output, b, 16);
  }
}
