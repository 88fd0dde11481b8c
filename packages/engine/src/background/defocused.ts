import { rgbToYuv, type YuvColor } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { blurSpreadScratch } from '../kernels/scratch.js';
import type { Matte } from '../matting/matte.js';
import type { Backdrop } from './backdrop.js';
import { type ColorCells, gatherCells, spreadCells } from './cells.js';
import { fillFrame, NEUTRAL } from './solid.js';

/** How the room goes out of focus: from cells to cells. */
export interface Defocus {
  /** Receives the room. */
  readonly gathered: ColorCells;
  /** What is shown; may be the same. */
  readonly spread: ColorCells;
  /** How many bytes it needs to work in. */
  readonly scratch: number;
  /**
   * Makes the one of the other.
   *
   * @param scratch - The address of what it works in.
   */
  run(scratch: number): void;
}

/** The room out of focus. */
export class DefocusedBackdrop implements Backdrop {
  readonly #kernels: Kernels;
  readonly #planes: FrameMemory;
  /** Shown where no background is near enough. */
  readonly #fallback: YuvColor;
  readonly #defocus: Defocus;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size and colour space.
   * @param defocus - How; its cells are the backdrop's from now on.
   */
  constructor(kernels: Kernels, like: FrameMemory, defocus: Defocus) {
    const { width, height } = defocus.spread;
    this.#kernels = kernels;
    this.#planes = new FrameMemory(kernels, like, 'I420');
    this.#fallback = rgbToYuv(NEUTRAL, like.colorSpace);
    this.#defocus = defocus;
    this.#scratch = kernels.memory.allocate(Math.max(defocus.scratch, blurSpreadScratch(width, height)));
  }

  render(source: FrameMemory, matte: Matte): FrameMemory {
    const { gathered, spread } = this.#defocus;
    gatherCells(this.#kernels, source, matte, gathered);
    this.#defocus.run(this.#scratch.pointer);
    spreadCells(this.#kernels, spread, matte.tiles, this.#fallback, this.#scratch, this.#planes);
    return this.#planes;
  }

  /** Not even the blurred room: without a matte the person would be in it. */
  placeholder(): FrameMemory {
    fillFrame(this.#planes, NEUTRAL);
    return this.#planes;
  }

  dispose(): void {
    const { gathered, spread } = this.#defocus;
    this.#planes.dispose();
    gathered.block.free();
    if (spread !== gathered) spread.block.free();
    this.#scratch.free();
  }
}
