import { EngineError } from '../errors.js';
import type { KernelExports } from './exports.js';
import { KernelMemory } from './memory.js';

/** The version of {@link KernelExports} that this code is written for; `kernels.wasm` must have the same. */
export const KERNELS_VERSION = 5;

/** The kernels, ready to run. */
export interface Kernels {
  /** The functions. */
  readonly exports: KernelExports;
  /** The memory that they work in. */
  readonly memory: KernelMemory;
}

/**
 * Makes an instance of the kernels, with a memory of its own.
 *
 * @param source - `kernels.wasm`, its bytes or the compiled module.
 * @returns The instance.
 * @throws {@link EngineError} `KERNELS_INVALID` if it does not compile, needs instructions that are not there (SIMD), or
 * is of another version.
 */
export async function loadKernels(source: WebAssembly.Module | BufferSource): Promise<Kernels> {
  const exports = await instantiate(source);
  if (!isKernels(exports)) {
    throw new EngineError(
      'KERNELS_INVALID',
      "This WebAssembly module is not this version's kernels: use the kernels.wasm of the same @elsewhere/engine package.",
    );
  }
  const memory = new KernelMemory(exports.memory, exports.heapBase());
  return { exports, memory };
}

async function instantiate(source: WebAssembly.Module | BufferSource): Promise<WebAssembly.Exports> {
  try {
    const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
    return (await WebAssembly.instantiate(module)).exports;
  } catch (cause) {
    throw new EngineError(
      'KERNELS_INVALID',
      'The kernels could not be started: the file is damaged or not kernels.wasm, or WebAssembly SIMD is missing here.',
      { cause },
    );
  }
}

/** Whether these are the kernels of this version. Which functions there are is a matter of the version. */
function isKernels(exports: object): exports is KernelExports {
  const { memory, heapBase, version } = exports as Partial<KernelExports>;
  return (
    memory instanceof WebAssembly.Memory &&
    typeof heapBase === 'function' &&
    typeof version === 'function' &&
    version() === KERNELS_VERSION
  );
}
