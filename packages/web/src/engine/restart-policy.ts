/** So many failures within {@link PERIOD} are final. */
const MAX_FAILURES = 4;

/** In milliseconds. */
const PERIOD = 60_000;

/** How long to wait before each next attempt, in milliseconds. */
const DELAYS = [0, 500, 2000] as const;

/** Decides whether a worker that failed is started again. */
export class RestartPolicy {
  #failures: number[] = [];

  /**
   * Records a failure.
   *
   * @param now - The time, in milliseconds.
   * @returns How many milliseconds to wait before the next attempt; `undefined` if there is to be none.
   */
  next(now: number): number | undefined {
    this.#failures = [...this.#failures.filter((time) => now - time < PERIOD), now];
    return this.#failures.length >= MAX_FAILURES ? undefined : DELAYS[this.#failures.length - 1];
  }
}
