import { smoothstep } from './confidence.reference.js';
import { at } from './sampling.reference.js';

/** Where an edge is drawn without the frame's colours. */
export interface Fallback {
  /** The contrast of both sides, 0..1, up to which their colours tell nothing, and from which they tell all. */
  readonly low: number;
  readonly high: number;
  /** The mean of the map below which is the background, and above which is the person, without the colours. */
  readonly outer: number;
  readonly inner: number;
}

/** The least p (1 - p) that a contrast is divided by. */
const LEAST_SPREAD = 1e-3;

/** A value for each cell. */
type Field = (cell: number) => number;

/**
 * The colour guided filter's coefficients (He, Sun, Tang, "Guided Image Filtering", PAMI 2013, eq. 14-16), at the low
 * resolution at which the fast guided filter (He, Sun 2015) computes them. With the guide I = (Y, U, V) / 255 and means
 * over box windows (at the borders over what of the window lies inside):
 *
 *     a = (cov(I, I) + epsilon * identity)^-1 cov(I, p)
 *     b = mean(p) - a . mean(I)
 *
 * and both averaged once more over the same windows. `a` is given for samples of 0..255.
 *
 * Where both sides have nearly the same colour, `a` fits noise: spikes, and edges like a comb. The mean colours of both sides are
 * `cov(I, p) / (mean(p) (1 - mean(p)))` apart; with the trust K = smoothstep(low, high, that contrast), the solution becomes
 *
 *     a' = K a
 *     b' = K b + (1 - K) smoothstep(outer, inner, mean(p))
 *
 * @param target - Four floats a cell: aY, aU, aV, b.
 */
export function coefficients(
  y: Float32Array,
  u: Float32Array,
  v: Float32Array,
  p: Float32Array,
  width: number,
  height: number,
  radius: number,
  epsilon: number,
  { low, high, outer, inner }: Fallback,
  target: Float32Array,
): void {
  const mean = (field: Field) => boxMean(field, width, height, radius);
  const guide: Field[] = [y, u, v].map((plane) => (cell) => at(plane, cell) / 255);
  const target0: Field = (cell) => at(p, cell);

  const meanGuide = guide.map(mean);
  const meanP = mean(target0);
  const covariance = guide.map((first, i) =>
    guide.map((second, j) => {
      const product = mean((cell) => first(cell) * second(cell));
      return (cell: number) => product(cell) - entry(meanGuide, i)(cell) * entry(meanGuide, j)(cell);
    }),
  );
  const covarianceP = guide.map((channel, i) => {
    const product = mean((cell) => channel(cell) * target0(cell));
    return (cell: number) => product(cell) - entry(meanGuide, i)(cell) * meanP(cell);
  });

  const solutions = Array.from({ length: width * height }, (_, cell) => {
    const matrix = covariance.map((row, i) => row.map((field, j) => field(cell) + (i === j ? epsilon : 0)));
    const a = solve(
      matrix,
      covarianceP.map((field) => field(cell)),
    );
    const b = a.reduce((sum, value, i) => sum - value * entry(meanGuide, i)(cell), meanP(cell));
    const spread = Math.max(LEAST_SPREAD, meanP(cell) * (1 - meanP(cell)));
    const trust = smoothstep(low, high, Math.hypot(...covarianceP.map((field) => field(cell))) / spread);
    return [
      ...a.map((value) => trust * value),
      trust * b + (1 - trust) * smoothstep(outer, inner, meanP(cell)),
    ];
  });
  for (let channel = 0; channel < 4; channel++) {
    const averaged = mean((cell) => entry(entry(solutions, cell), channel));
    for (let cell = 0; cell < width * height; cell++) {
      target[cell * 4 + channel] = channel < 3 ? averaged(cell) / 255 : averaged(cell);
    }
  }
}

/** The mean of a field over the window around each cell. */
function boxMean(field: Field, width: number, height: number, radius: number): Field {
  const means = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      let count = 0;
      for (let j = Math.max(0, row - radius); j <= Math.min(height - 1, row + radius); j++) {
        for (let i = Math.max(0, column - radius); i <= Math.min(width - 1, column + radius); i++) {
          sum += field(j * width + i);
          count++;
        }
      }
      means[row * width + column] = sum / count;
    }
  }
  return (cell) => at(means, cell);
}

/** Solves three equations by Cramer's rule. */
function solve(matrix: number[][], right: number[]): number[] {
  const full = determinant(matrix);
  return right.map(
    (_, column) =>
      determinant(matrix.map((row, i) => row.map((value, j) => (j === column ? entry(right, i) : value)))) /
      full,
  );
}

function determinant(m: number[][]): number {
  const minor = (i: number, j: number) =>
    entry(entry(m, 1), i) * entry(entry(m, 2), j) - entry(entry(m, 1), j) * entry(entry(m, 2), i);
  const [top0 = 0, top1 = 0, top2 = 0] = entry(m, 0);
  return top0 * minor(1, 2) - top1 * minor(0, 2) + top2 * minor(0, 1);
}

function entry<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`Entry ${index} of ${list.length}`);
  return value;
}
