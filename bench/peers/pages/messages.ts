import type { Landmark, Rectangle } from '../raw-frames.js';

/** A frame of the camera: its number (-1 if it cannot be read), and when it arrived in milliseconds since the epoch. */
export type CameraFrame = readonly [number: number, arrived: number];

/** A frame of a library's output, likewise, and how much of the camera background's edges it contains: see `shareOf`. */
export type OutputFrame = readonly [number: number, arrived: number, share: number];

/** All frames so far, and the long tasks of the page's thread: start in milliseconds since the epoch, and duration. */
export interface PageRecord {
  readonly camera: readonly CameraFrame[];
  readonly output: readonly OutputFrame[];
  readonly tasks: readonly (readonly [began: number, length: number])[];
}

/** When a library was started and when it was ready, in milliseconds since the epoch. */
export interface Start {
  readonly began: number;
  readonly ready: number;
}

/** A whole frame with its memory layout, as `copyTo` returns it. */
export interface KeptFrame {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly layout: readonly PlaneLayout[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** From the page to the observer. */
export type ObserverRequest =
  | { readonly type: 'marks'; readonly landmark: Landmark; readonly timeCode: Rectangle }
  | { readonly type: 'camera'; readonly readable: ReadableStream<VideoFrame> }
  | { readonly type: 'output'; readonly readable: ReadableStream<VideoFrame> }
  | { readonly type: 'keep'; readonly count: number; readonly interval: number }
  | { readonly type: 'report' };

/** From the observer to the page. */
export type ObserverReport =
  | {
      readonly type: 'record';
      readonly camera: readonly CameraFrame[];
      readonly output: readonly OutputFrame[];
    }
  | { readonly type: 'kept'; readonly frames: readonly KeptFrame[] };
