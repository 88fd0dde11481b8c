import { at, clamp } from './sampling.reference.js';

/** The number of bins of Y, of U and of V. */
export const STEPS: readonly [y: number, u: number, v: number] = [12, 16, 16];

/**
 * All bins. A histogram has two counts for each: how often the colour was the person's, and how often the
 * camera background's.
 */
export const BINS: number = STEPS[0] * STEPS[1] * STEPS[2];

function stepOf(value: number, low: number, range: number, steps: number): number {
  return clamp(Math.floor(Math.fround(Math.fround((value - low) * steps) / range)), 0, steps - 1);
}

/** The number of a colour's bin. Chroma beyond 64..192 is rare and shares the outermost bins. */
function binOf(y: number, u: number, v: number): number {
  const [stepsY, stepsU, stepsV] = STEPS;
  return (
    (stepOf(y, 0, 256, stepsY) * stepsU + stepOf(u, 64, 128, stepsU)) * stepsV + stepOf(v, 64, 128, stepsV)
  );
}

/**
 * Counts the colours of a quarter of the cells: `high` and above is the person's, `low` and below the camera background's;
 * what lies between does not count.
 *
 * @param phase - Which quarter, 0..3.
 * @param histogram - `BINS * 2` counts, added to.
 */
export function countColors(
  y: Float32Array,
  u: Float32Array,
  v: Float32Array,
  map: Float32Array,
  width: number,
  height: number,
  phase: number,
  low: number,
  high: number,
  histogram: Float32Array,
): void {
  for (let row = phase >> 1; row < height; row += 2) {
    for (let column = phase & 1; column < width; column += 2) {
      const cell = row * width + column;
      const p = at(map, cell);
      const isPerson = p >= Math.fround(high);
      if (!isPerson && !(p <= Math.fround(low))) continue;
      const count = 2 * binOf(at(y, cell), at(u, cell), at(v, cell)) + (isPerson ? 0 : 1);
      histogram[count] = at(histogram, count) + 1;
    }
  }
}

/**
 * How much more likely a colour is the person's than the camera background's: the square root of the two relative frequencies' ratio, each
 * smoothed by [1 2 1] / 4 in Y, U and V and raised by `floor`, the ratio within `1 / limit .. limit`. 1 everywhere
 * as long as only one of the two was seen. The histogram is multiplied by `decay` afterwards.
 */
export function weighColors(
  histogram: Float32Array,
  weights: Float32Array,
  decay: number,
  floor: number,
  limit: number,
): void {
  const [stepsY, stepsU, stepsV] = STEPS;
  let counts = Float64Array.from(histogram);
  for (const [step, steps] of [
    [1, stepsV],
    [stepsV, stepsU],
    [stepsU * stepsV, stepsY],
  ] as const) {
    const source = counts;
    counts = source.map((_, i) => {
      const position = Math.floor((i >> 1) / step) % steps;
      const before = position > 0 ? i - 2 * step : i;
      const after = position < steps - 1 ? i + 2 * step : i;
      return (at(source, before) + 2 * at(source, i) + at(source, after)) / 4;
    });
  }
  const total = (offset: number) =>
    counts.reduce((sum, value, i) => (i % 2 === offset ? sum + value : sum), 0);
  const [people, background] = [total(0), total(1)];
  for (let bin = 0; bin < BINS; bin++) {
    const person = at(counts, 2 * bin) / people + floor;
    const behind = at(counts, 2 * bin + 1) / background + floor;
    weights[bin] = people > 0 && background > 0 ? Math.sqrt(clamp(person / behind, 1 / limit, limit)) : 1;
  }
  histogram.forEach((count, i) => {
    histogram[i] = count * decay;
  });
}

/** Bayes' rule: the odds of each value between `low` and `high` times its colour's weight. What is certain stays so. */
export function applyColors(
  y: Float32Array,
  u: Float32Array,
  v: Float32Array,
  map: Float32Array,
  target: Float32Array,
  count: number,
  low: number,
  high: number,
  weights: Float32Array,
): void {
  for (let i = 0; i < count; i++) {
    const p = at(map, i);
    const person = p * at(weights, binOf(at(y, i), at(u, i), at(v, i)));
    const isUnsure = p > Math.fround(low) && p < Math.fround(high);
    target[i] = isUnsure ? person / (person + 1 - p) : p;
  }
}
