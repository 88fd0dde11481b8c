import { Binding } from '../../gpu/binding.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { type FrameTexture, type MatteTexture, storage } from '../../gpu/memory.js';
import { FOREGROUND, type ForegroundGrid, foregroundGrid } from '../foreground.js';

/** Eight whole numbers, or two vectors of floats. */
const CELL_BYTES = 32;

/** Estimates the colours of person and camera background at the person's edge: `ForegroundEstimator` on the GPU. */
export class GpuForegroundEstimator {
  readonly grid: ForegroundGrid;
  /**
   * Two vectors for each cell: the person's Y, U and V in 0..1, and the share of the cell's surroundings that is not the
   * person; then Y, U and V of the camera background.
   */
  readonly colors: GPUBuffer;
  readonly #kernels: readonly Kernel[];
  readonly #cells: GPUBuffer;
  readonly #rows: GPUBuffer;
  readonly #gather: Binding;
  readonly #across: BoundKernel;
  readonly #solve: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param frame - A frame of the same size.
   */
  constructor(device: GPUDevice, frame: Pick<FrameTexture, 'width' | 'height'>) {
    const grid = foregroundGrid(frame);
    const bytes = grid.width * grid.height * CELL_BYTES;
    const constants = { CELL: 2 ** grid.shift, RADIUS: FOREGROUND.radius, HOLD: FOREGROUND.hold };
    const kernel = (entry: string) => {
      const made = new Kernel(device, 'compositing/gpu/foreground', { entry, constants });
      made.write({ width: grid.width, height: grid.height });
      return made;
    };
    const [gather, across, solve] = [kernel('gather'), kernel('across'), kernel('solve')];
    this.grid = grid;
    this.colors = storage(device, bytes, 'edge colours');
    this.#cells = storage(device, bytes, 'foreground cells');
    this.#rows = storage(device, bytes, 'foreground rows');
    this.#kernels = [gather, across, solve];
    this.#gather = new Binding(gather);
    this.#across = across.bind({ 1: this.#cells, 2: this.#rows });
    this.#solve = solve.bind({ 1: this.#cells, 2: this.#rows, 3: this.colors });
  }

  /**
   * Estimates the colours of a frame.
   *
   * @param pass - Where it is encoded.
   * @param source - The frame.
   * @param matte - Its matte.
   */
  encode(pass: GPUComputePassEncoder, source: FrameTexture, matte: MatteTexture): void {
    const [x, y] = [groups(this.grid.width, 8), groups(this.grid.height, 8)];
    this.#gather.to(source.view, matte.view, this.#cells).run(pass, x, y);
    this.#across.run(pass, x, y);
    this.#solve.run(pass, x, y);
  }

  /** Frees the memory. */
  dispose(): void {
    for (const kernel of this.#kernels) kernel.dispose();
    for (const buffer of [this.colors, this.#cells, this.#rows]) buffer.destroy();
  }
}
