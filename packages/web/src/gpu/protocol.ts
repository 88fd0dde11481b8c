import type { PipelineSettings, TimingName } from '@elsewhere/engine';
import type { SerializedError } from '@elsewhere/engine/internal';
import type { SharedBackground } from '../media/background.js';

/** What the engine's worker tells the one of the GPU. */
export type ToGpu =
  /** Opens the device and compiles everything on it. */
  | { readonly type: 'open'; readonly assets: string }
  /** Shows another background from the next frame on that comes after the answer `shown`. */
  | { readonly type: 'background'; readonly id: number; readonly background: SharedBackground }
  /** Changes settings from the next frame on. */
  | { readonly type: 'options'; readonly settings: Partial<PipelineSettings> }
  /** A frame to process; it is the worker's to close. */
  | { readonly type: 'frame'; readonly frame: VideoFrame }
  /** The next frame has nothing to do with those before. */
  | { readonly type: 'reset' };

/** What the worker of the GPU answers. */
export type FromGpu =
  | { readonly type: 'ready' }
  | { readonly type: 'shown'; readonly id: number }
  /** What came of the frame; it is the receiver's to close. */
  | { readonly type: 'picture'; readonly picture: VideoFrame }
  /** All of it has been computed. `took`: milliseconds since the frame came. */
  | {
      readonly type: 'done';
      readonly took: number;
      readonly milliseconds: Readonly<Record<TimingName, number>>;
    }
  /** It cannot be opened, or cannot go on: nothing comes any more. */
  | { readonly type: 'failed'; readonly error: SerializedError };
