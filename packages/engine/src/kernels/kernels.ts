import { EngineError } from '../errors.js';
import { CallArguments } from './arguments.js';
import { INTERFACE, type KernelExports } from './exports.js';
import { KernelMemory } from './memory.js';

/** The kernels, ready to run. */
export interface Kernels {
  /** The functions. */
  readonly exports: KernelExports;
  /** The memory that they work in. */
  readonly memory: KernelMemory;
  /** Where structs are written for a call. */
  readonly arguments: CallArguments;
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
  const module = await compile(source);
  if (interfaceOf(module) !== INTERFACE) {
    throw new EngineError(
      'KERNELS_INVALID',
      "This WebAssembly module is not this version's kernels: use the kernels.wasm of the same @elsewhere/engine package.",
    );
  }
  // The hash of the interface says that these are the exports.
  const exports = (await start(module)) as unknown as KernelExports;
  return {
    exports,
    memory: new KernelMemory(exports.memory, exports.heapBase()),
    arguments: new CallArguments(exports.memory, Number(exports.callArguments.value)),
  };
}

async function compile(source: WebAssembly.Module | BufferSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  return WebAssembly.compile(source).catch(fail);
}

async function start(module: WebAssembly.Module): Promise<WebAssembly.Exports> {
  return (await WebAssembly.instantiate(module).catch(fail)).exports;
}

function fail(cause: unknown): never {
  throw new EngineError(
    'KERNELS_INVALID',
    'The kernels could not be started: the file is damaged or not kernels.wasm, or WebAssembly SIMD is missing here.',
    { cause },
  );
}

/** The hash of the interface that a module was built with. */
function interfaceOf(module: WebAssembly.Module): string {
  const [section = new ArrayBuffer(0)] = WebAssembly.Module.customSections(module, 'interface');
  return String.fromCharCode(...new Uint8Array(section));
}
