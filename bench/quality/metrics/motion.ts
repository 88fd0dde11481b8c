import type { Size } from '../items/scale.js';

/** Mean luma difference (0..255) in 5x5 pixels up to which a pixel is static. */
const REST = 2;
/** The least share of static pixels. With a moving camera only flat areas appear static. */
const STATIC_SHARE = 0.25;

/**
 * Finds the pixels near the edge that do not change between two frames: the true alpha is the same in both, and the
 * surrounding 5x5 pixels differ by no more than compression noise.
 *
 * @param truths - True alpha of the two frames.
 * @param lumas - Luma of the two frames, without the camera's noise if that is known.
 * @param surroundings - 1 at the pixels to check.
 * @returns 1 at static pixels; `undefined` if less than a quarter of the surroundings is static.
 */
export function staticPixels(
  truths: readonly [before: Uint8Array, now: Uint8Array],
  lumas: readonly [before: Uint8Array, now: Uint8Array],
  surroundings: Uint8Array,
  { width, height }: Size,
): Uint8Array | undefined {
  const result = new Uint8Array(width * height);
  let [around, still] = [0, 0];
  const [before, now] = lumas;
  for (let y = 0, i = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - 2), Math.min(height - 1, y + 2)];
    for (let x = 0; x < width; x++, i++) {
      if (surroundings[i] !== 1) continue;
      around++;
      if (truths[0][i] !== truths[1][i]) continue;
      const [left, right] = [Math.max(0, x - 2), Math.min(width - 1, x + 2)];
      let sum = 0;
      for (let row = top; row <= bottom; row++) {
        for (let at = row * width + left; at <= row * width + right; at++) {
          sum += Math.abs((now[at] ?? 0) - (before[at] ?? 0));
        }
      }
      if (sum > REST * (bottom - top + 1) * (right - left + 1)) continue;
      result[i] = 1;
      still++;
    }
  }
  return still > STATIC_SHARE * around ? result : undefined;
}

/**
 * Edge flicker: mean |change of alpha from frame to frame| times 1000, at static pixels.
 *
 * @param mattes - Alpha of the two frames, 0..255.
 * @param still - The static pixels, by {@link staticPixels}; at least one.
 */
export function flicker(
  [before, now]: readonly [before: Uint8Array, now: Uint8Array],
  still: Uint8Array,
): number {
  let [count, sum] = [0, 0];
  for (let i = 0; i < still.length; i++) {
    if (still[i] !== 1) continue;
    count++;
    sum += Math.abs((now[i] ?? 0) - (before[i] ?? 0));
  }
  return (1000 * sum) / 255 / count;
}

/**
 * dtSSD as in Robust Video Matting: the root of the mean squared difference between how alpha changes and how the true
 * alpha changes, times 100.
 *
 * @param mattes - Alpha of two frames, 0..255.
 * @param truths - True alpha of the same frames.
 */
export function dtSsd(
  mattes: readonly [before: Uint8Array, now: Uint8Array],
  truths: readonly [before: Uint8Array, now: Uint8Array],
): number {
  let sum = 0;
  const { length } = truths[0];
  for (let i = 0; i < length; i++) {
    const change = (mattes[1][i] ?? 0) - (mattes[0][i] ?? 0);
    const trueChange = (truths[1][i] ?? 0) - (truths[0][i] ?? 0);
    sum += (change - trueChange) ** 2;
  }
  return (100 * Math.sqrt(sum / length)) / 255;
}
