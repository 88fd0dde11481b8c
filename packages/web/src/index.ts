export { convertVideo } from './converter/convert-video.js';
export type { ConvertControl, ConvertOptions, ConvertProgress, ConvertResult } from './converter/options.js';
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
  WebQuality,
  WhenUnavailable,
} from './options.js';
export type { StrategyName, WebStatistics } from './statistics.js';
export { VirtualBackground } from './virtual-background.js';
