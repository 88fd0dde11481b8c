import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';
import type { Grid } from '../../segmentation/region.js';

const WORD = Uint32Array.BYTES_PER_ELEMENT;
/** The properties of a component: area, left, top, right, bottom, and the sums of two maps over its cells. */
const PART = 7 * WORD;
/** Threads of a workgroup, in each direction. */
const SIDE = 8;

/** The connected components of a map: for each cell a link towards the root of its component, and at the root its properties. */
export class GpuParts {
  readonly labels: GPUBuffer;
  readonly parts: GPUBuffer;

  /**
   * @param device - Where they lie.
   * @param capacity - The largest map, in cells.
   */
  constructor(device: GPUDevice, { width, height }: Pick<Grid, 'width' | 'height'>) {
    this.labels = storage(device, width * height * WORD, 'labels');
    this.parts = storage(device, width * height * PART, 'parts');
  }

  /** Frees the memory. */
  dispose(): void {
    this.labels.destroy();
    this.parts.destroy();
  }
}

/** {@link Components} on the GPU: labels the connected components of the cells above a threshold, or of the others. There may be any number. */
export class GpuComponents {
  /** The area of the largest component, in cells: one u32. */
  readonly largest: GPUBuffer;
  readonly #kernels: readonly Kernel<'matting/gpu/components'>[];
  readonly #bound: readonly BoundKernel[];

  /**
   * @param device - Where it runs.
   * @param maps - The map, and another one that is summed, too.
   * @param found - Receives the components.
   * @param threshold - Separates the cells.
   * @param isAbove - Whether the cells above it form the components, or the others.
   */
  constructor(
    device: GPUDevice,
    [map, before]: readonly [map: GPUBuffer, before: GPUBuffer],
    { labels, parts }: GpuParts,
    threshold: number,
    isAbove: boolean,
  ) {
    const name = 'matting/gpu/components';
    const constants = { THRESHOLD: threshold, ABOVE: isAbove ? 1 : 0 };
    const label = new Kernel(device, name, { entry: 'label', constants });
    const join = new Kernel(device, name, { entry: 'join' });
    const gather = new Kernel(device, name, { entry: 'gather' });
    this.largest = storage(device, WORD, 'largest part');
    this.#kernels = [label, join, gather];
    this.#bound = [
      label.bind({ 1: map, 2: before, 3: labels, 4: parts, 5: this.largest }),
      join.bind({ 3: labels }),
      gather.bind({ 3: labels, 4: parts, 5: this.largest }),
    ];
  }

  /**
   * Labels the components.
   *
   * @param pass - Where it is encoded.
   * @param size - Of the map.
   */
  encode(pass: GPUComputePassEncoder, { width, height }: Pick<Grid, 'width' | 'height'>): void {
    for (const kernel of this.#kernels) {
      kernel.write({ width, height });
    }
    for (const bound of this.#bound) bound.run(pass, groups(width, SIDE), groups(height, SIDE));
  }

  /** Frees the memory. */
  dispose(): void {
    for (const kernel of this.#kernels) kernel.dispose();
    this.largest.destroy();
  }
}
