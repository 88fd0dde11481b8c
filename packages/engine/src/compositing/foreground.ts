import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { cellCount, colorsBytes, tileCount } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import { foregroundScratch } from '../kernels/scratch.js';
import type { Matte } from '../matting/matte.js';

/** How the colours of person and camera background are estimated; see `docs/compositing.md`. */
export const FOREGROUND = {
  /** The longer side of the frame has at most this many cells, if their size allows. */
  cells: 240,
  /** Of the wide window, in cells. */
  radius: 6,
  /** How strongly the colours of a cell are regularised towards the means of its wide window. */
  hold: 0.1,
} as const;

/** The grid on which a frame's edge colours are estimated. */
export interface ForegroundGrid {
  /** Cells are `2 ** shift` luma pixels wide. */
  readonly shift: number;
  /** In cells. */
  readonly width: number;
  /** In cells. */
  readonly height: number;
}

/**
 * Chooses the size of the cells: 4, 8 or 16 pixels.
 *
 * @param width - Of the frame.
 * @param height - Of the frame.
 */
export function foregroundGrid({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): ForegroundGrid {
  const shift = Math.min(4, Math.max(2, Math.ceil(Math.log2(Math.max(width, height) / FOREGROUND.cells))));
  return { shift, width: cellCount(width, shift), height: cellCount(height, shift) };
}

/**
 * Estimates the colours of person and camera background at the person's edge, where the frame shows a mixture of both. Without
 * it, hair carries the colour of the camera background into the new one.
 */
export class ForegroundEstimator {
  readonly grid: ForegroundGrid;
  /** Six planes of colours, see the kernel `foreground`. */
  readonly colors: Block;
  /** The share of the surroundings of each cell that is not the person, see the kernel `foreground`. */
  readonly openness: Block;
  readonly #kernels: Kernels;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size.
   */
  constructor(kernels: Kernels, like: FrameMemory) {
    const grid = foregroundGrid(like);
    const tiles = tileCount(like.width, like.height);
    this.grid = grid;
    this.#kernels = kernels;
    this.colors = kernels.memory.allocate(colorsBytes(grid.width, grid.height, 6));
    this.openness = kernels.memory.allocate(2 * grid.width * grid.height);
    this.#scratch = kernels.memory.allocate(foregroundScratch(tiles, grid.width, grid.height));
  }

  /**
   * Estimates the colours of a frame.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param needsOpenness - Whether the openness is needed, too.
   */
  run(source: FrameMemory, matte: Matte, needsOpenness: boolean): void {
    this.#kernels.exports.foreground(
      source.descriptor,
      matte.descriptor,
      this.grid.shift,
      FOREGROUND.radius,
      FOREGROUND.hold,
      this.colors.pointer,
      needsOpenness ? this.openness.pointer : 0,
      this.#scratch.pointer,
    );
  }

  /** Frees the memory. */
  dispose(): void {
    for (const block of [this.colors, this.openness, this.#scratch]) block.free();
  }
}
