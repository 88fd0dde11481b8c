import type { FrameShape } from '../../frame/frame.js';
import { type Background, DEFAULT_BLUR_STRENGTH } from '../background.js';
import { parseColor } from '../color.js';
import { BLACK } from '../solid.js';
import { CAMERA_BACKDROP, type GpuBackdrop } from './backdrop.js';
import { GpuBlurBackdrop } from './blur.js';
import { GpuBokehBackdrop } from './bokeh.js';
import { GpuImageBackdrop } from './image.js';
import { solidTexture } from './solid.js';
import { GpuStillBackdrop } from './still.js';
import { GpuVideoBackdrop } from './video.js';

/**
 * Creates the backdrop of a background.
 *
 * @param device - Where it runs.
 * @param background - A valid one, see `assertBackground`.
 * @param like - Size, colour space and rotation of the frames.
 * @param isFinest - Whether it may take longer for a better result. Default false.
 */
export function createGpuBackdrop(
  device: GPUDevice,
  background: Background,
  like: FrameShape,
  isFinest = false,
): GpuBackdrop {
  switch (background.type) {
    case 'none':
      return CAMERA_BACKDROP;
    case 'blur':
      return new GpuBlurBackdrop(device, like, background.strength ?? DEFAULT_BLUR_STRENGTH);
    case 'bokeh':
      return new GpuBokehBackdrop(device, like, background.strength ?? DEFAULT_BLUR_STRENGTH, isFinest);
    case 'image':
      return new GpuImageBackdrop(device, like, background.source, background.fit ?? 'cover');
    case 'video':
      return new GpuVideoBackdrop(device, like, background.source, background.fit ?? 'cover');
    case 'color':
      return new GpuStillBackdrop(solidTexture(device, like, parseColor(background.color)));
    case 'transparent':
      return new GpuStillBackdrop(solidTexture(device, like, BLACK));
  }
}
