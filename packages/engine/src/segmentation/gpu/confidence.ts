import type { Rotation } from '../../frame/frame.js';
import { isSideways, turningSteps } from '../../frame/rotation.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';

/** Threads of a workgroup in each direction. */
const SIDE = 8;

/** Takes what a network found: turned back to how the frame is stored, and checked, as nobody looks at it on its way. */
export class GpuConfidenceReader {
  /** What is to be kept, 0..1, as stored. */
  readonly confidence: GPUBuffer;
  readonly #faults: GPUBuffer;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #kernel: Kernel<'segmentation/gpu/confidence'>;
  readonly #meanKernel: Kernel<'segmentation/gpu/confidence'>;

  /**
   * @param device - Where it runs.
   * @param size - Of the picture that the network saw, as stored.
   * @param faults - Counts the values that were no confidences: one whole number; the caller's.
   */
  constructor(
    device: GPUDevice,
    { width, height }: { readonly width: number; readonly height: number },
    faults: GPUBuffer,
  ) {
    this.#size = { width, height };
    this.confidence = storage(device, width * height * 4, 'confidence');
    this.#faults = faults;
    const name = 'segmentation/gpu/confidence';
    this.#kernel = new Kernel(device, name);
    this.#meanKernel = new Kernel(device, name, { entry: 'mean' });
  }

  /**
   * Takes them over. What is no number, or no confidence, becomes 0 and is counted.
   *
   * @param pass - Where it is done.
   * @param found - The network's output: it begins with a float for each of its pixels.
   * @param rotation - The frame's.
   * @param mirrored - Its output for the mirror image: the mean of both is taken.
   */
  encode(pass: GPUComputePassEncoder, found: GPUBuffer, rotation: Rotation, mirrored?: GPUBuffer): void {
    const { width, height } = this.#size;
    const uprightWidth = isSideways(rotation) ? height : width;
    const [start, right, down] = turningSteps(width, height, rotation, uprightWidth);
    const kernel = mirrored ? this.#meanKernel : this.#kernel;
    kernel.write({ width, height, start, right, down, uprightWidth });
    // The network gives another buffer each time.
    const resources = { 1: found, 2: this.confidence, 3: this.#faults };
    const bound = kernel.bind(mirrored ? { ...resources, 4: mirrored } : resources);
    bound.run(pass, groups(width, SIDE), groups(height, SIDE));
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#kernel.dispose();
    this.#meanKernel.dispose();
    this.confidence.destroy();
  }
}
