import { type ColorSpace, type RgbToYuv, rgbToYuvMatrix } from '../frame/color-space.js';
import { type Oklab, oklabToRgb, type Rgb } from '../frame/oklab.js';
import type { ColorSamples } from './color-samples.js';
import { CHANNELS, ColorStatistics } from './color-statistics.js';

/** How far the person's colours go towards those of the new place at strength 1, in Oklab. */
const MATCH = {
  /** How much of the difference of the means, for L and for a and b. */
  pull: [0.4, 0.6, 0.6],
  /** The most that a mean is moved. */
  most: [0.1, 0.03, 0.03],
  /** The exponent of the ratio of the spreads. */
  spread: 0.3,
  /** The most that a spread is stretched, and 1 / the most that it is pressed. */
  mostStretch: 1.15,
} as const;

/** The statistics follow what is measured with this time constant, in microseconds: nobody is to see them move. */
const TIME_CONSTANT = 2_000_000;

/** A frame that comes later than this after the one before, in microseconds, begins anew. */
const MAX_GAP = 2_000_000;

/** Less of a person than this part of the picture tells nothing of their colours. */
const LEAST_PERSON = 0.02;

/** What a plane's samples are multiplied by, and what is added then. */
export interface Affine {
  gain: number;
  offset: number;
}

/** What is done to each plane. */
export type Affines = readonly [y: Affine, u: Affine, v: Affine];

/**
 * Brings the person's colours nearer to those of the new place: mean and spread in Oklab, within limits, as an affine change
 * of each plane that follows slowly.
 */
export class ColorMatch {
  /** What to do to Y, U and V. */
  readonly planes: Affines = [identity(), identity(), identity()];
  readonly #measured = new ColorStatistics();
  readonly #person = new ColorStatistics();
  readonly #place = new ColorStatistics();
  readonly #fit = new PlaneFit();
  #current: object | undefined;
  #lastTimestamp = Number.NEGATIVE_INFINITY;

  /**
   * Follows a frame.
   *
   * @param samples - What is seen of the person in it, and of the place.
   * @param place - The new background; another object means another place.
   * @param strength - 0..1.
   * @param timestamp - The frame's, in microseconds.
   */
  follow(samples: ColorSamples, place: object, strength: number, timestamp: number): void {
    const passed = timestamp - this.#lastTimestamp;
    const isNew = place !== this.#current || !(passed >= 0 && passed <= MAX_GAP);
    const gain = isNew ? 1 : 1 - Math.exp(-passed / TIME_CONSTANT);
    this.#measured.measure(samples.person, samples.colorSpace);
    // Where nobody is, what is known of them holds.
    if (this.#measured.weight < LEAST_PERSON) return;
    this.#lastTimestamp = timestamp;
    this.#current = place;
    this.#person.approach(this.#measured, gain);
    this.#measured.measure(samples.place, samples.colorSpace);
    this.#place.approach(this.#measured, gain);
    this.#fit.run(this.#person, this.#place, strength, samples.colorSpace, this.planes);
  }
}

/** Leaves a plane as it is. */
export function identity(): Affine {
  return { gain: 1, offset: 0 };
}

/** Leaves all planes as they are. */
export const UNCHANGED: Affines = [identity(), identity(), identity()];

/** Finds the affine change of each plane that comes nearest to a change in Oklab. */
class PlaneFit {
  readonly #before: Oklab = [0, 0, 0];
  readonly #after: Oklab = [0, 0, 0];
  readonly #rgb: Rgb = [0, 0, 0];
  readonly #from = new Float64Array(3 * POINTS);
  readonly #to = new Float64Array(3 * POINTS);

  /** Least squares over the person's mean and the ends of their spread in each direction of Oklab. */
  run(
    person: ColorStatistics,
    place: ColorStatistics,
    strength: number,
    colorSpace: ColorSpace,
    target: Affines,
  ): void {
    const matrix = rgbToYuvMatrix(colorSpace);
    for (let point = 0; point < POINTS; point++) {
      for (const i of CHANNELS) {
        const sign = i === (point - 1) >> 1 ? (point & 1 ? 1 : -1) : 0;
        const away = sign * Math.max(person.spread[i], LEAST_SPREAD);
        const shift = MATCH.pull[i] * strength * (place.mean[i] - person.mean[i]);
        const most = MATCH.most[i] * strength;
        this.#before[i] = person.mean[i] + away;
        this.#after[i] =
          person.mean[i] +
          Math.min(most, Math.max(-most, shift)) +
          away * stretch(person, place, i, strength);
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

/** The mean, and one to each side of it in three directions. */
const POINTS = 7;

/** In Oklab: an even colour has no spread, but there must be something for the line to go through. */
const LEAST_SPREAD = 0.01;

/** By what the spread of L, or of a and b together, is multiplied. */
function stretch(
  person: ColorStatistics,
  place: ColorStatistics,
  channel: 0 | 1 | 2,
  strength: number,
): number {
  const of = ({ spread: [l, a, b] }: ColorStatistics) =>
    (channel === 0 ? l : Math.hypot(a, b)) + LEAST_SPREAD;
  const ratio = (of(place) / of(person)) ** (MATCH.spread * strength);
  return Math.min(MATCH.mostStretch, Math.max(1 / MATCH.mostStretch, ratio));
}
