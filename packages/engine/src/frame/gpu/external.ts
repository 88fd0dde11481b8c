import { groups, Kernel } from '../../gpu/kernel.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { ColorSpace } from '../color-space.js';
import { fromRgb } from './colors.js';
import { type Flip, type GpuFrameSource, UPRIGHT } from './source.js';

/** Imports a browser's video frames without copying them. */
export class ExternalFrames implements GpuFrameSource {
  readonly #kernel: Kernel<'frame/gpu/rgb'>;
  #frame: { readonly texture: GPUExternalTexture } | undefined;

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
   * @param frame - Of the target's size. Its texture is read when it is encoded, because it expires with the task in which it
   * was imported: encode and submit before that.
   */
  take(frame: { readonly texture: GPUExternalTexture }): void {
    this.#frame = frame;
  }

  encode(pass: GPUComputePassEncoder, target: FrameTexture, flip: Flip = UPRIGHT): void {
    if (!this.#frame) return;
    this.#kernel.write({ flipX: Number(flip.x), flipY: Number(flip.y) });
    // Each frame is another texture: the bind group serves this frame only.
    const bound = this.#kernel.bind({ 1: target.view, 2: this.#frame.texture });
    bound.run(pass, groups(target.width, 8), groups(target.height, 8));
    this.#frame = undefined;
  }

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
  }
}
