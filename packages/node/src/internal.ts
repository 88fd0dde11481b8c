/**
 * What the other packages of Elsewhere share with this one. It may change with any version: applications import from
 * `@elsewhere/node`.
 *
 * @packageDocumentation
 */
export { openGpu } from './gpu/dawn.js';
export { createGpuPipeline, type GpuPipelineSettings } from './gpu/pipeline.js';
export { cacheDirectory, type ModelEnvironment, modelDirectory } from './model-store.js';
