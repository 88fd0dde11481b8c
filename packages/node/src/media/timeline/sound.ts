/** After this many packets, a small deviation of the timestamps is no jitter. */
const PERSISTENT = 8;

/** Sound that goes back by at least this is dropped at once, in seconds: less may be jitter. */
const BACK = 0.1;

/**
 * Finds out where decoded sound lies on the time line. Samples follow each other in runs; a run begins where sound is missing, where
 * its timestamps say something else than the number of its samples, and where the sampling rate changes.
 */
export class SoundClock {
  readonly #tick: number;
  #begun = false;
  /** Where the run began, in seconds. */
  #anchor = 0;
  /** Samples of the run so far. */
  #count = 0;
  #rate = 1;
  /** Packets in a row that deviate in the same direction, and the smallest of their deviations. */
  #streak = 0;
  #drift = 0;

  /**
   * @param tick - The unit of the timestamps, in seconds. They are rounded to it.
   */
  constructor(tick: number) {
    this.#tick = tick;
  }

  /**
   * Places the next block of samples.
   *
   * @param time - Its timestamp in seconds; `undefined` where there is none.
   * @param count - Its samples.
   * @param rate - Samples per second.
   * @returns Where a new run begins with it, in seconds; `undefined` if it continues the run.
   */
  next(time: number | undefined, count: number, rate: number): number | undefined {
    const expected = this.#anchor + this.#count / this.#rate;
    const deviation = this.#begun ? (time ?? expected) - expected : (time ?? 0);
    const correction = this.#begun ? this.#correction(deviation, count, rate) : deviation;
    const begins = !this.#begun || correction !== 0 || rate !== this.#rate;
    this.#begun = true;
    if (begins) {
      this.#anchor = expected + correction;
      this.#count = 0;
      this.#rate = rate;
      this.#streak = 0;
    }
    this.#count += count;
    return begins ? this.#anchor : undefined;
  }

  /** By how many seconds to move the block away from where the last one ended. */
  #correction(deviation: number, count: number, rate: number): number {
    if (Math.abs(deviation) <= 1.5 * this.#tick + 0.5 / rate) {
      this.#streak = 0;
      return 0;
    }
    if (deviation > count / rate / 2 || deviation < -BACK) return deviation;
    const isLonger = this.#streak > 0 && Math.sign(deviation) === Math.sign(this.#drift);
    this.#drift = isLonger && Math.abs(this.#drift) < Math.abs(deviation) ? this.#drift : deviation;
    this.#streak = isLonger ? this.#streak + 1 : 1;
    return this.#streak < PERSISTENT ? 0 : this.#drift;
  }
}

/** What to do with a block of samples: write silence, skip its first samples, write the next ones. */
export interface Laid {
  readonly silence: number;
  readonly skip: number;
  readonly take: number;
}

/** A run that begins within this many samples of the last one's end continues it: resampling rounds. */
const ROUNDING = 2;

/** Lays runs of samples on a track without gaps: gaps become silence, and of what overlaps the first is kept. */
export class SampleTrack {
  readonly #length: number;
  /** Samples that are written. */
  #written = 0;
  /** Where the next block lies. */
  #at = 0;

  /**
   * @param length - The length of the track in samples; may be infinite.
   */
  constructor(length: number) {
    this.#length = length;
  }

  /**
   * Begins a run.
   *
   * @param at - In samples from the start of the track; may be negative.
   */
  begin(at: number): void {
    this.#at = Math.abs(at - this.#at) <= ROUNDING && this.#written > 0 ? this.#at : at;
  }

  /** Lays the next block of the run. */
  lay(count: number): Laid {
    const from = this.#at;
    this.#at += count;
    const first = Math.max(from, this.#written);
    const last = Math.min(this.#at, this.#length);
    if (last <= first) return { silence: 0, skip: count, take: 0 };
    const silence = first - this.#written;
    this.#written = last;
    return { silence, skip: first - from, take: last - first };
  }
}
