/**
 * What the other packages of Elsewhere share with the engine. It may change with any version: applications import from
 * `@elsewhere/engine`.
 *
 * @packageDocumentation
 */

export { AdaptiveQuality, type StepReason } from './adaptive-quality.js';
export { BackendSelector, type BackendSelectorOptions } from './backend/backend-selector.js';
export { assertBackground } from './background/background.js';
export { parseColor, type RgbColor } from './background/color.js';
export { type BackgroundCall, LatestBackground } from './background/latest-background.js';
export { CONVERSION_OPTIONS, nobodyFound } from './conversion.js';
export { deserializeError, type SerializedError, serializeError } from './error-transfer.js';
export { type RgbToYuv, type Row, rgbToYuvMatrix, type YuvToRgb, yuvToRgb } from './frame/color-space.js';
export { assertFrame, copyPlane, isAlike, PIXEL_ASPECT_RANGE, pixelAspectOf } from './frame/frame.js';
export { displaySizeOf, fitted } from './frame/frame-import.js';
export { isSideways, rotate } from './frame/rotation.js';
export { ShaderCompiler } from './gpu/compiler.js';
export { assertInputSize, SIZE_LIMITS } from './limits.js';
export { classifyTag, isFont, type KeptTags, keepTags, type TagClass } from './metadata.js';
export { verifyModel } from './models/integrity.js';
export { createGpuSegmenter } from './network/gpu/segmenter.js';
export { createSegmenter } from './network/segmenter.js';
export {
  assertOptions,
  type BooleanOption,
  type ChoiceOption,
  choice,
  defaultsOf,
  flag,
  type ListOption,
  list,
  mergeOptions,
  type NumberOption,
  number,
  type OptionDescription,
  type OptionDescriptions,
  type OptionValue,
  type OptionValues,
  PIPELINE_OPTION_SUMMARIES,
  PIPELINE_OPTIONS,
  type SecondsOption,
  type SizeOption,
  seconds,
  size,
  type TextOption,
  text,
} from './options.js';
export { usesRegions } from './segmentation/quality.js';
export { isAfter, isBefore, type TimeRange, timeRange } from './time-range.js';
