import { at, clamp } from './sampling.reference.js';

const RADIUS = 2;
const SAMPLES = 1024;
const ROUNDS = 4;
/** Differences of this many sample units weigh a quarter. */
const SCALE = 4;
/** In sample units squared: a plane without contrast has no gain to be found. */
const RIDGE = 4;
const MAX_GAIN_CHANGE = 0.25;
const MAX_SHIFT = 24;
const BINS = 512;
const VALUES = 4096;

/**
 * Gives `reference` and `place` the exposure of `plane`: finds gain and offset with `plane - centre = gain (reference - centre) + offset`
 * and applies them to both. A robust fit by least squares over about 1024 samples, weighted anew four times with
 * `1 / (1 + (r / 4)^2)^2` for a residual r: what moved does not count. Changes that no camera's exposure makes from one frame
 * to the next (a gain off by more than a quarter, a mean by more than 24) leave both as they are.
 *
 * @param centre - What a gain leaves as it is: 0 for luma, 128 for chroma.
 */
export function matchExposure(
  plane: Float32Array,
  reference: Float32Array,
  place: Float32Array,
  count: number,
  centre: number,
): void {
  const stride = Math.floor(count / SAMPLES) | 1;
  let gain = 1;
  let offset = 0;
  let mean = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let [weights, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
    for (let i = 0; i < count; i += stride) {
      const x = at(reference, i) - centre;
      const y = at(plane, i) - centre;
      const residual = (y - gain * x - offset) / SCALE;
      const weight = 1 / (1 + residual * residual) ** 2;
      weights += weight;
      sumX += weight * x;
      sumY += weight * y;
      sumXX += weight * x * x;
      sumXY += weight * x * y;
    }
    mean = sumX / weights;
    const meanY = sumY / weights;
    gain = (sumXY / weights - mean * meanY + RIDGE) / (sumXX / weights - mean * mean + RIDGE);
    offset = meanY - gain * mean;
  }
  const plausible =
    Math.abs(gain - 1) <= MAX_GAIN_CHANGE && Math.abs((gain - 1) * mean + offset) <= MAX_SHIFT;
  if (!plausible) return;
  for (const each of [reference, place]) {
    for (let i = 0; i < count; i++) each[i] = gain * (at(each, i) - centre) + centre + offset;
  }
}

/** Three planes of a guide. */
export interface Planes {
  readonly y: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/**
 * The 5x5 mean of `max(|dY|, |dU| + |dV|) / 255`, d being the difference of the guide and the reference; at the borders
 * the mean of what of the window lies inside. Where `state` is negative nothing is known, and nothing counts as changed.
 *
 * @returns The mean of |dY| / 255 over the guide.
 */
export function motion(
  guide: Planes,
  reference: Planes,
  state: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
): number {
  const difference = (plane: keyof Planes, cell: number) =>
    at(state, cell) < 0 ? 0 : Math.abs(at(guide[plane], cell) - at(reference[plane], cell)) / 255;
  const change = (x: number, y: number) => {
    const cell = y * width + x;
    return Math.max(difference('y', cell), difference('u', cell) + difference('v', cell));
  };
  let total = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      total += difference('y', y * width + x);
      let sum = 0;
      let count = 0;
      for (let j = Math.max(0, y - RADIUS); j <= Math.min(height - 1, y + RADIUS); j++) {
        for (let i = Math.max(0, x - RADIUS); i <= Math.min(width - 1, x + RADIUS); i++) {
          sum += change(i, j);
          count++;
        }
      }
      target[y * width + x] = sum / count;
    }
  }
  return total / (width * height);
}

/**
 * The value that a `share` of all values lie below, from a histogram of about 4096 of them in 512 bins over 0..`top`;
 * between the limits of its bin by proportion.
 */
export function quantile(values: Float32Array, count: number, share: number, top: number): number {
  const bins = new Uint32Array(BINS);
  const stride = Math.floor(count / VALUES) | 1;
  for (let i = 0; i < count; i += stride) {
    const bin = clamp(Math.floor(Math.fround(at(values, i) * Math.fround(BINS / top))), 0, BINS - 1);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  let rest = share * Math.ceil(count / stride);
  for (const [bin, size] of bins.entries()) {
    if (size > 0 && rest <= size) return ((bin + rest / size) * top) / BINS;
    rest -= size;
  }
  return top;
}

/** The share of the first `count` values that are above a limit. */
export function shareAbove(values: Float32Array, count: number, limit: number): number {
  return values.subarray(0, count).filter((value) => value > limit).length / count;
}
