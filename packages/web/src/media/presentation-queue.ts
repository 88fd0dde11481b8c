/** If the decoder is late by more than this, in seconds, the video waits for it instead of skipping frames to catch up. */
const MAX_DELAY = 0.5;

/** Decoded frames of a video that plays by another clock, in the order of their times. The first one is presented. */
export class PresentationQueue<T> {
  readonly #frames: { readonly frame: T; readonly time: number }[] = [];
  readonly #ahead: number;
  /** The other clock's time when the video's time is 0. */
  #origin: number | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;

  /** @param ahead - So many frames may wait for their time. */
  constructor(ahead: number) {
    this.#ahead = ahead;
  }

  /** The frame that is presented. */
  get current(): T | undefined {
    return this.#frames[0]?.frame;
  }

  /**
   * Adds a frame.
   *
   * @param frame - The frame.
   * @param time - When it is presented, in seconds since the first one; must not decrease.
   */
  push(frame: T, time: number): void {
    this.#frames.push({ frame, time });
  }

  /**
   * Advances to the frame of a time. If the clock goes back or jumps, the video continues from where it was.
   *
   * @param clock - The other clock's time, in seconds.
   * @returns The frames that are not needed any more.
   */
  seek(clock: number): T[] {
    const now = this.#frames[0]?.time ?? 0;
    const last = this.#frames.at(-1)?.time ?? now;
    this.#origin ??= clock - now;
    let time = clock - this.#origin;
    if (time < now || time > last + MAX_DELAY) {
      time = time < now ? now : last;
      this.#origin = clock - time;
    }
    let count = 0;
    while ((this.#frames[count + 1]?.time ?? Number.POSITIVE_INFINITY) <= time) count++;
    const passed = this.#frames.splice(0, count).map(({ frame }) => frame);
    this.#notify();
    return passed;
  }

  /** Resolves when there is room for one more frame. */
  async room(): Promise<void> {
    while (this.#frames.length > this.#ahead && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Resolves all {@link PresentationQueue.room}. */
  close(): void {
    this.#isClosed = true;
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
