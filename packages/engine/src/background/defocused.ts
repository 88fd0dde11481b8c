import { rgbToYuv, type YuvColor } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { blurSpreadScratch } from '../kernels/scratch.js';
import type { Matte } from '../matting/matte.js';
import type { Backdrop } from './backdrop.js';
import { type ColorCells, gatherCells, spreadCells } from './cells.js';
import { fillFrame, NEUTRAL } from './solid.js';

/** How the camera background is defocused: from cells to cells. */
export interface Defocus {
  /** Receives the camera background. */
  readonly gathered: ColorCells;
  /** The defocused cells; may be the same. */
  readonly spread: ColorCells;
  /** How many bytes of scratch memory it needs. */
  readonly scratch: number;
  /**
   * Computes `spread` from `gathered`.
   *
   * @param scratch - The address of the scratch memory.
   */
  run(scratch: number): void;
}

/** The defocused camera background. */
export class DefocusedBackdrop implements Backdrop {
  readonly #kernels: Kernels;
  readonly #planes: FrameMemory;
  /** The colour where no camera background is near. */
  readonly #fallback: YuvColor;
  readonly #defocus: Defocus;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size and colour space.
   * @param defocus - How it is defocused. The backdrop owns its cells.
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

  /** Not even the blurred camera background: without a matte the person would be in it. */
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
