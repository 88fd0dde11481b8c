import { EngineError } from '../errors.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Backdrop } from './backdrop.js';
import type { Background } from './background.js';
import { BlurBackdrop, DEFAULT_BLUR_STRENGTH } from './blur.js';
import { parseColor } from './color.js';
import { ImageBackdrop } from './image.js';
import { RoomBackdrop } from './room.js';
import { BLACK, SolidBackdrop } from './solid.js';
import { VideoBackdrop } from './video.js';

/**
 * Checks what can be checked of a background before there is a frame.
 *
 * @param background - The background.
 * @throws {@link EngineError} `BACKGROUND_INVALID` that names what is wrong.
 */
export function assertBackground(background: Background): void {
  switch (background.type) {
    case 'blur': {
      const { strength = DEFAULT_BLUR_STRENGTH } = background;
      if (!(strength >= 0 && strength <= 1)) {
        throw invalid(`A blur's strength lies between 0 and 1, ${strength} does not.`);
      }
      return;
    }
    case 'image': {
      const { width, height, data } = background.source;
      if (width < 1 || height < 1 || data.length !== width * height * 4) {
        throw invalid(
          `A picture of ${width}x${height} needs ${width * height * 4} bytes of RGBA, not ${data.length}.`,
        );
      }
      return;
    }
    case 'color':
      parseColor(background.color);
      return;
    case 'none':
    case 'video':
    case 'transparent':
      return;
    default:
      throw invalid(
        `There is no background of the type '${String((background as { type: unknown }).type)}'.`,
      );
  }
}

function invalid(problem: string): EngineError {
  return new EngineError('BACKGROUND_INVALID', problem);
}

/**
 * Sets a background to work.
 *
 * @param kernels - Whose memory to work in.
 * @param background - What {@link assertBackground} found right.
 * @param like - A frame of the size, colour space and rotation to come.
 */
export function createBackdrop(kernels: Kernels, background: Background, like: FrameMemory): Backdrop {
  switch (background.type) {
    case 'none':
      return new RoomBackdrop(kernels, like);
    case 'blur':
      return new BlurBackdrop(kernels, like, background.strength ?? DEFAULT_BLUR_STRENGTH);
    case 'image':
      return new ImageBackdrop(kernels, like, background.source, background.fit ?? 'cover');
    case 'video':
      return new VideoBackdrop(kernels, like, background.source, background.fit ?? 'cover');
    case 'color':
      return new SolidBackdrop(kernels, like, parseColor(background.color));
    case 'transparent':
      return new SolidBackdrop(kernels, like, BLACK);
  }
}
