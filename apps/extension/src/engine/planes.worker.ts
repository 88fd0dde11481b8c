import type { OutputMessage, PumpMessage } from '@elsewhere/web/internal';
import { fromPlanar, toPlanar } from '../planar.js';
import type { FromPlanes, PlanarFrame, ToPlanes } from '../protocol.js';
import type { FromWorker, Shape, ToWorker } from './planes.js';

/**
 * Turns the planes that come from pages into frames for the engine, and its frames into planes for the pages. Its ports lead
 * straight to the page and to the engine's worker: no thread of the hidden frame is in between. It outlives the engine's worker.
 */

/** How often a hidden page is told to look for a frame, in milliseconds. */
const TICK_INTERVAL = 1000 / 60;

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
    // The engine's requests need no answer: frames are pushed.
    source.start();
    output.onmessage = ({ data }: MessageEvent<OutputMessage>) => {
      if (!data) output.close();
      else void this.#show(data, output);
    };
    if (this.#waiting) this.#process(this.#waiting);
  }

  async showFallback(frame: VideoFrame): Promise<void> {
    const planar = await toPlanar(frame);
    frame.close();
    this.#post({ type: 'fallback', frame: planar }, [planar.data]);
  }

  #handle(message: ToPlanes): void {
    switch (message.type) {
      case 'frame':
        this.#post({ type: 'taken' });
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

  #process(planar: PlanarFrame): void {
    if (!this.#source) {
      this.#waiting = planar;
      return;
    }
    this.#waiting = undefined;
    const frame = fromPlanar(planar);
    this.#source.postMessage({ type: 'frame', frame } satisfies PumpMessage, [frame]);
  }

  async #show(frame: VideoFrame, output: MessagePort): Promise<void> {
    if (isPreviewWanted && output === this.#output) {
      isPreviewWanted = false;
      const preview = frame.clone();
      post({ type: 'preview', frame: preview }, [preview]);
    }
    const planar = await toPlanar(frame).catch(() => undefined);
    frame.close();
    // The engine may have been replaced meanwhile: a person of the one before must not be taken for the fallback.
    if (!planar || output !== this.#output) return;
    this.#reportShape(planar);
    const type = this.#isPaused ? 'fallback' : 'frame';
    this.#isPaused = false;
    this.#post({ type, frame: planar }, [planar.data]);
  }

  #reportShape({ width, height, colorSpace, rotation, flip }: PlanarFrame): void {
    const shape: Shape = { width, height, colorSpace, rotation, flip };
    const text = JSON.stringify(shape);
    if (this.#isPaused) post({ type: 'started', id: this.#id, shape });
    else if (text !== this.#shape) post({ type: 'shape', id: this.#id, shape });
    this.#shape = text;
  }

  #disconnect(): void {
    // The engine's worker closes its source with the message that it waits for.
    this.#source?.postMessage({ type: 'frame', frame: undefined } satisfies PumpMessage);
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
      const feed = feeds.get(data.id);
      if (feed) void feed.showFallback(data.frame);
      else data.frame.close();
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
