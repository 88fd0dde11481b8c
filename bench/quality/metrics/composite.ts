import type { Frame } from '@elsewhere/engine';
import type { Size } from '../items/scale.js';
import { frameToRgb, rgbToFrame } from '../items/yuv.js';

/** The background that composites are judged on. */
export const GREEN = [0, 177, 64] as const;

/**
 * Composites colours over {@link GREEN}: alpha * colour + (1 - alpha) * green.
 *
 * @param rgb - R, G, B of each pixel.
 * @param alpha - 0..255, one per pixel.
 */
export function overGreen(rgb: Uint8Array, alpha: Uint8Array): Uint8Array {
  const result = new Uint8ClampedArray(rgb.length);
  for (let i = 0, at = 0; i < alpha.length; i++, at += 3) {
    const share = (alpha[i] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++) {
      const green = GREEN[channel] ?? 0;
      result[at + channel] = green + share * ((rgb[at + channel] ?? 0) - green);
    }
  }
  return new Uint8Array(result.buffer);
}

/**
 * An image converted to video and back: chroma at half size, rounded in a colour space. Our output is video, so all
 * composites are compared after the same loss.
 *
 * @param rgb - R, G, B of each pixel.
 * @param like - The size and the colour space.
 */
export function throughVideo(rgb: Uint8Array, like: Size & Pick<Frame, 'colorSpace'>): Uint8Array {
  return frameToRgb(rgbToFrame(rgb, like, like.colorSpace));
}

/** The error of a composite. */
export interface CompositeError {
  /** Peak signal to noise ratio of R, G and B in dB; 100 if they are equal. */
  readonly psnr: number;
  /** Mean |difference| of R, G and B in 0..1 within the band, times 1000. */
  readonly band: number | undefined;
}

/**
 * Compares two images.
 *
 * @param rgb - R, G, B of each pixel.
 * @param truth - The true image.
 * @param band - 1 at the pixels of the band.
 */
export function compositeError(rgb: Uint8Array, truth: Uint8Array, band: Uint8Array): CompositeError {
  let [squared, absolute, count] = [0, 0, 0];
  for (let i = 0, at = 0; i < band.length; i++) {
    const isInside = band[i] === 1;
    if (isInside) count++;
    for (let channel = 0; channel < 3; channel++, at++) {
      const difference = (rgb[at] ?? 0) - (truth[at] ?? 0);
      squared += difference * difference;
      if (isInside) absolute += Math.abs(difference);
    }
  }
  const psnr = squared === 0 ? 100 : Math.min(100, 10 * Math.log10((255 ** 2 * truth.length) / squared));
  return { psnr, band: count === 0 ? undefined : (1000 * absolute) / 255 / 3 / count };
}
