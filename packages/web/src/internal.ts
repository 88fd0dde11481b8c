/** What only our own packages share: the extension drives the engine's worker without a `MediaStreamTrack`. */
export { EngineClient, type EngineListener } from './engine/client.js';
export type { EngineRequest, PumpMessage, SentBackground, Source } from './engine/protocol.js';
export { engineRequest } from './engine/request.js';
export { RestartPolicy } from './engine/restart-policy.js';
export { abortable } from './errors.js';
export { LatestBackground } from './latest-background.js';
export { type LiveOptions, mergeLiveOptions } from './options.js';
export type { OutputMessage } from './output/frame-sink.js';
