import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Backdrop } from './backdrop.js';
import { type Background, DEFAULT_BLUR_STRENGTH } from './background.js';
import { blurOf } from './blur.js';
import { bokehOf } from './bokeh.js';
import { CameraBackdrop } from './camera.js';
import { parseColor } from './color.js';
import { DefocusedBackdrop } from './defocused.js';
import { imagePlanes } from './image.js';
import { BLACK, solidPlanes } from './solid.js';
import { StillBackdrop } from './still.js';
import { VideoBackdrop } from './video.js';

/**
 * Creates the backdrop of a background.
 *
 * @param kernels - The kernels, in whose memory it works.
 * @param background - A valid one, see {@link assertBackground}.
 * @param like - A frame of the same size, colour space and rotation.
 */
export function createBackdrop(kernels: Kernels, background: Background, like: FrameMemory): Backdrop {
  return kernels.memory.allOrNothing(() => newBackdrop(kernels, background, like));
}

function newBackdrop(kernels: Kernels, background: Background, like: FrameMemory): Backdrop {
  switch (background.type) {
    case 'none':
      return new CameraBackdrop(kernels, like);
    case 'blur':
      return new DefocusedBackdrop(kernels, like, blurOf(kernels, like, strengthOf(background)));
    case 'bokeh':
      return new DefocusedBackdrop(kernels, like, bokehOf(kernels, like, strengthOf(background)));
    case 'image':
      return new StillBackdrop(imagePlanes(kernels, like, background.source, background.fit ?? 'cover'));
    case 'video':
      return new VideoBackdrop(kernels, like, background.source, background.fit ?? 'cover');
    case 'color':
      return new StillBackdrop(solidPlanes(kernels, like, parseColor(background.color)));
    case 'transparent':
      return new StillBackdrop(solidPlanes(kernels, like, BLACK));
  }
}

function strengthOf({ strength = DEFAULT_BLUR_STRENGTH }: { readonly strength?: number }): number {
  return strength;
}
