import { type LiteRt, loadLiteRt } from '@litertjs/core';
import { ASSETS } from '../assets.js';
import { WebError } from '../errors.js';
import { compileAsset, missing } from './fetch.js';

/** The globals of a worker that LiteRT's loader uses. */
interface LoaderScope {
  importScripts(url: string): void;
  Module?: object | undefined;
  ModuleFactory?: unknown;
}

/** A module with an instruction of relaxed SIMD, `i8x16.relaxed_swizzle`. */
const RELAXED_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2,
  253, 15, 253, 128, 2, 11,
]);

/**
 * Loads LiteRT into this worker.
 *
 * @param assets - The assets folder.
 * @throws WebError `ASSET_MISSING` or `WASM_BLOCKED`.
 */
export async function loadLiteRtInWorker(assets: string): Promise<LiteRt> {
  const { relaxedSimd, compatible } = ASSETS.litert;
  const build = assets + (WebAssembly.validate(RELAXED_SIMD) ? relaxedSimd : compatible);
  // Is downloaded while the script is, and has clearer errors than the script.
  const compiling = compileAsset(`${build}.wasm`);
  compiling.catch(() => {});
  const scope = globalThis as unknown as LoaderScope;
  const importScripts = scope.importScripts.bind(globalThis);
  let failure: unknown;
  scope.importScripts = (url) => {
    try {
      importScripts(url);
    } catch (cause) {
      throw missing(url, cause);
    }
    scope.Module = {
      // LiteRT logs its start.
      print: ignore,
      printErr: ignore,
      instantiateWasm(
        imports: WebAssembly.Imports,
        done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
      ) {
        compiling
          .then(async (module) => done(await WebAssembly.instantiate(module, imports), module))
          .catch((error) => fail(error));
        return {};
      },
    };
  };
  let fail: (error: unknown) => void = (error) => {
    failure = error;
  };
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
    if (failure) reject(failure);
  });
  const { warn } = console;
  console.warn = ignore; // LiteRT warns that there is no WebGPU
  // LiteRT would open a device of its own, which takes time and memory and is not used: the networks get ours.
  Object.defineProperty(navigator, 'gpu', { value: undefined, configurable: true });
  try {
    return await Promise.race([loadLiteRt(`${build}.js`), failed]);
  } finally {
    Reflect.deleteProperty(navigator, 'gpu');
    console.warn = warn;
    scope.importScripts = importScripts;
  }
}

function ignore(): void {}

/**
 * Checks that WebAssembly can be compiled.
 *
 * @throws WebError `WASM_BLOCKED` if the policy forbids it.
 */
export function assertWasm(): void {
  try {
    new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  } catch (cause) {
    throw new WebError(
      'WASM_BLOCKED',
      "WebAssembly is forbidden here: the Content-Security-Policy that worker.js is served with must have script-src 'self' 'wasm-unsafe-eval'.",
      { cause },
    );
  }
}
