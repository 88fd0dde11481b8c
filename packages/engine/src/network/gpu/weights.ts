import type { Constant, Graph, Transposed } from '../graph.js';
import { blocksOf } from './fusion.js';

/** Writes a number of the file to a place among the weights. */
type Copy = (from: Constant, index: number, to: number) => void;

/** The weights of a network, in the order in which shaders read them: in blocks of four numbers. */
export class Weights {
  /** Whether they are half floats, as in the file. Files that have others as well are read as floats. */
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

  /** How many blocks there are. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Adds a vector, or one number for all channels. Returns its first block, as all of these. */
  addVector(vector: Constant, channels: number): number {
    return this.#add(blocksOf(channels), (first, copy) => {
      for (let i = 0; i < channels; i++) copy(vector, vector.count === 1 ? 0 : i, first + i);
    });
  }

  /** Adds biases, then for each tap and input channel the weights of all outputs. */
  addConvolution(weights: Constant, bias: Constant | undefined, outputs: number, inputs: number): number {
    const taps = weights.count / (outputs * inputs);
    const width = 4 * blocksOf(outputs);
    const room = 4 * blocksOf(inputs);
    return this.#add((width / 4) * (1 + taps * room), (first, copy) => {
      for (let output = 0; output < outputs; output++) {
        if (bias) copy(bias, output, first + output);
        for (let tap = 0; tap < taps; tap++) {
          for (let input = 0; input < inputs; input++) {
            const from = (output * taps + tap) * inputs + input;
            copy(weights, from, first + width * (1 + tap * room + input) + output);
          }
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
    const taps = size.y * size.x;
    const width = 4 * blocksOf(taps * room);
    return this.#add((width / 4) * (1 + 4 * blocksOf(inputs)), (first, copy) => {
      for (let output = 0; output < outputs; output++) {
        for (let tap = 0; tap < taps; tap++) {
          const place = first + tap * room + output;
          if (bias) copy(bias, output, place);
          for (let input = 0; input < inputs; input++) {
            copy(weights, (output * taps + tap) * inputs + input, place + width * (1 + input));
          }
        }
      }
    });
  }

  /** Adds biases, then each tap's weights. */
  addDepthwise(weights: Constant, bias: Constant | undefined, channels: number): number {
    const taps = weights.count / channels;
    const width = 4 * blocksOf(channels);
    return this.#add((width / 4) * (1 + taps), (first, copy) => {
      for (let channel = 0; channel < channels; channel++) {
        if (bias) copy(bias, channel, first + channel);
        for (let tap = 0; tap < taps; tap++) {
          copy(weights, tap * channels + channel, first + width * (1 + tap) + channel);
        }
      }
    });
  }

  /** Takes all of them from the network's file. */
  read(file: Uint8Array): Uint8Array<ArrayBuffer> {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const count = 4 * Math.max(1, this.#blocks);
    if (this.areHalves) {
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

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
