import type { Backend, Quality } from '@elsewhere/engine';

/** From the closest look to the lightest one. Those above `medium` are too dear without a GPU. */
const LEVELS: Readonly<Record<Backend, readonly Quality[]>> = {
  cpu: ['medium', 'low', 'lowest'],
  gpu: ['highest', 'high', 'medium', 'low', 'lowest'],
};

/** Load is the time a frame takes, as a part of the time until the next one comes. */
const LOAD = {
  /** More than this is too much: one level down. */
  high: 0.85,
  /** So much is too much even where it has only just begun. */
  overload: 1.5,
  /** Less than this leaves room for the level above. */
  low: 0.45,
  /** The weight of a new frame in the mean. */
  weight: 1 / 20,
} as const;

const FRAMES = {
  /** The first ones at a level do not count: caches are cold, memory is fetched. */
  settling: 10,
  /** So many must have counted for a step down, */
  down: 30,
  /** or so few in overload. */
  overload: 8,
  /** So many in a row with room for more for a step up, */
  up: 150,
  /** which doubles up to this each time that a step up turns out to be one too many. */
  upMost: 4800,
} as const;

/**
 * The quality ladder: chooses how closely to look by the times that frames really take. It comes down soon and climbs
 * slowly, and more slowly each time that it has climbed too far.
 */
export class AdaptiveQuality {
  readonly #levels: readonly Quality[];
  #index: number;
  #frames = 0;
  #load = 0;
  /** For how many frames there has been room for more. */
  #calm = 0;
  #patience: number = FRAMES.up;
  #hasClimbed = false;

  /** @param backend - Where frames are computed. */
  constructor(backend: Backend) {
    this.#levels = LEVELS[backend];
    this.#index = this.#levels.indexOf('medium');
  }

  /** How closely to look at the next frame. */
  get quality(): Quality {
    return this.#levels[this.#index] ?? 'lowest';
  }

  /**
   * Takes in what a frame has taken.
   *
   * @param milliseconds - From its arrival until it went out.
   * @param interval - Milliseconds from one frame to the next; must be above 0.
   */
  add(milliseconds: number, interval: number): void {
    this.#frames++;
    const counted = this.#frames - FRAMES.settling;
    if (counted <= 0) return;
    const load = milliseconds / interval;
    this.#load += Math.max(LOAD.weight, 1 / counted) * (load - this.#load);
    this.#calm = this.#load < LOAD.low ? this.#calm + 1 : 0;
    if (this.#isTooMuch(counted)) this.#stepDown();
    else if (this.#index > 0 && this.#calm >= this.#patience) this.#step(-1);
  }

  #isTooMuch(counted: number): boolean {
    if (this.#index === this.#levels.length - 1) return false;
    return (
      (counted >= FRAMES.down && this.#load > LOAD.high) ||
      (counted >= FRAMES.overload && this.#load > LOAD.overload)
    );
  }

  #stepDown(): void {
    const wasTooFar = this.#hasClimbed && this.#frames < FRAMES.up * 2;
    if (wasTooFar) this.#patience = Math.min(FRAMES.upMost, this.#patience * 2);
    this.#step(1);
  }

  #step(by: 1 | -1): void {
    this.#index += by;
    this.#hasClimbed = by < 0;
    this.#frames = 0;
    this.#load = 0;
    this.#calm = 0;
  }
}
