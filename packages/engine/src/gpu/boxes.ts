import type { BoxRadii } from '../background/blur.js';
import { type BoundKernel, groups, Kernel } from './kernel.js';
import { storage } from './memory.js';

const TIMES = 3;

/** Three box filters in each direction, close to a Gaussian, of cells of four floats: the CPU kernel `blurBox`. */
export class Boxes {
  readonly #size: { readonly width: number; readonly height: number };
  readonly #scratch: GPUBuffer;
  readonly #kernels: readonly Kernel[];
  readonly #across: BoundKernel;
  readonly #down: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param cells - What is filtered, in place.
   * @param size - How many cells wide and high.
   * @param radii - Of a box without its middle, in cells.
   */
  constructor(
    device: GPUDevice,
    cells: GPUBuffer,
    size: { readonly width: number; readonly height: number },
    radii: BoxRadii,
  ) {
    const kernel = (entry: 'across' | 'down') => {
      const made = new Kernel(device, 'gpu/boxes', { entry, constants: { RADIUS: radii[entry] } });
      made.write({ width: size.width, height: size.height });
      return made;
    };
    const [across, down] = [kernel('across'), kernel('down')];
    this.#size = size;
    this.#kernels = [across, down];
    this.#scratch = storage(device, cells.size, 'boxes');
    this.#across = across.bind({ 1: cells, 2: this.#scratch });
    this.#down = down.bind({ 1: this.#scratch, 2: cells });
  }

  /** Filters the cells. */
  encode(pass: GPUComputePassEncoder): void {
    const [x, y] = [groups(this.#size.width, 8), groups(this.#size.height, 8)];
    for (let time = 0; time < TIMES; time++) {
      this.#across.run(pass, x, y);
      this.#down.run(pass, x, y);
    }
  }

  /** Frees the memory. */
  dispose(): void {
    for (const kernel of this.#kernels) kernel.dispose();
    this.#scratch.destroy();
  }
}
