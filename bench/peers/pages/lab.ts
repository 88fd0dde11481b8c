import type { Landmark } from '../room.js';
import { floor } from './floor.js';
import type { Library, Scene, Session } from './library.js';
import type { KeptFrame, Start, Watched, WatcherReport, WatcherRequest } from './messages.js';

/** Frames that may wait for the watcher: on a busy machine it must not lose any. */
const WAITING = 10;

const now = () => performance.timeOrigin + performance.now();

/** What a bench drives in a page: one library, one camera, and the watcher. */
export class PeerLab {
  readonly #library: Library;
  readonly #watcher = new Worker('/pages/watcher.worker.js', { type: 'module' });
  readonly #tasks: (readonly [began: number, length: number])[] = [];
  #camera: MediaStreamTrack | undefined;
  /** The clone of the camera that is processed. */
  #input: MediaStreamTrack | undefined;
  #session: Session | undefined;
  /** The clone of the output that the watcher sees. */
  #seat: MediaStreamTrack | undefined;
  #watched: MediaStreamTrack | undefined;

  /** @param library - The one that this page has. */
  constructor(library: Library) {
    this.#library = library;
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        this.#tasks.push([performance.timeOrigin + startTime, duration]);
      }
    }).observe({ type: 'longtask', buffered: true });
  }

  /** Opens the camera. */
  async open(landmark: Landmark): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    [this.#camera] = stream.getVideoTracks();
    this.#send({ type: 'know', landmark });
    const readable = framesOf(this.#opened.clone());
    this.#send({ type: 'camera', readable }, [readable]);
  }

  /** Hands the camera on without doing anything to it. */
  async startFloor(): Promise<void> {
    this.#input = this.#opened.clone();
    this.#session = await floor.start(this.#input, 'blur', '');
    this.#watch(this.#session.track);
  }

  /** Loads what the library can load ahead of time. */
  async prewarm(quality: string): Promise<void> {
    await this.#library.prewarm?.(quality);
  }

  /** Starts the library; its output is watched from the moment on that there is one. */
  async start(scene: Scene, quality: string): Promise<Start> {
    this.#input = this.#opened.clone();
    const began = now();
    this.#session = await this.#library.start(this.#input, scene, quality);
    const ready = now();
    this.#watch(this.#session.track);
    return { began, ready };
  }

  /** Shows something else. */
  async show(scene: Scene): Promise<void> {
    if (this.#session) this.#watch(await this.#session.show(scene));
  }

  /** Milliseconds that the library itself says a frame takes; `null` where it says nothing. */
  latency(): number | null {
    return this.#session?.latency?.() ?? null;
  }

  /** Ends what was started; the camera goes on. */
  stop(): void {
    this.#seat?.stop();
    this.#session?.stop();
    this.#input?.stop();
    this.#seat = undefined;
    this.#watched = undefined;
    this.#session = undefined;
  }

  /** All that was seen so far. */
  async tell(): Promise<Watched> {
    this.#send({ type: 'tell' });
    const { camera, output } = await this.#answer('told');
    return { camera, output, tasks: this.#tasks };
  }

  /** Sends whole frames of the output to the bench, as `/uploads/INDEX`: one in so many milliseconds. */
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

  /** A library may give the track again that is being watched. */
  #watch(track: MediaStreamTrack): void {
    if (track === this.#watched) return;
    this.#seat?.stop();
    this.#watched = track;
    this.#seat = track.clone();
    const readable = framesOf(this.#seat);
    this.#send({ type: 'output', readable }, [readable]);
  }

  #send(request: WatcherRequest, transfer: Transferable[] = []): void {
    this.#watcher.postMessage(request, transfer);
  }

  #answer<Type extends WatcherReport['type']>(type: Type): Promise<Extract<WatcherReport, { type: Type }>> {
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent<WatcherReport>) => {
        if (data.type !== type) return;
        this.#watcher.removeEventListener('message', listen);
        resolve(data as Extract<WatcherReport, { type: Type }>);
      };
      this.#watcher.addEventListener('message', listen);
    });
  }
}

function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  return new MediaStreamTrackProcessor({ track: track as MediaStreamVideoTrack, maxBufferSize: WAITING })
    .readable;
}

/** Makes this page the one of a library. */
export function present(library: Library): void {
  Object.assign(globalThis, { lab: new PeerLab(library) });
}
