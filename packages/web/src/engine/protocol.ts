import type { Backend, BackendChoice, Quality, TimingName } from '@elsewhere/engine';
import type { SentError } from '../errors.js';
import type { CustomModel, LiveOptions, WebBackground } from '../options.js';

/** A background on its way to the worker: addresses are absolute. */
export type SentBackground = WebBackground;

/** A model on its way to the worker. */
export interface SentModel extends CustomModel {
  readonly url: string;
}

/** What the worker has to load before anything else. */
export interface EngineRequest {
  /** The assets folder's absolute address, with a slash at its end. */
  readonly assets: string;
  readonly model: string | SentModel;
  readonly keep: readonly string[] | undefined;
  readonly backend: BackendChoice;
  /** Only placeholders will be asked for: load no network. */
  readonly onlyPlaceholders: boolean;
}

/** Where a track's frames come from, as the worker gets it. */
export type Source =
  /** Chromium: the readable end of a `MediaStreamTrackProcessor` of the page. */
  | { readonly kind: 'stream'; readonly readable: ReadableStream<VideoFrame> }
  /** The standard: a clone of the track, its processor is made in the worker. See {@link TrackMessage}. */
  | { readonly kind: 'track'; readonly track: MediaStreamTrack; readonly port: MessagePort }
  /** The page sends frames when it is asked for them: see {@link PumpMessage}. */
  | { readonly kind: 'pump'; readonly port: MessagePort };

/** What goes over the port of a `track`, from the page to the worker: whether the caller's track is switched on. */
export interface TrackMessage {
  readonly type: 'enable';
  readonly enabled: boolean;
}

/** What goes over the port of a `pump`. The worker asks, because its clock runs in hidden pages, too. */
export type PumpMessage =
  /** Worker to page: is there a new frame? */
  | { readonly type: 'ask' }
  /** Page to worker: here it is, if there is one. */
  | { readonly type: 'frame'; readonly frame: VideoFrame | undefined };

/** What the page tells the worker. Those with an `id` are answered. */
export type ToEngine =
  | { readonly type: 'load'; readonly id: number; readonly request: EngineRequest }
  /** Runs a frame through, so that the first real one finds everything compiled. */
  | { readonly type: 'warm'; readonly id: number; readonly quality: Quality }
  /** Fetches, decodes and checks a background; answered when it is ready to be shown. */
  | { readonly type: 'background'; readonly id: number; readonly background: SentBackground }
  /** Shows the background that was prepared under that `id` from the next frame on, */
  | { readonly type: 'show'; readonly background: number }
  /** or puts it away unseen. */
  | { readonly type: 'discard'; readonly background: number }
  | { readonly type: 'options'; readonly options: LiveOptions }
  | { readonly type: 'pause'; readonly paused: boolean }
  /** `output`: where the frames that come out are posted to; see `OutputMessage`. */
  | {
      readonly type: 'start';
      readonly session: number;
      readonly source: Source;
      readonly output: MessagePort;
    }
  | { readonly type: 'stop'; readonly session: number }
  | { readonly type: 'close' };

/** How a track is doing. */
export type Health = 'starting' | 'running' | 'degraded';

/** What a track's session has done; counters since it began. */
export interface SessionStatistics {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly placeholders: number;
  readonly dropped: number;
  /** Milliseconds. */
  readonly latency: number;
  readonly quality: Quality;
  readonly backend: Backend;
  readonly milliseconds: Readonly<Record<TimingName, number>>;
}

/** What the worker tells the page. */
export type FromEngine =
  | { readonly type: 'answer'; readonly id: number; readonly error: SentError | undefined }
  | {
      readonly type: 'health';
      readonly session: number;
      readonly health: Health;
      readonly error: SentError | undefined;
    }
  /** About once a second, also as a sign of life. */
  | { readonly type: 'statistics'; readonly sessions: readonly [number, SessionStatistics][] }
  /** Something went wrong, and frames go on. */
  | { readonly type: 'trouble'; readonly error: SentError }
  /** The source has ended. */
  | { readonly type: 'ended'; readonly session: number }
  /** The worker cannot go on: the page is to start a new one. */
  | { readonly type: 'broken'; readonly error: SentError }
  | { readonly type: 'closed' };
