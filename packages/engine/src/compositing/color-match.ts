import { type ColorSpace, type RgbToYuv, rgbToYuvMatrix } from '../frame/color-space.js';
import { type Oklab, oklabToRgb, type Rgb } from '../frame/oklab.js';
import type { ColorSamples } from './color-samples.js';
import { CHANNELS, ColorStatistics } from './color-statistics.js';

/** How far the person's colours move towards those of the background at strength 1, in Oklab. */
const MATCH = {
  /** The share of the difference of the means, for L, a and b. */
  pull: [0.4, 0.6, 0.6],
  /** The largest shift of a mean. */
  most: [0.1, 0.03, 0.03],
  /** The exponent of the ratio of the spreads. */
  spread: 0.3,
  /** The largest factor of a spread, and the inverse of the smallest. */
  mostStretch: 1.15,
} as const;

/** The time constant of the statistics, in microseconds: slow enough not to be visible. */
const TIME_CONSTANT = 2_000_000;

/** After a longer gap than this, in microseconds, the statistics start anew. */
const MAX_GAP = 2_000_000;

/** A person who covers a smaller share of the frame is not measured. */
const LEAST_PERSON = 0.02;

/** What a plane's samples are multiplied by, and what is then added. */
export interface Affine {
  gain: number;
  offset: number;
}

/** The change of each plane. */
export type Affines = readonly [y: Affine, u: Affine, v: Affine];

/**
 * Moves the person's colours towards those of the background: mean and spread in Oklab, within limits, as an affine change of
 * each plane that follows slowly.
 */
export class ColorMatch {
  /** The change of Y, U and V. */
  readonly planes: Affines = [identity(), identity(), identity()];
  readonly #measured = new ColorStatistics();
  readonly #person = new ColorStatistics();
  readonly #background = new ColorStatistics();
  readonly #fit = new PlaneFit();
  #current: object | undefined;
  #lastTimestamp = Number.NEGATIVE_INFINITY;

  /**
   * Follows a frame.
   *
   * @param samples - Of the person and the background.
   * @param background - Stands for the background: another object means another background.
   * @param strength - 0..1.
   * @param timestamp - The frame's, in microseconds.
   */
  follow(samples: ColorSamples, background: object, strength: number, timestamp: number): void {
    const passed = timestamp - this.#lastTimestamp;
    const isNew = background !== this.#current || !(passed >= 0 && passed <= MAX_GAP);
    const gain = isNew ? 1 : 1 - Math.exp(-passed / TIME_CONSTANT);
    this.#measured.measure(samples.person, samples.colorSpace);
    // Without a person in the frame, the last statistics hold.
    if (this.#measured.weight < LEAST_PERSON) return;
    this.#lastTimestamp = timestamp;
    this.#current = background;
    this.#person.approach(this.#measured, gain);
    this.#measured.measure(samples.background, samples.colorSpace);
    this.#background.approach(this.#measured, gain);
    this.#fit.run(this.#person, this.#background, strength, samples.colorSpace, this.planes);
  }
}

/** A change that leaves a plane as it is. */
export function identity(): Affine {
  return { gain: 1, offset: 0 };
}

/** The change that leaves all planes as they are. */
export const UNCHANGED: Affines = [identity(), identity(), identity()];

/** Fits an affine change of each plane to a change in Oklab. */
class PlaneFit {
  readonly #before: Oklab = [0, 0, 0];
  readonly #after: Oklab = [0, 0, 0];
  readonly #rgb: Rgb = [0, 0, 0];
  readonly #from = new Float64Array(3 * POINTS);
  readonly #to = new Float64Array(3 * POINTS);

  /** Least squares over the person's mean and the ends of their spread in each direction of Oklab. */
  run(
    person: ColorStatistics,
    background: ColorStatistics,
    strength: number,
    colorSpace: ColorSpace,
    target: Affines,
  ): void {
    const matrix = rgbToYuvMatrix(colorSpace);
    for (let point = 0; point < POINTS; point++) {
      for (const i of CHANNELS) {
        const sign = i === (point - 1) >> 1 ? (point & 1 ? 1 : -1) : 0;
        const away = sign * Math.max(person.spread[i], LEAST_SPREAD);
        const shift = MATCH.pull[i] * strength * (background.mean[i] - person.mean[i]);
        const most = MATCH.most[i] * strength;
        this.#before[i] = person.mean[i] + away;
        this.#after[i] =
          person.mean[i] +
          Math.min(most, Math.max(-most, shift)) +
          away * stretch(person, background, i, strength);
      }
      this.#write(this.#before, matrix, this.#from, point);
      this.#write(this.#after, matrix, this.#to, point);
    }
    for (const i of CHANNELS) this.#solve(i, target[i]);
  }

  #write(color: Oklab, { yOffset, y, u, v }: RgbToYuv, target: Float64Array, point: number): void {
    oklabToRgb(color, this.#rgb);
    const [r, g, b] = this.#rgb;
    target[point] = yOffset + 255 * (y[0] * r + y[1] * g + y[2] * b);
    target[POINTS + point] = 128 + 255 * (u[0] * r + u[1] * g + u[2] * b);
    target[2 * POINTS + point] = 128 + 255 * (v[0] * r + v[1] * g + v[2] * b);
  }

  /** A straight line through the points of a plane. */
  #solve(plane: number, target: Affine): void {
    let [x, y, xx, xy] = [0, 0, 0, 0];
    for (let point = plane * POINTS; point < (plane + 1) * POINTS; point++) {
      const from = this.#from[point] ?? 0;
      const to = this.#to[point] ?? 0;
      x += from / POINTS;
      y += to / POINTS;
      xx += (from * from) / POINTS;
      xy += (from * to) / POINTS;
    }
    const variance = xx - x * x;
    const gain = variance > 0.01 ? (xy - x * y) / variance : 1;
    target.gain = Math.min(1.5, Math.max(0.5, gain));
    target.offset = y - target.gain * x;
  }
}

/** The mean, and one point to each side of it in three directions. */
const POINTS = 7;

/** In Oklab: a uniform colour has no spread, but the fit needs distinct points. */
const LEAST_SPREAD = 0.01;

/** The factor of the spread of L, or of a and b together. */
function stretch(
  person: ColorStatistics,
  background: ColorStatistics,
  channel: 0 | 1 | 2,
  strength: number,
): number {
  const of = ({ spread: [l, a, b] }: ColorStatistics) =>
    (channel === 0 ? l : Math.hypot(a, b)) + LEAST_SPREAD;
  const ratio = (of(background) / of(person)) ** (MATCH.spread * strength);
  return Math.min(MATCH.mostStretch, Math.max(1 / MATCH.mostStretch, ratio));
}
