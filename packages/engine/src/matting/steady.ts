import type { Kernels } from '../kernels/kernels.js';
import { MIXED_TILE } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import type { Grid } from '../segmentation/region.js';
import { STEADY } from './constants.js';
import { Matte } from './matte.js';

/**
 * Filters the matte over time at full size. The temporal filter before it cannot: alpha is computed from the frame's own
 * colours, which bring the noise of each pixel.
 *
 * It needs no reset: at activity 1, as in the first frame, the new matte is taken as it is.
 */
export class SteadyFilter {
  readonly #kernels: Kernels;
  /** The matte of the previous frame. */
  readonly #previous: Matte;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param matte - A matte of the same size.
   */
  constructor(kernels: Kernels, { mixture }: Matte) {
    this.#kernels = kernels;
    this.#previous = new Matte(kernels, mixture.width, mixture.height, false);
    this.#previous.tiles.u8.fill(MIXED_TILE);
  }

  /**
   * Filters the matte, in place.
   *
   * @param matte - The new one.
   * @param activity - How much each cell has changed, 0..1.
   * @param grid - The cells' grid.
   */
  follow(matte: Matte, activity: Block, grid: Grid): void {
    const { exports, arguments: structs } = this.#kernels;
    const { floor, low, slope } = STEADY;
    const cells = structs.grid(grid);
    exports.steady(matte.descriptor, this.#previous.descriptor, activity.pointer, cells, floor, low, slope);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#previous.dispose();
  }
}
