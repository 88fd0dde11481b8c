import { rgbToYuv } from '../../frame/color-space.js';
import type { FrameShape } from '../../frame/frame.js';
import { Binding } from '../../gpu/binding.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { FrameTexture, type MatteTexture, storage } from '../../gpu/memory.js';
import { cellCount } from '../../kernels/layout.js';
import { blurGrid } from '../blur.js';
import { NEUTRAL } from '../solid.js';
import type { GpuBackdrop } from './backdrop.js';
import { NeutralPicture } from './solid.js';

/** So many box filters, in each direction, are close to a Gaussian. */
const BOXES = 3;

/** Four floats. */
const CELL_BYTES = 16;

/** The room out of focus. The person is left out of the sums, so that no glow of them stands around them. */
export class GpuBlurBackdrop implements GpuBackdrop {
  readonly #picture: FrameTexture;
  readonly #neutral: NeutralPicture;
  readonly #across: number;
  readonly #down: number;
  /** The second is where a box filter's first direction goes. */
  readonly #cells: readonly [GPUBuffer, GPUBuffer];
  readonly #gather: Binding;
  readonly #averageAcross: BoundKernel;
  readonly #averageDown: BoundKernel;
  readonly #spread: BoundKernel;

  /**
   * @param device - Where it works.
   * @param like - What the frames to come are like.
   * @param strength - 0..1.
   */
  constructor(device: GPUDevice, like: FrameShape, strength: number) {
    const { shift, radius } = blurGrid(strength, Math.min(like.width, like.height));
    const across = cellCount(like.width, shift);
    const down = cellCount(like.height, shift);
    const grid = { ACROSS: across, DOWN: down };
    const fallback = rgbToYuv(NEUTRAL, like.colorSpace);
    const kernel = (entry: string, constants: Readonly<Record<string, number>>) =>
      new Kernel(device, 'background/gpu/blur', { entry, constants: { ...grid, ...constants } });
    const cells = () => storage(device, across * down * CELL_BYTES, 'blurred cells');
    const [first, second] = [cells(), cells()];
    this.#across = across;
    this.#down = down;
    this.#picture = new FrameTexture(device, like, 'blurred room');
    this.#neutral = new NeutralPicture(device, like);
    this.#cells = [first, second];
    this.#gather = new Binding(kernel('gather', { CELL: 2 ** shift }));
    this.#averageAcross = kernel('average', { RADIUS: radius }).bind({ 1: first, 2: second });
    this.#averageDown = kernel('average', { RADIUS: radius, IS_DOWN: 1 }).bind({ 1: second, 2: first });
    this.#spread = kernel('spread', {
      CELL: 2 ** shift,
      FALLBACK_Y: fallback.y,
      FALLBACK_U: fallback.u,
      FALLBACK_V: fallback.v,
    }).bind({ 1: first, 2: this.#picture.view });
  }

  encode(pass: GPUComputePassEncoder, source: FrameTexture, matte: MatteTexture): FrameTexture {
    const [cells] = this.#cells;
    const [across, down] = [groups(this.#across, 8), groups(this.#down, 8)];
    this.#gather.to(source.view, matte.view, cells).run(pass, across, down);
    for (let i = 0; i < BOXES; i++) {
      this.#averageAcross.run(pass, across, down);
      this.#averageDown.run(pass, across, down);
    }
    this.#spread.run(pass, groups(source.width, 8), groups(source.height, 8));
    return this.#picture;
  }

  /** Not even the blurred room: without a matte the person would be in it. */
  encodePlaceholder(): FrameTexture {
    return this.#neutral.texture;
  }

  dispose(): void {
    this.#picture.dispose();
    this.#neutral.dispose();
    for (const cells of this.#cells) cells.destroy();
  }
}
