import { yuvToRgb } from '../frame/color-space.js';
import type { FrameMemory, PlaneMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';
import { type Region, wholeOf } from './region.js';

/**
 * A region of a frame at the network's size, as stored (not turned upright): three planes of floats in sample units. It is what
 * the network sees and what guides the matte, so that both speak of the same pixels.
 */
export class Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly y: Block;
  readonly u: Block;
  readonly v: Block;
  /** Which part of the frame it shows. */
  region: Region;
  readonly #kernels: Kernels;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory it lies in.
   * @param width - In pixels, as stored.
   * @param height - In pixels, as stored.
   * @param frame - Of the size of the frames that it is taken of.
   */
  constructor(kernels: Kernels, width: number, height: number, frame: Pick<Region, 'width' | 'height'>) {
    const plane = () => kernels.memory.allocate(width * height * Float32Array.BYTES_PER_ELEMENT);
    this.width = width;
    this.height = height;
    this.y = plane();
    this.u = plane();
    this.v = plane();
    this.#kernels = kernels;
    this.region = wholeOf(frame);
    this.#scratch = kernels.memory.allocate(resampleScratch(frame.width, width, height));
  }

  /** Takes a region of a frame. */
  take(frame: FrameMemory, region: Region): void {
    this.region = region;
    this.#takePlane(frame.y, 1, this.y);
    this.#takePlane(frame.u, 2, this.u);
    this.#takePlane(frame.v, 2, this.v);
  }

  #takePlane(plane: PlaneMemory, subsampling: number, target: Block): void {
    const { x, y, width, height } = this.region;
    const { exports, arguments: structs } = this.#kernels;
    const region = structs.rectangle.write({
      x: x / subsampling,
      y: y / subsampling,
      width: width / subsampling,
      height: height / subsampling,
    });
    exports.thumbnail(
      plane.descriptor,
      region,
      target.pointer,
      this.width,
      this.height,
      this.#scratch.pointer,
    );
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
    const { exports, arguments: structs } = this.#kernels;
    const colors = structs.yuvToRgb.write(yuvToRgb(colorSpace));
    exports.tensor(structs.guide(this), rotation, colors, low, high, target.pointer);
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const block of [this.y, this.u, this.v, this.#scratch]) block.free();
  }
}
