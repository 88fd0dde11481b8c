import type { ElsewhereError } from '@elsewhere/engine';
import { ASSETS } from '../assets.js';
import { abortable, receiveError, WebError } from '../errors.js';
import { startError, startWorker } from '../start-worker.js';
import type { EngineRequest, FromEngine, SentBackground, ToEngine } from './protocol.js';

/** What the engine's worker reports of its own accord. */
export interface EngineListener {
  handleMessage(
    message: Exclude<FromEngine, { type: 'answer' } | { type: 'failed' } | { type: 'closed' }>,
  ): void;
  /** The worker has failed; it is terminated already. */
  handleFailure(error: ElsewhereError): void;
}

type Request = Extract<ToEngine, { id: number }>;
type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How often the worker's heartbeats are looked for, in milliseconds; its statistics, once a second, are its heartbeat. */
const CHECK_INTERVAL = 1000;

/** After so many checks without a heartbeat the worker hangs. */
const MAX_MISSED_CHECKS = 6;

/** How long a worker may take to free what it holds, in milliseconds. */
const CLOSE_TIMEOUT = 1000;

/** The page's end of the engine's worker. */
export class EngineClient {
  /** Gets what the worker reports. */
  listener: EngineListener | undefined;
  readonly #worker: Worker;
  readonly #loaded: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #isClosed = false;
  #missedChecks = 0;
  #checking: ReturnType<typeof setInterval> | undefined;

  private constructor(request: EngineRequest) {
    const url = request.assets + ASSETS.engine;
    const worker = startWorker(url);
    this.#worker = worker;
    worker.onerror = (event) => this.#terminate(startError(url, event));
    worker.onmessage = ({ data }: MessageEvent<FromEngine>) => this.#handleMessage(data);
    worker.onmessageerror = () => this.#fail('A message from the worker could not be read.');
    this.#loaded = this.#load(request);
    this.#loaded.catch(() => {});
  }

  /**
   * Starts a worker and lets it load. Further requests may be sent meanwhile.
   *
   * @param request - What to load.
   * @throws WebError `WORKER_FAILED` if the browser refuses.
   */
  static start(request: EngineRequest): EngineClient {
    return new EngineClient(request);
  }

  /**
   * Resolves when everything is loaded.
   *
   * @throws WebError or EngineError that says what could not be loaded. The worker is closed then.
   */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  /** Posts a message that is not answered. */
  post(message: Exclude<ToEngine, Request>, transfer: Transferable[] = []): void {
    if (!this.#isClosed) this.#worker.postMessage(message satisfies ToEngine, transfer);
  }

  /**
   * Posts a message and waits for its answer.
   *
   * @throws What the worker answers, or WebError `WORKER_FAILED` if it fails before.
   */
  request(body: RequestBody, id = ++this.#lastId): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new WebError('WORKER_FAILED', 'The worker is closed.'));
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...body, id } satisfies ToEngine);
    });
  }

  /**
   * Lets the worker fetch and decode a background, then show it.
   *
   * @param background - The background.
   * @param signals - While the background is being prepared, these reject the promise with their reason.
   * @param onShow - Called when the worker has been asked to show the background, after which this does not reject any more:
   * what is posted from here on finds the new background.
   * @returns Resolves when a frame with it has come out, or when no later frame can show the previous background: that is
   * also so where the worker has failed meanwhile.
   * @throws What the worker answers, or a signal's reason.
   */
  async showBackground(
    background: SentBackground,
    signals: readonly (AbortSignal | undefined)[] = [],
    onShow?: () => void,
  ): Promise<void> {
    const id = ++this.#lastId;
    try {
      await abortable(this.request({ type: 'background', background }, id), ...signals);
      // One of them may have been aborted since the worker has answered.
      for (const signal of signals) signal?.throwIfAborted();
    } catch (error) {
      this.post({ type: 'discard', background: id });
      throw error;
    }
    const shown = this.request({ type: 'show', background: id });
    onShow?.();
    await shown.catch(() => {});
  }

  /** Lets the worker free what it holds and end. */
  close(): void {
    if (this.#isClosed) return;
    this.post({ type: 'close' });
    this.#rejectPending(new WebError('WORKER_FAILED', 'The worker was closed.'));
    setTimeout(() => this.#worker.terminate(), CLOSE_TIMEOUT);
  }

  async #load(request: EngineRequest): Promise<void> {
    try {
      await this.request({ type: 'load', request });
    } catch (error) {
      this.close();
      throw error;
    }
    this.#worker.onerror = ({ message }) =>
      this.#fail(`The worker failed: ${message || 'no reason is given'}.`);
    this.#checking = setInterval(() => this.#check(), CHECK_INTERVAL);
  }

  #handleMessage(message: FromEngine): void {
    this.#missedChecks = 0;
    switch (message.type) {
      case 'answer': {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.error) pending?.reject(receiveError(message.error));
        else pending?.resolve();
        return;
      }
      case 'failed':
        this.#fail('The worker cannot continue.', receiveError(message.error));
        return;
      case 'closed':
        this.#worker.terminate();
        return;
      default:
        if (!this.#isClosed) this.listener?.handleMessage(message);
    }
  }

  /** Checks are counted, not time: a page that was frozen or busy misses checks and heartbeats alike. */
  #check(): void {
    this.#missedChecks++;
    if (this.#missedChecks > MAX_MISSED_CHECKS) this.#fail('The worker does not respond.');
  }

  #fail(message: string, cause?: unknown): void {
    if (this.#isClosed) return;
    const error = new WebError('WORKER_FAILED', message, { cause });
    this.#terminate(error);
    this.listener?.handleFailure(error);
  }

  #terminate(reason: WebError): void {
    this.#rejectPending(reason);
    this.#worker.terminate();
  }

  #rejectPending(reason: WebError): void {
    this.#isClosed = true;
    clearInterval(this.#checking);
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}
