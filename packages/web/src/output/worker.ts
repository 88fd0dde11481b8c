import { LatestFrame } from '../media/latest-frame.js';
import type { OutputMessage } from './frame-sink.js';
import type { FromOutput, ToOutput } from './protocol.js';

/** The W3C's mediacapture-transform has it in workers; TypeScript's types lack it. */
interface VideoTrackGenerator {
  readonly track: MediaStreamTrack;
  readonly writable: WritableStream<VideoFrame>;
}

const { VideoTrackGenerator } = globalThis as unknown as {
  readonly VideoTrackGenerator: new () => VideoTrackGenerator;
};

/** Where an output's frames go. */
interface FrameTaker {
  /** Takes a frame and closes it. */
  take(frame: VideoFrame): Promise<void>;
  close(): void;
}

/** Writes frames into a track's stream. */
function writeTo(writable: WritableStream<VideoFrame>): FrameTaker {
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  return {
    // The stream closes what it has taken, also where it fails.
    take: (frame) => writer.write(frame).catch(() => frame.close()),
    close: () => void writer.close().catch(() => {}),
  };
}

/** Converts frames to bitmaps for the page, where the conversion would block everything else. */
function paint(id: number): FrameTaker {
  let isClosed = false;
  return {
    async take(frame) {
      const image = await createImageBitmap(frame).catch(() => undefined);
      frame.close();
      if (isClosed) image?.close();
      else if (image) post({ type: 'image', id, image }, [image]);
    },
    close() {
      isClosed = true;
    },
  };
}

/** Ports that have not ended: the browser closes one that nothing refers to, with the messages in transit. */
const ports = new Set<MessagePort>();

/** The output of one track. */
class Output {
  readonly #taker: FrameTaker;
  readonly #mailbox: LatestFrame;
  /** The port of the present engine's worker; frames of the others are dropped. */
  #port: MessagePort | undefined;

  constructor(taker: FrameTaker) {
    this.#taker = taker;
    this.#mailbox = new LatestFrame(taker.take);
  }

  connect(port: MessagePort): void {
    this.#port = port;
    ports.add(port);
    port.onmessage = ({ data }: MessageEvent<OutputMessage>) => {
      if (!data) {
        port.close();
        ports.delete(port);
      } else if (port === this.#port) this.#mailbox.put(data);
      else data.close();
    };
  }

  close(): void {
    this.#port = undefined;
    this.#mailbox.clear();
    this.#taker.close();
  }
}

const outputs = new Map<number, Output>();

self.onmessage = ({ data }: MessageEvent<ToOutput>) => {
  switch (data.type) {
    case 'write':
      outputs.set(data.id, new Output(writeTo(data.writable)));
      return;
    case 'generate':
      generate(data.id);
      return;
    case 'paint':
      outputs.set(data.id, new Output(paint(data.id)));
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
  outputs.set(id, new Output(writeTo(writable)));
  post({ type: 'track', id, track }, [track]);
}

function post(message: FromOutput, transfer: readonly unknown[] = []): void {
  self.postMessage(message, { transfer: transfer as Transferable[] });
}

const canGenerate = ['VideoTrackGenerator', 'MediaStreamTrackProcessor'].every((name) => name in globalThis);
post({ type: 'ready', canGenerate });
