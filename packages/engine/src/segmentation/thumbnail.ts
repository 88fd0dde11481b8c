import { yuvToRgb } from '../frame/color-space.js';
import type { FrameMemory, PlaneMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';
import { type Region, wholeOf } from './region.js';

/**
 * A region of a frame at the network's size, as stored (not rotated upright): three planes of floats in sample units. It is both
 * the network's input and the guide of the matte, so that both refer to the same pixels.
 */
export class Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly y: Block;
  readonly u: Block;
  readonly v: Block;
  /** The part of the frame that it shows. */
  region: Region;
  readonly #kernels: Kernels;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it lies.
   * @param width - In pixels, as stored.
   * @param height - In pixels, as stored.
   * @param frame - The frames' size.
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
   * Writes it as a network's input: upright, interleaved red, green and blue.
   *
   * @param frame - The frame that it shows: its colour space and rotation.
   * @param valueRange - The values of black and white in the input.
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

  /** Frees the memory. */
  dispose(): void {
    for (const block of [this.y, this.u, this.v, this.#scratch]) block.free();
  }
}
