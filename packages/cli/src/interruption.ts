import { EXIT_CODES } from './exit-codes.js';

/** Why the command is ended early. */
export type InterruptionKind = 'interrupt' | 'terminate' | 'hangup' | 'pipe';

/**
 * Handles Ctrl-C and similar. The first one ends a recording and completes its file; everything else, and a recording by the
 * second one, is aborted without leaving anything behind. One more ends the process at once.
 */
export class Interruption {
  readonly #aborter = new AbortController();
  readonly #stopper = new AbortController();
  readonly #exit: (kind: InterruptionKind) => void;
  #live = false;
  #kind: InterruptionKind | undefined;

  /** @param exit - Ends the process at once. */
  constructor(exit: (kind: InterruptionKind) => void) {
    this.#exit = exit;
  }

  /** Aborted when everything has to be aborted. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** Aborted when a recording has to end and be completed. */
  get stop(): AbortSignal {
    return this.#stopper.signal;
  }

  /** The cause, once {@link Interruption.signal} is aborted. */
  get kind(): InterruptionKind | undefined {
    return this.#kind;
  }

  /** The exit code, once {@link Interruption.signal} is aborted. */
  get exitCode(): number | undefined {
    return this.#kind && EXIT_CODES[this.#kind].value;
  }

  /** Declares that a recording is running: it is ended before it is aborted. */
  recording(): void {
    this.#live = true;
  }

  /**
   * Ends the command early.
   */
  interrupt(kind: InterruptionKind): void {
    if (this.#kind !== undefined) {
      this.#exit(kind);
      return;
    }
    if (this.#live && !this.#stopper.signal.aborted) {
      this.#stopper.abort();
      return;
    }
    this.#kind = kind;
    this.#aborter.abort();
  }
}
