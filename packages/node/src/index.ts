export {
  type Backend,
  type BackendChoice,
  type Background,
  type CatalogueModel,
  type ConversionOptions,
  type ConversionProgress,
  type ConversionReport,
  type ConversionWarning,
  type ConversionWarningCode,
  ElsewhereError,
  EngineError,
  type EngineErrorCode,
  type Fit,
  type Frame,
  type ModelDescription,
  type ModelRuntime,
  type Outcome,
  type Pipeline,
  type PipelineSettings,
  QUALITIES,
  type Quality,
  type Refinement,
  type RgbaImage,
  STAGES,
  type Stage,
  type Statistics,
  type VideoSource,
} from '@elsewhere/engine';
export { convert } from './convert.js';
export { MediaError, type MediaErrorCode } from './errors.js';
export type { CameraInput, ConvertInput, LavfiInput } from './media/input/source.js';
export {
  type LoadedModel,
  listModels,
  loadModel,
  type ModelState,
  type PullOptions,
  type PullResult,
  pullModel,
} from './model-store.js';
export {
  CODECS,
  type Codec,
  type ConvertOptions,
  type ConvertSettings,
  type NodePipelineOptions,
  type VirtualCameraFrames,
  type VirtualCameraOptions,
  type VirtualCameraSettings,
  type VirtualCameraState,
  type VirtualCameraStatus,
} from './options.js';
export { createPipeline } from './pipeline.js';
export type { ConvertReport } from './report.js';
export { listVideoDevices, type VideoDevice } from './virtual-camera/devices.js';
export { openVirtualCamera, type VirtualCamera } from './virtual-camera/virtual-camera.js';
