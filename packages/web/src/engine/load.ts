import {
  CLOSE_MODEL,
  createCpuBackend,
  DEFAULT_MODEL,
  Pipeline,
  type PipelineOptions,
  type Segmenter,
} from '@elsewhere/engine';
import { createLiteRtSegmenter } from '@elsewhere/engine/litert';
import { ASSETS } from '../assets.js';
import { GpuBackend } from '../gpu/backend.js';
import { compileAsset, fetchModel, type ModelFile } from '../media/fetch.js';
import { assertWasm, loadLiteRtInWorker } from '../media/litert.js';
import { DeferredSegmenter } from './deferred-segmenter.js';
import { PlatformMask } from './platform-mask.js';
import type { EngineRequest } from './protocol.js';

/** A pipeline and what belongs to it. */
export interface LoadedPipeline {
  readonly pipeline: Pipeline;
  /** Its first network, or the platform's mask. */
  readonly mask: PlatformMask;
  /** Its second network, if it has one. */
  readonly closer: DeferredSegmenter | undefined;
  /** The GPU backend beside it. */
  readonly gpu: GpuBackend;
}

/** The settings of a new pipeline. */
type PipelineChoice = Omit<PipelineOptions, 'backend'>;

/** What pipelines are made of, loaded once per worker. */
export interface Engine {
  /** Makes a pipeline, to be disposed of by the caller. */
  createPipeline(choice?: PipelineChoice): Promise<LoadedPipeline>;
}

/**
 * Loads kernels, LiteRT and networks.
 *
 * @throws WebError or EngineError that names what is missing, damaged or forbidden.
 */
export async function loadEngine({
  assets,
  model,
  keep,
  backend,
  onlyPlaceholders,
}: EngineRequest): Promise<Engine> {
  assertWasm();
  const compiling = compileAsset(assets + ASSETS.kernels);
  if (onlyPlaceholders) {
    const kernels = await compiling;
    const gpu = new GpuBackend('cpu', assets);
    return { createPipeline: (choice) => createPipeline(choice, kernels, NO_SEGMENTER, undefined, gpu) };
  }
  const files = [model, ...(model === DEFAULT_MODEL ? [CLOSE_MODEL] : [])].map((each) =>
    fetchModel(assets, each),
  );
  const [runtime, kernels, [first, second]] = await Promise.all([
    loadLiteRtInWorker(assets),
    compiling,
    Promise.all(files),
  ]);
  const compile = (file: ModelFile) => createLiteRtSegmenter({ runtime, ...file, ...(keep && { keep }) });
  return {
    async createPipeline(choice) {
      const segmenter = first ? await compile(first) : NO_SEGMENTER;
      const closer = second && new DeferredSegmenter(second.model, () => compile(second));
      return createPipeline(
        choice,
        kernels,
        segmenter,
        closer,
        new GpuBackend(second ? backend : 'cpu', assets),
      );
    },
  };
}

async function createPipeline(
  choice: PipelineChoice | undefined,
  kernels: WebAssembly.Module,
  segmenter: Segmenter,
  closer: DeferredSegmenter | undefined,
  gpu: GpuBackend,
): Promise<LoadedPipeline> {
  const mask = new PlatformMask(segmenter);
  const pipeline = await Pipeline.create({
    ...choice,
    backend: createCpuBackend({ kernels, segmenter: mask, ...(closer && { closeSegmenter: closer }) }),
  });
  return { pipeline, mask, closer, gpu };
}

/** Replaces the network where only placeholders are made. */
const NO_SEGMENTER: Segmenter = {
  width: 16,
  height: 16,
  valueRange: [0, 1],
  hasClasses: false,
  async segment(_input, { confidence }) {
    confidence.fill(0);
  },
  dispose() {},
};
