import { networkKernelsFile, type Segmenter } from '@elsewhere/engine';
import type { GpuSegmenter } from '@elsewhere/engine/gpu';
import {
  createLiteRtGpuSegmenter,
  createLiteRtSegmenter,
  type LiteRtSegmenterOptions,
} from '@elsewhere/engine/litert';
import { type LiteRt, loadLiteRt } from '@litertjs/core';
import { ASSETS } from '../assets.js';
import { compileAsset, type ModelFile, missing } from './fetch.js';

/** The globals of a worker that LiteRT's loader uses. */
interface LoaderScope {
  importScripts(url: string): void;
  Module?: object | undefined;
  ModuleFactory?: unknown;
}

/** LiteRT in this worker. */
let loading: Promise<LiteRt> | undefined;

/**
 * Makes a segmenter that runs a network on LiteRT, on the CPU.
 *
 * @param assets - The assets folder.
 * @throws WebError `ASSET_MISSING`, or as `createLiteRtSegmenter`.
 */
export async function createSegmenter(
  assets: string,
  options: Omit<LiteRtSegmenterOptions, 'runtime'>,
): Promise<Segmenter> {
  return createLiteRtSegmenter({ runtime: await loadOnce(assets), ...options });
}

/**
 * The same on the GPU.
 *
 * @param assets - The assets folder.
 * @throws WebError `ASSET_MISSING`, or as `createLiteRtGpuSegmenter`.
 */
export async function createGpuSegmenter(
  assets: string,
  device: GPUDevice,
  file: ModelFile,
): Promise<GpuSegmenter> {
  return createLiteRtGpuSegmenter({ runtime: await loadOnce(assets), device, ...file });
}

function loadOnce(assets: string): Promise<LiteRt> {
  loading ??= load(assets);
  return loading;
}

async function load(assets: string): Promise<LiteRt> {
  const { relaxedSimd, compatible } = ASSETS.litertBuilds;
  const build = assets + (networkKernelsFile() === 'network-relaxed.wasm' ? relaxedSimd : compatible);
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
