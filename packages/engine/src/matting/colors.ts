import type { Kernels } from '../kernels/kernels.js';
import { COLOR_BINS } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import { colorsScratch } from '../kernels/scratch.js';
import { COLORS } from './constants.js';
import type { Guide } from './guided.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/**
 * Colour models of person and camera background. They learn from cells where the network is certain, and correct cells where
 * it is not: a sofa beside the shoulders with the colours of its other end, or a sleeve.
 */
export class ColorModels {
  readonly #kernels: Kernels;
  readonly #histogram: Block;
  readonly #weights: Block;
  readonly #scratch: Block;
  #phase = 0;

  /**
   * @param kernels - The kernels, in whose memory it works.
   */
  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#histogram = kernels.memory.allocate(COLOR_BINS * 2 * FLOAT);
    this.#weights = kernels.memory.allocate(COLOR_BINS * FLOAT);
    this.#scratch = kernels.memory.allocate(colorsScratch());
    this.reset();
  }

  /**
   * Learns from a map and corrects it.
   *
   * @param map - Confidences, of the thumbnail's size.
   * @param thumbnail - The filtered thumbnail.
   * @param target - Receives the corrected map; may be the map itself.
   */
  run(map: Block, thumbnail: Guide, target: Block): void {
    const { exports, arguments: structs } = this.#kernels;
    const { low, high, decay, floor, limit, undecided } = COLORS;
    const [histogram, weights] = [this.#histogram.pointer, this.#weights.pointer];
    const guide = structs.guide(thumbnail);
    exports.countColors(guide, map.pointer, this.#phase, low, high, histogram);
    exports.weighColors(histogram, weights, decay, floor, limit, this.#scratch.pointer);
    exports.applyColors(guide, map.pointer, target.pointer, undecided.low, undecided.high, weights);
    this.#phase = (this.#phase + 1) & 3;
  }

  /** Forgets all colours. */
  reset(): void {
    this.#histogram.u8.fill(0);
    this.#phase = 0;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const block of [this.#histogram, this.#weights, this.#scratch]) block.free();
  }
}
