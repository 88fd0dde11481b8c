import {
  CLOSE_MODEL,
  createLiteRtSegmenter,
  DEFAULT_MODEL,
  findModel,
  type ModelDescription,
  Pipeline,
  type PipelineOptions,
  parseModelDescription,
  type Segmenter,
} from '@elsewhere/engine';
import { ASSETS } from '../assets.js';
import type { EngineRequest } from '../messages.js';
import { compileAsset, fetchAsset } from './fetch.js';
import { assertWasm, loadRuntime } from './runtime.js';

/** Everything that pipelines are made of, loaded once a worker. */
export interface Engine {
  /** Makes a pipeline; it is the caller's. */
  createPipeline(
    options?: Omit<PipelineOptions, 'kernels' | 'segmenter' | 'closeSegmenter'>,
  ): Promise<Pipeline>;
}

/**
 * Loads kernels, LiteRT and networks.
 *
 * @throws WebError or EngineError that names what is missing, damaged or forbidden.
 */
export async function loadEngine({ assets, model, keep, onlyPlaceholders }: EngineRequest): Promise<Engine> {
  assertWasm();
  const compiling = compileAsset(assets + ASSETS.kernels);
  if (onlyPlaceholders) {
    const kernels = await compiling;
    return { createPipeline: (options) => Pipeline.create({ ...options, kernels, segmenter: NOBODY }) };
  }
  const files = [model, ...(model === DEFAULT_MODEL ? [CLOSE_MODEL] : [])].map((each) =>
    fetchModel(assets, each),
  );
  const [runtime, kernels, models] = await Promise.all([loadRuntime(assets), compiling, Promise.all(files)]);
  const compile = (index: number) => {
    const file = models[index];
    return file && createLiteRtSegmenter({ runtime, ...file, ...(keep && { keep }) });
  };
  return {
    async createPipeline(options) {
      const segmenter = await compile(0);
      const closeSegmenter = await compile(1);
      return Pipeline.create({
        ...options,
        kernels,
        segmenter: segmenter ?? NOBODY,
        ...(closeSegmenter && { closeSegmenter }),
      });
    },
  };
}

interface ModelFile {
  readonly model: ModelDescription;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function fetchModel(assets: string, model: EngineRequest['model']): Promise<ModelFile> {
  const isCustom = typeof model !== 'string';
  const description = isCustom ? parseModelDescription(model.description) : findModel(model);
  const response = await fetchAsset(isCustom ? model.url : assets + fileName(description));
  return { model: description, bytes: new Uint8Array(await response.arrayBuffer()) };
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
