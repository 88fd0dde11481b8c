import { yuvToRgb } from '../frame/color-space.js';
import { pixelAspectOf, shorterSideOf } from '../frame/frame.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { bokehScratch } from '../kernels/scratch.js';
import type { BlurredShape, BoxRadii } from './blur.js';
import { allocateCells } from './cells.js';
import type { Defocus } from './defocused.js';

/**
 * The disc's radius at strength 0 and what strength 1 adds to it, as shares of the frame's shorter side as displayed. About twice the sigma of a
 * blur of the same strength: a disc's own sigma is half its radius. Below the least radius no discs are visible.
 */
const RADIUS = { least: 0.0225, more: 0.06 } as const;

/** How bokeh is computed: on cells of `2 ** shift` pixels, with a disc whose radii in cells may be fractional. */
export interface BokehGrid extends BoxRadii {
  readonly shift: number;
}

/**
 * Chooses cells so that the radius has 4 to 8 of them, enough for a round disc. They are gathered at half their size, at least 2
 * pixels: in small frames the radius may be 2 cells.
 *
 * @param strength - 0..1.
 * @param frame - Its size and the shape of its pixels.
 */
export function bokehGrid(strength: number, frame: BlurredShape): BokehGrid {
  const down = (RADIUS.least + RADIUS.more * strength) * shorterSideOf(frame);
  const across = down / pixelAspectOf(frame);
  const shift = Math.min(5, Math.max(2, Math.floor(Math.log2(Math.min(across, down) / 4))));
  return { shift, across: Math.max(1, across / 2 ** shift), down: Math.max(1, down / 2 ** shift) };
}

/**
 * The camera background as a fast lens shows it: points become discs, and bright points stay bright.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param like - A frame of the same size and colour space.
 * @param strength - 0..1.
 */
export function bokehOf(kernels: Kernels, like: FrameMemory, strength: number): Defocus {
  const { shift, across, down } = bokehGrid(strength, like);
  const fine = allocateCells(kernels, like, shift - 1);
  const cells = allocateCells(kernels, like, shift);
  const { yOffset, yScale } = yuvToRgb(like.colorSpace);
  return {
    gathered: fine,
    spread: cells,
    scratch: bokehScratch(cells.width, cells.height, across, down),
    run(scratch) {
      kernels.exports.bokeh(
        fine.block.pointer,
        fine.width,
        fine.height,
        across,
        down,
        yOffset,
        yScale,
        cells.block.pointer,
        scratch,
      );
    },
  };
}
