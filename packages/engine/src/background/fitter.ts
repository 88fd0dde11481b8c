import type { Rectangle, Rotation } from '../frame/frame.js';
import { FrameMemory, type PlaneMemory } from '../frame/frame-memory.js';
import { resizePlane } from '../frame/resize.js';
import { rotate } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';
import type { Fit } from './background.js';
import { placeTurned, turnedSize } from './fit.js';
import { BLACK, fillFrame } from './solid.js';

/** Fits images of one size into frames of one size, for many frames. */
export class Fitter {
  readonly #kernels: Kernels;
  readonly #fit: Fit;
  readonly #turn: Rotation;
  /** The rotated image, if it must be rotated. */
  readonly #turned: FrameMemory | undefined;
  /** The scaled image, if it does not fill the frame. */
  readonly #part: FrameMemory | undefined;
  /** The part of the image that is shown, in samples of luma and of chroma. */
  readonly #shown: { readonly luma: Rectangle; readonly chroma: Rectangle };
  readonly #target: Rectangle;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param fit - The rule.
   * @param image - An image of the same size.
   * @param turn - Degrees clockwise by which the image is rotated first.
   * @param frame - A frame of the same size.
   */
  constructor(kernels: Kernels, fit: Fit, image: FrameMemory, turn: Rotation, frame: FrameMemory) {
    const size = turnedSize(image, turn);
    const { source, target } = placeTurned(fit, image, turn, frame);
    const fillsFrame = target.width === frame.width && target.height === frame.height;
    this.#kernels = kernels;
    this.#fit = fit;
    this.#turn = turn;
    this.#turned = turn === 0 ? undefined : new FrameMemory(kernels, { ...frame, ...size }, 'I420');
    this.#part = fillsFrame ? undefined : new FrameMemory(kernels, { ...frame, ...target }, 'I420');
    this.#shown = { luma: source, chroma: halved(source) };
    this.#target = target;
    this.#scratch = kernels.memory.allocate(resampleScratch(size.width, target.width, target.height));
  }

  /**
   * Fits an image into a frame.
   *
   * @param image - In the frame's colour space.
   * @param frame - Is overwritten completely.
   */
  run(image: FrameMemory, frame: FrameMemory): void {
    const upright = this.#turned ? turnFrame(image, this.#turn, this.#turned) : image;
    const sized = this.#part ?? frame;
    const { luma, chroma } = this.#shown;
    resizePlane(this.#kernels, upright.y, sized.y.descriptor, this.#scratch, luma);
    resizePlane(this.#kernels, upright.u, sized.u.descriptor, this.#scratch, chroma);
    resizePlane(this.#kernels, upright.v, sized.v.descriptor, this.#scratch, chroma);
    if (sized === frame) return;
    fillFrame(frame, BLACK);
    this.#spread(sized.y, frame.y, 1);
    this.#spread(sized.u, frame.u, 2);
    this.#spread(sized.v, frame.v, 2);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#turned?.dispose();
    this.#part?.dispose();
    this.#scratch.free();
  }

  /**
   * Copies the scaled image to its position, or with `tile` to all positions.
   *
   * @param subsampling - How many luma pixels a sample of the plane spans in each direction.
   */
  #spread(from: PlaneMemory, to: PlaneMemory, subsampling: 1 | 2): void {
    const { width, height } = from;
    const [x, y] = [this.#target.x / subsampling, this.#target.y / subsampling];
    // The first tile may start outside of the frame.
    const repeats = this.#fit === 'tile';
    const [left, top] = repeats ? [(x % width) - width, (y % height) - height] : [x, y];
    const [right, bottom] = repeats ? [to.width, to.height] : [x + width, y + height];
    for (let row = Math.max(0, top); row < Math.min(to.height, bottom); row++) {
      const source = ((row - top) % height) * from.stride;
      for (let column = left; column < right; column += width) {
        const skipped = Math.max(0, -column);
        const bytes = Math.min(width, to.width - column);
        if (bytes <= skipped) continue;
        const part = from.data.subarray(source + skipped, source + bytes);
        to.data.set(part, row * to.stride + column + skipped);
      }
    }
  }
}

function turnFrame(from: FrameMemory, rotation: Rotation, to: FrameMemory): FrameMemory {
  for (const name of ['y', 'u', 'v'] as const) {
    const source = from[name];
    const target = to[name];
    rotate(source.data, source.stride, source.width, source.height, rotation, target.data, target.stride);
  }
  return to;
}

function halved({ x, y, width, height }: Rectangle): Rectangle {
  return { x: x / 2, y: y / 2, width: width / 2, height: height / 2 };
}
