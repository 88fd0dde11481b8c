import { rgbToYuv } from '../../frame/color-space.js';
import type { FrameShape } from '../../frame/frame.js';
import { FrameTexture } from '../../gpu/memory.js';
import type { RgbColor } from '../color.js';
import { NEUTRAL } from '../solid.js';

/**
 * One colour everywhere.
 *
 * @param device - Where it lies.
 * @param like - What the frames to come are like.
 * @param color - The colour.
 */
export function solidTexture(device: GPUDevice, like: FrameShape, color: RgbColor): FrameTexture {
  const { width, height, colorSpace } = like;
  const { y, u, v } = rgbToYuv(color, colorSpace);
  const target = new FrameTexture(device, like, 'one colour');
  const texels = new Uint8Array(width * height * 4);
  new DataView(texels.buffer).setUint32(0, ((y << 24) | (u << 16) | (v << 8) | 255) >>> 0);
  const words = new Uint32Array(texels.buffer);
  words.fill(words[0] ?? 0);
  const { texture } = target;
  device.queue.writeTexture({ texture }, texels, { bytesPerRow: width * 4 }, [width, height]);
  return target;
}

/** What is shown in place of a room; made when it is needed first. */
export class NeutralPicture {
  readonly #device: GPUDevice;
  readonly #like: FrameShape;
  #texture: FrameTexture | undefined;

  /**
   * @param device - Where it lies.
   * @param like - What the frames to come are like.
   */
  constructor(device: GPUDevice, like: FrameShape) {
    this.#device = device;
    this.#like = like;
  }

  /** The picture. */
  get texture(): FrameTexture {
    this.#texture ??= solidTexture(this.#device, this.#like, NEUTRAL);
    return this.#texture;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#texture?.dispose();
  }
}
