import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { vi } from 'vitest';
import {
  type CpuBackendOptions,
  createCpuBackend,
  findModel,
  Pipeline,
  type PipelineOptions,
  type Segmenter,
} from '../../src/index.js';
import { KernelMemory } from '../../src/kernels/memory.js';
import { networkKernelsFile } from '../../src/network/kernels.js';
import { createNetworkSegmenter } from '../../src/network/segmenter.js';

/** The bytes of the kernels, as `npm run build` writes them. */
export const kernelBytes: Uint8Array<ArrayBuffer> = new Uint8Array(
  await readFile(new URL('../../dist/kernels.wasm', import.meta.url)),
);

/** The kernels, compiled once. */
export const kernelModule: WebAssembly.Module = await WebAssembly.compile(kernelBytes);

/** What a test's pipeline and its CPU backend are created with. */
export type TestPipelineOptions = Omit<PipelineOptions, 'backend'> &
  Partial<Omit<CpuBackendOptions, 'segmenter'>>;

/** A pipeline on the CPU for a test. */
export function createTestPipeline(
  segmenter: Segmenter,
  {
    kernels = kernelModule,
    closeSegmenter,
    mask = 'soft',
    search = 'sparse',
    without = [],
    ...options
  }: TestPipelineOptions = {},
): Promise<Pipeline> {
  const networks = { segmenter, ...(closeSegmenter && { closeSegmenter }) };
  return Pipeline.create({
    ...options,
    backend: createCpuBackend({ kernels, mask, search, without, ...networks }),
  });
}

/** The file of a model that is bundled with a package. */
export async function bundledModel(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const { source } = findModel(id);
  if (source.kind !== 'package') throw new Error(`${id} is not bundled`);
  const path = createRequire(import.meta.url).resolve(`${source.package}/${source.path}`);
  return new Uint8Array(await readFile(path));
}

/** A real network of the catalogue. */
export async function realSegmenter(id = 'selfie-landscape'): Promise<Segmenter> {
  const file = new URL(`../../dist/${networkKernelsFile()}`, import.meta.url);
  const [kernels, bytes] = await Promise.all([readFile(file), bundledModel(id)]);
  return createNetworkSegmenter({ kernels: new Uint8Array(kernels), model: findModel(id), bytes });
}

/** The kernels' memory of the pipeline under test. */
export interface MemoryObserver {
  /** The memory of the latest allocation. */
  readonly memory: KernelMemory;
  /** How many blocks have been allocated. */
  readonly allocations: number;
}

/** Observes the kernels' memory, which a pipeline does not expose, from now on until `vi.restoreAllMocks()`. */
export function observeMemory(): MemoryObserver {
  let memory: KernelMemory | undefined;
  let allocations = 0;
  const { allocate } = KernelMemory.prototype;
  vi.spyOn(KernelMemory.prototype, 'allocate').mockImplementation(function (this: KernelMemory, bytes) {
    memory = this;
    allocations++;
    return allocate.call(this, bytes);
  });
  return {
    get memory() {
      if (!memory) throw new Error('Nothing has been allocated yet');
      return memory;
    },
    get allocations() {
      return allocations;
    },
  };
}

/** The kernels with a memory of at most `limit` bytes, by changing the memory section of the module. */
export function kernelsWithMemory(limit: number): Promise<WebAssembly.Module> {
  const pages = Math.floor(limit / 65536);
  const parts: Uint8Array[] = [kernelBytes.subarray(0, 8)];
  for (let at = 8; at < kernelBytes.length; ) {
    const id = kernelBytes[at];
    const [size, start] = readLeb(at + 1);
    const end = start + size;
    if (id === 5) {
      const [minimum] = readLeb(start + 2);
      const content = [1, 1, ...leb(minimum), ...leb(pages)];
      parts.push(Uint8Array.from([5, ...leb(content.length), ...content]));
    } else {
      parts.push(kernelBytes.subarray(at, end));
    }
    at = end;
  }
  return WebAssembly.compile(new Uint8Array(Buffer.concat(parts)));
}

function readLeb(at: number): [value: number, next: number] {
  let [value, shift, next] = [0, 0, at];
  for (;;) {
    const byte = kernelBytes[next++] ?? 0;
    value += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte < 128) return [value, next];
  }
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
