export { type Codec, type ConvertControl, type ConvertOptions, convert, type Progress, type Report } from './convert.js';
export { MediaError, type MediaErrorCode } from './errors.js';
export { createPipeline, type PipelineSettings } from './pipeline.js';
