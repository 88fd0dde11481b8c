/** The weight of a new interval in the mean. */
const WEIGHT = 1 / 30;

/** Frames that are further apart, in milliseconds, say nothing about the frame rate: the camera has paused. */
const MAX_INTERVAL = 500;

/** A frame may come so much early, as a part of the interval, where the frame rate is capped. */
const EARLY = 0.3;

/** Measures how often a camera gives frames, and drops those above the frame rate's cap. */
export class Pacing {
  /** Milliseconds between frames, mean. */
  #interval = 1000 / 30;
  #lastArrival = Number.NEGATIVE_INFINITY;
  #lastAdmitted = Number.NEGATIVE_INFINITY;

  /**
   * A frame has arrived.
   *
   * @param now - The time, in milliseconds.
   */
  arrive(now: number): void {
    const interval = now - this.#lastArrival;
    this.#lastArrival = now;
    if (interval <= MAX_INTERVAL) this.#interval += WEIGHT * (interval - this.#interval);
  }

  /**
   * Whether a frame is to be processed.
   *
   * @param timestamp - The frame's, in microseconds.
   * @param maxFrameRate - The cap in frames per second; infinity: none.
   */
  admits(timestamp: number, maxFrameRate: number): boolean {
    const interval = 1e6 / maxFrameRate;
    const due = this.#lastAdmitted + interval;
    if (timestamp >= this.#lastAdmitted && timestamp < due - EARLY * interval) return false;
    // Counted from when it was due, so that small delays do not add up; after a pause from when it came.
    this.#lastAdmitted = timestamp < due + interval && timestamp >= this.#lastAdmitted ? due : timestamp;
    return true;
  }

  /**
   * Milliseconds between two frames that are processed.
   *
   * @param maxFrameRate - The cap in frames per second; infinity: none.
   */
  intervalAt(maxFrameRate: number): number {
    return Math.max(this.#interval, 1000 / maxFrameRate);
  }
}
