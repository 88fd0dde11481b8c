/** What only our own packages share: the extension drives the engine's worker without a `MediaStreamTrack`. */
export { LatestBackground } from '@elsewhere/engine/internal';
export { EngineClient, type EngineListener } from './engine/client.js';
export type { EngineRequest, PlanesMessage, SentBackground, Source } from './engine/protocol.js';
export { engineRequest } from './engine/request.js';
export { RestartPolicy } from './engine/restart-policy.js';
export { abortable, supersededError } from './errors.js';
export type { PlanarFrame } from './media/planar-frame.js';
export type { PlanesOutputMessage } from './media/planes-channel.js';
export { type LiveOptions, mergeLiveOptions } from './options.js';
