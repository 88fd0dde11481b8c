/// <reference lib="esnext.disposable" preserve="true" />
export { CanvasPainter } from '../frame/gpu/canvas.js';
export { createLiteRtGpuSegmenter, type LiteRtGpuSegmenterOptions } from '../segmentation/gpu/litert.js';
export type { GpuSegmenter } from '../segmentation/gpu/segmenter.js';
export type { Commands } from './commands.js';
export { openDevice } from './device.js';
export type { FrameTexture } from './memory.js';
export { type ExternalFrame, GpuPipeline, type GpuPipelineOptions, type GpuSink } from './pipeline.js';
export { PlanesSink } from './planes-sink.js';
