import type { FrameTexture } from '../../gpu/memory.js';
import type { Rotation } from '../frame.js';
import { isSideways } from '../rotation.js';

/** Which sides of a picture are exchanged, as it is stored. */
export interface Flip {
  /** Left and right. */
  readonly x: boolean;
  /** Top and bottom. */
  readonly y: boolean;
}

/** None. */
export const UPRIGHT: Flip = { x: false, y: false };

/**
 * How a frame is mirrored.
 *
 * @param rotation - The frame's: what is left and right when it is shown is above and below as a frame on its side is stored.
 */
export function mirrored(rotation: Rotation): Flip {
  const sideways = isSideways(rotation);
  return { x: !sideways, y: sideways };
}

/** What frames are taken from. */
export interface GpuFrameSource {
  /**
   * Writes the frame that it was given last.
   *
   * @param pass - Where.
   * @param target - Of the frame's size.
   * @param flip - What is exchanged on the way. Default: nothing.
   */
  encode(pass: GPUComputePassEncoder, target: FrameTexture, flip?: Flip): void;
}
