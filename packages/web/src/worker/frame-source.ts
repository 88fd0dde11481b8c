import type { Source } from '../messages.js';

/** Who takes the frames of a {@link FrameSource}. */
export interface FrameListener {
  /** A frame has come; it is the listener's to close. */
  frame(frame: VideoFrame): void;
  /** No frame will come any more. */
  end(): void;
}

/** Where a session's frames come from. */
export interface FrameSource {
  /** Begins to give frames as they come. */
  start(listener: FrameListener): void;
  /** Gives none any more, and lets the camera go. */
  stop(): void;
}

/** Opens what the page has sent. */
export function openSource(source: Source): FrameSource {
  switch (source.kind) {
    case 'stream':
      return new StreamSource(source.readable);
    default:
      throw new TypeError(`There are no frames from a ${source.kind} here.`);
  }
}

/** Reads a stream as fast as frames come, so that none waits in it. */
export class StreamSource implements FrameSource {
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  #isStopped = false;

  /** @param readable - The stream; it is the source's from now on. */
  constructor(readable: ReadableStream<VideoFrame>) {
    this.#reader = readable.getReader();
  }

  start(listener: FrameListener): void {
    void this.#read(listener);
  }

  stop(): void {
    this.#isStopped = true;
    this.#reader.cancel().catch(() => {});
  }

  async #read(listener: FrameListener): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (done) break;
        if (this.#isStopped) value.close();
        else listener.frame(value);
      }
    } catch {
      // A stream that fails gives no frame any more, just like one that ends.
    }
    if (!this.#isStopped) listener.end();
  }
}
