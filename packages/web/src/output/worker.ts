import type { OutputMessage } from './frame-sink.js';
import type { FromOutput, ToOutput } from './protocol.js';

/** Of mediacapture-transform, in workers; the types do not know it. */
interface VideoTrackGenerator {
  readonly track: MediaStreamTrack;
  readonly writable: WritableStream<VideoFrame>;
}

/** Makes a track of frames. There where the browser knows it. */
const { VideoTrackGenerator } = globalThis as unknown as {
  readonly VideoTrackGenerator: new () => VideoTrackGenerator;
};

/** What becomes of frames. */
interface FrameTaker {
  /** Takes a frame and closes it. */
  take(frame: VideoFrame): Promise<void>;
  close(): void;
}

/** Writes frames into a track's stream. */
class Writer implements FrameTaker {
  readonly #writer: WritableStreamDefaultWriter<VideoFrame>;

  constructor(writable: WritableStream<VideoFrame>) {
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => {});
  }

  async take(frame: VideoFrame): Promise<void> {
    // The stream closes what it has taken, also where it fails.
    await this.#writer.write(frame).catch(() => frame.close());
  }

  close(): void {
    this.#writer.close().catch(() => {});
  }
}

/** Makes pictures of frames for the page: there that would hold up everything else. */
class Painter implements FrameTaker {
  readonly #id: number;
  #isClosed = false;

  constructor(id: number) {
    this.#id = id;
  }

  async take(frame: VideoFrame): Promise<void> {
    const picture = await createImageBitmap(frame).catch(() => undefined);
    frame.close();
    if (!picture) return;
    if (this.#isClosed) picture.close();
    else tell({ type: 'picture', id: this.#id, picture }, [picture]);
  }

  close(): void {
    this.#isClosed = true;
  }
}

/** Feeds that have not come to their end: a port that nobody holds is closed by the browser, with what is on its way. */
const feeds = new Set<Feed>();

/** The frames of one engine's worker. */
class Feed {
  #take: ((frame: VideoFrame) => void) | undefined;

  constructor(port: MessagePort, take: (frame: VideoFrame) => void) {
    this.#take = take;
    feeds.add(this);
    port.onmessage = ({ data }: MessageEvent<OutputMessage>) => {
      if (!data) {
        port.close();
        feeds.delete(this);
      } else if (this.#take) this.#take(data);
      else data.close();
    };
  }

  /** Takes no frame any more. */
  cut(): void {
    this.#take = undefined;
  }
}

/** An output. */
class Output {
  readonly #taker: FrameTaker;
  #feed: Feed | undefined;
  #waiting: VideoFrame | undefined;
  #isBusy = false;

  constructor(taker: FrameTaker) {
    this.#taker = taker;
  }

  connect(port: MessagePort): void {
    this.#feed?.cut();
    this.#feed = new Feed(port, (frame) => this.#take(frame));
  }

  close(): void {
    this.#feed?.cut();
    this.#waiting?.close();
    this.#waiting = undefined;
    this.#taker.close();
  }

  /** The newest frame wins. */
  #take(frame: VideoFrame): void {
    this.#waiting?.close();
    this.#waiting = frame;
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let frame = this.#waiting; frame; frame = this.#waiting) {
      this.#waiting = undefined;
      await this.#taker.take(frame);
    }
    this.#isBusy = false;
  }
}

const outputs = new Map<number, Output>();

self.onmessage = ({ data }: MessageEvent<ToOutput>) => {
  switch (data.type) {
    case 'write':
      outputs.set(data.id, new Output(new Writer(data.writable)));
      return;
    case 'generate':
      generate(data.id);
      return;
    case 'paint':
      outputs.set(data.id, new Output(new Painter(data.id)));
      return;
    case 'connect':
      outputs.get(data.id)?.connect(data.port);
      return;
    case 'close':
      outputs.get(data.id)?.close();
      outputs.delete(data.id);
      return;
    case 'end':
      self.close();
      return;
  }
};

function generate(id: number): void {
  const { track, writable } = new VideoTrackGenerator();
  outputs.set(id, new Output(new Writer(writable)));
  tell({ type: 'track', id, track }, [track]);
}

function tell(message: FromOutput, transfer: readonly unknown[] = []): void {
  self.postMessage(message, { transfer: transfer as Transferable[] });
}

const canGenerate = ['VideoTrackGenerator', 'MediaStreamTrackProcessor'].every((name) => name in globalThis);
tell({ type: 'ready', canGenerate });
