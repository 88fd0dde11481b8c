import type { Background, Pipeline, Stage } from '@elsewhere/engine';

/** What a pipeline does with each frame, as plain data. */
export interface PipelineSettings {
  /** A model's id in the catalogue, or the path of a `.tflite` file. Default `selfie-landscape`. */
  readonly model?: string;
  /** Names of the classes to keep, for models with classes. Default `['person']`. */
  readonly keep?: readonly string[];
  /** `soft` (default) or `hard` edges; see the engine's `PipelineOptions`. */
  readonly mask?: 'soft' | 'hard';
  /** Which stage of the work to show. Default `composite`. */
  readonly stage?: Stage;
}

/**
 * Makes a pipeline of the engine from files on this disk: kernels, LiteRT and the model.
 */
export declare function createPipeline(settings: PipelineSettings & { background?: Background }): Promise<Pipeline>;
