import type { ElsewhereError } from '@elsewhere/engine';
import { ASSETS } from '../assets.js';
import { receiveError, WebError } from '../errors.js';
import { startError, startWorker } from '../start-worker.js';
import type { EngineRequest, FromEngine, ToEngine } from './protocol.js';

/** What the worker tells of its own accord. */
export interface EngineListener {
  message(message: Exclude<FromEngine, { type: 'answer' } | { type: 'broken' } | { type: 'closed' }>): void;
  /** It has broken down; it is closed already. */
  lost(error: ElsewhereError): void;
}

type Request = Extract<ToEngine, { id: number }>;
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
export class EngineClient {
  /** Hears what the worker tells. */
  listener: EngineListener | undefined;
  readonly #worker: Worker;
  readonly #loaded: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #isClosed = false;
  #silence = 0;
  #watch: ReturnType<typeof setInterval> | undefined;

  private constructor(request: EngineRequest) {
    const url = request.assets + ASSETS.engine;
    const worker = startWorker(url);
    this.#worker = worker;
    worker.onerror = (event) => this.#end(startError(url, event));
    worker.onmessage = ({ data }: MessageEvent<FromEngine>) => this.#handleMessage(data);
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
  static start(request: EngineRequest): EngineClient {
    return new EngineClient(request);
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
  send(message: Exclude<ToEngine, Request>, transfer: Transferable[] = []): void {
    if (!this.#isClosed) this.#worker.postMessage(message satisfies ToEngine, transfer);
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
      this.#worker.postMessage({ ...body, id } satisfies ToEngine);
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

  #handleMessage(message: FromEngine): void {
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
