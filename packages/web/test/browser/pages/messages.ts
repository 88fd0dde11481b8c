import type { Rgb, Seen } from './inspect.js';

/** How a clip is played. */
export interface PlayerOptions {
  /** Of a y4m file. */
  readonly url: string;
  /** Frames a second, by their timestamps. Default 30. */
  readonly fps?: number;
  /** Sends so many frames a second at most, by the clock. Default: as `fps` says, or no limit where `patience` is set. */
  readonly rate?: number;
  /**
   * Sends each frame when all recordings that follow the player have seen the one before, but waits no longer than so many
   * milliseconds: a frame may be dropped. Default: waits for nothing but the clock.
   */
  readonly patience?: number;
  /** Shows one frame in so many of the clip. Default 1. */
  readonly step?: number;
  /** Timestamp of the first frame, in microseconds. Default 0. */
  readonly start?: number;
  /** Ends after so many frames. Default: never. */
  readonly frames?: number;
  /** Default `I420`. */
  readonly format?: VideoPixelFormat;
  /** Degrees clockwise. Default 0. */
  readonly rotation?: 0 | 90 | 180 | 270;
  /** Mirrored. Default false. */
  readonly flip?: boolean;
  /** The visible part. Default all. */
  readonly crop?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** What is said of the colours. Default nothing, which browsers take for BT.709. */
  readonly colorSpace?: VideoColorSpaceInit;
}

/** From the page to the player. */
export type PlayerMessage =
  | { readonly type: 'start'; readonly writable: WritableStream<VideoFrame>; readonly options: PlayerOptions }
  | { readonly type: 'change'; readonly options: Partial<PlayerOptions> }
  | { readonly type: 'pause'; readonly paused: boolean }
  /** All recordings have seen the frame with this timestamp. */
  | { readonly type: 'returned'; readonly timestamp: number }
  | { readonly type: 'end' };

/** From the player to the page. */
export type PlayerReport =
  | { readonly type: 'sent'; readonly timestamp: number; readonly at: number }
  | { readonly type: 'ended' };

/** What is known of a clip that is played: where people are in each frame. */
export interface Truth {
  /** Of the alphas, `width * height` bytes each. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** Timestamp of the first frame, in microseconds. Default 0. */
  readonly start?: number;
  /** Frames a second. Default 30. */
  readonly fps?: number;
  /** One frame in so many of the clip is shown. Default 1. */
  readonly step?: number;
}

/** From the page to the recorder: a stream where pages have processors, else a track. */
export interface RecorderMessage {
  readonly readable?: ReadableStream<VideoFrame>;
  readonly track?: MediaStreamTrack;
  /** See `inspect`. */
  readonly color?: Rgb;
  readonly truth?: Truth;
  /** Whether the pixels of each frame are sent instead of being looked at: as they are, or as the browser shows them. */
  readonly keep: boolean | 'RGBA';
}

/** The pixels of a frame. */
export interface Kept {
  readonly timestamp: number;
  readonly width: number;
  readonly height: number;
  /** Of the frame itself. */
  readonly format: string;
  /** As `copyTo` gives them. */
  readonly planes: Uint8Array<ArrayBuffer>;
}

/** From the recorder to the page. */
export type RecorderReport =
  | { readonly type: 'seen'; readonly seen: Seen }
  | ({ readonly type: 'kept' } & Kept)
  | { readonly type: 'ended' };
