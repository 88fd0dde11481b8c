import type { Frame } from '@elsewhere/engine';
import type { Size } from '../items/scale.js';
import { frameToRgb, rgbToFrame } from '../items/yuv.js';

/** The background that composites are judged on. */
export const GREEN = [0, 177, 64] as const;

/**
 * Lays colours over {@link GREEN}: alpha * colour + (1 - alpha) * green.
 *
 * @param rgb - R, G, B of each pixel.
 * @param alpha - 0..255, one a pixel.
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
 * A picture as video carries it: its chroma at half size, rounded in a colour space. Ours come out so, and all are to
 * lose the same by it.
 *
 * @param rgb - R, G, B of each pixel.
 * @param like - A frame of the size and colour space.
 */
export function throughVideo(rgb: Uint8Array, like: Size & Pick<Frame, 'colorSpace'>): Uint8Array {
  return frameToRgb(rgbToFrame(rgb, like, like.colorSpace));
}

/** How far a composite is from the true one. */
export interface CompositeError {
  /** Peak signal to noise ratio of R, G and B in dB; 100 where they are equal. */
  readonly psnr: number;
  /** Mean |difference| of R, G and B in 0..1 within the band, times 1000. */
  readonly band: number | undefined;
}

/**
 * Compares two pictures.
 *
 * @param rgb - R, G, B of each pixel.
 * @param truth - The true picture.
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
