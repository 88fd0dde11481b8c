import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import { type FrameTexture, storage } from '../../gpu/memory.js';
import { type Grid, type Region, wholeOf } from '../region.js';

/** Threads of a workgroup, in each direction. */
const SIDE = 8;

/** {@link Thumbnail} on the GPU: a region of a frame at the network's size, as stored. */
export class GpuThumbnail implements Grid {
  readonly width: number;
  readonly height: number;
  /** Four floats for each pixel: Y, U, V in sample units, and padding. */
  readonly buffer: GPUBuffer;
  /** The part of the frame that it shows. */
  region: Region;
  readonly #binding: Binding<'segmentation/gpu/thumbnail'>;

  /**
   * @param device - Where it lies.
   * @param width - In pixels, as stored.
   * @param height - In pixels, as stored.
   */
  constructor(device: GPUDevice, width: number, height: number) {
    this.width = width;
    this.height = height;
    this.region = wholeOf(this);
    this.buffer = storage(device, width * height * 16, 'thumbnail');
    this.#binding = new Binding(new Kernel(device, 'segmentation/gpu/thumbnail'));
  }

  /**
   * Takes a region of a frame.
   *
   * @param pass - Where it is encoded.
   * @param frame - The frame.
   * @param region - A part of it.
   */
  encode(pass: GPUComputePassEncoder, frame: FrameTexture, region: Region): void {
    this.region = region;
    const { x, y, width, height } = region;
    const target = { targetWidth: this.width, targetHeight: this.height };
    this.#binding.kernel.write({ x, y, width, height, ...target });
    const bound = this.#binding.to(frame.view, this.buffer);
    bound.run(pass, groups(this.width, SIDE), groups(this.height, SIDE));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#binding.dispose();
    this.buffer.destroy();
  }
}
