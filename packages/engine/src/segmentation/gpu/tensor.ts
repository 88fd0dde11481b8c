import { yuvToRgb } from '../../frame/color-space.js';
import { isSideways, turningSteps } from '../../frame/rotation.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { GpuThumbnail } from './thumbnail.js';

/** Threads of a workgroup, in each direction. */
const SIDE = 8;

const SHADER = 'segmentation/gpu/tensor';

interface BoundTensor {
  readonly kernel: Kernel<typeof SHADER>;
  readonly bound: BoundKernel;
}

/** Writes a thumbnail as a network's input: upright, interleaved red, green and blue. */
export class GpuTensor {
  readonly #size: Pick<GpuThumbnail, 'width' | 'height'>;
  /** For the input as it is and mirrored: both may be in one submission, and parameters hold for all of it. */
  readonly #straight: BoundTensor;
  readonly #mirrored: BoundTensor;

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
    const create = (): BoundTensor => {
      const kernel = new Kernel(device, SHADER, { constants: { LOW: low, HIGH: high } });
      return { kernel, bound: kernel.bind({ 1: buffer, 2: input }) };
    };
    this.#straight = create();
    this.#mirrored = create();
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
    const { kernel, bound } = mirrored ? this.#mirrored : this.#straight;
    kernel.write({
      ...{ width, height, start, right, down, uprightWidth },
      mirrored: mirrored ? 1 : 0,
      ...yuvToRgb(colorSpace),
    });
    bound.run(pass, groups(width, SIDE), groups(height, SIDE));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#straight.kernel.dispose();
    this.#mirrored.kernel.dispose();
  }
}
