import type { FrameShape } from '../../frame/frame.js';
import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';
import type { Background } from '../background.js';
import { DEFAULT_BLUR_STRENGTH } from '../blur.js';
import { parseColor } from '../color.js';
import { BLACK } from '../solid.js';
import { GpuBlurBackdrop } from './blur.js';
import { GpuBokehBackdrop } from './bokeh.js';
import { GpuCameraBackdrop } from './camera.js';
import { imageTexture } from './image.js';
import { solidTexture } from './solid.js';
import { GpuStillBackdrop } from './still.js';
import { GpuVideoBackdrop } from './video.js';

/** A background at work on the GPU: the CPU way's `Backdrop`. */
export interface GpuBackdrop {
  /**
   * Makes the picture for a frame.
   *
   * @param pass - Where.
   * @param source - The frame, as it came from the camera.
   * @param matte - Its matte.
   * @param timestamp - Its time, in microseconds.
   * @returns The picture, of the frame's size.
   */
  encode(
    pass: GPUComputePassEncoder,
    source: FrameTexture,
    matte: MatteTexture,
    timestamp: number,
  ): FrameTexture;
  /**
   * The same without any pixel of the camera, for when there is no matte to trust.
   *
   * @param pass - Where.
   * @param timestamp - The time of the frame that it stands for, in microseconds.
   */
  encodePlaceholder(pass: GPUComputePassEncoder, timestamp: number): FrameTexture;
  /** Gives the memory back. */
  dispose(): void;
}

/**
 * Sets a background to work.
 *
 * @param device - Where it works.
 * @param background - What `assertBackground` found right.
 * @param like - What the frames to come are like.
 * @param isFinest - Whether it may take longer and look better for it. Default false.
 */
export function createGpuBackdrop(
  device: GPUDevice,
  background: Background,
  like: FrameShape,
  isFinest = false,
): GpuBackdrop {
  switch (background.type) {
    case 'none':
      return new GpuCameraBackdrop(device, like);
    case 'blur':
      return new GpuBlurBackdrop(device, like, background.strength ?? DEFAULT_BLUR_STRENGTH);
    case 'bokeh':
      return new GpuBokehBackdrop(device, like, background.strength ?? DEFAULT_BLUR_STRENGTH, isFinest);
    case 'image':
      return new GpuStillBackdrop(imageTexture(device, like, background.source, background.fit ?? 'cover'));
    case 'video':
      return new GpuVideoBackdrop(device, like, background.source, background.fit ?? 'cover');
    case 'color':
      return new GpuStillBackdrop(solidTexture(device, like, parseColor(background.color)));
    case 'transparent':
      return new GpuStillBackdrop(solidTexture(device, like, BLACK));
  }
}
