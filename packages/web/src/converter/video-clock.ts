/**
 * How far the video track has been written. Audio is written in step with it, so that a conversion that is stopped ends
 * with both at the same time.
 */
export class VideoClock {
  #seconds = Number.NEGATIVE_INFINITY;
  #end: number | undefined;
  #waiting: (() => void)[] = [];

  /** The video has been written up to this time. */
  advance(seconds: number): void {
    this.#seconds = seconds;
    this.#wake();
  }

  /** No further video comes. What begins at `end` or later is not wanted. */
  end(end: number): void {
    this.#end = end;
    this.#wake();
  }

  /**
   * Waits until the video has been written up to a time, or has ended.
   *
   * @returns Whether what begins at that time is wanted.
   */
  async reaches(seconds: number): Promise<boolean> {
    while (this.#end === undefined && this.#seconds < seconds) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return seconds < (this.#end ?? Number.POSITIVE_INFINITY);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
