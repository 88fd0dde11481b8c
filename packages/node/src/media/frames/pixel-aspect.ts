import { PIXEL_ASPECT_RANGE } from '@elsewhere/engine/internal';
import type { Ratio } from '../ffmpeg.js';

/**
 * The pixel aspect ratio for the engine.
 *
 * @param ratio - FFmpeg's sample aspect ratio.
 * @returns Width over height; 1 where it is unknown, or what no video means.
 */
export function pixelAspectRatio({ num, den }: Ratio): number {
  const [least, most] = PIXEL_ASPECT_RANGE;
  const ratio = num / den;
  return ratio >= least && ratio <= most ? ratio : 1;
}
