import type { Backend, Quality } from '@elsewhere/engine';

/** The levels of each backend, the highest first. Those above `medium` are too expensive without a GPU. */
const LEVELS: Readonly<Record<Backend, readonly Quality[]>> = {
  cpu: ['medium', 'low', 'lowest'],
  gpu: ['highest', 'high', 'medium', 'low', 'lowest'],
};

/** The load is a frame's latency as a part of the interval between frames. */
const LOAD = {
  /** Above this, the quality goes down a level. */
  high: 0.85,
  /** Above this, it goes down after a few frames already. */
  overload: 1.5,
  /** Below this, there is time for the level above. */
  low: 0.45,
  /** The weight of a new frame in the mean. */
  weight: 1 / 20,
} as const;

const FRAMES = {
  /** The first frames at a level do not count: caches are cold, memory is allocated. */
  settling: 10,
  /** So many frames must have counted before a step down, */
  down: 30,
  /** or so few of them in overload. */
  overload: 8,
  /** So many frames in a row must have had time to spare before a step up; */
  up: 150,
  /** the number doubles, up to this, each time that a step up has to be taken back. */
  upMost: 4800,
} as const;

/**
 * Adapts the quality level to the measured latencies: down soon, up slowly, and more slowly each time that a step up had to be
 * taken back.
 */
export class AdaptiveQuality {
  readonly #levels: readonly Quality[];
  #index: number;
  #frames = 0;
  #load = 0;
  /** For how many frames in a row there has been time to spare. */
  #calm = 0;
  #patience: number = FRAMES.up;
  #hasClimbed = false;

  /** @param backend - Where frames are processed. */
  constructor(backend: Backend) {
    this.#levels = LEVELS[backend];
    this.#index = this.#levels.indexOf('medium');
  }

  /** The level for the next frame. */
  get quality(): Quality {
    return this.#levels[this.#index] ?? 'lowest';
  }

  /**
   * Records a frame.
   *
   * @param milliseconds - From its arrival until it came out.
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
