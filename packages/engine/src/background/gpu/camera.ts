import type { FrameShape } from '../../frame/frame.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { GpuBackdrop } from './backdrop.js';
import { NeutralPicture } from './solid.js';

/** The room itself, for the background `none`. */
export class GpuCameraBackdrop implements GpuBackdrop {
  readonly #neutral: NeutralPicture;

  /**
   * @param device - Where it works.
   * @param like - What the frames to come are like.
   */
  constructor(device: GPUDevice, like: FrameShape) {
    this.#neutral = new NeutralPicture(device, like);
  }

  encode(_pass: unknown, source: FrameTexture): FrameTexture {
    return source;
  }

  encodePlaceholder(): FrameTexture {
    return this.#neutral.texture;
  }

  dispose(): void {
    this.#neutral.dispose();
  }
}
