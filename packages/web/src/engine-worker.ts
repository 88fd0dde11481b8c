import type { ElsewhereError } from '@elsewhere/engine';
import { ASSETS } from './assets.js';
import { receiveError, WebError } from './errors.js';
import type { EngineRequest, FromWorker, ToWorker } from './messages.js';

/** What the worker tells of its own accord. */
export interface WorkerListener {
  message(message: Exclude<FromWorker, { type: 'answer' } | { type: 'broken' } | { type: 'closed' }>): void;
  /** It has broken down; it is closed already. */
  lost(error: ElsewhereError): void;
}

type Request = Extract<ToWorker, { id: number }>;
type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How often the worker's signs of life are looked for, in milliseconds; it gives one a second. */
const LOOK_INTERVAL = 1000;

/** After so many looks without one the worker hangs. */
const MOST_SILENCE = 6;

/** How long a worker may take to put things away, in milliseconds. */
const CLOSING_TIME = 1000;

/** The worker in which the engine runs, as the page sees it. */
export class EngineWorker {
  /** Hears what the worker tells. */
  listener: WorkerListener | undefined;
  readonly #worker: Worker;
  readonly #loaded: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #isClosed = false;
  #silence = 0;
  #watch: ReturnType<typeof setInterval> | undefined;

  private constructor(request: EngineRequest) {
    const url = request.assets + ASSETS.worker;
    const worker = startWorker(url);
    this.#worker = worker;
    worker.onerror = (event) => this.#end(startError(url, event));
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    worker.onmessageerror = () => this.#lose('A message from the worker could not be read.');
    this.#loaded = this.#load(request);
    this.#loaded.catch(() => {});
  }

  /**
   * Starts a worker and lets it load what it needs. It can be asked for other things meanwhile.
   *
   * @param request - What to load.
   * @throws WebError `WORKER_FAILED` if the browser refuses.
   */
  static start(request: EngineRequest): EngineWorker {
    return new EngineWorker(request);
  }

  /**
   * Waits until everything is loaded.
   *
   * @throws WebError or EngineError that says what could not be loaded. The worker is closed then.
   */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  /** Tells the worker something. */
  send(message: Exclude<ToWorker, Request>, transfer: Transferable[] = []): void {
    if (!this.#isClosed) this.#worker.postMessage(message satisfies ToWorker, transfer);
  }

  /**
   * Asks the worker for something.
   *
   * @throws What the worker answers, or WebError `WORKER_FAILED` if it breaks down before.
   */
  request(body: RequestBody, id = this.nextId()): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new WebError('WORKER_FAILED', 'The worker is gone.'));
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...body, id } satisfies ToWorker);
    });
  }

  /** A number for a request that has to be spoken of later. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Lets the worker put everything away and end. */
  close(): void {
    if (this.#isClosed) return;
    this.send({ type: 'close' });
    this.#retire(new WebError('WORKER_FAILED', 'The worker was closed.'));
    setTimeout(() => this.#worker.terminate(), CLOSING_TIME);
  }

  async #load(request: EngineRequest): Promise<void> {
    try {
      await this.request({ type: 'load', request });
    } catch (error) {
      this.close();
      throw error;
    }
    this.#worker.onerror = ({ message }) =>
      this.#lose(`The worker failed: ${message || 'no reason is given'}.`);
    this.#watch = setInterval(() => this.#look(), LOOK_INTERVAL);
  }

  #hear(message: FromWorker): void {
    this.#silence = 0;
    switch (message.type) {
      case 'answer': {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.error) pending?.reject(receiveError(message.error));
        else pending?.resolve();
        return;
      }
      case 'broken':
        this.#lose('The worker cannot go on.', receiveError(message.error));
        return;
      case 'closed':
        this.#worker.terminate();
        return;
      default:
        if (!this.#isClosed) this.listener?.message(message);
    }
  }

  /** A page that was frozen, or whose thread was blocked, misses looks and not signs: only looks are counted. */
  #look(): void {
    this.#silence++;
    if (this.#silence > MOST_SILENCE) this.#lose('The worker gives no sign of life.');
  }

  #lose(what: string, cause?: unknown): void {
    if (this.#isClosed) return;
    const error = new WebError('WORKER_FAILED', what, { cause });
    this.#end(error);
    this.listener?.lost(error);
  }

  #end(reason: WebError): void {
    this.#retire(reason);
    this.#worker.terminate();
  }

  #retire(reason: WebError): void {
    this.#isClosed = true;
    clearInterval(this.#watch);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(reason);
  }
}

/**
 * Starts a classic worker.
 *
 * @throws WebError `WORKER_FAILED` if the browser refuses.
 */
export function startWorker(url: string): Worker {
  try {
    return new Worker(url);
  } catch (cause) {
    throw new WebError(
      'WORKER_FAILED',
      `The browser refuses to start a worker from ${url}: the assets folder must be of the page's own origin, and worker-src of its policy must allow it.`,
      { cause },
    );
  }
}

/** Why a script that ought to be a worker is none. */
export function startError(url: string, event: ErrorEvent): WebError {
  if (event.message) {
    return new WebError('WORKER_FAILED', `${url} cannot be run as a worker: ${event.message}`);
  }
  return new WebError(
    'ASSET_MISSING',
    `There is no worker at ${url}, or the page's policy (worker-src) forbids it. Copy the assets with 'npx elsewhere-assets FOLDER' and say where they are served: { assets: '/FOLDER/' }.`,
  );
}
