/** What only our own packages share: the extension drives the engine's worker without a `MediaStreamTrack`. */
export { LatestBackground } from '@elsewhere/engine/internal';
export { EngineClient, type EngineListener } from './engine/client.js';
export type { EngineRequest, PumpMessage, SentBackground, Source } from './engine/protocol.js';
export { engineRequest } from './engine/request.js';
export { RestartPolicy } from './engine/restart-policy.js';
export { abortable, supersededError } from './errors.js';
export { type LiveOptions, mergeLiveOptions } from './options.js';
export type { OutputMessage } from './output/frame-sink.js';
