import type { Rotation } from '../../frame/frame.js';
import { isSideways, turningSteps } from '../../frame/rotation.js';
import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';

/** Threads of a workgroup, in each direction. */
const SIDE = 8;

/** Reads a network's output: rotates it back to how the frame is stored, and replaces invalid values. */
export class GpuConfidenceReader {
  /** What is to be kept, 0..1, as stored. */
  readonly confidence: GPUBuffer;
  readonly #faults: GPUBuffer;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #single: Binding<'segmentation/gpu/confidence'>;
  readonly #mean: Binding<'segmentation/gpu/confidence'>;

  /**
   * @param device - Where it runs.
   * @param size - Of the network's input, as stored.
   * @param faults - Counts invalid values: one u32; the caller's.
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
    this.#single = new Binding(new Kernel(device, name));
    this.#mean = new Binding(new Kernel(device, name, { entry: 'mean' }));
  }

  /**
   * Reads an output. Non-finite values and those outside of 0..1 become 0 and are counted.
   *
   * @param pass - Where it is encoded.
   * @param found - The network's output: it begins with a float for each pixel.
   * @param rotation - The frame's.
   * @param mirrored - Its output for the mirrored input: the result is the mean of both.
   */
  encode(pass: GPUComputePassEncoder, found: GPUBuffer, rotation: Rotation, mirrored?: GPUBuffer): void {
    const { width, height } = this.#size;
    const uprightWidth = isSideways(rotation) ? height : width;
    const [start, right, down] = turningSteps(width, height, rotation, uprightWidth);
    const binding = mirrored ? this.#mean : this.#single;
    binding.kernel.write({ width, height, start, right, down, uprightWidth });
    const resources = [found, this.confidence, this.#faults];
    const bound = binding.to(...resources, ...(mirrored ? [mirrored] : []));
    bound.run(pass, groups(width, SIDE), groups(height, SIDE));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#single.dispose();
    this.#mean.dispose();
    this.confidence.destroy();
  }
}
