/** By how much of an interval a frame may come early or late before one is dropped or written again. */
const TOLERANCE = 0.5;

/** So many intervals late, the time that was lost is given up: a stalled reader gets no burst of old frames. */
const GIVE_UP = 5;

/**
 * Keeps an output at a constant frame rate, whatever the camera's rate is: a frame that comes too early is dropped, and where
 * none comes in time, the last one is written again. Within half an interval in either direction a frame counts as in time, so
 * that a camera of the same rate with some jitter loses no frame and none is written twice.
 */
export class OutputPace {
  /** Milliseconds between two frames. */
  readonly interval: number;
  #start: number;
  #written = 0;

  /**
   * @param frameRate - Frames per second.
   * @param now - The time in milliseconds; the first frame is due.
   */
  constructor(frameRate: number, now: number) {
    this.interval = 1000 / frameRate;
    this.#start = now;
  }

  /** Whether a new frame may be written. */
  takes(now: number): boolean {
    return this.#due(now) >= -TOLERANCE;
  }

  /** When a frame has to be written even if there is no new one, in milliseconds. */
  get deadline(): number {
    return this.#start + (this.#written + TOLERANCE) * this.interval;
  }

  /** A frame was written. */
  wrote(now: number): void {
    const late = this.#due(now);
    if (late > GIVE_UP) this.#start += late * this.interval;
    this.#written++;
  }

  /** For how many intervals the next frame has been due. */
  #due(now: number): number {
    return (now - this.#start) / this.interval - this.#written;
  }
}
