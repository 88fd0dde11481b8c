import { FrameMemory, writeRgbToYuv } from '../frame/frame-memory.js';
import { inverseRotation } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Fit, Picture } from './background.js';
import { Fitter } from './fitter.js';

/**
 * A picture, converted and laid into a frame.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param like - A frame of the same size, colour space and rotation.
 * @param picture - The picture, upright.
 * @param fit - How it is laid into the frame.
 */
export function imagePlanes(kernels: Kernels, like: FrameMemory, picture: Picture, fit: Fit): FrameMemory {
  const converted = convertPicture(kernels, picture, like);
  const fitter = new Fitter(kernels, fit, converted, inverseRotation(like.rotation), like);
  const planes = new FrameMemory(kernels, like, 'I420');
  fitter.run(converted, planes);
  fitter.dispose();
  converted.dispose();
  return planes;
}

/** The picture at its own size in the colour space of a frame. */
function convertPicture(kernels: Kernels, { width, height, data }: Picture, like: FrameMemory): FrameMemory {
  const { colorSpace } = like;
  const target = new FrameMemory(kernels, { width, height, colorSpace, rotation: 0 }, 'I420');
  const rgba = kernels.memory.allocate(data.length);
  rgba.u8.set(data);
  kernels.exports.rgbaToI420(rgba.pointer, target.descriptor, writeRgbToYuv(kernels, colorSpace, 'RGBA'));
  rgba.free();
  return target;
}
