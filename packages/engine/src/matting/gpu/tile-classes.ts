import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { type MatteTexture, storage } from '../../gpu/memory.js';
import { TILE, tileCount } from '../../kernels/layout.js';

/** Marks the tiles of a matte, for who reads them where they are not on the GPU: they tell where the person is. */
export class GpuTileClassifier {
  /** A byte for each 16x16 pixels, and up to three more: 0 and 255 where alpha is just that everywhere, 1 elsewhere. */
  readonly marks: GPUBuffer;
  readonly #groups: number;
  readonly #kernel: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param matte - The matte, each time.
   */
  constructor(device: GPUDevice, matte: MatteTexture) {
    const tiles = tileCount(matte.width, matte.height);
    this.marks = storage(device, tiles, 'marks');
    this.#groups = groups(tiles, 4);
    const kernel = new Kernel(device, 'matting/gpu/tile-classes', { constants: { TILE } });
    this.#kernel = kernel.bind({ 1: matte.view, 2: this.marks });
  }

  /** Marks the matte of now. */
  encode(pass: GPUComputePassEncoder): void {
    this.#kernel.run(pass, this.#groups);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.marks.destroy();
  }
}
