/**
 * A mailbox for one frame. One frame at a time is handled; of those that arrive meanwhile, the latest one waits, and those
 * that it replaces are closed. So frames never queue up, however slow the handler is.
 */
export class LatestFrame {
  readonly #handle: (frame: VideoFrame) => Promise<void>;
  #waiting: VideoFrame | undefined;
  #handling: Promise<void> | undefined;

  /** @param handle - Handles a frame and closes it; must not reject. */
  constructor(handle: (frame: VideoFrame) => Promise<void>) {
    this.#handle = handle;
  }

  /**
   * Puts a frame in, which the mailbox owns from now on.
   *
   * @returns Whether it has replaced one that was waiting.
   */
  put(frame: VideoFrame): boolean {
    const replaced = this.#waiting;
    this.clear();
    this.#waiting = frame;
    this.#handling ??= this.#run();
    return replaced !== undefined;
  }

  /** Closes the frame that is waiting. */
  clear(): void {
    this.#waiting?.close();
    this.#waiting = undefined;
  }

  /** Resolves when no frame is being handled. */
  async idle(): Promise<void> {
    await this.#handling;
  }

  async #run(): Promise<void> {
    for (let frame = this.#waiting; frame; frame = this.#waiting) {
      this.#waiting = undefined;
      await this.#handle(frame);
    }
    this.#handling = undefined;
  }
}
