/** The shifts that are compared, in frames: a matte that is `s` frames late is like the ground truth `s` frames ago. */
export const SHIFTS = [-2, -1, 0, 1, 2, 3, 4] as const;

/** How much the true alpha (0..255) of a pixel must change within the shifts to count as moving. */
const MOVES = 64;
/** The number of moving pixels in a clip that a result needs. */
const ENOUGH = 1000;

/**
 * The pixels where the ground truth moves.
 *
 * @param truths - True alpha, shifted by each of {@link SHIFTS}.
 * @returns The indices of the pixels.
 */
export function movingPixels(truths: readonly Uint8Array[]): Uint32Array {
  const found: number[] = [];
  const { length } = truths[0] ?? [];
  for (let i = 0; i < length; i++) {
    let [low, high] = [255, 0];
    for (const truth of truths) {
      const value = truth[i] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low >= MOVES) found.push(i);
  }
  return Uint32Array.from(found);
}

/** Measures by how many frames a matte is late. */
export class LagMeter {
  readonly #errors = SHIFTS.map(() => 0);
  #pixels = 0;

  /**
   * Adds a frame.
   *
   * @param matte - Alpha, 0..255.
   * @param truths - True alpha, shifted by each of {@link SHIFTS}.
   * @param moving - The pixels to compare, by {@link movingPixels}.
   */
  add(matte: Uint8Array, truths: readonly Uint8Array[], moving: Uint32Array): void {
    this.#pixels += moving.length;
    truths.forEach((truth, shift) => {
      let sum = 0;
      for (const pixel of moving) sum += ((matte[pixel] ?? 0) - (truth[pixel] ?? 0)) ** 2;
      this.#errors[shift] = (this.#errors[shift] ?? 0) + sum;
    });
  }

  /**
   * The shift with the least squared error, interpolated by the parabola through it and its neighbours.
   *
   * @returns Frames, positive if the matte is late; `undefined` if too little moves.
   */
  get lag(): number | undefined {
    if (this.#pixels < ENOUGH) return undefined;
    const errors = this.#errors;
    const best = errors.indexOf(Math.min(...errors));
    const [before, here, after] = [errors[best - 1], errors[best] ?? 0, errors[best + 1]];
    const shift = SHIFTS[best] ?? 0;
    if (before === undefined || after === undefined) return shift;
    const bend = before - 2 * here + after;
    return bend === 0 ? shift : shift + (before - after) / (2 * bend);
  }
}
