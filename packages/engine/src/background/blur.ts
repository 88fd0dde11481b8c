import { type FrameShape, pixelAspectOf, shorterSideOf } from '../frame/frame.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { blurBoxScratch } from '../kernels/scratch.js';
import { allocateCells } from './cells.js';
import type { Defocus } from './defocused.js';

/** The Gaussian's sigma at strength 0 and what strength 1 adds to it, as shares of the frame's shorter side as displayed. */
const SIGMA = { least: 0.005, more: 0.04 } as const;

/** How a blur is computed: on cells of `2 ** shift` pixels, with boxes of `2 * across + 1` by `2 * down + 1` cells. */
export interface BlurGrid extends BoxRadii {
  readonly shift: number;
}

/**
 * Chooses cells as coarse as the blur allows, about two to four of them per sigma, and the box whose three passes are nearest
 * to the Gaussian: three boxes of n cells have the variance (n^2 - 1) / 4. Where pixels are not square, cells are half as large,
 * so that whole radii come close to a round blur.
 *
 * @param strength - 0..1.
 * @param frame - Its size and the shape of its pixels.
 */
export function blurGrid(strength: number, frame: BlurredShape): BlurGrid {
  const sigma = (SIGMA.least + SIGMA.more * strength) * shorterSideOf(frame);
  const pixelAspect = pixelAspectOf(frame);
  const least = sigma / Math.max(1, pixelAspect);
  const coarsest = Math.floor(Math.log2(least / 2)) - (pixelAspect === 1 ? 0 : 1);
  const shift = Math.min(5, Math.max(1, coarsest));
  const sigmaInCells = sigma / 2 ** shift;
  return { shift, ...roundBox((Math.sqrt(4 * sigmaInCells ** 2 + 1) - 1) / 2, pixelAspect) };
}

/** What a blur depends on of a frame. */
export type BlurredShape = Pick<FrameShape, 'width' | 'height' | 'pixelAspectRatio'>;

/** The radii of a box without its middle, in cells. */
export interface BoxRadii {
  readonly across: number;
  readonly down: number;
}

/**
 * The box in whole cells that is the roundest as displayed.
 *
 * @param radius - The radius wanted downwards, in cells; may be fractional.
 * @param pixelAspect - Width over height of a cell.
 */
export function roundBox(radius: number, pixelAspect: number): BoxRadii {
  if (pixelAspect === 1) {
    const whole = Math.max(1, Math.round(radius));
    return { across: whole, down: whole };
  }
  const spread = (whole: number) => Math.sqrt((2 * whole + 1) ** 2 - 1);
  const wanted = Math.sqrt((2 * radius + 1) ** 2 - 1);
  let best: BoxRadii = { across: 1, down: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (const down of nearest(radius)) {
    for (const across of nearest((Math.sqrt((wanted / pixelAspect) ** 2 + 1) - 1) / 2)) {
      // Roundness counts more than the exact size.
      const roundness = Math.abs(Math.log((spread(across) * pixelAspect) / spread(down)));
      const size = Math.abs(Math.log((spread(across) * pixelAspect * spread(down)) / wanted ** 2));
      const error = roundness + size / 4;
      if (error < least) [best, least] = [{ across, down }, error];
    }
  }
  return best;
}

/** The whole radii on both sides of one. */
function nearest(radius: number): readonly number[] {
  const below = Math.max(1, Math.floor(radius));
  return [below, below + 1];
}

/**
 * Creates a blur.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param like - A frame of the same size.
 * @param strength - 0..1.
 */
export function blurOf(kernels: Kernels, like: FrameMemory, strength: number): Defocus {
  const { shift, across, down } = blurGrid(strength, like);
  const cells = allocateCells(kernels, like, shift);
  const { block, width, height } = cells;
  return {
    gathered: cells,
    spread: cells,
    scratch: blurBoxScratch(width, height, Math.max(across, down)),
    run(scratch) {
      kernels.exports.blurBox(block.pointer, width, height, across, down, scratch);
    },
  };
}
