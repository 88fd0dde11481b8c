import { rgbToYuv } from '../../frame/color-space.js';
import type { FrameShape } from '../../frame/frame.js';
import { Binding } from '../../gpu/binding.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { FrameTexture, type MatteTexture, storage } from '../../gpu/memory.js';
import { cellCount } from '../../kernels/layout.js';
import { NEUTRAL } from '../solid.js';

/** Four floats. */
const CELL_BYTES = 16;

/** Colours in cells of `2 ** shift` pixels: Y, U and V times a weight, and the weight. */
export class GpuColorCells {
  readonly shift: number;
  /** In cells. */
  readonly width: number;
  /** In cells. */
  readonly height: number;
  readonly buffer: GPUBuffer;

  /**
   * @param device - Where they lie.
   * @param frame - The size of the frame.
   * @param shift - Cells are `2 ** shift` pixels wide.
   */
  constructor(device: GPUDevice, frame: Pick<FrameShape, 'width' | 'height'>, shift: number) {
    this.shift = shift;
    this.width = cellCount(frame.width, shift);
    this.height = cellCount(frame.height, shift);
    this.buffer = storage(device, this.width * this.height * CELL_BYTES, 'background cells');
  }

  /** Frees the memory. */
  dispose(): void {
    this.buffer.destroy();
  }
}

/** Averages a frame in cells. The person is left out, so that they leave no halo. */
export class GpuCellGatherer {
  readonly #cells: GpuColorCells;
  readonly #kernel: Binding;

  /**
   * @param device - Where it runs.
   * @param cells - Receives the averages.
   */
  constructor(device: GPUDevice, cells: GpuColorCells) {
    this.#cells = cells;
    const constants = sizes(cells);
    this.#kernel = new Binding(new Kernel(device, 'background/gpu/cells', { entry: 'gather', constants }));
  }

  /**
   * Averages a frame.
   *
   * @param pass - Where it is encoded.
   * @param source - The frame.
   * @param matte - Its matte.
   */
  encode(pass: GPUComputePassEncoder, source: FrameTexture, matte: MatteTexture): void {
    const { buffer, width, height } = this.#cells;
    this.#kernel.to(source.view, matte.view, buffer).run(pass, groups(width, 8), groups(height, 8));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
  }
}

/** Upsamples cells to a frame, by bilinear interpolation. */
export class GpuCellSpreader {
  /** The result. */
  readonly texture: FrameTexture;
  readonly #kernel: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param like - Size, colour space and rotation of the result.
   * @param cells - The cells, the same for all frames.
   */
  constructor(device: GPUDevice, like: FrameShape, cells: GpuColorCells) {
    const { y, u, v } = rgbToYuv(NEUTRAL, like.colorSpace);
    const constants = { ...sizes(cells), FALLBACK_Y: y, FALLBACK_U: u, FALLBACK_V: v };
    this.texture = new FrameTexture(device, like, 'defocused background');
    const kernel = new Kernel(device, 'background/gpu/cells', { entry: 'spread', constants });
    this.#kernel = kernel.bind({ 1: cells.buffer, 2: this.texture.view });
  }

  /** Upsamples the cells. */
  encode(pass: GPUComputePassEncoder): void {
    this.#kernel.run(pass, groups(this.texture.width, 8), groups(this.texture.height, 8));
  }

  /** Frees the memory. */
  dispose(): void {
    this.texture.dispose();
  }
}

/** The constants of `cells.wgsl`. */
function sizes({ shift, width, height }: GpuColorCells) {
  return { CELL: 2 ** shift, ACROSS: width, DOWN: height };
}
