/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Networks on LiteRT, for models that the engine's own network runtime cannot run. Needs the package `@litertjs/core`.
 *
 * @packageDocumentation
 */
export { createLiteRtGpuSegmenter, type LiteRtGpuSegmenterOptions } from './segmentation/gpu/litert.js';
export { createLiteRtSegmenter, type LiteRtSegmenterOptions } from './segmentation/litert.js';
