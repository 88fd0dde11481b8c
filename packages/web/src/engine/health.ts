import type { ElsewhereError } from '@elsewhere/engine';
import type { Health } from './protocol.js';

/** So many failures in a row are no accident. */
const MAX_FAILURES = 30;

/** A frame that is in flight at so many checks in a row is never going to be finished. */
const MAX_CHECKS = 5;

/** Gets changes of a track's health. */
export interface HealthListener {
  health(health: Health, error: ElsewhereError | undefined): void;
  /** Every frame fails, or one is never finished: a new worker may help. Called once. */
  failed(error: ElsewhereError): void;
}

/** The health of one track: how its frames fare, and whether one hangs. */
export class HealthMonitor {
  readonly #listener: HealthListener;
  #health: Health = 'starting';
  #failures = 0;
  #isInFlight = false;
  #checks = 0;
  #hasFailed = false;

  /** @param listener - Gets the changes. */
  constructor(listener: HealthListener) {
    this.#listener = listener;
  }

  /** A frame is in flight. */
  begin(): void {
    this.#isInFlight = true;
    this.#checks = 0;
  }

  /** The frame in flight is finished. */
  end(): void {
    this.#isInFlight = false;
  }

  /** A frame has come out. */
  succeed(): void {
    this.#failures = 0;
    this.#setHealth('running', undefined);
  }

  /** A frame has failed. */
  fail(error: ElsewhereError): void {
    this.#failures++;
    this.#setHealth('degraded', error);
    if (this.#failures >= MAX_FAILURES) this.terminate(error);
  }

  /** The track cannot continue in this worker. */
  terminate(error: ElsewhereError): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#listener.failed(error);
  }

  /**
   * Looks for a frame that hangs. Call about once a second: calls are counted, not time, because the clock goes on while a
   * page is frozen.
   *
   * @returns Whether the frame in flight hangs. It is not reported again until as many checks later.
   */
  findsHang(): boolean {
    this.#checks++;
    if (!this.#isInFlight || this.#checks < MAX_CHECKS) return false;
    this.#checks = 0;
    return true;
  }

  #setHealth(health: Health, error: ElsewhereError | undefined): void {
    if (health === this.#health) return;
    this.#health = health;
    this.#listener.health(health, error);
  }
}
