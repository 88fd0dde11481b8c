import type { Rectangle } from '../frame/frame.js';
import { FrameMemory, type PlaneMemory } from '../frame/frame-memory.js';
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
 * Zooms and centres the person: crops frame and matte and scales the crop to the whole frame. It comes after matting, which
 * needs an unmoving camera, and before compositing: the background stays where it is.
 */
export class FramingStage implements Framed {
  readonly source: FrameMemory;
  readonly matte: Matte;
  readonly #kernels: Kernels;
  readonly #scratch: Block;
  readonly #chooser: CropChooser;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size.
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
   * Crops a frame.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param framing - The settings.
   * @param timestamp - Its time in microseconds.
   * @returns Itself: valid until the next call.
   */
  run(source: FrameMemory, matte: Matte, framing: Framing, timestamp: number): Framed {
    const stored = this.#chooser.choose(matte.tiles.u8, framing, timestamp);
    for (const name of ['y', 'u', 'v'] as const) this.#crop(source[name], this.source[name], stored);
    this.#crop(matte.alpha, this.matte.alpha, stored);
    if (this.matte.mixture !== this.matte.alpha) this.#crop(matte.mixture, this.matte.mixture, stored);
    this.#classifyTiles();
    return this;
  }

  /** Frees the memory. */
  dispose(): void {
    this.source.dispose();
    this.matte.dispose();
    this.#scratch.free();
  }

  #crop(from: PlaneMemory, to: PlaneMemory, part: Rectangle): void {
    const samples = {
      x: part.x * from.width,
      y: part.y * from.height,
      width: part.width * from.width,
      height: part.height * from.height,
    };
    resizePlane(this.#kernels, from, to.descriptor, this.#scratch, samples);
  }

  /** Tiles where alpha is uniform have a uniform mixture, too: softening only widens the edge. */
  #classifyTiles(): void {
    const { alpha, tiles } = this.matte;
    this.#kernels.exports.classifyTiles(alpha.descriptor, tiles.pointer);
  }
}
