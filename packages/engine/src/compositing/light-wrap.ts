import { type BoxRadii, roundBox } from '../background/blur.js';
import { allocateCells, type ColorCells, gatherCells } from '../background/cells.js';
import { yuvToRgb } from '../frame/color-space.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { colorsBytes, tileCount } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import { blurBoxScratch } from '../kernels/scratch.js';
import type { ForegroundGrid } from './foreground.js';

/** The constants of the light wrap. */
export const LIGHT = {
  /** The share of a white background at a straight edge, at strength 1. */
  most: 0.5,
  /** The light is the background blurred by three boxes of this radius downwards, in cells; across, so that it is round. */
  radius: 3,
} as const;

/** The radii of the boxes that blur the light, in cells. */
export function lightRadii(pixelAspect: number): BoxRadii {
  return roundBox(LIGHT.radius, pixelAspect);
}

/** The background's light that spills over the person's edge. */
export class LightWrap {
  readonly #kernels: Kernels;
  readonly #grid: ForegroundGrid;
  /** All background: the whole frame counts. */
  readonly #tiles: Block;
  readonly #cells: ColorCells;
  readonly #light: Block;
  readonly #scratch: Block;
  readonly #radii: BoxRadii;
  /** The background of the cells. */
  #backdrop: FrameMemory | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size.
   * @param grid - The grid of the foreground's colours.
   */
  constructor(kernels: Kernels, like: FrameMemory, grid: ForegroundGrid) {
    this.#kernels = kernels;
    this.#grid = grid;
    this.#tiles = kernels.memory.allocate(tileCount(like.width, like.height));
    this.#tiles.u8.fill(0);
    this.#cells = allocateCells(kernels, like, grid.shift);
    this.#light = kernels.memory.allocate(colorsBytes(grid.width, grid.height, 4));
    const radii = lightRadii(like.pixelAspectRatio);
    const largest = Math.max(radii.across, radii.down);
    this.#radii = radii;
    this.#scratch = kernels.memory.allocate(blurBoxScratch(grid.width, grid.height, largest));
  }

  /**
   * Computes the light for a frame.
   *
   * @param backdrop - The background.
   * @param isStill - Whether the same object always has the same pixels.
   * @param openness - How open the surroundings of each cell are, from the kernel `foreground`.
   * @param strength - 0..1.
   * @returns The address of the light for the kernel `compose`.
   */
  run(backdrop: FrameMemory, isStill: boolean, openness: Block, strength: number): number {
    if (!isStill || backdrop !== this.#backdrop) this.#gather(backdrop);
    const { yOffset, yScale } = yuvToRgb(backdrop.colorSpace);
    this.#kernels.exports.light(
      this.#cells.block.pointer,
      openness.pointer,
      this.#grid.width,
      this.#grid.height,
      LIGHT.most * strength,
      yOffset,
      yScale,
      this.#light.pointer,
    );
    return this.#light.pointer;
  }

  #gather(backdrop: FrameMemory): void {
    const kernels = this.#kernels;
    const { block, width, height } = this.#cells;
    // No alpha is read, as no tile is mixed.
    gatherCells(kernels, backdrop, { mixture: backdrop.y, tiles: this.#tiles }, this.#cells);
    const { across, down } = this.#radii;
    kernels.exports.blurBox(block.pointer, width, height, across, down, this.#scratch.pointer);
    this.#backdrop = backdrop;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const block of [this.#tiles, this.#cells.block, this.#light, this.#scratch]) block.free();
  }
}
