import { type ColorSpace, yuvToRgb } from '../../frame/color-space.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';
import type { BoxRadii } from '../blur.js';
import type { GpuColorCells } from './cells.js';

/** Turns each point of the camera background into a disc, weighted by its brightness: the CPU kernel `bokeh`. */
export class GpuLens {
  readonly #cells: GpuColorCells;
  readonly #joined: GPUBuffer;
  readonly #join: BoundKernel;
  readonly #average: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param fine - The gathered cells.
   * @param cells - Receives the result; its cells are twice as large.
   * @param radii - Of a disc, in those cells.
   * @param colorSpace - The frame's.
   */
  constructor(
    device: GPUDevice,
    fine: GpuColorCells,
    cells: GpuColorCells,
    { across, down }: BoxRadii,
    colorSpace: ColorSpace,
  ) {
    const { yOffset, yScale } = yuvToRgb(colorSpace);
    const size = { ACROSS: cells.width, DOWN: cells.height };
    const kernel = (entry: string, constants: Readonly<Record<string, number>>) =>
      new Kernel(device, 'background/gpu/bokeh', { entry, constants: { ...size, ...constants } });
    const joining = {
      FINE_ACROSS: fine.width,
      FINE_DOWN: fine.height,
      BLACK: yOffset,
      SCALE: yScale,
    };
    this.#cells = cells;
    this.#joined = storage(device, cells.buffer.size, 'points of light');
    this.#join = kernel('join', joining).bind({ 1: fine.buffer, 2: this.#joined });
    this.#average = kernel('average', { RADIUS: down, STRETCH: across / down }).bind({
      1: this.#joined,
      2: cells.buffer,
    });
  }

  /** Computes the discs. */
  encode(pass: GPUComputePassEncoder): void {
    const [x, y] = [groups(this.#cells.width, 8), groups(this.#cells.height, 8)];
    this.#join.run(pass, x, y);
    this.#average.run(pass, x, y);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#joined.destroy();
  }
}
