import { FrameMemory, type PlaneMemory } from '../frame/frame-memory.js';
import type { Rectangle } from '../frame/rectangle.js';
import { resizePlane } from '../frame/resize.js';
import { inverseRotation, turnRectangle } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';
import { Matte } from '../matting/matte.js';
import { PersonBounds } from './bounds.js';
import { around, type Crop, CropFollower, centred } from './crop.js';

/** What of the frames is shown. */
export interface Framing {
  /** How much nearer the person comes, 1..4. */
  readonly zoom: number;
  /** Whether the person is kept in the middle. */
  readonly follow: boolean;
}

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
export class Framer implements Framed {
  readonly source: FrameMemory;
  readonly matte: Matte;
  readonly #kernels: Kernels;
  readonly #scratch: Block;
  readonly #bounds: PersonBounds;
  readonly #follower = new CropFollower(centred(1));
  #lastTimestamp = Number.NEGATIVE_INFINITY;

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
    this.#bounds = new PersonBounds(width, height);
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
    const { x, y, size } = this.#choose(source, matte, framing, timestamp);
    const upright = { x, y, width: size, height: size };
    const stored = turnRectangle(upright, inverseRotation(source.rotation));
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

  #choose(source: FrameMemory, matte: Matte, { zoom, follow }: Framing, timestamp: number): Crop {
    if (!follow) return centred(1 / zoom);
    const person = this.#bounds.find(matte.tiles.u8);
    const wanted = person ? around(turnRectangle(person, source.rotation), 1 / zoom) : centred(1 / zoom);
    const passed = Math.min(timestamp - this.#lastTimestamp, LONGEST_STEP);
    this.#lastTimestamp = timestamp;
    this.#follower.follow(wanted, passed);
    return this.#follower.current;
  }

  #cut(from: PlaneMemory, to: PlaneMemory, part: Rectangle): void {
    const samples = {
      x: part.x * from.width,
      y: part.y * from.height,
      width: part.width * from.width,
      height: part.height * from.height,
    };
    resizePlane(this.#kernels, from, to, this.#scratch, samples);
  }

  /** Where alpha is flat the mixture is, too: a softened one reaches further. */
  #mark(): void {
    const { alpha, tiles } = this.matte;
    this.#kernels.exports.markTiles(alpha.pointer, alpha.stride, alpha.width, alpha.height, tiles.pointer);
  }
}

/** After a pause nothing jumps, in microseconds. */
const LONGEST_STEP = 100_000;
