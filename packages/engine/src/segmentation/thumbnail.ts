import { yuvToRgb } from '../frame/color-space.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';

/**
 * A frame at the network's size, as stored (not turned upright): three planes of floats in sample units. It is what
 * the network sees and what guides the matte, so that both speak of the same pixels.
 */
export class Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly y: Block;
  readonly u: Block;
  readonly v: Block;
  readonly #kernels: Kernels;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory it lies in.
   * @param width - In pixels, as stored.
   * @param height - In pixels, as stored.
   * @param frameWidth - Of the frames that it is taken of.
   */
  constructor(kernels: Kernels, width: number, height: number, frameWidth: number) {
    const plane = () => kernels.memory.allocate(width * height * Float32Array.BYTES_PER_ELEMENT);
    this.width = width;
    this.height = height;
    this.y = plane();
    this.u = plane();
    this.v = plane();
    this.#kernels = kernels;
    this.#scratch = kernels.memory.allocate(resampleScratch(frameWidth, width, height));
  }

  /** Takes the whole of a frame. */
  take({ width, height, y, u, v }: FrameMemory): void {
    const { exports } = this.#kernels;
    const scratch = this.#scratch.pointer;
    const w = this.width;
    const h = this.height;
    const cw = width / 2;
    const ch = height / 2;
    exports.thumbnail(
      y.pointer,
      y.stride,
      y.width,
      y.height,
      0,
      0,
      width,
      height,
      this.y.pointer,
      w,
      h,
      scratch,
    );
    exports.thumbnail(u.pointer, u.stride, u.width, u.height, 0, 0, cw, ch, this.u.pointer, w, h, scratch);
    exports.thumbnail(v.pointer, v.stride, v.width, v.height, 0, 0, cw, ch, this.v.pointer, w, h, scratch);
  }

  /**
   * The picture as the network wants it: upright, interleaved red, green and blue.
   *
   * @param frame - The frame that was taken: how its samples stand for colours, how far it is from upright.
   * @param valueRange - What black and white are for the network.
   * @param target - Receives `width * height * 3` floats.
   */
  toTensor(
    { colorSpace, rotation }: Pick<FrameMemory, 'colorSpace' | 'rotation'>,
    [low, high]: readonly [low: number, high: number],
    target: Block,
  ): void {
    const { yOffset, yScale, rv, gu, gv, bu } = yuvToRgb(colorSpace);
    this.#kernels.exports.tensor(
      this.y.pointer,
      this.u.pointer,
      this.v.pointer,
      this.width,
      this.height,
      rotation,
      yOffset,
      yScale,
      rv,
      gu,
      gv,
      bu,
      low,
      high,
      target.pointer,
    );
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const block of [this.y, this.u, this.v, this.#scratch]) block.free();
  }
}
