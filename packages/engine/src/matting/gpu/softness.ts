import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { type MatteTexture, storage, Texture } from '../../gpu/memory.js';
import type { SoftReach } from '../softness.js';

/** Softens the edges of the matte: `EdgeSoftener` on the GPU. */
export class GpuEdgeSoftener {
  /** The matte with the same mixture and a softer alpha. */
  readonly matte: MatteTexture;
  readonly #sums: GPUBuffer;
  readonly #across: BoundKernel;
  readonly #down: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param mixture - The matte, the same for all frames.
   * @param reach - From `softReach`.
   */
  constructor(device: GPUDevice, mixture: MatteTexture, reach: SoftReach) {
    const { width, height, view } = mixture;
    const constants = { ACROSS: reach.across, DOWN: reach.down };
    const kernel = (entry: string) => new Kernel(device, 'matting/gpu/softness', { entry, constants });
    this.matte = new Texture(device, mixture, 'soft matte');
    this.#sums = storage(
      device,
      groups(width, 2) * height * Uint32Array.BYTES_PER_ELEMENT,
      'soft matte sums',
    );
    this.#across = kernel('across').bind({ 1: view, 2: this.#sums });
    this.#down = kernel('down').bind({ 1: view, 3: this.#sums, 4: this.matte.view });
  }

  /** Computes alpha from the mixture. */
  encode(pass: GPUComputePassEncoder): void {
    const { width, height } = this.matte;
    const [x, y] = [groups(groups(width, 2), 16), groups(height, 8)];
    this.#across.run(pass, x, y);
    this.#down.run(pass, x, y);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#sums.destroy();
    this.matte.dispose();
  }
}
