import { yuvToRgb } from '../../frame/color-space.js';
import { Binding } from '../../gpu/binding.js';
import { Boxes } from '../../gpu/boxes.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { type FrameTexture, storage } from '../../gpu/memory.js';
import { LIGHT, lightRadii } from '../light-wrap.js';
import type { GpuForegroundEstimator } from './foreground.js';

const VECTOR = 16;

/** The background's light that spills over the person's edge: `LightWrap` on the GPU. */
export class GpuLightWrap {
  /** A vector for each cell: Y, U and V in 0..1 times the amount of light, and the amount. */
  readonly light: GPUBuffer;
  readonly #grid: GpuForegroundEstimator['grid'];
  readonly #cells: GPUBuffer;
  readonly #gather: Binding;
  readonly #boxes: Boxes;
  readonly #shine: Kernel<'compositing/gpu/light'>;
  readonly #boundShine: BoundKernel;
  /** The background of the cells. */
  #backdrop: FrameTexture | undefined;

  /**
   * @param device - Where it runs.
   * @param estimator - Supplies how open the surroundings of its cells are.
   * @param pixelAspect - Width over height of the frame's pixels.
   */
  constructor(device: GPUDevice, { grid, colors }: GpuForegroundEstimator, pixelAspect: number) {
    const bytes = grid.width * grid.height * VECTOR;
    const constants = { CELL: 2 ** grid.shift };
    this.#grid = grid;
    this.#cells = storage(device, bytes, 'light cells');
    this.light = storage(device, bytes, 'light');
    this.#gather = new Binding(new Kernel(device, 'compositing/gpu/light', { entry: 'gather', constants }));
    this.#boxes = new Boxes(device, this.#cells, grid, lightRadii(pixelAspect));
    this.#shine = new Kernel(device, 'compositing/gpu/light', { entry: 'shine', constants });
    this.#boundShine = this.#shine.bind({ 1: this.#cells, 2: colors, 3: this.light });
  }

  /**
   * Computes the light for a frame.
   *
   * @param pass - Where it is encoded.
   * @param backdrop - The background.
   * @param isStill - Whether the same object always has the same pixels.
   * @param strength - 0..1.
   */
  encode(pass: GPUComputePassEncoder, backdrop: FrameTexture, isStill: boolean, strength: number): void {
    const { width, height } = this.#grid;
    if (!isStill || backdrop !== this.#backdrop) {
      this.#gather.to(backdrop.view, this.#cells).run(pass, groups(width, 8), groups(height, 8));
      this.#boxes.encode(pass);
      this.#backdrop = backdrop;
    }
    const { yOffset, yScale } = yuvToRgb(backdrop.colorSpace);
    this.#shine.write({ strength: LIGHT.most * strength, black: yOffset / 255, scale: yScale * 255 });
    this.#boundShine.run(pass, groups(width * height, 64));
  }

  /** Frees the memory. */
  dispose(): void {
    for (const part of [this.#gather, this.#boxes, this.#shine]) part.dispose();
    for (const buffer of [this.#cells, this.light]) buffer.destroy();
  }
}
