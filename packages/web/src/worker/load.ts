import {
  CLOSE_MODEL,
  createLiteRtGpuSegmenter,
  createLiteRtSegmenter,
  DEFAULT_MODEL,
  EngineError,
  findModel,
  type ModelDescription,
  openDevice,
  Pipeline,
  type PipelineOptions,
  parseModelDescription,
  type Segmenter,
  verifyModel,
} from '@elsewhere/engine';
import { ASSETS } from '../assets.js';
import type { EngineRequest } from '../messages.js';
import { DeferredSegmenter } from './deferred-segmenter.js';
import { compileAsset, fetchAsset, missing } from './fetch.js';
import { type GpuSetup, GpuWay } from './gpu-way.js';
import { PlatformMask } from './platform-mask.js';
import { assertWasm, loadRuntime } from './runtime.js';

/** A pipeline, and its networks as far as they are more than that. */
export interface LoadedPipeline {
  readonly pipeline: Pipeline;
  /** Its first network, or the mask that a frame carries. */
  readonly mask: PlatformMask;
  /** Its second network, if it has one. */
  readonly closer: DeferredSegmenter | undefined;
  /** The way over the GPU beside it. */
  readonly gpu: GpuWay;
}

/** What can be said of a pipeline when it is made. */
export type PipelineChoice = Pick<
  PipelineOptions,
  'background' | 'quality' | 'lightWrap' | 'colorMatch' | 'edgeSoftness'
>;

/** Everything that pipelines are made of, loaded once a worker. */
export interface Engine {
  /** Makes a pipeline; it is the caller's. */
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
    const gpu = new GpuWay('cpu', noGpu);
    return { createPipeline: (choice) => createPipeline(choice, kernels, NOBODY, undefined, gpu) };
  }
  const files = [model, ...(model === DEFAULT_MODEL ? [CLOSE_MODEL] : [])].map((each) =>
    fetchModel(assets, each),
  );
  const [runtime, kernels, [first, second]] = await Promise.all([
    loadRuntime(assets),
    compiling,
    Promise.all(files),
  ]);
  const compile = (file: ModelFile) => createLiteRtSegmenter({ runtime, ...file, ...(keep && { keep }) });
  let device: Promise<GPUDevice> | undefined;
  const openGpu = async (): Promise<GpuSetup> => {
    if (!first || !second) return noGpu();
    device ??= openDevice(navigator.gpu);
    const opened = await device;
    if (!('importExternalTexture' in opened)) {
      throw new EngineError('GPU_UNAVAILABLE', 'This browser does not give camera frames to the GPU.');
    }
    const module = await loadGpuModule(assets);
    const segmenter = await createLiteRtGpuSegmenter({ runtime, device: opened, ...first });
    const closeSegmenter = await createLiteRtGpuSegmenter({ runtime, device: opened, ...second });
    const pipeline = await module.GpuPipeline.create({ device: opened, kernels, segmenter, closeSegmenter });
    return { device: opened, pipeline, sink: new module.CanvasSink(opened, navigator.gpu) };
  };
  return {
    async createPipeline(choice) {
      const segmenter = first ? await compile(first) : NOBODY;
      const closer = second && new DeferredSegmenter(second.model, () => compile(second));
      return createPipeline(
        choice,
        kernels,
        segmenter,
        closer,
        new GpuWay(second ? backend : 'cpu', openGpu),
      );
    },
  };
}

async function createPipeline(
  choice: PipelineChoice | undefined,
  kernels: WebAssembly.Module,
  segmenter: Segmenter,
  closer: DeferredSegmenter | undefined,
  gpu: GpuWay,
): Promise<LoadedPipeline> {
  const mask = new PlatformMask(segmenter);
  const pipeline = await Pipeline.create({
    ...choice,
    kernels,
    segmenter: mask,
    ...(closer && { closeSegmenter: closer }),
  });
  return { pipeline, mask, closer, gpu };
}

/** Where the model is not one of ours the GPU is not asked. */
async function noGpu(): Promise<never> {
  throw new EngineError('GPU_UNAVAILABLE', 'Only the default model runs on the GPU.');
}

async function loadGpuModule(assets: string): Promise<typeof import('./gpu.js')> {
  const url = assets + ASSETS.gpu;
  try {
    return await import(url);
  } catch (cause) {
    throw missing(url, cause);
  }
}

interface ModelFile {
  readonly model: ModelDescription;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function fetchModel(assets: string, model: EngineRequest['model']): Promise<ModelFile> {
  const isCustom = typeof model !== 'string';
  const description = isCustom ? parseModelDescription(model.description) : findModel(model);
  const response = await fetchAsset(isCustom ? model.url : assets + fileName(description));
  const bytes = new Uint8Array(await response.arrayBuffer());
  await verifyModel(description, bytes);
  return { model: description, bytes };
}

/** The file of a model of the catalogue within the assets folder. */
function fileName({ id, source }: ModelDescription): string {
  switch (source.kind) {
    case 'package':
      return source.path;
    case 'url':
      return source.url.slice(source.url.lastIndexOf('/') + 1);
    case 'file':
      return `${id}.tflite`;
  }
}

/** Stands in for a network where none is asked. */
const NOBODY: Segmenter = {
  width: 16,
  height: 16,
  valueRange: [0, 1],
  hasClasses: false,
  async segment(_input, { confidence }) {
    confidence.fill(0);
  },
  dispose() {},
};
