export {
  type Backend,
  type BackendChoice,
  type Background,
  type ConversionOptions,
  type ConversionProgress,
  type ConversionReport,
  type ConversionWarning,
  type ConversionWarningCode,
  ElsewhereError,
  EngineError,
  type EngineErrorCode,
  type Fit,
  type PixelSize,
  type Quality,
  type Stage,
  type TimingName,
} from '@elsewhere/engine';
export { convertVideo } from './converter/convert-video.js';
export type { ConvertOptions, ConvertReport } from './converter/options.js';
export { WebError, type WebErrorCode } from './errors.js';
export {
  BackgroundErrorEvent,
  type State,
  StateChangeEvent,
  StatisticsEvent,
  type VirtualBackgroundEvents,
} from './events.js';
export type {
  CustomModel,
  LiveOptions,
  VirtualBackgroundOptions,
  WebBackground,
  WebImage,
  WebQuality,
  WebVideo,
  WhenUnavailable,
} from './options.js';
export type { Adaptation, AdaptationReason, StrategyName, WebStatistics } from './statistics.js';
export { VirtualBackground } from './virtual-background.js';
