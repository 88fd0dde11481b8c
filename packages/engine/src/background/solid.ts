import { rgbToYuv } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { RgbColor } from './color.js';

/** What `transparent` shows to those who do not look at the alpha plane, and what lies beside a contained picture. */
export const BLACK: RgbColor = { r: 0, g: 0, b: 0 };

/** What is shown in place of the room where the background would have to be made of it. */
export const NEUTRAL: RgbColor = { r: 0.35, g: 0.36, b: 0.38 };

/** Fills a frame with a colour. */
export function fillFrame(frame: FrameMemory, color: RgbColor): void {
  const { y, u, v } = rgbToYuv(color, frame.colorSpace);
  frame.fill(y, u, v);
}

/**
 * One colour everywhere.
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
