import {
  type Background,
  CLOSE_MODEL,
  createLiteRtSegmenter,
  DEFAULT_MODEL,
  Pipeline,
  type Quality,
  type Refinement,
  type Segmenter,
  type Stage,
} from '@elsewhere/engine';
import { loadKernels } from './kernels.js';
import { loadLiteRtInNode } from './litert.js';
import { loadModel } from './model-store.js';

/** What a pipeline does with each frame, as plain data. */
export interface PipelineSettings {
  /** A model's id in the catalogue, or the path of a `.tflite` file. Default `selfie-landscape`. */
  readonly model?: string;
  /** Names of the classes to keep, for models with classes. Default `['person']`. */
  readonly keep?: readonly string[];
  /**
   * How closely to look for people; see the engine's `PipelineOptions`. Default `medium`, for still pictures `highest`.
   * Only with the default model and soft edges.
   */
  readonly quality?: Quality;
  /** `soft` (default) or `hard` edges; see the engine's `PipelineOptions`. */
  readonly mask?: 'soft' | 'hard';
  /** How much of the new place's light spills over the person, 0..1; see the engine's `PipelineOptions`. */
  readonly lightWrap?: number;
  /** How far the person's colours go towards those of the new place, 0..1. Default 0. */
  readonly colorMatch?: number;
  /** How much softer than they are the person's edges are shown, 0..1. Default 0. */
  readonly edgeSoftness?: number;
  /** How much brighter (above 0) or darker the person is shown, -1..1. Default 0. */
  readonly brightness?: number;
  /** How much warmer (above 0) or cooler the person's light is, -1..1. Default 0. */
  readonly warmth?: number;
  /** How much nearer the person comes, 1..4; the new place stays where it is. Default 1. */
  readonly zoom?: number;
  /** Keep the person in the middle; `zoom` is the least then. Default false. */
  readonly follow?: boolean;
  /** Refinements to leave out, for measuring what each buys. Default none. */
  readonly without?: readonly Refinement[];
  /** Which stage of the work to show. Default `composite`. */
  readonly stage?: Stage;
}

/**
 * Makes a pipeline of the engine from files on this disk: kernels, LiteRT and the model.
 *
 * @param settings - What it does with each frame, and the background to begin with (default `{ type: 'blur' }`).
 * @returns The pipeline, to be disposed of by the caller.
 * @throws `EngineError` with a `MODEL_` code if the model cannot be had, `CLASS_UNKNOWN` if it has none of the classes
 * to keep, `BACKGROUND_INVALID` if the background is not one, `OPTION_INVALID` if a number is out of range.
 */
export async function createPipeline(
  settings: PipelineSettings & { readonly background?: Background } = {},
): Promise<Pipeline> {
  const { model: name = DEFAULT_MODEL, keep, ...options } = settings;
  const looksClosely =
    name === DEFAULT_MODEL &&
    options.mask !== 'hard' &&
    options.quality !== 'low' &&
    options.quality !== 'lowest';
  const [kernels, segmenter] = await Promise.all([loadKernels(), loadSegmenter(name, keep)]);
  try {
    const closeSegmenter = looksClosely ? await loadSegmenter(CLOSE_MODEL, keep) : undefined;
    return Pipeline.create({ ...options, kernels, segmenter, ...(closeSegmenter && { closeSegmenter }) });
  } catch (error) {
    segmenter.dispose();
    throw error;
  }
}

async function loadSegmenter(name: string, keep: readonly string[] | undefined): Promise<Segmenter> {
  const [runtime, { model, bytes }] = await Promise.all([loadLiteRtInNode(), loadModel(name)]);
  return createLiteRtSegmenter({ runtime, model, bytes, ...(keep && { keep }) });
}
