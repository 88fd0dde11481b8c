import { type FrameShape, pixelAspectOf, shorterSideOf } from '../frame/frame.js';
import type { Kernels } from '../kernels/kernels.js';
import { tileCount } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import type { Matte } from './matte.js';

/** Half the width of the soft edge at softness 1, as a share of the frame's shorter side as displayed. */
const REACH = 0.012;

/** The kernel's largest radius. */
const MAX_RADIUS = 16;

/** By how many pixels edges are softened to each side, 0 to 16 in each direction. */
export interface SoftReach {
  readonly across: number;
  readonly down: number;
}

/**
 * How far edges are softened, equally far in all directions as displayed.
 *
 * @param softness - 0..1.
 * @param frame - Its size and the shape of its pixels.
 * @returns The reach; `undefined` if it is less than half a pixel.
 */
export function softReach(
  softness: number,
  frame: Pick<FrameShape, 'width' | 'height' | 'pixelAspectRatio'>,
): SoftReach | undefined {
  const reach = softness * REACH * shorterSideOf(frame);
  const [across, down] = [reach / pixelAspectOf(frame), reach].map((pixels) =>
    Math.min(MAX_RADIUS, Math.round(pixels)),
  ) as [number, number];
  if (across === 0 && down === 0) return undefined;
  return { across: Math.max(1, across), down: Math.max(1, down) };
}

/**
 * Softens the edges of the matte. The mixture stays as it is: beyond the original edge the person's colours continue, not
 * those of the camera background.
 */
export class EdgeSoftener {
  readonly #kernels: Kernels;
  readonly #reach: SoftReach;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param frame - The frame's size.
   * @param reach - From {@link softReach}.
   */
  constructor(
    kernels: Kernels,
    { width, height }: { readonly width: number; readonly height: number },
    reach: SoftReach,
  ) {
    this.#kernels = kernels;
    this.#reach = reach;
    this.#scratch = kernels.memory.allocate(tileCount(width, height));
  }

  /** Computes the alpha of a matte from its mixture. */
  run(matte: Matte): void {
    const { across, down } = this.#reach;
    this.#kernels.exports.soften(matte.descriptor, across, down, this.#scratch.pointer);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#scratch.free();
  }
}
