import { EngineError } from '../errors.js';
import { TAPE_VERSION } from './tape.js';

/** What `network.wasm` and `network-relaxed.wasm` export. */
export interface NetworkKernels {
  /** Counts the incompatible changes of the tapes. */
  version(): number;
  /**
   * Runs a tape. Nothing is checked: what the tape says is read and written.
   *
   * @param tape - Where it begins in the memory.
   * @param end - Where it ends.
   * @param input - Where the network's input is.
   */
  run(tape: number, end: number, input: number): void;
  /**
   * Checks that values are in a range, and brings those into it that rounding has taken out of it.
   *
   * @param tolerance - How far outside a value may be.
   * @returns 1 if all are, else 0; NaNs are not.
   */
  confine(values: number, count: number, low: number, high: number, tolerance: number): 0 | 1;
}

/**
 * A module with one function that multiplies and adds four floats at once with one rounding:
 * `(func (local v128) local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd drop)`.
 */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic number, version
  ...[1, 4, 1, 0x60, 0, 0], // one type: no parameters, no results
  ...[3, 2, 1, 0], // one function of that type
  ...[10, 16, 1, 14, 1, 1, 0x7b], // its code: one local, a vector
  ...[0x20, 0, 0x20, 0, 0x20, 0, 0xfd, 0x85, 0x02, 0x1a, 0x0b],
);

/**
 * The file of kernels that runs here: the one with relaxed SIMD, which is a quarter faster, where the engine has that.
 *
 * @returns Its name, in the package's `dist` and among a page's assets.
 */
export function networkKernelsFile(): 'network-relaxed.wasm' | 'network.wasm' {
  return WebAssembly.validate(RELAXED_PROBE) ? 'network-relaxed.wasm' : 'network.wasm';
}

/**
 * Makes an instance of the network's kernels.
 *
 * @param source - {@link networkKernelsFile}, its bytes or the compiled module.
 * @param memory - What it works in.
 * @throws {@link EngineError} `KERNELS_INVALID` if it does not compile, needs instructions that are not there (SIMD), or is of
 * another version.
 */
export async function loadNetworkKernels(
  source: WebAssembly.Module | BufferSource,
  memory: WebAssembly.Memory,
): Promise<NetworkKernels> {
  let exports: Partial<Readonly<Record<keyof NetworkKernels, unknown>>>;
  try {
    const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
    exports = (await WebAssembly.instantiate(module, { env: { memory } })).exports;
  } catch (cause) {
    throw new EngineError(
      'KERNELS_INVALID',
      "The network's kernels could not be started: the file is damaged or not network.wasm, or WebAssembly SIMD is missing here.",
      { cause },
    );
  }
  if (!isNetworkKernels(exports)) {
    throw new EngineError(
      'KERNELS_INVALID',
      "This WebAssembly module is not this version's network kernels: use the network.wasm of the same @elsewhere/engine package.",
    );
  }
  return exports;
}

function isNetworkKernels(
  exports: Partial<Readonly<Record<keyof NetworkKernels, unknown>>>,
): exports is NetworkKernels {
  const { version, run, confine } = exports;
  return [version, run, confine].every((each) => typeof each === 'function') && isVersion(version);
}

function isVersion(version: unknown): boolean {
  return typeof version === 'function' && version() === TAPE_VERSION;
}
