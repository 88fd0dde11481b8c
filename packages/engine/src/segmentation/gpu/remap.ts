import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import type { Grid } from '../region.js';

/** Threads of a workgroup. */
const THREADS = 64;

/** Resamples a map to another grid: {@link remap} on the GPU. */
export class GpuRemap {
  readonly #channels: number;
  readonly #kernel: Kernel<'segmentation/gpu/remap'>;
  readonly #bound: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param map - `channels` floats for each cell.
   * @param target - Receives as many floats for each cell; another buffer.
   * @param channels - Floats of a cell.
   */
  constructor(device: GPUDevice, map: GPUBuffer, target: GPUBuffer, channels: number) {
    this.#channels = channels;
    const constants = { CHANNELS: channels };
    this.#kernel = new Kernel(device, 'segmentation/gpu/remap', { constants });
    this.#bound = this.#kernel.bind({ 1: map, 2: target });
  }

  /**
   * Resamples the map.
   *
   * @param pass - Where it is encoded.
   * @param from - The map's grid.
   * @param to - The other grid, over any region of the same frame.
   * @param outside - The value of cells outside of the map.
   */
  encode(pass: GPUComputePassEncoder, from: Grid, to: Grid, outside: number): void {
    const [scaleX, scaleY] = [from.width / from.region.width, from.height / from.region.height];
    this.#kernel.write({
      sourceWidth: from.width,
      sourceHeight: from.height,
      x: (to.region.x - from.region.x) * scaleX,
      y: (to.region.y - from.region.y) * scaleY,
      width: to.region.width * scaleX,
      height: to.region.height * scaleY,
      targetWidth: to.width,
      targetHeight: to.height,
      outside,
    });
    this.#bound.run(pass, groups(to.width * to.height * this.#channels, THREADS));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
  }
}
