/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The GPU backend, on WebGPU.
 *
 * @packageDocumentation
 */
export {
  createGpuBackend,
  type ExternalFrame,
  type GpuBackendOptions,
  type GpuFrame,
} from './backend/gpu.js';
export { CanvasPainter } from './frame/gpu/canvas.js';
export type { Commands } from './gpu/commands.js';
export { openDevice } from './gpu/device.js';
export type { FrameTexture } from './gpu/memory.js';
export { type GpuSink, PlanesSink } from './gpu/sink.js';
export { createNetworkGpuSegmenter, type NetworkGpuSegmenterOptions } from './network/gpu/segmenter.js';
export type { GpuSegmenter } from './segmentation/gpu/segmenter.js';
