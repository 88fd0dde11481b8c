export { BACKENDS, type Backend, type BackendChoice, BackendTrial } from './backend.js';
export { BackendSelector, type BackendSelectorOptions } from './backend-selector.js';
export type { Background, Fit, Picture, VideoSource } from './background/background.js';
export { parseColor, type RgbColor } from './background/color.js';
export { assertBackground } from './background/cpu.js';
export type {
  ConversionOptions,
  ConversionProgress,
  ConversionReport,
  ConversionWarning,
  ConversionWarningCode,
} from './conversion.js';
export { deserializeError, type SerializedError, serializeError } from './error-transfer.js';
export { ElsewhereError, EngineError, type EngineErrorCode } from './errors.js';
export {
  type ColorSpace,
  DEFAULT_COLOR_SPACE,
  type Matrix,
  type Range,
  type RgbToYuv,
  type Row,
  rgbToYuvMatrix,
  type YuvToRgb,
  yuvToRgb,
} from './frame/color-space.js';
export {
  assertFrame,
  copyFrame,
  copyPlane,
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
export { isSideways, rotate } from './frame/rotation.js';
export { openDevice } from './gpu/device.js';
export { CLOSE_MODEL, DEFAULT_MODEL, findModel, MODEL_CATALOGUE } from './models/catalogue.js';
export { parseModelDescription } from './models/description.js';
export { verifyModel } from './models/integrity.js';
export type { ModelDescription, ModelOutput, ModelSource } from './models/model.js';
export { PASCAL_VOC_CLASSES, pascalVocColor } from './models/pascal-voc.js';
export {
  assertOptions,
  type BooleanOption,
  type ChoiceOption,
  choice,
  defaultsOf,
  flag,
  mergeOptions,
  type NumberOption,
  number,
  type OptionDescription,
  type OptionDescriptions,
  type OptionValue,
  type OptionValues,
  PIPELINE_OPTIONS,
  type PipelineSettings,
  type SizeOption,
} from './options.js';
export { type Outcome, Pipeline, type PipelineOptions } from './pipeline.js';
export type { Refinement } from './refinement.js';
export { createLiteRtGpuSegmenter, type LiteRtGpuSegmenterOptions } from './segmentation/gpu/litert.js';
export type { GpuSegmenter } from './segmentation/gpu/segmenter.js';
export { createLiteRtSegmenter, type LiteRtSegmenterOptions } from './segmentation/litert.js';
export { QUALITIES, type Quality } from './segmentation/quality.js';
export type { Segmentation, Segmenter } from './segmentation/segmenter.js';
export { STAGES, type Stage } from './stage.js';
export type { Statistics, TimedStage } from './statistics.js';
