import { rgbToYuv, type YuvColor, yuvToRgb } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { blurSpreadScratch, bokehScratch } from '../kernels/scratch.js';
import type { Matte } from '../matting/matte.js';
import type { Backdrop } from './backdrop.js';
import { allocateCells, gatherRoom, type RoomCells, spreadRoom } from './room-cells.js';
import { fillFrame, NEUTRAL } from './solid.js';

/**
 * The disc's radius at strength 0 and what strength 1 adds to it, as parts of the frame's shorter side. About twice the sigma of a
 * blur of the same strength: a disc's own sigma is half its radius. Below the least one sees no discs.
 */
const RADIUS = { least: 0.0225, more: 0.06 } as const;

/** How bokeh is computed: on cells of `2 ** shift` pixels, with a disc of a radius in cells that need not be whole. */
export interface BokehGrid {
  readonly shift: number;
  readonly radius: number;
}

/**
 * Chooses cells of which 4 to 8 are a radius, enough for a round disc. They are gathered at half their size, which is 2 pixels at
 * least: in small frames the radius may be 2 cells.
 *
 * @param strength - 0..1.
 * @param shorterSide - Of the frame, in pixels.
 */
export function bokehGrid(strength: number, shorterSide: number): BokehGrid {
  const radius = (RADIUS.least + RADIUS.more * strength) * shorterSide;
  const shift = Math.min(5, Math.max(2, Math.floor(Math.log2(radius / 4))));
  return { shift, radius: Math.max(1, radius / 2 ** shift) };
}

/** The room as a fast lens shows it: points become discs, and what is bright stays bright. */
export class BokehBackdrop implements Backdrop {
  readonly #kernels: Kernels;
  readonly #planes: FrameMemory;
  /** Shown where no background is near enough. */
  readonly #fallback: YuvColor;
  readonly #radius: number;
  readonly #fine: RoomCells;
  readonly #cells: RoomCells;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param like - A frame of the size and colour space to come.
   * @param strength - 0..1.
   */
  constructor(kernels: Kernels, like: FrameMemory, strength: number) {
    const { shift, radius } = bokehGrid(strength, Math.min(like.width, like.height));
    this.#kernels = kernels;
    this.#planes = new FrameMemory(kernels, like, 'I420');
    this.#fallback = rgbToYuv(NEUTRAL, like.colorSpace);
    this.#radius = radius;
    this.#fine = allocateCells(kernels, like, shift - 1);
    this.#cells = allocateCells(kernels, like, shift);
    const { width, height } = this.#cells;
    this.#scratch = kernels.memory.allocate(
      Math.max(bokehScratch(width, height, radius), blurSpreadScratch(width, height)),
    );
  }

  render(source: FrameMemory, matte: Matte): FrameMemory {
    const kernels = this.#kernels;
    const { width, height, block } = this.#fine;
    const { yOffset, yScale } = yuvToRgb(source.colorSpace);
    gatherRoom(kernels, source, matte, this.#fine);
    kernels.exports.bokeh(
      block.pointer,
      width,
      height,
      this.#radius,
      yOffset,
      yScale,
      this.#cells.block.pointer,
      this.#scratch.pointer,
    );
    spreadRoom(kernels, this.#cells, matte.tiles, this.#fallback, this.#scratch, this.#planes);
    return this.#planes;
  }

  /** Not even the blurred room: without a matte the person would be in it. */
  placeholder(): FrameMemory {
    fillFrame(this.#planes, NEUTRAL);
    return this.#planes;
  }

  dispose(): void {
    this.#planes.dispose();
    this.#fine.block.free();
    this.#cells.block.free();
    this.#scratch.free();
  }
}
