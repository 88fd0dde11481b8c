import type { FrameShape } from '../../frame/frame.js';
import { Boxes } from '../../gpu/boxes.js';
import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';
import { blurGrid } from '../blur.js';
import type { GpuBackdrop } from './backdrop.js';
import { GpuCellGatherer, GpuCellSpreader, GpuColorCells } from './cells.js';

/** The blurred camera background. */
export class GpuBlurBackdrop implements GpuBackdrop {
  readonly #cells: GpuColorCells;
  readonly #gatherer: GpuCellGatherer;
  readonly #boxes: Boxes;
  readonly #spreader: GpuCellSpreader;

  /**
   * @param device - Where it runs.
   * @param like - Size, colour space and rotation of the frames.
   * @param strength - 0..1.
   */
  constructor(device: GPUDevice, like: FrameShape, strength: number) {
    const grid = blurGrid(strength, like);
    this.#cells = new GpuColorCells(device, like, grid.shift);
    this.#gatherer = new GpuCellGatherer(device, this.#cells);
    this.#boxes = new Boxes(device, this.#cells.buffer, this.#cells, grid);
    this.#spreader = new GpuCellSpreader(device, like, this.#cells);
  }

  encode(pass: GPUComputePassEncoder, source: FrameTexture, matte: MatteTexture): FrameTexture {
    this.#gatherer.encode(pass, source, matte);
    this.#boxes.encode(pass);
    this.#spreader.encode(pass);
    return this.#spreader.texture;
  }

  dispose(): void {
    for (const each of [this.#cells, this.#gatherer, this.#boxes, this.#spreader]) {
      each.dispose();
    }
  }
}
