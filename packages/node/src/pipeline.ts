import { createRequire } from 'node:module';
import {
  CLOSE_MODEL,
  createCpuBackend,
  DEFAULT_MODEL,
  networkKernelsFile,
  Pipeline,
  type Segmenter,
} from '@elsewhere/engine';
import { createSegmenter, PIPELINE_OPTIONS, usesRegions } from '@elsewhere/engine/internal';
import { importLiteRt } from './litert-package.js';
import { loadModel } from './model-store.js';
import type { NodePipelineOptions } from './options.js';
import { compileModule } from './wasm-modules.js';

/** The engine's kernels, compiled. */
export function loadKernels(): Promise<WebAssembly.Module> {
  return loadWasm('kernels.wasm');
}

/**
 * Starts to compile what {@link createPipeline} needs in any case: other threads do that while the caller goes on. Failures are
 * reported by whoever needs the module.
 */
export function precompile(): void {
  for (const name of ['kernels.wasm', networkKernelsFile()]) loadWasm(name).catch(() => {});
}

/** WebAssembly of the engine's package, compiled. */
function loadWasm(name: string): Promise<WebAssembly.Module> {
  return compileModule(createRequire(import.meta.url).resolve(`@elsewhere/engine/${name}`));
}

/**
 * Makes a pipeline that processes frames on the CPU. Kernels and the default networks come from `node_modules`.
 *
 * @param options - What it does with each frame, and the background to begin with.
 * @returns The pipeline, to be disposed of by the caller.
 * @throws `EngineError` with a `MODEL_` code if the model cannot be loaded, `CLASS_UNKNOWN` if it has none of the classes
 * to keep, `RUNTIME_MISSING` if it needs LiteRT and `@litertjs/core` is not installed, `BACKGROUND_INVALID` if the background is invalid, `OPTION_INVALID` if an option is.
 *
 * @example
 * ```ts
 * import { createPipeline } from '@elsewhere/node';
 *
 * const [width, height] = [640, 360];
 * const plane = (stride, rows, value) => ({ data: new Uint8Array(stride * rows).fill(value), stride });
 * const grey = {
 *   format: 'I420',
 *   width,
 *   height,
 *   planes: [plane(width, height, 126), plane(width / 2, height / 2, 128), plane(width / 2, height / 2, 128)],
 *   colorSpace: { matrix: 'bt709', range: 'limited' },
 *   rotation: 0,
 * };
 * const pipeline = await createPipeline({ background: { type: 'color', color: 'seagreen' } });
 * const { kind, frame } = await pipeline.process(grey, 0); // microseconds
 * console.log(kind, frame.width, frame.height);
 * pipeline.dispose();
 * ```
 */
export async function createPipeline(options: NodePipelineOptions = {}): Promise<Pipeline> {
  const { model = DEFAULT_MODEL, keep, mask = 'soft', search = 'sparse', without = [], ...rest } = options;
  const looksClosely =
    model === DEFAULT_MODEL &&
    mask !== 'hard' &&
    usesRegions(rest.quality ?? PIPELINE_OPTIONS.quality.default);
  const [kernels, segmenter] = await Promise.all([loadKernels(), loadSegmenter(model, keep)]);
  try {
    const closeSegmenter = looksClosely ? await loadSegmenter(CLOSE_MODEL, keep) : undefined;
    const networks = { segmenter, ...(closeSegmenter && { closeSegmenter }) };
    return Pipeline.create({
      ...rest,
      backend: createCpuBackend({ kernels, mask, search, without, ...networks }),
    });
  } catch (error) {
    segmenter.dispose();
    throw error;
  }
}

async function loadSegmenter(name: string, keep: readonly string[] | undefined): Promise<Segmenter> {
  const [kernels, { model, bytes }] = await Promise.all([loadWasm(networkKernelsFile()), loadModel(name)]);
  const options = { model, bytes, ...(keep && { keep }) };
  return createSegmenter({ kernels, ...options }, async (unsupported) => {
    const litert = await importLiteRt(model.id, unsupported);
    return litert.createLiteRtSegmenter({ runtime: await litert.loadLiteRtInNode(), ...options });
  });
}
