import { EngineError } from '../errors.js';
import type { Frame } from '../frame/frame.js';
import { parseColor } from './color.js';

/**
 * How an image with another aspect ratio fits into the frame:
 * - `cover`: fills the frame, keeps the aspect ratio, cropped (default).
 * - `contain`: shows all of it, keeps the aspect ratio, black beside it.
 * - `stretch`: fills the frame, changes the aspect ratio.
 * - `tile`: repeats at its own size from the top left.
 */
export type Fit = 'cover' | 'contain' | 'stretch' | 'tile';

/** All ways to fit an image. */
export const FITS: readonly Fit[] = ['cover', 'contain', 'stretch', 'tile'];

/**
 * What is shown behind the person. One definition for all packages: `Image` and `Video` are what the callers of a package
 * refer to an image or a video by (a path in Node, a URL or a blob in a page); the engine itself takes decoded ones.
 *
 * - `none`: the frame as it is. The only background that shows the camera background.
 * - `blur`: the camera background, blurred. `strength` in 0..1, default 0.6.
 * - `bokeh`: the camera background as a fast lens shows it: discs of light, bright points stay bright. `strength` as with `blur`.
 * - `image`, `video`: `fit` as in {@link Fit}, default `cover`. Where they are transparent, they show black.
 * - `color`: any CSS colour.
 * - `transparent`: nothing; output frames have an alpha plane.
 */
export type Background<Image = RgbaImage, Video = VideoSource> =
  | { readonly type: 'none' }
  | { readonly type: 'blur'; readonly strength?: number }
  | { readonly type: 'bokeh'; readonly strength?: number }
  | { readonly type: 'image'; readonly source: Image; readonly fit?: Fit }
  | { readonly type: 'video'; readonly source: Video; readonly fit?: Fit }
  | { readonly type: 'color'; readonly color: string }
  | { readonly type: 'transparent' };

/** A decoded, upright image. */
export interface RgbaImage {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `width * height` pixels of R, G, B, A, 8 bit, sRGB, not premultiplied, without padding. Transparent parts show black. */
  readonly data: Uint8Array;
}

/** A video background; its owner decodes and loops it. */
export interface VideoSource {
  /**
   * The frame to show at a time.
   *
   * @param timestamp - The timestamp of the frame that is being processed, in microseconds.
   * @returns A frame that is valid until the next call, or `undefined` while there is none yet (black is shown).
   */
  frameAt(timestamp: number): Frame | undefined;
}

/** The strength of blur and bokeh if none is given. */
export const DEFAULT_BLUR_STRENGTH = 0.6;

/**
 * Checks a background.
 *
 * @param background - The background.
 * @throws `EngineError` `BACKGROUND_INVALID` that says what is wrong.
 */
export function assertBackground(background: Background): void {
  switch (background?.type) {
    case 'blur':
    case 'bokeh': {
      const { strength = DEFAULT_BLUR_STRENGTH } = background;
      if (!(strength >= 0 && strength <= 1)) {
        throw invalid(`The strength of ${background.type} must be a number from 0 to 1, not ${strength}.`);
      }
      return;
    }
    case 'image':
      assertImage(background.source);
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
        `A background's type must be none, blur, bokeh, image, video, color or transparent, not ${describe(background)}.`,
      );
  }
}

/** For callers without types: what they passed instead, shortened. */
function describe(background: unknown): string {
  const type: unknown = background instanceof Object && 'type' in background ? background.type : background;
  return String(type).slice(0, 40);
}

function assertImage(image: RgbaImage | undefined): void {
  const { width, height, data } = image ?? {};
  if (!(isSide(width) && isSide(height) && data?.length === width * height * 4)) {
    throw invalid(
      `An image must have a width and a height of at least one pixel, and width * height * 4 bytes of RGBA; ` +
        `this one is ${width}x${height} with ${data?.length ?? 'no'} bytes.`,
    );
  }
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}

function assertFit(fit: Fit = 'cover'): void {
  if (!FITS.includes(fit))
    throw invalid(`A background's fit must be one of ${FITS.join(', ')}, not '${fit}'.`);
}

function invalid(problem: string): EngineError {
  return new EngineError('BACKGROUND_INVALID', problem);
}
