import { EngineError } from '../errors.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Backdrop } from './backdrop.js';
import { type Background, FITS, type Fit, type Picture } from './background.js';
import { blurOf, DEFAULT_BLUR_STRENGTH } from './blur.js';
import { bokehOf } from './bokeh.js';
import { CameraBackdrop } from './camera.js';
import { parseColor } from './color.js';
import { DefocusedBackdrop } from './defocused.js';
import { imagePlanes } from './image.js';
import { BLACK, solidPlanes } from './solid.js';
import { StillBackdrop } from './still.js';
import { VideoBackdrop } from './video.js';

/**
 * Checks what can be checked of a background before there is a frame.
 *
 * @param background - The background.
 * @throws `EngineError` `BACKGROUND_INVALID` that names what is wrong.
 */
export function assertBackground(background: Background): void {
  switch (background?.type) {
    case 'blur':
    case 'bokeh': {
      const { strength = DEFAULT_BLUR_STRENGTH } = background;
      if (!(strength >= 0 && strength <= 1)) {
        throw invalid(`The strength of ${background.type} lies between 0 and 1, ${strength} does not.`);
      }
      return;
    }
    case 'image':
      assertPicture(background.source);
      assertFit(background.fit);
      return;
    case 'video':
      if (typeof background.source?.frameAt !== 'function') {
        throw invalid("A video background's source must be an object with a method frameAt(timestamp).");
      }
      assertFit(background.fit);
      return;
    case 'color':
      parseColor(background.color);
      return;
    case 'none':
    case 'transparent':
      return;
    default:
      throw invalid(
        `A background is none, blur, bokeh, image, video, color or transparent, not ${describe(background)}.`,
      );
  }
}

/** For callers without types: what they gave instead, in a few letters. */
function describe(background: unknown): string {
  const type: unknown = background instanceof Object && 'type' in background ? background.type : background;
  return String(type).slice(0, 40);
}

function assertPicture(picture: Picture | undefined): void {
  const { width, height, data } = picture ?? {};
  if (!(isSide(width) && isSide(height) && data?.length === width * height * 4)) {
    throw invalid(
      `A picture has a width and a height of at least one whole pixel, and width * height * 4 bytes of RGBA; ` +
        `this one is ${width}x${height} with ${data?.length ?? 'no'} bytes.`,
    );
  }
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}

function assertFit(fit: Fit = 'cover'): void {
  if (!FITS.includes(fit)) throw invalid(`There is no fit '${fit}': choose one of ${FITS.join(', ')}.`);
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
