import type { Size } from '../items/scale.js';

const SIGMA = 1.4;
/** Where the Gaussian falls to 0.01, as in the original code. */
const RADIUS = Math.ceil(SIGMA * Math.sqrt(-2 * Math.log(Math.sqrt(2 * Math.PI) * SIGMA * 0.01)));

const offsets = Array.from({ length: 2 * RADIUS + 1 }, (_, k) => k - RADIUS);
const gaussian = offsets.map(
  (x) => Math.exp((-x * x) / (2 * SIGMA * SIGMA)) / (SIGMA * Math.sqrt(2 * Math.PI)),
);
const derivative = offsets.map((x, k) => (-x * (gaussian[k] ?? 0)) / (SIGMA * SIGMA));
/** The two-dimensional filter has the Euclidean norm 1, as in the original code. */
const norm = Math.hypot(...gaussian) * Math.hypot(...derivative);
const scale = 1 / norm / 255;
const SMOOTH = Float64Array.from(gaussian);
const SLOPE = Float64Array.from(derivative);

/**
 * The length of the gradient of alpha in 0..1, by first derivatives of a Gaussian of sigma 1.4. The border of the frame is
 * repeated outwards.
 *
 * @param alpha - 0..255.
 */
export function gradientLength(alpha: Uint8Array, { width, height }: Size): Float32Array {
  const result = new Float32Array(width * height);
  const [smooth, slope] = [new Float64Array(width), new Float64Array(width)];
  // Most of a matte is exactly 0 or 1 and has no gradient, so constant parts of columns and rows are skipped.
  const run = new Int32Array(width).fill(RADIUS);
  const busy = new Int32Array(width + 1);
  const rows = new Int32Array(2 * RADIUS + 1);
  const clampRow = (y: number) => width * Math.min(height - 1, Math.max(0, y));
  for (let y = -RADIUS; y < height; y++) {
    const [below, above] = [clampRow(y + RADIUS), clampRow(y + RADIUS - 1)];
    for (let x = 0; x < width; x++) run[x] = alpha[below + x] === alpha[above + x] ? (run[x] ?? 0) + 1 : 0;
    if (y < 0) continue;
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const isFlat = (run[x] ?? 0) >= 2 * RADIUS && (x === 0 || alpha[row + x] === alpha[row + x - 1]);
      busy[x + 1] = (busy[x] ?? 0) + (isFlat ? 0 : 1);
    }
    if (busy[width] === 0) continue;
    for (let k = 0; k < rows.length; k++) rows[k] = clampRow(y + k - RADIUS);
    const isBusy = (x: number, reach: number) =>
      busy[Math.min(width, x + reach + 1)] !== busy[Math.max(0, x - reach)];
    for (let x = 0; x < width; x++) {
      if (!isBusy(x, 2 * RADIUS)) continue;
      let [sum, difference] = [0, 0];
      for (let k = 0; k < rows.length; k++) {
        const value = alpha[(rows[k] ?? 0) + x] ?? 0;
        sum += (SMOOTH[k] ?? 0) * value;
        difference += (SLOPE[k] ?? 0) * value;
      }
      smooth[x] = sum;
      slope[x] = difference;
    }
    for (let x = 0; x < width; x++) {
      if (!isBusy(x, RADIUS)) continue;
      let [across, down] = [0, 0];
      for (let k = 0; k <= 2 * RADIUS; k++) {
        const at = Math.min(width - 1, Math.max(0, x + k - RADIUS));
        across += (SLOPE[k] ?? 0) * (smooth[at] ?? 0);
        down += (SMOOTH[k] ?? 0) * (slope[at] ?? 0);
      }
      result[row + x] = scale * Math.sqrt(across * across + down * down);
    }
  }
  return result;
}

/**
 * Gradient error (Rhemann et al. 2009): the summed squared difference of the gradients' lengths, in thousands per
 * million pixels.
 *
 * @param matte - The matte's {@link gradientLength}.
 * @param truth - The true matte's.
 */
export function gradientError(matte: Float32Array, truth: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += ((matte[i] ?? 0) - (truth[i] ?? 0)) ** 2;
  return (1000 * sum) / truth.length;
}
