/// <reference lib="esnext.disposable" preserve="true" />
export { BACKENDS, type Backend, type BackendChoice } from './backend/backend-trial.js';
export { type CpuBackendOptions, createCpuBackend, type Refinement } from './backend/cpu.js';
export type { BackendHost, BackendWorkspace, PipelineBackend } from './backend/pipeline-backend.js';
export type { Background, Fit, RgbaImage, VideoSource } from './background/background.js';
export type {
  ConversionOptions,
  ConversionProgress,
  ConversionReport,
  ConversionWarning,
  ConversionWarningCode,
} from './conversion.js';
export { ElsewhereError, EngineError, type EngineErrorCode } from './errors.js';
export { type ColorSpace, DEFAULT_COLOR_SPACE, type Matrix, type Range } from './frame/color-space.js';
export {
  copyFrame,
  type Frame,
  type FrameShape,
  MAX_FRAME_SIDE,
  type PixelFormat,
  type PixelSize,
  type Plane,
  type PlaneSize,
  planeSizes,
  type Rotation,
} from './frame/frame.js';
export { CLOSE_MODEL, DEFAULT_MODEL, findModel, MODEL_CATALOGUE } from './models/catalogue.js';
export { parseModelDescription } from './models/description.js';
export type {
  CatalogueModel,
  ModelDescription,
  ModelOutput,
  ModelRuntime,
  ModelSource,
} from './models/model.js';
export { networkKernelsFile } from './network/kernels.js';
export { createNetworkSegmenter, type NetworkSegmenterOptions } from './network/segmenter.js';
export type { PipelineSettings } from './options.js';
export { type Outcome, Pipeline, type PipelineOptions } from './pipeline.js';
export type { Search } from './segmentation/closer-look.js';
export { QUALITIES, type Quality } from './segmentation/quality.js';
export type { Segmentation, Segmenter } from './segmentation/segmenter.js';
export { STAGES, type Stage } from './stage.js';
export type { Statistics } from './statistics.js';
export type { TimingName } from './timing.js';
