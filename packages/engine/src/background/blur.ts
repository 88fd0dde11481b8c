import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { blurBoxScratch } from '../kernels/scratch.js';
import { allocateCells } from './cells.js';
import type { Defocus } from './defocused.js';

/** The Gaussian's sigma at strength 0 and what strength 1 adds to it, as shares of the frame's shorter side. */
const SIGMA = { least: 0.005, more: 0.04 } as const;

/** How a blur is computed: on cells of `2 ** shift` pixels, with boxes of `2 * radius + 1` cells. */
export interface BlurGrid {
  readonly shift: number;
  readonly radius: number;
}

/**
 * Chooses cells as coarse as the blur allows, about two to four of them per sigma, and the box whose three passes are nearest
 * to the Gaussian: three boxes of n cells have the variance (n^2 - 1) / 4.
 *
 * @param strength - 0..1.
 * @param shorterSide - Of the frame, in pixels.
 */
export function blurGrid(strength: number, shorterSide: number): BlurGrid {
  const sigma = (SIGMA.least + SIGMA.more * strength) * shorterSide;
  const shift = Math.min(5, Math.max(1, Math.floor(Math.log2(sigma / 2))));
  const sigmaInCells = sigma / 2 ** shift;
  return { shift, radius: Math.max(1, Math.round((Math.sqrt(4 * sigmaInCells ** 2 + 1) - 1) / 2)) };
}

/**
 * Creates a blur.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param like - A frame of the same size.
 * @param strength - 0..1.
 */
export function blurOf(kernels: Kernels, like: FrameMemory, strength: number): Defocus {
  const { shift, radius } = blurGrid(strength, Math.min(like.width, like.height));
  const cells = allocateCells(kernels, like, shift);
  const { block, width, height } = cells;
  return {
    gathered: cells,
    spread: cells,
    scratch: blurBoxScratch(width, height, radius),
    run(scratch) {
      kernels.exports.blurBox(block.pointer, width, height, radius, scratch);
    },
  };
}
