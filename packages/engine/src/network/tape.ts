import { unsupportedModel } from './errors.js';
import type { Activation } from './graph.js';

/** The instructions' version; `network.wasm` must have the same. */
export const TAPE_VERSION = 1;

/** The kernels' numbers, as in kernels/network/index.ts. */
const KERNEL = {
  clear: 0,
  loadInput: 1,
  copyChannels: 2,
  pointwise: 3,
  windows: 4,
  depthwise3: 5,
  depthwise3Halving: 6,
  depthwise5: 7,
  depthwise5Halving: 8,
  depthwise: 9,
  transposedToOne: 10,
  addToSums: 11,
  addScaled: 12,
  gateWeights: 13,
  combine: 14,
  activateRow: 15,
  doubleRow: 16,
  resizeRow: 17,
  packConvolution: 18,
  packDepthwise: 19,
  packTransposed: 20,
  packVector: 21,
} as const;

const ACTIVATION: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  relu6: 2,
  'hard-swish': 3,
  sigmoid: 4,
};

/** The most words of a tape; the largest known network takes a twentieth. Bounds the time that planning takes. */
const MAX_WORDS = 2 ** 20;

/** An address in bytes from the beginning of the network's memory. */
export interface Address {
  readonly at: number;
}

/** An address in bytes from the beginning of the model's file; `isHalf`: of half floats. */
export interface FileAddress {
  readonly inFile: number;
  readonly isHalf: boolean;
}

/** A row of a map, or so many bytes behind its first pixel. Where it will be is decided when all its uses are known. */
export interface RowReference {
  /** Counted through all maps. */
  readonly row: number;
  /** In bytes. */
  readonly offset: number;
}

/** Zeros, as many as any row can be long. */
export const ZERO_ROW: RowReference = { row: -1, offset: 0 };

/** Where a kernel reads or writes. */
export type Place = Address | RowReference;

/** One use of a row by an instruction. */
export interface RowUse {
  /** Which word of the tape. */
  readonly word: number;
  readonly row: number;
  /** Which instruction. */
  readonly instruction: number;
}

/** Taps of a window, as rows of it begin. */
export type Rows = readonly Place[];

/** Instructions for the kernels. Each method is one kernel; kernels/network says what they do. */
export class Tape {
  readonly #words: number[] = [];
  /** Words to which the address of the network's memory is to be added. */
  readonly #addresses: number[] = [];
  /** Words to which the address of the file is to be added. */
  readonly #fileAddresses: number[] = [];
  readonly #uses: RowUse[] = [];
  #instructions = 0;

  /** In bytes. */
  get bytes(): number {
    return 4 * this.#words.length;
  }

  /** How many instructions there are. */
  get instructions(): number {
    return this.#instructions;
  }

  /** All uses of rows in the order of the tape. */
  get rowUses(): readonly RowUse[] {
    return this.#uses;
  }

  /** Decides where a row is that an instruction uses. */
  place({ word }: RowUse, address: number): void {
    this.#words[word] = (this.#words[word] ?? 0) + address;
  }

  /** The tape as the kernels read it. */
  finish(memory: number, file = 0): Int32Array<ArrayBuffer> {
    const code = Int32Array.from(this.#words);
    for (const word of this.#addresses) code[word] = (code[word] ?? 0) + memory;
    for (const { word } of this.#uses) code[word] = (code[word] ?? 0) + memory;
    for (const word of this.#fileAddresses) code[word] = (code[word] ?? 0) + file;
    return code;
  }

  clear(target: Address, bytes: number): void {
    this.#begin(KERNEL.clear, 2);
    this.#at(target);
    this.#number(bytes);
  }

  /** @param offset - In bytes from the input's beginning. */
  loadInput(target: Place, offset: number, bytes: number): void {
    this.#begin(KERNEL.loadInput, 3);
    this.#at(target);
    this.#number(offset);
    this.#number(bytes);
  }

  /** @param steps - In bytes from a pixel to the next. */
  copyChannels(
    source: Place,
    target: Place,
    steps: { readonly source: number; readonly target: number },
    channels: number,
    zeros: number,
    pixels: number,
  ): void {
    this.#begin(KERNEL.copyChannels, 7);
    this.#at(source);
    this.#number(steps.source);
    this.#at(target);
    this.#number(steps.target);
    this.#number(channels);
    this.#number(zeros);
    this.#number(pixels);
  }

  pointwise(options: {
    readonly source: Place;
    readonly inputs: number;
    readonly weights: Address;
    readonly target: Place;
    /** In bytes from a pixel to the next. */
    readonly targetStep: number;
    readonly outputs: number;
    readonly pixels: number;
    readonly activation: Activation;
    readonly add: Place | undefined;
    readonly addStep: number;
  }): void {
    const { source, inputs, weights, target, targetStep, outputs, pixels, activation, add, addStep } =
      options;
    this.#begin(KERNEL.pointwise, 11);
    this.#at(source);
    this.#number(4 * inputs);
    this.#at(weights);
    this.#at(target);
    this.#number(targetStep);
    this.#number(pixels);
    this.#number(inputs);
    this.#number(outputs);
    this.#number(ACTIVATION[activation]);
    this.#at(add);
    this.#number(addStep);
  }

  windows(options: {
    readonly runs: Rows;
    /** Of a run, in floats. */
    readonly length: number;
    /** In bytes from a pixel's window to the next one's. */
    readonly step: number;
    readonly weights: Address;
    readonly target: Place;
    readonly outputs: number;
    readonly pixels: number;
    readonly activation: Activation;
    readonly add: Place | undefined;
  }): void {
    const { runs, length, step, weights, target, outputs, pixels, activation, add } = options;
    this.#begin(KERNEL.windows, 9 + runs.length);
    this.#number(runs.length);
    this.#number(length);
    this.#number(step);
    this.#at(weights);
    this.#at(target);
    this.#number(pixels);
    this.#number(outputs);
    this.#number(ACTIVATION[activation]);
    this.#at(add);
    for (const run of runs) this.#at(run);
  }

  /** Windows of `size` x `size` taps, `stride` pixels apart; `rows` are where its rows begin. */
  depthwiseSquare(size: 3 | 5, stride: 1 | 2, rows: Rows, options: DepthwiseOptions): void {
    const once = size === 3 ? KERNEL.depthwise3 : KERNEL.depthwise5;
    const halving = size === 3 ? KERNEL.depthwise3Halving : KERNEL.depthwise5Halving;
    this.#begin(stride === 1 ? once : halving, 6 + rows.length);
    this.#depthwise(options);
    for (const row of rows) this.#at(row);
  }

  /**
   * Any windows.
   *
   * @param step - In bytes from a pixel's window to the next one's.
   */
  depthwise(taps: Rows, step: number, options: DepthwiseOptions): void {
    this.#begin(KERNEL.depthwise, 8 + taps.length);
    this.#depthwise(options);
    this.#number(taps.length);
    this.#number(step);
    for (const tap of taps) this.#at(tap);
  }

  #depthwise({ weights, target, pixels, channels, activation, add }: DepthwiseOptions): void {
    this.#at(weights);
    this.#at(target);
    this.#number(pixels);
    this.#number(channels);
    this.#number(ACTIVATION[activation]);
    this.#at(add);
  }

  transposedToOne(
    source: Place,
    weights: Address,
    upper: Address,
    lower: Address,
    pixels: number,
    inputs: number,
    activation: Activation,
  ): void {
    this.#begin(KERNEL.transposedToOne, 7);
    this.#at(source);
    this.#at(weights);
    this.#at(upper);
    this.#at(lower);
    this.#number(pixels);
    this.#number(inputs);
    this.#number(ACTIVATION[activation]);
  }

  addToSums(source: Place, sums: Address, pixels: number, channels: number): void {
    this.#begin(KERNEL.addToSums, 4);
    this.#at(source);
    this.#at(sums);
    this.#number(pixels);
    this.#number(channels);
  }

  addScaled(source: Address, scale: number, target: Place, channels: number, adds: boolean): void {
    this.#begin(KERNEL.addScaled, 5);
    this.#at(source);
    this.#float(scale);
    this.#at(target);
    this.#number(channels);
    this.#number(adds ? 1 : 0);
  }

  gateWeights(weights: Address, gate: Place, target: Address, inputs: number, outputs: number): void {
    this.#begin(KERNEL.gateWeights, 5);
    this.#at(weights);
    this.#at(gate);
    this.#at(target);
    this.#number(inputs);
    this.#number(outputs);
  }

  /** @param secondStep - In bytes from a pixel of `second` to the next; 0 for a vector. */
  combine(
    kind: 'add' | 'multiply',
    first: Place,
    second: Place,
    secondStep: number,
    target: Place,
    pixels: number,
    channels: number,
    activation: Activation,
  ): void {
    this.#begin(KERNEL.combine, 8);
    this.#number(kind === 'multiply' ? 1 : 0);
    this.#at(first);
    this.#at(second);
    this.#number(secondStep);
    this.#at(target);
    this.#number(pixels);
    this.#number(channels);
    this.#number(ACTIVATION[activation]);
  }

  activateRow(source: Place, target: Place, count: number, activation: Activation): void {
    this.#begin(KERNEL.activateRow, 4);
    this.#at(source);
    this.#at(target);
    this.#number(count);
    this.#number(ACTIVATION[activation]);
  }

  /** @param pixels - Of the source. */
  doubleRow(
    near: Place,
    far: Place,
    skip: Place | undefined,
    gate: Place | undefined,
    target: Place,
    pixels: number,
    channels: number,
  ): void {
    this.#begin(KERNEL.doubleRow, 7);
    this.#at(near);
    this.#at(far);
    this.#at(skip);
    this.#at(gate);
    this.#at(target);
    this.#number(pixels);
    this.#number(channels);
  }

  resizeRow(options: {
    readonly upper: Place;
    readonly lower: Place;
    /** Of the lower row, 0..1. */
    readonly share: number;
    readonly columns: Address;
    readonly scratch: Address;
    readonly source: { readonly pixels: number; readonly channels: number };
    readonly target: Place;
    readonly pixels: number;
    readonly channels: number;
  }): void {
    const { upper, lower, share, columns, scratch, source, target, pixels, channels } = options;
    this.#begin(KERNEL.resizeRow, 10);
    this.#at(upper);
    this.#at(lower);
    this.#float(share);
    this.#at(columns);
    this.#at(scratch);
    this.#number(source.pixels);
    this.#number(source.channels);
    this.#at(target);
    this.#number(pixels);
    this.#number(channels);
  }

  packConvolution(
    source: FileAddress,
    bias: FileAddress | undefined,
    target: Address,
    outputs: number,
    step: number,
    runs: number,
    length: number,
    room: number,
  ): void {
    this.#begin(KERNEL.packConvolution, 10);
    this.#values(source);
    this.#values(bias);
    this.#at(target);
    this.#number(outputs);
    this.#number(step);
    this.#number(runs);
    this.#number(length);
    this.#number(room);
  }

  packDepthwise(
    source: FileAddress,
    bias: FileAddress | undefined,
    target: Address,
    channels: number,
    taps: number,
  ): void {
    this.#begin(KERNEL.packDepthwise, 7);
    this.#values(source);
    this.#values(bias);
    this.#at(target);
    this.#number(channels);
    this.#number(taps);
  }

  packTransposed(source: FileAddress, bias: FileAddress | undefined, target: Address, inputs: number): void {
    this.#begin(KERNEL.packTransposed, 6);
    this.#values(source);
    this.#values(bias);
    this.#at(target);
    this.#number(inputs);
  }

  packVector(source: FileAddress, target: Address, channels: number, step: 0 | 1): void {
    this.#begin(KERNEL.packVector, 5);
    this.#values(source);
    this.#at(target);
    this.#number(channels);
    this.#number(step);
  }

  #begin(kernel: number, words: number): void {
    if (this.#words.length > MAX_WORDS) throw unsupportedModel('it has too many rows');
    this.#instructions++;
    this.#words.push(kernel | ((words + 1) << 8));
  }

  #number(value: number): void {
    this.#words.push(value);
  }

  #float(value: number): void {
    FLOAT[0] = value;
    this.#words.push(FLOAT_BITS[0] ?? 0);
  }

  #at(place: Place | undefined): void {
    const word = this.#words.length;
    if (!place) {
      this.#words.push(0);
    } else if ('row' in place) {
      this.#uses.push({ word, row: place.row, instruction: this.#instructions });
      this.#words.push(place.offset);
    } else {
      this.#addresses.push(word);
      this.#words.push(place.at);
    }
  }

  #values(place: FileAddress | undefined): void {
    if (place) this.#fileAddresses.push(this.#words.length);
    this.#words.push(place?.inFile ?? 0, place?.isHalf ? 1 : 0);
  }
}

/** What all depthwise convolutions need to know. */
export interface DepthwiseOptions {
  readonly weights: Address;
  readonly target: Place;
  readonly pixels: number;
  readonly channels: number;
  readonly activation: Activation;
  readonly add: Place | undefined;
}

const FLOAT = new Float32Array(1);
const FLOAT_BITS = new Int32Array(FLOAT.buffer);
