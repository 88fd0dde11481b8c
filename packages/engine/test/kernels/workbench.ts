import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { CallArguments } from '../../src/kernels/arguments.js';
import {
  type FramePointer,
  FrameStruct,
  type KernelExports,
  type MattePointer,
  MatteStruct,
  type PlanePointer,
  PlaneStruct,
} from '../../src/kernels/exports.js';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.js';
import { type Block, SLACK } from '../../src/kernels/memory.js';

/** The compiled kernels. */
export const wasm = readFileSync(new URL('../../dist/kernels.wasm', import.meta.url));

/** Bytes in the kernels' memory. */
export interface TestBytes {
  readonly pointer: number;
  readonly data: Uint8Array;
  /** Their initial contents, for the reference to work on. */
  readonly before: Uint8Array<ArrayBuffer>;
}

/** A plane in the kernels' memory with its samples, padding and all. */
export interface TestPlane extends TestBytes {
  readonly stride: number;
  readonly descriptor: PlanePointer;
}

/** Floats in the kernels' memory. */
export interface TestFloats {
  readonly pointer: number;
  readonly data: Float32Array;
  readonly before: Float32Array<ArrayBuffer>;
}

const GUARD_BYTES = 64;
const GUARD = 0xa5;

/** Memory for one run of a kernel. Everything lies between guard bytes, which must be intact afterwards. */
export class Workbench {
  readonly #kernels: Kernels;
  readonly #structs: Block[] = [];
  readonly #blocks: { readonly block: Block; readonly end: number }[] = [];
  readonly #random: () => number;

  constructor(kernels: Kernels, seed: number) {
    this.#kernels = kernels;
    this.#random = randomBytes(seed);
  }

  get call(): KernelExports {
    return this.#kernels.exports;
  }

  /** Structs for the arguments of the next call. */
  get structs(): CallArguments {
    return this.#kernels.arguments;
  }

  /** A random byte, 0..255, for each call. */
  get random(): () => number {
    return this.#random;
  }

  /** A plane filled by `fill`, with noise in its padding. */
  plane(width: number, height: number, extra: number, fill: () => number = this.#random): TestPlane {
    const stride = (Math.ceil(width / 64) + extra) * 64;
    const { pointer, u8: data } = this.#guarded(stride * height, 0);
    for (let row = 0; row < height; row++) {
      for (let x = 0; x < stride; x++) data[row * stride + x] = x < width ? fill() : this.#random();
    }
    const struct = new PlaneStruct(this.#allocate(PlaneStruct.bytes));
    const descriptor = struct.write({ data: pointer, stride, width, height });
    return { pointer, stride, data, before: data.slice(), descriptor };
  }

  /** A frame of three planes. */
  frame(y: TestPlane, u: TestPlane, v: TestPlane): FramePointer {
    const struct = new FrameStruct(this.#allocate(FrameStruct.bytes));
    return struct.write({ y: y.descriptor, u: u.descriptor, v: v.descriptor });
  }

  /** A matte. Without another mixture, the mixture is alpha. */
  matte(alpha: TestPlane, tiles: TestBytes, mixture = alpha): MattePointer {
    const struct = new MatteStruct(this.#allocate(MatteStruct.bytes));
    const { pointer } = tiles;
    return struct.write({ alpha: alpha.descriptor, mixture: mixture.descriptor, tiles: pointer });
  }

  /** Floats, followed by the slack that float planes have. */
  floats(count: number, fill: (index: number) => number): TestFloats {
    const { pointer, u8 } = this.#guarded(count * 4, SLACK);
    const data = new Float32Array(u8.buffer, pointer, count);
    for (let i = 0; i < count; i++) data[i] = fill(i);
    return { pointer, data, before: data.slice() };
  }

  /** Bytes without slack. */
  bytes(count: number, fill: () => number = this.#random): TestBytes {
    const { pointer, u8: data } = this.#guarded(count, 0);
    for (let i = 0; i < count; i++) data[i] = fill();
    return { pointer, data, before: data.slice() };
  }

  /** Scratch memory, filled with noise. */
  scratch(bytes: number): number {
    return this.bytes(bytes).pointer;
  }

  /** Checks that nothing was written outside the allocations, and frees everything. */
  finish(): void {
    for (const { block, end } of this.#blocks) {
      const { u8, bytes } = block;
      expect(u8.subarray(0, GUARD_BYTES).every((byte) => byte === GUARD)).toBe(true);
      expect(u8.subarray(end, bytes).every((byte) => byte === GUARD)).toBe(true);
      block.free();
    }
    for (const struct of this.#structs) struct.free();
  }

  #allocate(bytes: number): Block {
    const block = this.#kernels.memory.allocate(bytes);
    this.#structs.push(block);
    return block;
  }

  /** `bytes` bytes followed by `slack` bytes, between guards. */
  #guarded(bytes: number, slack: number): { pointer: number; u8: Uint8Array } {
    const end = GUARD_BYTES + bytes + slack;
    const block = this.#kernels.memory.allocate(end + GUARD_BYTES);
    block.u8.fill(GUARD, 0, GUARD_BYTES);
    block.u8.fill(GUARD, end);
    for (let i = end - slack; i < end; i++) block.u8[i] = this.#random();
    this.#blocks.push({ block, end });
    return {
      pointer: block.pointer + GUARD_BYTES,
      u8: block.u8.subarray(GUARD_BYTES, GUARD_BYTES + bytes),
    };
  }
}

/** The kernels with a memory that is large enough not to grow during a test. */
export async function kernelsForTests(): Promise<Kernels> {
  const kernels = await loadKernels(wasm);
  kernels.memory.allocate(32 * 1024 * 1024).free();
  return kernels;
}

/** Runs a kernel on a workbench of its own, and checks the guards. */
export function onWorkbench(kernels: Kernels, seed: number, run: (bench: Workbench) => void): void {
  const bench = new Workbench(kernels, seed);
  run(bench);
  bench.finish();
}

/** Random bytes, the same for the same seed (xorshift32). */
export function randomBytes(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 16) & 255;
  };
}

/** Contents of a plane: one value, noise, only extremes, or slowly rising. */
export const fillings = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map((value) => () => () => value),
  fc.constantFrom(0, 255).map((value) => () => () => value),
  fc.constant((random: () => number) => random),
  fc.constant((random: () => number) => () => (random() & 1) * 255),
  fc.constant(() => {
    let index = 0;
    return () => (index++ >> 3) & 255;
  }),
);

/** A width or height: often 1 or odd, sometimes larger than a vector or a tile. */
export const sides = fc.oneof(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 80 }),
  fc.constantFrom(15, 16, 17, 31, 32, 33, 63, 64, 65),
);

/** What every test needs: a size, extra bytes in strides, a seed. */
export const cases = fc.record({
  width: sides,
  height: sides,
  extra: fc.integer({ min: 0, max: 2 }),
  seed: fc.integer(),
  fill: fillings,
});

/** Compares the visible part of two planes, within a tolerance. */
export function expectPlane(
  actual: Uint8Array,
  expected: Uint8Array,
  stride: number,
  width: number,
  height: number,
  tolerance = 0,
): void {
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      const index = row * stride + x;
      const error = Math.abs((actual[index] ?? Number.NaN) - (expected[index] ?? Number.NaN));
      if (!(error <= tolerance)) {
        expect.fail(`At ${x}, ${row} of ${width}x${height}: ${actual[index]} instead of ${expected[index]}`);
      }
    }
  }
}

/** Checks floats, each within `tolerance` of what is expected. */
export function expectFloats(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    const error = Math.abs((actual[index] ?? Number.NaN) - value);
    if (!(error <= tolerance)) {
      expect.fail(`Float ${index} of ${expected.length}: ${actual[index]} instead of ${value}`);
    }
  });
}

/** Classes for tiles: mostly mixed, some flat. */
export function tileKinds(random: () => number): () => number {
  return () => [0, 1, 255, 1][random() & 3] ?? 1;
}
