// Brings a file's weights into the order in which the kernels read them. Runs once. Defined by pack.reference.ts.
//
// What is behind the last channel is not written: it must be zeros before.

/** A float of the file, single or half. */
function valueAt(source: usize, index: usize, isHalf: bool): f32 {
  if (!isHalf) return load<f32>(source + 4 * index);
  const half = <u32>load<u16>(source + 2 * index);
  const sign = (half & 0x8000) << 16;
  // Infinities and NaNs have the largest exponent in both formats.
  if ((half & 0x7c00) === 0x7c00) return reinterpret<f32>(sign | 0x7f800000 | ((half & 0x3ff) << 13));
  // As a float's exponent it is 112 too small; to multiply puts that right, for subnormals as well.
  const magnitude = reinterpret<f32>((half & 0x7fff) << 13) * reinterpret<f32>(0x77800000);
  return reinterpret<f32>(reinterpret<u32>(magnitude) | sign);
}

/**
 * For each eight outputs: their biases, then for each float of a window its eight weights.
 *
 * @param bias - One for each output, or 0 for none.
 * @param step - Floats in the file from an output's weights to the next one's.
 * @param runs - How many runs of neighbouring floats a window has.
 * @param length - Floats of a run in the file.
 * @param room - Floats of a run in memory, at least as many.
 */
export function packConvolution(
  source: usize,
  isHalf: bool,
  bias: usize,
  isBiasHalf: bool,
  target: usize,
  outputs: i32,
  step: i32,
  runs: i32,
  length: i32,
  room: i32,
): void {
  for (let output = 0; output < outputs; output++) {
    let t = target + 32 * (output >> 3) * (1 + runs * room) + 4 * (output & 7);
    if (bias) store<f32>(t, valueAt(bias, output, isBiasHalf));
    t += 32;
    let index = <usize>output * step;
    for (let run = 0; run < runs; run++) {
      for (let i = 0; i < length; i++) store<f32>(t + 32 * i, valueAt(source, index++, isHalf));
      t += 32 * room;
    }
  }
}

/** For each four channels: their biases, then for each tap its four weights. */
export function packDepthwise(
  source: usize,
  isHalf: bool,
  bias: usize,
  isBiasHalf: bool,
  target: usize,
  channels: i32,
  taps: i32,
): void {
  for (let channel = 0; channel < channels; channel++) {
    let t = target + 16 * (channel >> 2) * (taps + 1) + 4 * (channel & 3);
    if (bias) store<f32>(t, valueAt(bias, channel, isBiasHalf));
    for (let tap = 0; tap < taps; tap++) {
      t += 16;
      store<f32>(t, valueAt(source, tap * channels + channel, isHalf));
    }
  }
}

/** The bias four times, then for each input its weights in a window of 2x2. */
export function packTransposed(
  source: usize,
  isHalf: bool,
  bias: usize,
  isBiasHalf: bool,
  target: usize,
  inputs: i32,
): void {
  if (bias) v128.store(target, f32x4.splat(valueAt(bias, 0, isBiasHalf)));
  for (let tap = 0; tap < 4; tap++) {
    for (let input = 0; input < inputs; input++) {
      store<f32>(target + 16 * (input + 1) + 4 * tap, valueAt(source, tap * inputs + input, isHalf));
    }
  }
}

/**
 * A constant vector.
 *
 * @param step - 1, or 0 if all channels have the same value.
 */
export function packVector(source: usize, isHalf: bool, target: usize, channels: i32, step: i32): void {
  for (let channel = 0; channel < channels; channel++) {
    store<f32>(target + 4 * channel, valueAt(source, channel * step, isHalf));
  }
}
