/** A half float's value, from its bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * For each eight outputs: their biases, then for each float of a window its eight weights.
 *
 * @param weights - For each output `runs` runs of `length` floats, from one output to the next `step`.
 * @param room - How many floats a run has in the result.
 */
export function packConvolution(
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  outputs: number,
  step: number,
  runs: number,
  length: number,
  room: number,
): Float32Array {
  const blocks = Math.ceil(outputs / 8);
  const packed = new Float32Array(blocks * 8 * (1 + runs * room));
  for (let output = 0; output < outputs; output++) {
    const block = (output >> 3) * 8 * (1 + runs * room);
    packed[block + (output & 7)] = bias[output] ?? 0;
    for (let run = 0; run < runs; run++) {
      for (let i = 0; i < length; i++) {
        const place = block + 8 * (1 + run * room + i) + (output & 7);
        packed[place] = weights[output * step + run * length + i] ?? 0;
      }
    }
  }
  return packed;
}

/** For each four channels: their biases, then for each tap its four weights. */
export function packDepthwise(
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  channels: number,
  taps: number,
): Float32Array {
  const packed = new Float32Array(Math.ceil(channels / 4) * 4 * (taps + 1));
  for (let channel = 0; channel < channels; channel++) {
    const place = (channel >> 2) * 4 * (taps + 1) + (channel & 3);
    packed[place] = bias[channel] ?? 0;
    for (let tap = 0; tap < taps; tap++) {
      packed[place + 4 * (tap + 1)] = weights[tap * channels + channel] ?? 0;
    }
  }
  return packed;
}

/** The bias four times, then for each input its four weights. */
export function packTransposed(weights: ArrayLike<number>, bias: number, inputs: number): Float32Array {
  const packed = new Float32Array(4 * (inputs + 1)).fill(bias, 0, 4);
  for (let tap = 0; tap < 4; tap++) {
    for (let input = 0; input < inputs; input++) {
      packed[4 * (input + 1) + tap] = weights[tap * inputs + input] ?? 0;
    }
  }
  return packed;
}
