import { groups, Kernel } from '../../gpu/kernel.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { ColorSpace } from '../color-space.js';
import { fromRgb } from './colors.js';
import { type Flip, type GpuFrameSource, UPRIGHT } from './source.js';

/** Imports a browser's video frames without copying them. */
export class ExternalFrames implements GpuFrameSource {
  readonly #kernel: Kernel<'frame/gpu/rgb'>;
  #texture: GPUExternalTexture | undefined;

  /**
   * @param device - The device.
   * @param colorSpace - The colour space that they are converted to: the browser supplies RGB.
   */
  constructor(device: GPUDevice, colorSpace: ColorSpace) {
    const constants = fromRgb(colorSpace);
    this.#kernel = new Kernel(device, 'frame/gpu/rgb', { entry: 'borrowed', constants });
  }

  /**
   * Sets the next frame.
   *
   * @param texture - Of the target's size. It expires with the task in which it was made: encode and submit before that.
   */
  take(texture: GPUExternalTexture): void {
    this.#texture = texture;
  }

  encode(pass: GPUComputePassEncoder, target: FrameTexture, flip: Flip = UPRIGHT): void {
    if (!this.#texture) return;
    this.#kernel.write({ flipX: Number(flip.x), flipY: Number(flip.y) });
    // Each frame is another texture: the bind group serves this frame only.
    const bound = this.#kernel.bind({ 1: target.view, 2: this.#texture });
    bound.run(pass, groups(target.width, 8), groups(target.height, 8));
    this.#texture = undefined;
  }

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
  }
}
