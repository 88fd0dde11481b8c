import type { FrameMemory } from '../frame/frame-memory.js';
import type { Backdrop } from './backdrop.js';

/** A background that is the same for all frames. */
export class StillBackdrop implements Backdrop {
  readonly #planes: FrameMemory;

  /** @param planes - The background; the backdrop owns its memory. */
  constructor(planes: FrameMemory) {
    this.#planes = planes;
  }

  render(): FrameMemory {
    return this.#planes;
  }

  placeholder(): FrameMemory {
    return this.#planes;
  }

  dispose(): void {
    this.#planes.dispose();
  }
}
