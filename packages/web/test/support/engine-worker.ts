import { serializeError } from '@elsewhere/engine/internal';
import type { FromEngine, SentBackground, ToEngine } from '../../src/engine/protocol.js';
import { WebError } from '../../src/errors.js';

/** What a session of the simulated worker would show in its next frame. */
export interface ShownFrame {
  readonly session: number;
  readonly background: SentBackground;
  readonly isPlaceholder: boolean;
  readonly options: unknown;
}

/**
 * Simulates the engine's worker as far as settings go. Nothing happens by itself: each message to it, each background that it
 * prepares, and each message from it is a step that the test takes when it wants to. Messages keep their order, as those of
 * workers do; backgrounds become ready in any order.
 */
export class SimulatedEngine {
  onmessage: ((event: { data: FromEngine }) => void) | undefined;
  onerror: unknown;
  onmessageerror: unknown;
  readonly #toWorker: ToEngine[] = [];
  readonly #toPage: FromEngine[] = [];
  readonly #preparing: { readonly id: number; readonly background: SentBackground }[] = [];
  readonly #ready = new Map<number, SentBackground>();
  readonly #sessions = new Set<number>();
  #current: SentBackground = { type: 'blur' };
  #options: unknown;
  #isPaused = false;
  #isTerminated = false;

  postMessage(message: ToEngine): void {
    this.#toWorker.push(message);
  }

  terminate(): void {
    this.#isTerminated = true;
    this.#sessions.clear();
  }

  /** How many steps can be taken. */
  get steps(): number {
    if (this.#isTerminated) return 0;
    return Math.min(1, this.#toWorker.length) + Math.min(1, this.#toPage.length) + this.#preparing.length;
  }

  /** Whether the worker has handled all that the page has sent. */
  get isUpToDate(): boolean {
    return this.#toWorker.length === 0;
  }

  /** What the next frame of each session would show. */
  get frames(): readonly ShownFrame[] {
    return Array.from(this.#sessions, (session) => ({
      session,
      background: this.#current,
      isPlaceholder: this.#isPaused,
      options: this.#options,
    }));
  }

  /** Takes one of the steps. */
  take(index: number): void {
    const preparing = this.#preparing.splice(index, 1)[0];
    if (preparing) {
      this.#prepare(preparing.id, preparing.background);
      return;
    }
    const isForWorker = index === this.#preparing.length && this.#toWorker.length > 0;
    const [toWorker, toPage] = isForWorker
      ? [this.#toWorker.shift(), undefined]
      : [undefined, this.#toPage.shift()];
    if (toWorker) this.#handle(toWorker);
    if (toPage) this.onmessage?.({ data: toPage });
  }

  /** The worker fails. */
  fail(): void {
    if (!this.#isTerminated)
      this.onmessage?.({ data: { type: 'failed', error: serializeError(new Error('No.')) } });
  }

  #answer(id: number, error?: WebError): void {
    this.#toPage.push({ type: 'answer', id, error: error && serializeError(error) });
  }

  /** A background whose source is `missing` cannot be had. */
  #prepare(id: number, background: SentBackground): void {
    if ('source' in background && String(background.source).includes('missing')) {
      this.#answer(id, new WebError('BACKGROUND_UNREADABLE', 'It is missing.'));
      return;
    }
    this.#ready.set(id, background);
    this.#answer(id);
  }

  #handle(message: ToEngine): void {
    switch (message.type) {
      case 'load':
        this.#answer(message.id);
        return;
      case 'background':
        this.#preparing.push(message);
        return;
      case 'show': {
        const next = this.#ready.get(message.background);
        if (next) this.#current = next;
        this.#answer(message.id);
        return;
      }
      case 'options':
        this.#options = message.options;
        return;
      case 'pause':
        this.#isPaused = message.paused;
        return;
      case 'start':
        this.#sessions.add(message.session);
        return;
      case 'stop':
        this.#sessions.delete(message.session);
        return;
      case 'close':
        this.#sessions.clear();
        return;
      default:
        return;
    }
  }
}
