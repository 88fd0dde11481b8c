import { rgbToYuv } from '../../frame/color-space.js';
import type { FrameShape } from '../../frame/frame.js';
import { Binding } from '../../gpu/binding.js';
import { Boxes } from '../../gpu/boxes.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { FrameTexture, type MatteTexture, storage } from '../../gpu/memory.js';
import { cellCount } from '../../kernels/layout.js';
import { blurGrid } from '../blur.js';
import { NEUTRAL } from '../solid.js';
import type { GpuBackdrop } from './backdrop.js';
import { NeutralPicture } from './solid.js';

/** Four floats. */
const CELL_BYTES = 16;

/** The room out of focus. The person is left out of the sums, so that no glow of them stands around them. */
export class GpuBlurBackdrop implements GpuBackdrop {
  readonly #picture: FrameTexture;
  readonly #neutral: NeutralPicture;
  readonly #grid: { readonly width: number; readonly height: number };
  readonly #cells: GPUBuffer;
  readonly #gather: Binding;
  readonly #boxes: Boxes;
  readonly #spread: BoundKernel;

  /**
   * @param device - Where it works.
   * @param like - What the frames to come are like.
   * @param strength - 0..1.
   */
  constructor(device: GPUDevice, like: FrameShape, strength: number) {
    const { shift, radius } = blurGrid(strength, Math.min(like.width, like.height));
    const grid = { width: cellCount(like.width, shift), height: cellCount(like.height, shift) };
    const sizes = { CELL: 2 ** shift, ACROSS: grid.width, DOWN: grid.height };
    const fallback = rgbToYuv(NEUTRAL, like.colorSpace);
    const kernel = (entry: string, constants?: Readonly<Record<string, number>>) =>
      new Kernel(device, 'background/gpu/blur', { entry, constants: { ...sizes, ...constants } });
    const cells = storage(device, grid.width * grid.height * CELL_BYTES, 'blurred cells');
    this.#picture = new FrameTexture(device, like, 'blurred room');
    this.#neutral = new NeutralPicture(device, like);
    this.#grid = grid;
    this.#cells = cells;
    this.#gather = new Binding(kernel('gather'));
    this.#boxes = new Boxes(device, cells, grid, radius);
    this.#spread = kernel('spread', {
      FALLBACK_Y: fallback.y,
      FALLBACK_U: fallback.u,
      FALLBACK_V: fallback.v,
    }).bind({ 1: cells, 2: this.#picture.view });
  }

  encode(pass: GPUComputePassEncoder, source: FrameTexture, matte: MatteTexture): FrameTexture {
    const { width, height } = this.#grid;
    const gather = this.#gather.to(source.view, matte.view, this.#cells);
    gather.run(pass, groups(width, 8), groups(height, 8));
    this.#boxes.encode(pass);
    this.#spread.run(pass, groups(source.width, 8), groups(source.height, 8));
    return this.#picture;
  }

  /** Not even the blurred room: without a matte the person would be in it. */
  encodePlaceholder(): FrameTexture {
    return this.#neutral.texture;
  }

  dispose(): void {
    for (const each of [this.#picture, this.#neutral, this.#gather, this.#boxes]) each.dispose();
    this.#cells.destroy();
  }
}
