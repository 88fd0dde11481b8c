import { FrameMemory, writeRgbToYuv } from '../frame/frame-memory.js';
import { inverseRotation } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Fit, RgbaImage } from './background.js';
import { Fitter } from './fitter.js';

/**
 * Converts an image and fits it into a frame.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param like - A frame of the same size, colour space and rotation.
 * @param image - The upright image.
 * @param fit - How it fits into the frame.
 */
export function imagePlanes(kernels: Kernels, like: FrameMemory, image: RgbaImage, fit: Fit): FrameMemory {
  const converted = convertImage(kernels, image, like);
  const fitter = new Fitter(kernels, fit, converted, inverseRotation(like.rotation), like);
  const planes = new FrameMemory(kernels, like, 'I420');
  fitter.run(converted, planes);
  fitter.dispose();
  converted.dispose();
  return planes;
}

/** Converts an image, at its own size, to the colour space of a frame. */
function convertImage(kernels: Kernels, { width, height, data }: RgbaImage, like: FrameMemory): FrameMemory {
  const { colorSpace } = like;
  const target = new FrameMemory(kernels, { width, height, colorSpace, rotation: 0 }, 'I420');
  const rgba = kernels.memory.allocate(data.length);
  rgba.u8.set(data);
  kernels.exports.rgbaToI420(rgba.pointer, target.descriptor, writeRgbToYuv(kernels, colorSpace, 'RGBA'));
  rgba.free();
  return target;
}
