import { expect } from 'vitest';
import type { Block } from '../../../src/kernels/memory.js';
import { loadNetworkKernels, type NetworkKernels } from '../../../src/network/kernels.js';
import type { NetworkMemory } from '../../../src/network/network.js';
import { type Address, Tape } from '../../../src/network/tape.js';
import { networkMemory } from './network-kernels.js';

const GUARD_BYTES = 64;
const GUARD = 0xa5;

/** Numbers in the kernels' memory, between guards. */
export interface Numbers extends Address {
  readonly data: Float32Array;
}

/** Runs single kernels on numbers in a memory, and checks that they write nowhere else. */
export class KernelBench {
  readonly #kernels: NetworkKernels;
  readonly #memory: NetworkMemory;
  #blocks: { readonly block: Block; readonly end: number }[] = [];

  private constructor(kernels: NetworkKernels, memory: NetworkMemory) {
    this.#kernels = kernels;
    this.#memory = memory;
  }

  static async create(module: WebAssembly.Module): Promise<KernelBench> {
    const memory = networkMemory();
    return new KernelBench(await loadNetworkKernels(module, memory.memory), memory);
  }

  get kernels(): NetworkKernels {
    return this.#kernels;
  }

  /** Copies numbers into the memory. */
  put(values: ArrayLike<number>): Numbers {
    const { at, u8 } = this.#guarded(4 * values.length);
    const data = new Float32Array(u8.buffer, at, values.length);
    data.set(values);
    return { at, data };
  }

  /** Copies bytes into the memory. */
  putBytes(bytes: Uint8Array): Address {
    const { at, u8 } = this.#guarded(bytes.length);
    u8.set(bytes);
    return { at };
  }

  /** Room for a result, filled with NaNs. `slack`: how many bytes behind it may be written. */
  room(count: number, slack = 0): Numbers {
    const { at, u8 } = this.#guarded(4 * count, slack);
    return { at, data: new Float32Array(u8.buffer, at, count).fill(Number.NaN) };
  }

  /** Room that is zeros at first. */
  zeros(count: number): Numbers {
    const room = this.room(count);
    room.data.fill(0);
    return room;
  }

  /** Runs instructions; checks the guards and frees everything. */
  run(write: (tape: Tape) => void, input: Address = { at: 0 }): void {
    const tape = new Tape();
    write(tape);
    const code = tape.finish(0);
    const block = this.#memory.blocks.allocate(code.byteLength);
    block.i32.set(code);
    this.#kernels.run(block.pointer, block.pointer + code.byteLength, input.at);
    block.free();
    this.finish();
  }

  /** Checks the guards and frees everything; what was put stays readable until the next. */
  finish(): void {
    for (const { block, end } of this.#blocks) {
      const { u8 } = block;
      expect(u8.subarray(0, GUARD_BYTES).every((byte) => byte === GUARD)).toBe(true);
      expect(u8.subarray(end).every((byte) => byte === GUARD)).toBe(true);
      block.free();
    }
    this.#blocks = [];
  }

  #guarded(bytes: number, slack = 0): { readonly at: number; readonly u8: Uint8Array } {
    const end = GUARD_BYTES + bytes + slack;
    const block = this.#memory.blocks.allocate(end + GUARD_BYTES);
    block.u8.fill(GUARD);
    this.#blocks.push({ block, end });
    const at = block.pointer + GUARD_BYTES;
    return { at, u8: block.u8.subarray(GUARD_BYTES, GUARD_BYTES + bytes) };
  }
}

/** Checks that numbers are what was expected, up to rounding. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [actual[i] ?? Number.NaN, expected[i] ?? 0];
    const error = Math.abs(a - b) / Math.max(1, Math.abs(b));
    if (!(error <= tolerance)) expect.fail(`Number ${i} of ${actual.length}: ${a} instead of ${b}`);
  }
}
