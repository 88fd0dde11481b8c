import { rgbToYuv, type YuvColor } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { cellCount } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import { blurBoxScratch, blurSpreadScratch } from '../kernels/scratch.js';
import type { Matte } from '../matting/matte.js';
import type { Backdrop } from './backdrop.js';
import { fillFrame, NEUTRAL } from './solid.js';

/** How strong a blur is where nothing is said of it. */
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

/** The room out of focus. The person is left out of the sums, so that no glow of them stands around them. */
export class BlurBackdrop implements Backdrop {
  readonly #kernels: Kernels;
  readonly #planes: FrameMemory;
  /** Shown where no background is near enough to be blurred. */
  readonly #fallback: YuvColor;
  readonly #grid: BlurGrid & { readonly width: number; readonly height: number };
  readonly #cells: Block;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param like - A frame of the size and colour space to come.
   * @param strength - 0..1.
   */
  constructor(kernels: Kernels, like: FrameMemory, strength: number) {
    const grid = blurGrid(strength, Math.min(like.width, like.height));
    const width = cellCount(like.width, grid.shift);
    const height = cellCount(like.height, grid.shift);
    this.#kernels = kernels;
    this.#planes = new FrameMemory(kernels, like, 'I420');
    this.#fallback = rgbToYuv(NEUTRAL, like.colorSpace);
    this.#grid = { ...grid, width, height };
    this.#cells = kernels.memory.allocate(width * height * 4 * Float32Array.BYTES_PER_ELEMENT);
    this.#scratch = kernels.memory.allocate(
      Math.max(blurBoxScratch(width, height, grid.radius), blurSpreadScratch(width, height)),
    );
  }

  render(source: FrameMemory, { mixture, tiles }: Matte): FrameMemory {
    const { exports } = this.#kernels;
    const { shift, radius, width: gridWidth, height: gridHeight } = this.#grid;
    const { width, height } = source;
    const cells = this.#cells.pointer;
    const scratch = this.#scratch.pointer;
    exports.blurGather(
      source.y.pointer,
      source.u.pointer,
      source.v.pointer,
      source.y.stride,
      source.u.stride,
      width,
      height,
      mixture.pointer,
      mixture.stride,
      tiles.pointer,
      shift,
      cells,
    );
    exports.blurBox(cells, gridWidth, gridHeight, radius, scratch);
    const target = this.#planes;
    const fallback = this.#fallback;
    exports.blurSpread(
      cells,
      gridWidth,
      gridHeight,
      shift,
      tiles.pointer,
      target.y.pointer,
      target.u.pointer,
      target.v.pointer,
      target.y.stride,
      target.u.stride,
      width,
      height,
      fallback.y,
      fallback.u,
      fallback.v,
      scratch,
    );
    return target;
  }

  /** Not even the blurred room: without a matte the person would be in it. */
  placeholder(): FrameMemory {
    fillFrame(this.#planes, NEUTRAL);
    return this.#planes;
  }

  dispose(): void {
    this.#planes.dispose();
    this.#cells.free();
    this.#scratch.free();
  }
}
