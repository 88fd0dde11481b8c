import type { FrameTexture } from '../../gpu/memory.js';
import type { Rotation } from '../frame.js';
import { isSideways } from '../rotation.js';

/** Which sides of a frame are exchanged, as stored. */
export interface Flip {
  /** Left and right. */
  readonly x: boolean;
  /** Top and bottom. */
  readonly y: boolean;
}

/** None. */
export const UPRIGHT: Flip = { x: false, y: false };

/**
 * The flip that mirrors a frame as displayed.
 *
 * @param rotation - The frame's: left and right as displayed are top and bottom of a frame that is stored sideways.
 */
export function mirrored(rotation: Rotation): Flip {
  const sideways = isSideways(rotation);
  return { x: !sideways, y: sideways };
}

/** Where frames come from. */
export interface GpuFrameSource {
  /**
   * Writes the last frame that it was given.
   *
   * @param pass - Where it is encoded.
   * @param target - Of the frame's size.
   * @param flip - Which sides are exchanged. Default: none.
   */
  encode(pass: GPUComputePassEncoder, target: FrameTexture, flip?: Flip): void;
}
