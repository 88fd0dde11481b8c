import type { PlanarFrame, PlanesMessage, PlanesOutputMessage } from '@elsewhere/web/internal';
import { fromPlanar } from '../planar.js';
import type { FromPlanes, ToPlanes } from '../protocol.js';
import type { FromWorker, Shape, ToWorker } from './planes.js';

/**
 * Hands frames on, as planes, between pages and the engine's worker. Its ports lead straight to both: no thread of the hidden frame
 * is in between. It outlives the engine's worker.
 */

/** How often a hidden page is told to look for a frame, in milliseconds. */
const TICK_INTERVAL = 1000 / 60;

/**
 * A processed frame that comes within so many milliseconds says by itself that the camera's frame was taken: each message wakes two
 * processes.
 */
const TAKEN_DELAY = 12;

/** How often pages hear that this worker is alive, in milliseconds. */
const ALIVE_INTERVAL = 1000;

/** The camera and the tracks of a page. */
class Feed {
  readonly #id: number;
  readonly #page: MessagePort;
  #source: MessagePort | undefined;
  #output: MessagePort | undefined;
  /** The latest frame, while there is no engine. */
  #waiting: PlanarFrame | undefined;
  #isPaused = false;
  #taking: ReturnType<typeof setTimeout> | undefined;
  #shape = '';
  #ticking: ReturnType<typeof setInterval> | undefined;
  readonly #living: ReturnType<typeof setInterval>;

  constructor(id: number, page: MessagePort) {
    this.#id = id;
    this.#page = page;
    page.onmessage = ({ data }: MessageEvent<ToPlanes>) => this.#handle(data);
    this.#living = setInterval(() => this.#post({ type: 'alive' }), ALIVE_INTERVAL);
    this.#post({ type: 'alive' });
  }

  connect(source: MessagePort, output: MessagePort, isPaused: boolean): void {
    this.#disconnect();
    this.#source = source;
    this.#output = output;
    this.#isPaused = isPaused;
    source.onmessage = ({ data }: MessageEvent<PlanesMessage>) => {
      this.#clearTaking();
      if (data.type === 'taken') this.#taking = setTimeout(() => this.#postTaken(), TAKEN_DELAY);
    };
    output.onmessage = ({ data }: MessageEvent<PlanesOutputMessage>) => {
      if (!data) output.close();
      // The engine may have been replaced: a person of the one before must not be taken for the fallback.
      else if (output === this.#output) this.#show(data);
    };
    if (this.#waiting) this.#process(this.#waiting);
  }

  showFallback(frame: PlanarFrame): void {
    this.#post({ type: 'fallback', frame }, [frame.data]);
  }

  #handle(message: ToPlanes): void {
    switch (message.type) {
      case 'frame':
        this.#process(message.frame);
        return;
      case 'ticks':
        this.#ticking ??= setInterval(() => this.#post({ type: 'tick' }), TICK_INTERVAL);
        return;
      case 'end':
        clearInterval(this.#ticking);
        clearInterval(this.#living);
        this.#disconnect();
        feeds.delete(this.#id);
        post({ type: 'ended', id: this.#id });
        return;
    }
  }

  #post(message: FromPlanes, transfer: Transferable[] = []): void {
    this.#page.postMessage(message, transfer);
  }

  #process(frame: PlanarFrame): void {
    this.#waiting = this.#source ? undefined : frame;
    this.#source?.postMessage({ type: 'frame', frame } satisfies PlanesMessage, [frame.data]);
  }

  #show(frame: PlanarFrame): void {
    if (isPreviewWanted) {
      isPreviewWanted = false;
      const preview = fromPlanar(frame, []);
      post({ type: 'preview', frame: preview }, [preview]);
    }
    this.#reportShape(frame);
    const isTaken = this.#taking !== undefined;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.showFallback(frame);
      if (isTaken) this.#postTaken();
      return;
    }
    this.#clearTaking();
    this.#post({ type: 'frame', frame, isTaken }, [frame.data]);
  }

  #postTaken(): void {
    this.#clearTaking();
    this.#post({ type: 'taken' });
  }

  #clearTaking(): void {
    clearTimeout(this.#taking);
    this.#taking = undefined;
  }

  #reportShape({ width, height, colorSpace, rotation, flip }: PlanarFrame): void {
    const shape: Shape = { width, height, colorSpace, rotation, flip };
    const text = JSON.stringify(shape);
    if (this.#isPaused) post({ type: 'started', id: this.#id, shape });
    else if (text !== this.#shape) post({ type: 'shape', id: this.#id, shape });
    this.#shape = text;
  }

  #disconnect(): void {
    this.#clearTaking();
    this.#source?.close();
    this.#source = undefined;
    this.#output = undefined;
  }
}

const feeds = new Map<number, Feed>();
let isPreviewWanted = false;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'open':
      feeds.set(data.id, new Feed(data.id, data.port));
      return;
    case 'connect':
      feeds.get(data.id)?.connect(data.source, data.output, data.isPaused);
      return;
    case 'fallback': {
      feeds.get(data.id)?.showFallback(data.frame);
      return;
    }
    case 'preview':
      isPreviewWanted = true;
      return;
  }
};

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}
