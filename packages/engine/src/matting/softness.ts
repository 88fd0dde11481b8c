import type { Kernels } from '../kernels/kernels.js';
import { tileCount } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import type { Matte } from './matte.js';

/** Half the width of the soft edge at softness 1, as a share of the frame's shorter side. */
const REACH = 0.012;

/** The kernel's largest radius. */
const MAX_RADIUS = 16;

/**
 * The radius by which edges are softened.
 *
 * @param softness - 0..1.
 * @param shorterSide - Of the frame, in pixels.
 * @returns Pixels to each side, 0 to 16.
 */
export function softRadius(softness: number, shorterSide: number): number {
  return Math.min(MAX_RADIUS, Math.round(softness * REACH * shorterSide));
}

/**
 * Softens the edges of the matte. The mixture stays as it is: beyond the original edge the person's colours continue, not
 * those of the camera background.
 */
export class EdgeSoftener {
  readonly #kernels: Kernels;
  readonly #radius: number;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param frame - The frame's size.
   * @param radius - From {@link softRadius}, at least 1.
   */
  constructor(
    kernels: Kernels,
    { width, height }: { readonly width: number; readonly height: number },
    radius: number,
  ) {
    this.#kernels = kernels;
    this.#radius = radius;
    this.#scratch = kernels.memory.allocate(tileCount(width, height));
  }

  /** Computes the alpha of a matte from its mixture. */
  run(matte: Matte): void {
    this.#kernels.exports.soften(matte.descriptor, this.#radius, this.#scratch.pointer);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#scratch.free();
  }
}
