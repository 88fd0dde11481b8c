import type { Frame, FrameShape } from '../../frame/frame.js';
import { PlaneUploader } from '../../frame/gpu/planes.js';
import { inverseRotation } from '../../frame/rotation.js';
import { FrameTexture } from '../../gpu/memory.js';
import type { Fit, Picture } from '../background.js';
import { GpuFitter } from './fitter.js';

/**
 * Converts an image and fits it into a frame.
 *
 * @param device - Where it lies.
 * @param like - Size, colour space and rotation of the frames.
 * @param picture - The upright image; no side longer than the device's textures may be.
 * @param fit - How it fits into the frame.
 */
export function imageTexture(device: GPUDevice, like: FrameShape, picture: Picture, fit: Fit): FrameTexture {
  const { width, height, data } = picture;
  const { colorSpace, rotation } = like;
  const planes = [{ data, stride: width * 4 }];
  const frame: Frame = { format: 'RGBA', width, height, planes, colorSpace, rotation: 0 };
  const uploader = new PlaneUploader(device, frame);
  const converted = new FrameTexture(device, frame, 'picture');
  const target = new FrameTexture(device, like, 'picture in the frame');
  const turn = inverseRotation(rotation);
  const fitter = new GpuFitter(device, converted, target, { fit, turn, isSubsampled: false });
  uploader.upload(frame);
  const encoder = device.createCommandEncoder({ label: 'picture' });
  const pass = encoder.beginComputePass();
  uploader.encode(pass, converted);
  fitter.encode(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
  for (const each of [fitter, uploader, converted]) each.dispose();
  return target;
}
