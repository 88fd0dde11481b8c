import { yuvToRgb } from '../../frame/color-space.js';
import { isSideways, turningSteps } from '../../frame/rotation.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { GpuThumbnail } from './thumbnail.js';

/** Threads of a workgroup, in each direction. */
const SIDE = 8;

/** Writes a thumbnail as a network's input: upright, interleaved red, green and blue. */
export class GpuTensor {
  readonly #size: Pick<GpuThumbnail, 'width' | 'height'>;
  readonly #kernel: Kernel<'segmentation/gpu/tensor'>;
  readonly #bound: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param thumbnail - As stored.
   * @param input - Receives `width * height * 3` floats.
   * @param valueRange - What black and white are for the network.
   */
  constructor(
    device: GPUDevice,
    { width, height, buffer }: Pick<GpuThumbnail, 'width' | 'height' | 'buffer'>,
    input: GPUBuffer,
    [low, high]: readonly [low: number, high: number],
  ) {
    this.#size = { width, height };
    const constants = { LOW: low, HIGH: high };
    this.#kernel = new Kernel(device, 'segmentation/gpu/tensor', { constants });
    this.#bound = this.#kernel.bind({ 1: buffer, 2: input });
  }

  /**
   * Writes the input.
   *
   * @param pass - Where it is encoded.
   * @param frame - The frame of the thumbnail: its colour space and rotation.
   * @param mirrored - Whether the input is mirrored.
   */
  encode(
    pass: GPUComputePassEncoder,
    { colorSpace, rotation }: Pick<FrameTexture, 'colorSpace' | 'rotation'>,
    mirrored: boolean,
  ): void {
    const { width, height } = this.#size;
    const uprightWidth = isSideways(rotation) ? height : width;
    const [start, right, down] = turningSteps(width, height, rotation, uprightWidth);
    this.#kernel.write({
      ...{ width, height, start, right, down, uprightWidth },
      mirrored: mirrored ? 1 : 0,
      ...yuvToRgb(colorSpace),
    });
    this.#bound.run(pass, groups(width, SIDE), groups(height, SIDE));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
  }
}
