import { rgbToYuv } from '../../frame/color-space.js';
import type { Rotation } from '../../frame/frame.js';
import { GpuResizer } from '../../frame/gpu/resize.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { Fit } from '../background.js';
import { type Placement, placeTurned } from '../fit.js';
import { BLACK } from '../solid.js';

/** How a {@link GpuFitter} fits images into frames. */
export interface Fitting {
  readonly fit: Fit;
  /** Degrees clockwise by which the images are rotated first. */
  readonly turn: Rotation;
  /** Whether their chroma is subsampled 2x2. */
  readonly isSubsampled: boolean;
}

/** Fits images of one size into a frame, for many frames. */
export class GpuFitter {
  readonly #image: FrameTexture;
  readonly #placement: Placement;
  readonly #resizer: GpuResizer;

  /**
   * @param device - Where they lie.
   * @param image - The image, the same texture for all frames, in the frame's colour space.
   * @param frame - Is overwritten completely.
   * @param fitting - Options.
   */
  constructor(
    device: GPUDevice,
    image: FrameTexture,
    frame: FrameTexture,
    { fit, turn, isSubsampled }: Fitting,
  ) {
    const outside = rgbToYuv(BLACK, frame.colorSpace);
    this.#image = image;
    this.#placement = placeTurned(fit, image, turn, frame);
    this.#resizer = new GpuResizer(device, frame, { isSubsampled, turn, repeats: fit === 'tile', outside });
  }

  /** Fits the current image into the frame. */
  encode(pass: GPUComputePassEncoder): void {
    const { source, target } = this.#placement;
    this.#resizer.encode(pass, this.#image, source, target);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#resizer.dispose();
  }
}
