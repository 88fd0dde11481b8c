import { rgbToYuv } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { RgbColor } from './color.js';

/** The colour of `transparent` for players that ignore alpha, and beside an image with the fit `contain`. */
export const BLACK: RgbColor = { r: 0, g: 0, b: 0 };

/** The neutral colour that replaces a background made of the camera background. */
export const NEUTRAL: RgbColor = { r: 0.35, g: 0.36, b: 0.38 };

/** Fills a frame with a colour. */
export function fillFrame(frame: FrameMemory, color: RgbColor): void {
  const { y, u, v } = rgbToYuv(color, frame.colorSpace);
  frame.fill(y, u, v);
}

/**
 * A frame of one colour.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param like - A frame of the same size and colour space.
 * @param color - The colour.
 */
export function solidPlanes(kernels: Kernels, like: FrameMemory, color: RgbColor): FrameMemory {
  const planes = new FrameMemory(kernels, like, 'I420');
  fillFrame(planes, color);
  return planes;
}
