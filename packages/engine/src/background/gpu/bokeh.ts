import type { FrameShape } from '../../frame/frame.js';
import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';
import { bokehGrid } from '../bokeh.js';
import type { GpuBackdrop } from './backdrop.js';
import { GpuCellGatherer, GpuCellSpreader, GpuColorCells } from './cells.js';
import { GpuLens } from './lens.js';

/** The camera background as a fast lens shows it. */
export class GpuBokehBackdrop implements GpuBackdrop {
  readonly #fine: GpuColorCells;
  readonly #cells: GpuColorCells;
  readonly #gatherer: GpuCellGatherer;
  readonly #lens: GpuLens;
  readonly #spreader: GpuCellSpreader;

  /**
   * @param device - Where it runs.
   * @param like - Size, colour space and rotation of the frames.
   * @param strength - 0..1.
   * @param isFinest - Whether the cells are half the size of the CPU backend's, so that discs have sharper edges.
   */
  constructor(device: GPUDevice, like: FrameShape, strength: number, isFinest: boolean) {
    const grid = bokehGrid(strength, like);
    const shift = isFinest ? grid.shift - 1 : grid.shift;
    const times = isFinest ? 2 : 1;
    const radii = { across: times * grid.across, down: times * grid.down };
    this.#fine = new GpuColorCells(device, like, shift - 1);
    this.#cells = new GpuColorCells(device, like, shift);
    this.#gatherer = new GpuCellGatherer(device, this.#fine);
    this.#lens = new GpuLens(device, this.#fine, this.#cells, radii, like.colorSpace);
    this.#spreader = new GpuCellSpreader(device, like, this.#cells);
  }

  encode(pass: GPUComputePassEncoder, source: FrameTexture, matte: MatteTexture): FrameTexture {
    this.#gatherer.encode(pass, source, matte);
    this.#lens.encode(pass);
    this.#spreader.encode(pass);
    return this.#spreader.texture;
  }

  dispose(): void {
    const parts = [this.#gatherer, this.#lens, this.#spreader];
    for (const each of [this.#fine, this.#cells, ...parts]) each.dispose();
  }
}
