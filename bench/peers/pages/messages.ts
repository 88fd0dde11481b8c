import type { Landmark } from '../room.js';

/** When a frame came out of the camera: its timestamp in microseconds, and milliseconds since the epoch. */
export type Taken = readonly [timestamp: number, arrived: number];

/** When a frame came out of a library, and how much of the room's edges is in it: see `roomIn`. */
export type Shown = readonly [timestamp: number, arrived: number, room: number];

/** Every frame so far, and the long tasks of the page's thread as start and length in milliseconds since the epoch. */
export interface Watched {
  readonly camera: readonly Taken[];
  readonly output: readonly Shown[];
  readonly tasks: readonly (readonly [began: number, length: number])[];
}

/** When a library was told to start and when it said that it had, in milliseconds since the epoch. */
export interface Start {
  readonly began: number;
  readonly ready: number;
}

/** Whole frames, as `copyTo` gives them, and how they lie in memory. */
export interface KeptFrame {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly layout: readonly PlaneLayout[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** From the page to the watcher. */
export type WatcherRequest =
  | { readonly type: 'know'; readonly landmark: Landmark }
  | { readonly type: 'camera'; readonly readable: ReadableStream<VideoFrame> }
  | { readonly type: 'output'; readonly readable: ReadableStream<VideoFrame> }
  | { readonly type: 'keep'; readonly count: number; readonly interval: number }
  | { readonly type: 'tell' };

/** From the watcher to the page. */
export type WatcherReport =
  | { readonly type: 'told'; readonly camera: readonly Taken[]; readonly output: readonly Shown[] }
  | { readonly type: 'kept'; readonly frames: readonly KeptFrame[] };
