/** If no frame is begun for so long, in milliseconds, none flows: there is no camera, or it has stalled. */
const STALL = 500;

interface Waiter {
  /** The number of the frame that must be finished. */
  readonly frame: number;
  readonly resolve: () => void;
}

/** Resolves when a change that applies from the next frame on has taken effect. */
export class FrameBarrier {
  #begun = 0;
  #finished = 0;
  readonly #waiters = new Set<Waiter>();

  /** A frame is begun, with all changes so far. */
  begin(): void {
    this.#begun++;
  }

  /** The frame that was begun last has come out, or has failed. */
  finish(): void {
    this.#finished = Math.max(this.#finished, this.#begun);
    this.#settle();
  }

  /**
   * Resolves when a frame that was begun after this call is finished, or, where no frame flows, when none is in flight that
   * was begun before.
   */
  passed(): Promise<void> {
    return new Promise((resolve) => {
      const waiter = { frame: this.#begun + 1, resolve };
      this.#waiters.add(waiter);
      this.#settle();
      if (this.#waiters.has(waiter)) this.#poll(waiter);
    });
  }

  /** No frame comes any more: resolves all. */
  close(): void {
    this.#finished = Number.POSITIVE_INFINITY;
    this.#settle();
  }

  #poll(waiter: Waiter): void {
    setTimeout(() => {
      if (this.#begun >= waiter.frame) return;
      if (this.#finished < this.#begun) {
        this.#poll(waiter);
        return;
      }
      this.#waiters.delete(waiter);
      waiter.resolve();
    }, STALL);
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (this.#finished < waiter.frame) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
