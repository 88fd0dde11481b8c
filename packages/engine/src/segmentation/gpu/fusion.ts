import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { FUSION } from '../constants.js';

/** Threads of a workgroup. */
const THREADS = 64;

/** Fuses the outputs of two networks: a weighted mean of their log-odds. */
export class GpuFusion {
  readonly #kernel: Kernel<'segmentation/gpu/fusion'>;
  readonly #bound: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param map - The output of one network; receives the result.
   * @param other - The output of the other network, in the same grid.
   */
  constructor(device: GPUDevice, map: GPUBuffer, other: GPUBuffer) {
    const constants = { DOUBT: FUSION.doubt };
    this.#kernel = new Kernel(device, 'segmentation/gpu/fusion', { constants });
    this.#bound = this.#kernel.bind({ 1: map, 2: other });
  }

  /**
   * Fuses the maps.
   *
   * @param pass - Where it is encoded.
   * @param cells - Of each map.
   * @param leader - Which map has the larger weight, if one has.
   */
  encode(pass: GPUComputePassEncoder, cells: number, leader: 'map' | 'other' | undefined): void {
    const share = leader === 'map' ? FUSION.lead : leader === 'other' ? 1 - FUSION.lead : 1 / 2;
    this.#kernel.write({ cells, share });
    this.#bound.run(pass, groups(cells, THREADS));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
  }
}
