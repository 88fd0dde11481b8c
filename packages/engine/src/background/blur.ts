import { rgbToYuv, type YuvColor } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { blurBoxScratch, blurSpreadScratch } from '../kernels/scratch.js';
import type { Matte } from '../matting/matte.js';
import type { Backdrop } from './backdrop.js';
import { allocateCells, gatherRoom, type RoomCells, spreadRoom } from './room-cells.js';
import { fillFrame, NEUTRAL } from './solid.js';

/** How strong a blur or bokeh is where nothing is said of it. */
export const DEFAULT_BLUR_STRENGTH = 0.6;

/** The Gaussian's sigma at strength 0 and what strength 1 adds to it, as parts of the frame's shorter side. */
const SIGMA = { least: 0.005, more: 0.04 } as const;

/** How a blur is computed: on cells of `2 ** shift` pixels, with boxes of `2 * radius + 1` cells. */
export interface BlurGrid {
  readonly shift: number;
  readonly radius: number;
}

/**
 * Chooses cells as coarse as the blur allows, about two to four of them a sigma, and the box whose three passes come
 * nearest to the Gaussian: three boxes of n cells have the variance (n^2 - 1) / 4.
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

/** The room out of focus. */
export class BlurBackdrop implements Backdrop {
  readonly #kernels: Kernels;
  readonly #planes: FrameMemory;
  /** Shown where no background is near enough to be blurred. */
  readonly #fallback: YuvColor;
  readonly #radius: number;
  readonly #cells: RoomCells;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param like - A frame of the size and colour space to come.
   * @param strength - 0..1.
   */
  constructor(kernels: Kernels, like: FrameMemory, strength: number) {
    const { shift, radius } = blurGrid(strength, Math.min(like.width, like.height));
    this.#kernels = kernels;
    this.#planes = new FrameMemory(kernels, like, 'I420');
    this.#fallback = rgbToYuv(NEUTRAL, like.colorSpace);
    this.#radius = radius;
    this.#cells = allocateCells(kernels, like, shift);
    const { width, height } = this.#cells;
    this.#scratch = kernels.memory.allocate(
      Math.max(blurBoxScratch(width, height, radius), blurSpreadScratch(width, height)),
    );
  }

  render(source: FrameMemory, matte: Matte): FrameMemory {
    const kernels = this.#kernels;
    const cells = this.#cells;
    const scratch = this.#scratch;
    gatherRoom(kernels, source, matte, cells);
    kernels.exports.blurBox(cells.block.pointer, cells.width, cells.height, this.#radius, scratch.pointer);
    spreadRoom(kernels, cells, matte.tiles, this.#fallback, scratch, this.#planes);
    return this.#planes;
  }

  /** Not even the blurred room: without a matte the person would be in it. */
  placeholder(): FrameMemory {
    fillFrame(this.#planes, NEUTRAL);
    return this.#planes;
  }

  dispose(): void {
    this.#planes.dispose();
    this.#cells.block.free();
    this.#scratch.free();
  }
}
