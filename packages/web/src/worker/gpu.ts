// A script of its own: what has no GPU does not load it.
export { GpuPipeline } from '@elsewhere/engine/gpu';
export { CanvasSink } from './canvas-sink.js';
