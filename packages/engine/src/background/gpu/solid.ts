import { rgbToYuv } from '../../frame/color-space.js';
import type { FrameShape } from '../../frame/frame.js';
import { FrameTexture } from '../../gpu/memory.js';
import type { RgbColor } from '../color.js';

/**
 * A texture of one colour.
 *
 * @param device - Where it lies.
 * @param like - Size, colour space and rotation of the frames.
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
