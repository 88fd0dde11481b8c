import type { FrameTexture } from '../../gpu/memory.js';
import type { GpuBackdrop } from './backdrop.js';

/** A background that is the same for all frames. */
export class GpuStillBackdrop implements GpuBackdrop {
  readonly #texture: FrameTexture;

  /** @param texture - The background; the backdrop owns its memory. */
  constructor(texture: FrameTexture) {
    this.#texture = texture;
  }

  encode(): FrameTexture {
    return this.#texture;
  }

  dispose(): void {
    this.#texture.dispose();
  }
}
