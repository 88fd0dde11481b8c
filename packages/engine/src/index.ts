export type { Background, Fit, Picture, VideoSource } from './background/background.js';
export { ElsewhereError, EngineError, type EngineErrorCode } from './errors.js';
export { type ColorSpace, DEFAULT_COLOR_SPACE, type Matrix, type Range } from './frame/color-space.js';
export {
  assertFrame,
  copyFrame,
  copyPlane,
  type Frame,
  MAX_FRAME_SIDE,
  type PixelFormat,
  type Plane,
  type PlaneSize,
  planeSizes,
  type Rotation,
} from './frame/frame.js';
export { type Outcome, Pipeline, type PipelineOptions } from './pipeline.js';
export type { Segmentation, Segmenter } from './segmentation/segmenter.js';
export { STAGES, type Stage } from './stage.js';
export type { Statistics, TimedStage } from './statistics.js';
