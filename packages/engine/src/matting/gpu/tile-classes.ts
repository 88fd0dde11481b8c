import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { type MatteTexture, storage } from '../../gpu/memory.js';
import { TILE, tileCount } from '../../kernels/layout.js';

/** Classifies the tiles of a matte, to be read back, because they locate the person. */
export class GpuTileClassifier {
  /** One byte for each tile of 16x16 pixels, padded to 4: 0 or 255 where alpha is uniformly that, 1 elsewhere. */
  readonly tiles: GPUBuffer;
  readonly #groups: number;
  readonly #kernel: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param matte - The matte, the same for all frames.
   */
  constructor(device: GPUDevice, matte: MatteTexture) {
    const tiles = tileCount(matte.width, matte.height);
    this.tiles = storage(device, tiles, 'tile classes');
    this.#groups = groups(tiles, 4);
    const kernel = new Kernel(device, 'matting/gpu/tile-classes', { constants: { TILE } });
    this.#kernel = kernel.bind({ 1: matte.view, 2: this.tiles });
  }

  /** Classifies the tiles of the current matte. */
  encode(pass: GPUComputePassEncoder): void {
    this.#kernel.run(pass, this.#groups);
  }

  /** Frees the memory. */
  dispose(): void {
    this.tiles.destroy();
  }
}
