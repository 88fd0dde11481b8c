import { yuvToRgb } from '../frame/color-space.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { bokehScratch } from '../kernels/scratch.js';
import { allocateCells } from './cells.js';
import type { Defocus } from './defocused.js';

/**
 * The disc's radius at strength 0 and what strength 1 adds to it, as shares of the frame's shorter side. About twice the sigma of a
 * blur of the same strength: a disc's own sigma is half its radius. Below the least radius no discs are visible.
 */
const RADIUS = { least: 0.0225, more: 0.06 } as const;

/** How bokeh is computed: on cells of `2 ** shift` pixels, with a disc whose radius in cells may be fractional. */
export interface BokehGrid {
  readonly shift: number;
  readonly radius: number;
}

/**
 * Chooses cells so that the radius has 4 to 8 of them, enough for a round disc. They are gathered at half their size, at least 2
 * pixels: in small frames the radius may be 2 cells.
 *
 * @param strength - 0..1.
 * @param shorterSide - Of the frame, in pixels.
 */
export function bokehGrid(strength: number, shorterSide: number): BokehGrid {
  const radius = (RADIUS.least + RADIUS.more * strength) * shorterSide;
  const shift = Math.min(5, Math.max(2, Math.floor(Math.log2(radius / 4))));
  return { shift, radius: Math.max(1, radius / 2 ** shift) };
}

/**
 * The camera background as a fast lens shows it: points become discs, and bright points stay bright.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param like - A frame of the same size and colour space.
 * @param strength - 0..1.
 */
export function bokehOf(kernels: Kernels, like: FrameMemory, strength: number): Defocus {
  const { shift, radius } = bokehGrid(strength, Math.min(like.width, like.height));
  const fine = allocateCells(kernels, like, shift - 1);
  const cells = allocateCells(kernels, like, shift);
  const { yOffset, yScale } = yuvToRgb(like.colorSpace);
  return {
    gathered: fine,
    spread: cells,
    scratch: bokehScratch(cells.width, cells.height, radius),
    run(scratch) {
      kernels.exports.bokeh(
        fine.block.pointer,
        fine.width,
        fine.height,
        radius,
        yOffset,
        yScale,
        cells.block.pointer,
        scratch,
      );
    },
  };
}
