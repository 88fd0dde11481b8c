/** A part of a frame, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A strip of the camera background with many sharp edges, which the person never covers, and its luma. */
export interface Landmark extends Rectangle {
  /** `width * height`, row by row. */
  readonly luma: readonly number[];
}

/** The share of edges from which a frame counts as raw. A blurred camera background has hardly any. */
const RAW = 0.5;

/**
 * How much of the landmark's sharp edges a frame contains: its horizontal differences projected on the landmark's. 1 for the
 * camera background itself, about 0 for anything else.
 *
 * @param luma - The luma of the same rectangle in a frame.
 * @param landmark - The landmark in the camera's frame.
 */
export function shareOf(luma: ArrayLike<number>, { luma: expected, width }: Landmark): number {
  let [product, square] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    if (i % width === width - 1) continue;
    const step = (expected[i + 1] ?? 0) - (expected[i] ?? 0);
    product += step * ((luma[i + 1] ?? 0) - (luma[i] ?? 0));
    square += step * step;
  }
  return square === 0 ? 0 : product / square;
}

/** Whether a share of edges, by {@link shareOf}, means that the frame shows the camera background. */
export function isRaw(share: number): boolean {
  return share >= RAW;
}
