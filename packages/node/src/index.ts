export {
  type Codec,
  type ConvertControl,
  type ConvertOptions,
  convert,
  type Progress,
  type Report,
} from './convert.js';
export { MediaError, type MediaErrorCode } from './errors.js';
export { openGpu } from './gpu/dawn.js';
export { createGpuPipeline, type GpuSettings } from './gpu/pipeline.js';
export { loadLiteRtInNode } from './litert.js';
export {
  type LoadedModel,
  listModels,
  loadModel,
  type ModelEnvironment,
  type ModelState,
  modelDirectory,
  type PullOptions,
  type PullResult,
  pullModel,
} from './model-store.js';
export { createPipeline, type PipelineSettings } from './pipeline.js';
