import {
  CLOSE_MODEL,
  type CpuBackendOptions,
  createCpuBackend,
  DEFAULT_MODEL,
  EngineError,
  findModel,
  networkKernelsFile,
  Pipeline,
  type PipelineOptions,
  type Segmenter,
} from '@elsewhere/engine';
import { createSegmenter } from '@elsewhere/engine/internal';
import { ASSETS } from '../assets.js';
import { GpuBackend } from '../gpu/backend.js';
import { assertWasm, compileAsset, fetchModel, loadLiteRtModule, type ModelFile } from '../media/fetch.js';
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
type PipelineChoice = Omit<PipelineOptions, 'backend'> & Pick<CpuBackendOptions, 'search'>;

/** What pipelines are made of, loaded once per worker. */
export interface Engine {
  /** Makes a pipeline, to be disposed of by the caller. */
  createPipeline(choice?: PipelineChoice): Promise<LoadedPipeline>;
}

/**
 * Loads kernels and the first network.
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
  const [kernels, networkKernels, file] = await Promise.all([
    compiling,
    compileAsset(assets + networkKernelsFile()),
    fetchModel(assets, model),
  ]);
  const compile = (each: ModelFile): Promise<Segmenter> => {
    const options = { ...each, ...(keep && { keep }) };
    return createSegmenter({ kernels: networkKernels, ...options }, async () =>
      (await loadLiteRtModule(assets)).createSegmenter(assets, options),
    );
  };
  /** A file that is damaged may have been kept by the browser since before it was mended. */
  const compileAnew = (each: ModelFile, of: EngineRequest['model']): Promise<Segmenter> =>
    compile(each).catch(async (error: unknown) => {
      const isDamaged =
        error instanceof EngineError && ['MODEL_CHECKSUM', 'MODEL_INVALID'].includes(error.code);
      if (!isDamaged) throw error;
      return compile(await fetchModel(assets, of, 'reload'));
    });
  const isDefault = model === DEFAULT_MODEL;
  let fetchingCloser: Promise<ModelFile> | undefined;
  /** Fetches the second network once, but again after a failure. */
  const fetchCloser = (): Promise<ModelFile> => {
    fetchingCloser ??= fetchModel(assets, CLOSE_MODEL).catch((error: unknown) => {
      fetchingCloser = undefined;
      throw error;
    });
    return fetchingCloser;
  };
  return {
    async createPipeline(choice) {
      const segmenter = await compileAnew(file, model);
      const closer = isDefault
        ? new DeferredSegmenter(findModel(CLOSE_MODEL), async () =>
            compileAnew(await fetchCloser(), CLOSE_MODEL),
          )
        : undefined;
      const gpu = new GpuBackend(isDefault ? backend : 'cpu', assets);
      return createPipeline(choice, kernels, segmenter, closer, gpu);
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
  const { search = 'sparse', ...rest } = choice ?? {};
  const mask = new PlatformMask(segmenter);
  const pipeline = await Pipeline.create({
    ...rest,
    backend: createCpuBackend({
      ...{ kernels, segmenter: mask, search },
      ...(closer && { closeSegmenter: closer }),
    }),
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
