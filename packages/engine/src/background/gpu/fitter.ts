import { rgbToYuv } from '../../frame/color-space.js';
import type { Rotation } from '../../frame/frame.js';
import { GpuResizer } from '../../frame/gpu/resize.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { Fit } from '../background.js';
import { type Placement, placeTurned } from '../fit.js';
import { BLACK } from '../solid.js';

/** How a {@link GpuFitter} lays pictures into frames. */
export interface Fitting {
  readonly fit: Fit;
  /** Degrees clockwise by which the pictures are to be turned first. */
  readonly turn: Rotation;
  /** Whether only each 2x2 of their pixels have a chroma of their own. */
  readonly isSubsampled: boolean;
}

/** Lays pictures of one size into a frame, again and again. */
export class GpuFitter {
  readonly #picture: FrameTexture;
  readonly #placement: Placement;
  readonly #resizer: GpuResizer;

  /**
   * @param device - Where they lie.
   * @param picture - The picture each time, in the frame's colour space.
   * @param frame - Is written over as a whole.
   * @param fitting - How.
   */
  constructor(
    device: GPUDevice,
    picture: FrameTexture,
    frame: FrameTexture,
    { fit, turn, isSubsampled }: Fitting,
  ) {
    const outside = rgbToYuv(BLACK, frame.colorSpace);
    this.#picture = picture;
    this.#placement = placeTurned(fit, picture, turn, frame);
    this.#resizer = new GpuResizer(device, frame, { isSubsampled, turn, repeats: fit === 'tile', outside });
  }

  /** Lays the picture of now into the frame. */
  encode(pass: GPUComputePassEncoder): void {
    const { source, target } = this.#placement;
    this.#resizer.encode(pass, this.#picture, source, target);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#resizer.dispose();
  }
}
