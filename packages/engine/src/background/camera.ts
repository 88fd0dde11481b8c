import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Backdrop } from './backdrop.js';
import { NEUTRAL, solidPlanes } from './solid.js';

/** The camera background, for the background `none`. */
export class CameraBackdrop implements Backdrop {
  readonly #kernels: Kernels;
  readonly #like: FrameMemory;
  #neutral: FrameMemory | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size and colour space.
   */
  constructor(kernels: Kernels, like: FrameMemory) {
    this.#kernels = kernels;
    this.#like = like;
  }

  render(source: FrameMemory): FrameMemory {
    return source;
  }

  placeholder(): FrameMemory {
    const kernels = this.#kernels;
    this.#neutral ??= kernels.memory.allOrNothing(() => solidPlanes(kernels, this.#like, NEUTRAL));
    return this.#neutral;
  }

  dispose(): void {
    this.#neutral?.dispose();
  }
}
