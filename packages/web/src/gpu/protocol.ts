import type { PipelineSettings, TimingName } from '@elsewhere/engine';
import type { SerializedError } from '@elsewhere/engine/internal';
import type { SharedBackground } from '../media/background.js';

/** From the engine's worker to the GPU's worker. */
export type ToGpu =
  /** Opens the device and compiles everything for it. */
  | { readonly type: 'open'; readonly assets: string }
  /** Shows another background; frames that come after the answer `shown` have it. */
  | { readonly type: 'background'; readonly id: number; readonly background: SharedBackground }
  /** Changes settings from the next frame on. */
  | { readonly type: 'options'; readonly settings: Partial<PipelineSettings> }
  /** Processes a frame, and closes it. */
  | { readonly type: 'frame'; readonly frame: VideoFrame }
  /** Drops what is known of earlier frames. */
  | { readonly type: 'reset' };

/** From the GPU's worker to the engine's worker. */
export type FromGpu =
  | { readonly type: 'ready' }
  | { readonly type: 'shown'; readonly id: number }
  /** The processed frame, which the receiver closes. */
  | { readonly type: 'output'; readonly output: VideoFrame }
  /** The frame is computed completely. `took`: milliseconds since it arrived. */
  | {
      readonly type: 'done';
      readonly took: number;
      readonly milliseconds: Readonly<Record<TimingName, number>>;
    }
  /** The GPU cannot be opened, or cannot continue. */
  | { readonly type: 'failed'; readonly error: SerializedError };
