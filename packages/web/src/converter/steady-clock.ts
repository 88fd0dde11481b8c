/** Timestamps that go back by more than this, in seconds, belong to another recording: those of one are in order, but for rounding. */
const BACK = 0.1;

/** So do those that are ahead of the ones before by more than this, in seconds: no camera pauses for so long. */
const AHEAD = 10;

/** The least distance of two timestamps, in seconds: containers refuse equal ones. */
const LEAST = 1e-4;

/**
 * Makes one clock of several: where the timestamps of a recording jump, as where recordings were joined, what follows is put
 * behind what comes before. All tracks jump at the same places, and by the same offset, so that they stay together.
 */
export class SteadyClock {
  /** What is added after so many jumps, in seconds. The track that jumps first decides. */
  readonly #offsets = [0];

  /** How many jumps there were. */
  get jumps(): number {
    return this.#offsets.length - 1;
  }

  /** The clock of one track. */
  track(): TrackClock {
    return new TrackClock(this.#offsets);
  }
}

/** The timestamps of one track. */
export class TrackClock {
  readonly #offsets: number[];
  #jumps = 0;
  #last: number | undefined;
  #end = Number.NEGATIVE_INFINITY;
  #written = Number.NEGATIVE_INFINITY;

  /** @param offsets - Shared by all tracks. */
  constructor(offsets: number[]) {
    this.#offsets = offsets;
  }

  /** How often it has jumped. */
  get jumps(): number {
    return this.#jumps;
  }

  /**
   * The steady timestamp of what comes next in the track; later than the one before.
   *
   * @param timestamp - As the file says it, in seconds.
   * @param duration - In seconds.
   */
  at(timestamp: number, duration: number): number {
    const last = this.#last ?? timestamp;
    if (timestamp < last - BACK || timestamp > last + AHEAD) {
      this.#jumps++;
      this.#offsets[this.#jumps] ??= this.#end - timestamp;
    }
    this.#last = timestamp;
    const steady = timestamp + (this.#offsets[this.#jumps] ?? 0);
    this.#end = Math.max(this.#end, steady + duration);
    this.#written = Math.max(steady, this.#written + LEAST);
    return this.#written;
  }
}
