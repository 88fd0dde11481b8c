import type { Backend, BackendChoice, Quality, TimingName } from '@elsewhere/engine';
import type { SerializedError } from '@elsewhere/engine/internal';
import type { PlanarFrame } from '../media/planar-frame.js';
import type { CustomModel, LiveOptions, WebBackground } from '../options.js';
import type { Adaptation } from '../statistics.js';

/** A background whose URLs are absolute. */
export type SentBackground = WebBackground;

/** A model whose URL is absolute. */
export interface SentModel extends CustomModel {
  readonly url: string;
}

/** What the worker has to load before anything else. */
export interface EngineRequest {
  /** The assets folder's absolute URL, with a slash at its end. */
  readonly assets: string;
  readonly model: string | SentModel;
  readonly keep: readonly string[] | undefined;
  readonly backend: BackendChoice;
  /** Only placeholders are needed: no network is loaded. */
  readonly onlyPlaceholders: boolean;
}

/** Where a track's frames come from. */
export type Source =
  /** The readable end of a `MediaStreamTrackProcessor` of the page (Chromium). */
  | { readonly kind: 'stream'; readonly readable: ReadableStream<VideoFrame> }
  /** A clone of the track, whose processor is made in the worker (the standard form). See {@link TrackMessage}. */
  | { readonly kind: 'track'; readonly track: MediaStreamTrack; readonly port: MessagePort }
  /** The page, which sends frames on request. See {@link PumpMessage}. */
  | { readonly kind: 'pump'; readonly port: MessagePort }
  /**
   * Frames as plain data, which come out as plain data, too; on the CPU backend only. See {@link PlanesMessage} and
   * `PlanesOutputMessage`.
   */
  | { readonly kind: 'planes'; readonly port: MessagePort };

/** Over the port of a `track`, from the page to the worker: whether the caller's track is enabled. */
export interface TrackMessage {
  readonly type: 'enable';
  readonly enabled: boolean;
}

/** Over the port of a `pump`. The worker asks, because timers of workers run in hidden pages, too. */
export type PumpMessage =
  /** Worker to page: is there a new frame? */
  | { readonly type: 'ask' }
  /** Page to worker: the new frame, if there is one. */
  | { readonly type: 'frame'; readonly frame: VideoFrame | undefined };

/** Over the port of `planes`. */
export type PlanesMessage =
  /** To the worker: a frame. */
  | { readonly type: 'frame'; readonly frame: PlanarFrame }
  /** From the worker: the frame is being processed, or was dropped. The next one may be sent. */
  | { readonly type: 'taken' };

/** From the page to the worker. Messages with an `id` are answered. */
export type ToEngine =
  | { readonly type: 'load'; readonly id: number; readonly request: EngineRequest }
  /** Processes one frame, so that everything is compiled when the first real one arrives. */
  | { readonly type: 'warm'; readonly id: number; readonly quality: Quality }
  /** Fetches, decodes and checks a background; answered when it is ready to be shown. */
  | { readonly type: 'background'; readonly id: number; readonly background: SentBackground }
  /**
   * Shows the background of the request `background` from the next frame on; answered when a frame with it has come out,
   * or when no later frame can show the previous one.
   */
  | { readonly type: 'show'; readonly id: number; readonly background: number }
  /** Disposes of the background of the request `background`, which is not going to be shown. */
  | { readonly type: 'discard'; readonly background: number }
  | { readonly type: 'options'; readonly options: LiveOptions }
  | { readonly type: 'pause'; readonly paused: boolean }
  /** `output`: the port to the output worker; see `OutputMessage`. */
  | {
      readonly type: 'start';
      readonly session: number;
      readonly source: Source;
      readonly output: MessagePort;
    }
  | { readonly type: 'stop'; readonly session: number }
  | { readonly type: 'close' };

/** The health of one track. */
export type Health = 'starting' | 'running' | 'degraded';

/** The statistics of one track; counters are since its session began. */
export interface SessionStatistics {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly placeholders: number;
  readonly dropped: number;
  /** Milliseconds. */
  readonly latency: number;
  readonly adaptation: Adaptation;
  readonly backend: Backend;
  readonly milliseconds: Readonly<Record<TimingName, number>>;
}

/** From the worker to the page. */
export type FromEngine =
  | { readonly type: 'answer'; readonly id: number; readonly error: SerializedError | undefined }
  | {
      readonly type: 'health';
      readonly session: number;
      readonly health: Health;
      readonly error: SerializedError | undefined;
    }
  /** About once a second, also as the worker's heartbeat. */
  | { readonly type: 'statistics'; readonly sessions: readonly [number, SessionStatistics][] }
  /** Something failed, but frames continue to come out. */
  | { readonly type: 'error'; readonly error: SerializedError }
  /** The source has ended. */
  | { readonly type: 'ended'; readonly session: number }
  /** The worker cannot continue and has to be replaced. */
  | { readonly type: 'failed'; readonly error: SerializedError }
  | { readonly type: 'closed' };
