import type { Landmark, Rectangle } from '../raw-frames.js';
import type { Library, Scene, Session } from './library.js';
import type { KeptFrame, ObserverReport, ObserverRequest, PageRecord, Start } from './messages.js';
import { passThrough } from './pass-through.js';

/** Frames that may wait for the observer, which must not miss any on a busy machine. */
const BUFFERED_FRAMES = 10;

const now = () => performance.timeOrigin + performance.now();

/** What the bench controls in a page: one library, one camera, and the observer. */
export class PeerLab {
  readonly #library: Library;
  readonly #observer = new Worker('/pages/observer.worker.js', { type: 'module' });
  readonly #tasks: (readonly [began: number, length: number])[] = [];
  #camera: MediaStreamTrack | undefined;
  /** The clone of the camera that is processed. */
  #input: MediaStreamTrack | undefined;
  #session: Session | undefined;
  /** The clone of the output that the observer reads. */
  #observed: MediaStreamTrack | undefined;
  #output: MediaStreamTrack | undefined;

  /** @param library - The page's library. */
  constructor(library: Library) {
    this.#library = library;
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        this.#tasks.push([performance.timeOrigin + startTime, duration]);
      }
    }).observe({ type: 'longtask', buffered: true });
  }

  /** Opens the camera. */
  async open(marks: { readonly landmark: Landmark; readonly timeCode: Rectangle }): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    [this.#camera] = stream.getVideoTracks();
    this.#send({ type: 'marks', ...marks });
    const readable = framesOf(this.#opened.clone());
    this.#send({ type: 'camera', readable }, [readable]);
  }

  /** Starts the pass-through. */
  async startPassThrough(): Promise<void> {
    this.#input = this.#opened.clone();
    this.#session = await passThrough.start(this.#input, 'blur', '');
    this.#observe(this.#session.track);
  }

  /** Preloads what the library can preload. */
  async prewarm(quality: string): Promise<void> {
    await this.#library.prewarm?.(quality);
  }

  /** Starts the library, and observes its output as soon as there is one. */
  async start(scene: Scene, quality: string): Promise<Start> {
    this.#input = this.#opened.clone();
    const began = now();
    this.#session = await this.#library.start(this.#input, scene, quality);
    const ready = now();
    this.#observe(this.#session.track);
    return { began, ready };
  }

  /** Changes the background. */
  async show(scene: Scene): Promise<void> {
    if (this.#session) this.#observe(await this.#session.show(scene));
  }

  /** The frame time that the library itself reports, in milliseconds; `null` if it does not. */
  latency(): number | null {
    return this.#session?.latency?.() ?? null;
  }

  /** Stops the library or the pass-through. The camera continues. */
  stop(): void {
    this.#observed?.stop();
    this.#session?.stop();
    this.#input?.stop();
    this.#observed = undefined;
    this.#output = undefined;
    this.#session = undefined;
  }

  /** All observations so far. */
  async record(): Promise<PageRecord> {
    this.#send({ type: 'report' });
    const { camera, output } = await this.#answer('record');
    return { camera, output, tasks: this.#tasks };
  }

  /** Uploads whole frames of the output to the bench, as `/uploads/INDEX`, one every `interval` milliseconds. */
  async keep(count: number, interval: number): Promise<readonly Omit<KeptFrame, 'data'>[]> {
    this.#send({ type: 'keep', count, interval });
    const { frames } = await this.#answer('kept');
    for (const [index, { data }] of frames.entries()) {
      await fetch(`/uploads/${index}`, { method: 'POST', body: data });
    }
    return frames.map(({ data: _, ...rest }) => rest);
  }

  get #opened(): MediaStreamTrack {
    if (!this.#camera) throw new Error('The camera is not open.');
    return this.#camera;
  }

  /** Observes a track, unless the library returned the same one again. */
  #observe(track: MediaStreamTrack): void {
    if (track === this.#output) return;
    this.#observed?.stop();
    this.#output = track;
    this.#observed = track.clone();
    const readable = framesOf(this.#observed);
    this.#send({ type: 'output', readable }, [readable]);
  }

  #send(request: ObserverRequest, transfer: Transferable[] = []): void {
    this.#observer.postMessage(request, transfer);
  }

  #answer<Type extends ObserverReport['type']>(type: Type): Promise<Extract<ObserverReport, { type: Type }>> {
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent<ObserverReport>) => {
        if (data.type !== type) return;
        this.#observer.removeEventListener('message', listen);
        resolve(data as Extract<ObserverReport, { type: Type }>);
      };
      this.#observer.addEventListener('message', listen);
    });
  }
}

function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  return new MediaStreamTrackProcessor({
    track: track as MediaStreamVideoTrack,
    maxBufferSize: BUFFERED_FRAMES,
  }).readable;
}

/** Makes this page the page of a library. */
export function present(library: Library): void {
  Object.assign(globalThis, { lab: new PeerLab(library) });
}
