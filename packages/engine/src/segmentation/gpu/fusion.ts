import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { FUSION } from '../constants.js';

/** Threads of a workgroup. */
const THREADS = 64;

/** Makes one map of two networks' opinions. */
export class GpuFusion {
  readonly #kernel: Kernel<'segmentation/gpu/fusion'>;
  readonly #bound: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param map - The one opinion, and then the result.
   * @param other - The other opinion, in the same grid.
   */
  constructor(device: GPUDevice, map: GPUBuffer, other: GPUBuffer) {
    const constants = { DOUBT: FUSION.doubt };
    this.#kernel = new Kernel(device, 'segmentation/gpu/fusion', { constants });
    this.#bound = this.#kernel.bind({ 1: map, 2: other });
  }

  /**
   * Takes the mean of the log-odds.
   *
   * @param pass - Where it is done.
   * @param cells - Of each map.
   * @param leader - Whose opinion counts more, if one's does.
   */
  encode(pass: GPUComputePassEncoder, cells: number, leader: 'map' | 'other' | undefined): void {
    const share = leader === 'map' ? FUSION.lead : leader === 'other' ? 1 - FUSION.lead : 1 / 2;
    this.#kernel.write({ cells, share });
    this.#bound.run(pass, groups(cells, THREADS));
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#kernel.dispose();
  }
}
