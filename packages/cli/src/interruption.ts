import { EXIT_CODES } from './exit-codes.js';

/** The ways in which the command is told to end early. */
export type InterruptionKind = 'interrupt' | 'terminate' | 'hangup' | 'pipe';

/**
 * What Ctrl-C and its like do. A recording is ended properly by the first; everything else, and a recording by the second,
 * is given up without anything left behind; one more ends the process at once.
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

  /** Aborted when all is to be given up. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** Aborted when a recording is to be ended properly. */
  get stop(): AbortSignal {
    return this.#stopper.signal;
  }

  /** What it was told to end by, once {@link Interruption.signal} is aborted. */
  get kind(): InterruptionKind | undefined {
    return this.#kind;
  }

  /** The exit code, once {@link Interruption.signal} is aborted. */
  get exitCode(): number | undefined {
    return this.#kind && EXIT_CODES[this.#kind].value;
  }

  /** Says that a recording is under way, which is to be ended rather than given up. */
  recording(): void {
    this.#live = true;
  }

  /**
   * The command is told to end.
   *
   * @param kind - By what.
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
