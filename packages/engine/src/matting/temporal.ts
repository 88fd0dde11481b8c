import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { motionScratch } from '../kernels/scratch.js';
import { isSame } from '../segmentation/region.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import { CUT_DIFFERENCE, TEMPORAL } from './constants.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** A cell's state or luma of which nothing is known. */
const UNKNOWN = -1;

/** What a map shows. */
type Grid = Pick<Thumbnail, 'width' | 'height' | 'region'>;

/** Calms the confidence over time: trusts the network anew only where the picture moves. */
export class TemporalFilter {
  /** The confidence over time, of the thumbnail's size. */
  readonly state: Block;
  readonly #kernels: Kernels;
  /** The luma that the state belongs to. */
  readonly #previous: Block;
  readonly #motion: Block;
  readonly #moved: Block;
  readonly #scratch: Block;
  /** What the state is a map of; none if there is no state. */
  #grid: Grid | undefined;

  /**
   * @param kernels - Whose memory to work in.
   * @param capacity - How many cells wide and high thumbnails can get.
   */
  constructor(kernels: Kernels, { width, height }: Pick<Thumbnail, 'width' | 'height'>) {
    const plane = () => kernels.memory.allocate(width * height * FLOAT);
    this.#kernels = kernels;
    this.state = plane();
    this.#previous = plane();
    this.#moved = plane();
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
  follow(thumbnail: Thumbnail, confidence: Block): boolean {
    const { exports } = this.#kernels;
    const { width, height, y } = thumbnail;
    const cells = width * height;
    let isCut = false;
    if (this.#grid) {
      this.#move(this.#grid, thumbnail);
      const [previous, motion] = [this.#previous.pointer, this.#motion.pointer];
      const difference = exports.motion(y.pointer, previous, motion, width, height, this.#scratch.pointer);
      isCut = difference > CUT_DIFFERENCE;
    }
    if (this.#grid && !isCut) {
      const { floor, low, high } = TEMPORAL;
      const [state, motion] = [this.state.pointer, this.#motion.pointer];
      exports.temporal(confidence.pointer, motion, state, cells, floor, low, high);
    } else {
      this.state.f32.set(confidence.f32.subarray(0, cells));
    }
    this.#previous.f32.set(y.f32.subarray(0, cells));
    this.#grid = { width, height, region: thumbnail.region };
    return isCut;
  }

  /** The state and its luma as seen through another thumbnail; cells that were outside are not known. */
  #move(from: Grid, { width, height, region }: Grid): void {
    if (from.width === width && from.height === height && isSame(from.region, region)) return;
    const [scaleX, scaleY] = [from.width / from.region.width, from.height / from.region.height];
    for (const plane of [this.state, this.#previous]) {
      this.#kernels.exports.remap(
        plane.pointer,
        from.width,
        from.height,
        (region.x - from.region.x) * scaleX,
        (region.y - from.region.y) * scaleY,
        region.width * scaleX,
        region.height * scaleY,
        this.#moved.pointer,
        width,
        height,
        UNKNOWN,
      );
      plane.f32.set(this.#moved.f32);
    }
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#grid = undefined;
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const block of [this.state, this.#previous, this.#motion, this.#moved, this.#scratch]) block.free();
  }
}
