import { BLACK, fillFrame } from '../background/solid.js';
import { FrameMemory } from '../frame/frame-memory.js';
import { resizePlane } from '../frame/resize.js';
import { inverseRotation, turnRectangle } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';

/** Frames side by side. */
const COLUMNS = 3;
/** Rows of frames; they take `ROWS` of `COLUMNS` parts of the height, centred. */
const ROWS = 2;

/** Six frames in one, each a third as wide and high: in two rows, black above and below. */
export class Mosaic {
  readonly frame: FrameMemory;
  readonly #kernels: Kernels;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size; the mosaic is as large.
   */
  constructor(kernels: Kernels, like: FrameMemory) {
    this.#kernels = kernels;
    this.frame = new FrameMemory(kernels, like, 'I420');
    this.#scratch = kernels.memory.allocate(resampleScratch(like.width, like.width, like.height));
    fillFrame(this.frame, BLACK);
  }

  /**
   * Puts a frame into its position. Call it in the order of the positions: what a kernel writes beyond a row's end is
   * overwritten by the next.
   *
   * @param position - 0 to 5, row by row in the upright frame.
   * @param view - The frame.
   */
  put(position: number, view: FrameMemory): void {
    const side = 1 / COLUMNS;
    const upright = {
      x: (position % COLUMNS) * side,
      y: (Math.floor(position / COLUMNS) + (COLUMNS - ROWS) / 2) * side,
      width: side,
      height: side,
    };
    const { x, y, width, height } = turnRectangle(upright, inverseRotation(view.rotation));
    for (const name of ['y', 'u', 'v'] as const) {
      const [from, to] = [view[name], this.frame[name]];
      const [left, top] = [Math.round(x * to.width), Math.round(y * to.height)];
      const target = this.#kernels.arguments.plane.write({
        data: to.pointer + top * to.stride + left,
        stride: to.stride,
        width: Math.round((x + width) * to.width) - left,
        height: Math.round((y + height) * to.height) - top,
      });
      resizePlane(this.#kernels, from, target, this.#scratch);
    }
  }

  /** Frees the memory. */
  dispose(): void {
    this.frame.dispose();
    this.#scratch.free();
  }
}
