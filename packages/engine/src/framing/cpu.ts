import { FrameMemory, type PlaneMemory } from '../frame/frame-memory.js';
import type { Rectangle } from '../frame/rectangle.js';
import { resizePlane } from '../frame/resize.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';
import { Matte } from '../matting/matte.js';
import { CropChooser, type Framing } from './chooser.js';

/** A frame and its matte. */
export interface Framed {
  readonly source: FrameMemory;
  readonly matte: Matte;
}

/**
 * Brings the person nearer and into the middle: cuts a part out of frame and matte and makes it as large as the whole was.
 * This comes after matting, which looks at a picture that stands still, and before compositing: the new place stays where
 * it is.
 */
export class FramingStage implements Framed {
  readonly source: FrameMemory;
  readonly matte: Matte;
  readonly #kernels: Kernels;
  readonly #scratch: Block;
  readonly #chooser: CropChooser;

  /**
   * @param kernels - Whose memory to work in.
   * @param like - A frame of the size to come.
   * @param isSoftened - Whether alpha and mixture differ.
   */
  constructor(kernels: Kernels, like: FrameMemory, isSoftened: boolean) {
    const { width, height } = like;
    this.#kernels = kernels;
    this.source = new FrameMemory(kernels, like, 'I420');
    this.matte = new Matte(kernels, width, height, isSoftened);
    this.#scratch = kernels.memory.allocate(resampleScratch(width, width, height));
    this.#chooser = new CropChooser(like);
  }

  /**
   * Frames a frame.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param framing - How.
   * @param timestamp - Its time in microseconds.
   * @returns Itself: valid until the next call.
   */
  run(source: FrameMemory, matte: Matte, framing: Framing, timestamp: number): Framed {
    const stored = this.#chooser.choose(matte.tiles.u8, framing, timestamp);
    for (const name of ['y', 'u', 'v'] as const) this.#cut(source[name], this.source[name], stored);
    this.#cut(matte.alpha, this.matte.alpha, stored);
    if (this.matte.mixture !== this.matte.alpha) this.#cut(matte.mixture, this.matte.mixture, stored);
    this.#mark();
    return this;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.source.dispose();
    this.matte.dispose();
    this.#scratch.free();
  }

  #cut(from: PlaneMemory, to: PlaneMemory, part: Rectangle): void {
    const samples = {
      x: part.x * from.width,
      y: part.y * from.height,
      width: part.width * from.width,
      height: part.height * from.height,
    };
    resizePlane(this.#kernels, from, to.descriptor, this.#scratch, samples);
  }

  /** Where alpha is flat the mixture is, too: a softened one reaches further. */
  #mark(): void {
    const { alpha, tiles } = this.matte;
    this.#kernels.exports.classifyTiles(alpha.descriptor, tiles.pointer);
  }
}
