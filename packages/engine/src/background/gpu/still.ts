import type { FrameTexture } from '../../gpu/memory.js';
import type { GpuBackdrop } from './backdrop.js';

/** A background that is the same for all frames. */
export class GpuStillBackdrop implements GpuBackdrop {
  readonly #picture: FrameTexture;

  /** @param picture - The background; the backdrop owns its memory. */
  constructor(picture: FrameTexture) {
    this.#picture = picture;
  }

  encode(): FrameTexture {
    return this.#picture;
  }

  dispose(): void {
    this.#picture.dispose();
  }
}
