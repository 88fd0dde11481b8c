import type { Size } from '../items/scale.js';

/** Mean luma difference (0..255) in 5x5 pixels up to which a place is at rest. */
const REST = 2;
/** The share of the surroundings that is at rest at least; under a moving camera only flat places seem to be. */
const CALM = 0.25;

/**
 * Finds the pixels near the edge where truly nothing happens between two frames: the true alpha is the same in both and
 * the picture around (5x5) differs by no more than what a codec does.
 *
 * @param truths - True alpha of the two frames.
 * @param lumas - Luma of the two frames, without a camera's noise where the picture without it is known.
 * @param surroundings - 1 where to look.
 * @param size - Of all of them.
 * @returns 1 where it is static; `undefined` where less than a quarter of the surroundings is.
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
  return still > CALM * around ? result : undefined;
}

/**
 * Edge flicker: mean |change of alpha from frame to frame| times 1000 where truly nothing happens.
 *
 * @param mattes - Alpha of the two frames, 0..255.
 * @param still - Where, by {@link staticPixels}; somewhere at least.
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
 * @param truths - True alpha of the two.
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
