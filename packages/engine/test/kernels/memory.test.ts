import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../src/errors.js';
import { INTERFACE } from '../../src/kernels/exports.js';
import { loadKernels } from '../../src/kernels/kernels.js';
import { ALIGNMENT, type Block, KernelMemory, SLACK } from '../../src/kernels/memory.js';
import { wasm } from './workbench.js';

const PAGE = 65536;

function makeMemory(pages: number, maximum: number): KernelMemory {
  return new KernelMemory(new WebAssembly.Memory({ initial: pages, maximum }), 100);
}

describe('the memory of the kernels', () => {
  it('allocates blocks that never overlap, in any order of allocating and freeing', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ bytes: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: PAGE })) }),
        fc.record({ free: fc.nat() }),
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const memory = makeMemory(1, 1000);
        const blocks: { block: Block; mark: number }[] = [];
        let marks = 0;
        for (const step of list) {
          if ('bytes' in step) {
            const block = memory.allocate(step.bytes);
            const mark = marks++ & 255;
            expect(block.pointer % ALIGNMENT).toBe(0);
            expect(block.pointer).toBeGreaterThanOrEqual(100);
            expect(block.bytes).toBe(step.bytes);
            expect(block.u8.length).toBe(step.bytes);
            expect(block.f32.length).toBe(Math.floor(step.bytes / 4));
            block.u8.fill(mark);
            for (const other of blocks) {
              const [first, second] =
                other.block.pointer < block.pointer ? [other.block, block] : [block, other.block];
              expect(first.pointer + first.bytes + SLACK).toBeLessThanOrEqual(second.pointer);
            }
            blocks.push({ block, mark });
          } else if (blocks.length > 0) {
            const [removed] = blocks.splice(step.free % blocks.length, 1);
            removed?.block.free();
          }
        }
        // Contents survive growth, and views are updated.
        for (const { block, mark } of blocks) {
          expect(block.u8.length).toBe(block.bytes);
          expect(block.u8.every((byte) => byte === mark)).toBe(true);
        }
        const used = blocks.reduce(
          (sum, { block }) => sum + Math.ceil(block.bytes / ALIGNMENT) * ALIGNMENT + SLACK,
          0,
        );
        expect(memory.usedBytes).toBe(used);
        // When everything is freed there is one gap again, and all of it can be allocated without growing.
        for (const { block } of blocks) block.free();
        expect(memory.usedBytes).toBe(0);
        const total = memory.totalBytes;
        const whole = memory.allocate(total - 128 - SLACK);
        expect(memory.totalBytes).toBe(total);
        whole.free();
      }),
      { numRuns: 150 },
    );
  });

  it('caches its views until the memory grows', () => {
    const memory = makeMemory(1, 100);
    const block = memory.allocate(64);
    const { u8, f32 } = block;
    expect(block.u8).toBe(u8);
    expect(block.f32).toBe(f32);
    u8[0] = 7;
    memory.allocate(10 * PAGE);
    expect(u8.length).toBe(0);
    expect(block.u8[0]).toBe(7);
    expect(block.u8).toBe(block.u8);
    expect(block.f32.length).toBe(16);
  });

  it('grows by no more than what is missing', () => {
    const memory = makeMemory(1, 100);
    memory.allocate(PAGE / 2);
    memory.allocate(PAGE);
    expect(memory.totalBytes).toBe(2 * PAGE);
  });

  it('throws when it cannot grow, and continues to work', () => {
    const memory = makeMemory(1, 2);
    expect(() => memory.allocate(10 * PAGE)).toThrow(
      expect.objectContaining({ name: 'EngineError', code: 'OUT_OF_MEMORY' }),
    );
    expect(() => memory.allocate(2 ** 40)).toThrow(EngineError);
    expect(memory.allocate(PAGE).pointer).toBe(128);
  });

  it('refuses invalid sizes', () => {
    const memory = makeMemory(1, 2);
    for (const bytes of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => memory.allocate(bytes)).toThrow(RangeError);
    }
  });

  it('refuses views of freed blocks, and to free a block twice', () => {
    const memory = makeMemory(1, 2);
    const block = memory.allocate(10);
    block.free();
    const other = memory.allocate(10);
    block.free();
    expect(memory.usedBytes).toBe(64 + SLACK);
    expect(other.u8.length).toBe(10);
    expect(() => block.u8).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
    expect(() => block.f32).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
  });
});

describe('loading the kernels', () => {
  it('accepts bytes and compiled modules, each with its own memory', async () => {
    const one = await loadKernels(wasm);
    const other = await loadKernels(await WebAssembly.compile(wasm));
    expect(one.exports.memory).not.toBe(other.exports.memory);
    expect(one.memory.allocate(1).pointer).toBe(Math.ceil(one.exports.heapBase() / 64) * 64);
  });

  it('refuses kernels with another interface', async () => {
    const at = wasm.lastIndexOf(INTERFACE);
    expect(at).toBe(wasm.length - INTERFACE.length);
    const other = Uint8Array.from(wasm);
    other[at] = (other[at] ?? 0) ^ 1;
    for (const source of [other, await WebAssembly.compile(other)]) {
      await expect(loadKernels(source)).rejects.toMatchObject({ code: 'KERNELS_INVALID' });
    }
  });

  it('needs no imports', async () => {
    expect(WebAssembly.Module.imports(await WebAssembly.compile(wasm))).toEqual([]);
  });

  it('refuses bytes and modules that are not the kernels', async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    const garbage = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 255);
    const truncated = wasm.subarray(0, wasm.length >> 1);
    for (const source of [new Uint8Array(), empty, garbage, truncated]) {
      await expect(loadKernels(source)).rejects.toMatchObject({
        name: 'EngineError',
        code: 'KERNELS_INVALID',
      });
    }
  });
});
