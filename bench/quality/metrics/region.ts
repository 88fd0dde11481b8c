/** The alpha from which a pixel counts as foreground. */
export const HALF = 128;

/**
 * Intersection over union of two mattes at one half; 1 if both are empty.
 *
 * @param matte - Alpha, 0..255.
 * @param truth - True alpha, 0..255, of the same length.
 */
export function intersectionOverUnion(matte: Uint8Array, truth: Uint8Array): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < truth.length; i++) {
    const found = (matte[i] ?? 0) >= HALF;
    const there = (truth[i] ?? 0) >= HALF;
    if (found && there) both++;
    if (found || there) either++;
  }
  return either === 0 ? 1 : both / either;
}

/** Mean absolute and mean squared error of alpha. */
export interface AlphaError {
  /** Mean |matte - truth| for alpha in 0..1, times 1000. */
  readonly mad: number;
  /** Mean (matte - truth)^2 for alpha in 0..1, times 1000. */
  readonly mse: number;
}

/**
 * The error of alpha.
 *
 * @param matte - Alpha, 0..255.
 * @param truth - True alpha, 0..255, of the same length.
 * @param region - 1 at the pixels to compare. Default: all pixels.
 * @returns The errors; `undefined` if the region is empty.
 */
export function alphaError(
  matte: Uint8Array,
  truth: Uint8Array,
  region?: Uint8Array,
): AlphaError | undefined {
  let count = 0;
  let absolute = 0;
  let squared = 0;
  for (let i = 0; i < truth.length; i++) {
    if (region && region[i] !== 1) continue;
    const difference = (matte[i] ?? 0) - (truth[i] ?? 0);
    count++;
    absolute += Math.abs(difference);
    squared += difference * difference;
  }
  if (count === 0) return undefined;
  return { mad: (1000 * absolute) / 255 / count, mse: (1000 * squared) / 255 ** 2 / count };
}
