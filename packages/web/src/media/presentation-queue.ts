/** One that falls behind by more than this, in seconds, waits for its pictures instead of running after the clock. */
const MOST_DELAY = 0.5;

/** Pictures in the order of their times, of which one is shown: a video that plays by another clock. */
export class PresentationQueue<T> {
  readonly #pictures: { readonly picture: T; readonly time: number }[] = [];
  readonly #ahead: number;
  /** The other clock's time at the reel's time 0. */
  #origin: number | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;

  /** @param ahead - So many pictures may wait for their time. */
  constructor(ahead: number) {
    this.#ahead = ahead;
  }

  /** The picture that is shown. */
  get current(): T | undefined {
    return this.#pictures[0]?.picture;
  }

  /**
   * Adds a picture.
   *
   * @param picture - The picture.
   * @param time - When it is to be shown, in seconds from the first one's time; not before the ones before.
   */
  push(picture: T, time: number): void {
    this.#pictures.push({ picture, time });
  }

  /**
   * Goes on to the picture of a time. A clock that goes back or jumps does not matter: the video goes on from where it was.
   *
   * @param clock - The other clock's time, in seconds.
   * @returns The pictures that are over.
   */
  seek(clock: number): T[] {
    const now = this.#pictures[0]?.time ?? 0;
    const last = this.#pictures.at(-1)?.time ?? now;
    this.#origin ??= clock - now;
    let time = clock - this.#origin;
    if (time < now || time > last + MOST_DELAY) {
      time = time < now ? now : last;
      this.#origin = clock - time;
    }
    let count = 0;
    while ((this.#pictures[count + 1]?.time ?? Number.POSITIVE_INFINITY) <= time) count++;
    const over = this.#pictures.splice(0, count).map(({ picture }) => picture);
    this.#notify();
    return over;
  }

  /** Resolves when there is room for one more picture. */
  async room(): Promise<void> {
    while (this.#pictures.length > this.#ahead && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Lets nobody wait for room any more. */
  close(): void {
    this.#isClosed = true;
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
