import type { Constant, Graph, Transposed } from '../graph.js';

/** Writes a number of the file to a place among the weights. */
type Copy = (from: Constant, index: number, to: number) => void;

/** How many blocks of four channels a pixel has. */
export function blocksOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/**
 * The weights of a network in the order in which shaders read them, in blocks of four numbers. For each block of outputs: its
 * biases, then for each tap and input channel the weights of these four outputs.
 */
export class Weights {
  /** Whether all of them are half floats in the file. */
  readonly areHalves: boolean;
  readonly #writers: ((copy: Copy) => void)[] = [];
  #blocks = 0;

  /** @param graph - Whose constants they are. */
  constructor({ operators, constants }: Graph) {
    const all = [...constants.values()];
    for (const operator of operators) {
      if ('weights' in operator) all.push(operator.weights, ...(operator.bias ? [operator.bias] : []));
    }
    this.areHalves = all.every(({ isHalf }) => isHalf);
  }

  /** Adds a vector, or one number for all channels. Returns its first block, as the others do. */
  addVector(vector: Constant, channels: number): number {
    return this.#add(blocksOf(channels), (first, copy) => {
      for (let i = 0; i < channels; i++) copy(vector, vector.count === 1 ? 0 : i, first + i);
    });
  }

  /** Adds a convolution. */
  addConvolution(weights: Constant, bias: Constant | undefined, outputs: number, inputs: number): number {
    const taps = weights.count / (outputs * inputs);
    return this.#addMatrices(outputs, taps, inputs, (output, place, copy) => {
      if (bias) copy(bias, output, place(0, 0) - 4);
      for (let tap = 0; tap < taps; tap++) {
        for (let input = 0; input < inputs; input++) {
          copy(weights, (output * taps + tap) * inputs + input, place(tap, input));
        }
      }
    });
  }

  /**
   * Adds a transposed convolution as a pointwise one, whose outputs are those of all taps.
   *
   * @param room - Channels from one tap to the next.
   */
  addTransposed({ weights, bias, size }: Transposed, outputs: number, inputs: number, room: number): number {
    return this.#addMatrices(size.y * size.x * room, 1, inputs, (number, place, copy) => {
      const [tap, output] = [Math.floor(number / room), number % room];
      if (output >= outputs) return;
      if (bias) copy(bias, output, place(0, 0) - 4);
      const from = (output * size.y * size.x + tap) * inputs;
      for (let input = 0; input < inputs; input++) copy(weights, from + input, place(0, input));
    });
  }

  /** Adds a depthwise convolution: for each block its biases, then the weights of each tap. */
  addDepthwise(weights: Constant, bias: Constant | undefined, channels: number): number {
    const taps = weights.count / channels;
    return this.#add(blocksOf(channels) * (1 + taps), (first, copy) => {
      for (let channel = 0; channel < channels; channel++) {
        const place = first + 4 * Math.floor(channel / 4) * (1 + taps) + (channel % 4);
        if (bias) copy(bias, channel, place);
        for (let tap = 0; tap < taps; tap++) copy(weights, tap * channels + channel, place + 4 * (1 + tap));
      }
    });
  }

  /**
   * Takes all of them from the network's file.
   *
   * @param asHalves - Whether they stay half floats; only if they are.
   */
  read(file: Uint8Array, asHalves: boolean): Uint8Array<ArrayBuffer> {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const count = 4 * Math.max(1, this.#blocks);
    if (asHalves) {
      const halves = new Uint16Array(count);
      this.#write(({ offset }, index, to) => {
        halves[to] = view.getUint16(offset + 2 * index, true);
      });
      return new Uint8Array(halves.buffer);
    }
    const floats = new Float32Array(count);
    this.#write(({ offset, isHalf }, index, to) => {
      floats[to] = isHalf
        ? halfToFloat(view.getUint16(offset + 2 * index, true))
        : view.getFloat32(offset + 4 * index, true);
    });
    return new Uint8Array(floats.buffer);
  }

  /** `write` gets, for each output, where the weight of a tap and an input goes; the bias is four numbers before the first. */
  #addMatrices(
    outputs: number,
    taps: number,
    inputs: number,
    write: (output: number, place: (tap: number, input: number) => number, copy: Copy) => void,
  ): number {
    const room = 4 * blocksOf(inputs);
    const step = matrixStep(taps, inputs);
    return this.#add(blocksOf(outputs) * step, (first, copy) => {
      for (let output = 0; output < outputs; output++) {
        const begin = first + 4 * (Math.floor(output / 4) * step + 1) + (output % 4);
        write(output, (tap, input) => begin + 4 * (tap * room + input), copy);
      }
    });
  }

  #write(copy: Copy): void {
    for (const writer of this.#writers) writer(copy);
  }

  #add(blocks: number, write: (first: number, copy: Copy) => void): number {
    const first = this.#blocks;
    this.#blocks += blocks;
    this.#writers.push((copy) => write(4 * first, copy));
    return first;
  }
}

/** Blocks from a convolution's weights for four outputs to those for the next four. */
export function matrixStep(taps: number, inputs: number): number {
  return 1 + 4 * taps * blocksOf(inputs);
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
