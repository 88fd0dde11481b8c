/** So many breakdowns within {@link PERIOD} are too many. */
const MOST = 4;

/** In milliseconds. */
const PERIOD = 60_000;

/** How long to wait before each next attempt, in milliseconds. */
const DELAYS = [0, 500, 2000] as const;

/** Decides whether a worker that broke down is worth another attempt. */
export class Restarts {
  #times: number[] = [];

  /**
   * Notes a breakdown.
   *
   * @param now - The time, in milliseconds.
   * @returns How many milliseconds to wait before the next attempt; `undefined`: give up.
   */
  next(now: number): number | undefined {
    this.#times = [...this.#times.filter((time) => now - time < PERIOD), now];
    return this.#times.length >= MOST ? undefined : DELAYS[this.#times.length - 1];
  }
}
