import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { motionScratch } from '../kernels/scratch.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import { CUT_DIFFERENCE, TEMPORAL } from './constants.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Calms the confidence over time: trusts the network anew only where the picture moves. */
export class TemporalFilter {
  /** The confidence over time, of the thumbnail's size. */
  readonly state: Block;
  readonly #kernels: Kernels;
  /** The luma that the state belongs to. */
  readonly #previous: Block;
  readonly #motion: Block;
  readonly #scratch: Block;
  #hasState = false;

  /**
   * @param kernels - Whose memory to work in.
   * @param thumbnail - Of the size to come.
   */
  constructor(kernels: Kernels, { width, height }: Pick<Thumbnail, 'width' | 'height'>) {
    const plane = () => kernels.memory.allocate(width * height * FLOAT);
    this.#kernels = kernels;
    this.state = plane();
    this.#previous = plane();
    this.#motion = plane();
    this.#scratch = kernels.memory.allocate(motionScratch(width, height));
  }

  /**
   * Lets the state follow the confidence, or begin with it.
   *
   * @param thumbnail - The picture.
   * @param confidence - What the network found in it.
   * @returns Whether the picture is another scene than the one before, so that the state began anew.
   */
  follow({ width, height, y }: Thumbnail, confidence: Block): boolean {
    const { exports } = this.#kernels;
    let isCut = false;
    if (this.#hasState) {
      const [previous, motion] = [this.#previous.pointer, this.#motion.pointer];
      const difference = exports.motion(y.pointer, previous, motion, width, height, this.#scratch.pointer);
      isCut = difference > CUT_DIFFERENCE;
    }
    if (this.#hasState && !isCut) {
      const { floor, low, high } = TEMPORAL;
      const [state, motion] = [this.state.pointer, this.#motion.pointer];
      exports.temporal(confidence.pointer, motion, state, width * height, floor, low, high);
    } else {
      this.state.f32.set(confidence.f32);
    }
    this.#previous.f32.set(y.f32);
    this.#hasState = true;
    return isCut;
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#hasState = false;
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const block of [this.state, this.#previous, this.#motion, this.#scratch]) block.free();
  }
}
