import type { ToOutlet } from './outlet-messages.js';

/** An output track's stream, and who writes to it. */
class Output {
  readonly #writer: WritableStreamDefaultWriter<VideoFrame>;
  #port: MessagePort | undefined;
  #waiting: VideoFrame | undefined;
  #isWriting = false;

  constructor(writable: WritableStream<VideoFrame>) {
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => {});
  }

  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<VideoFrame>) => this.#take(data);
  }

  close(): void {
    this.#port?.close();
    this.#waiting?.close();
    this.#waiting = undefined;
    this.#writer.close().catch(() => {});
  }

  /** The newest frame wins. */
  #take(frame: VideoFrame): void {
    this.#waiting?.close();
    this.#waiting = frame;
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    for (let frame = this.#waiting; frame; frame = this.#waiting) {
      this.#waiting = undefined;
      // The stream closes what it has taken, also where it fails.
      await this.#writer.write(frame).catch(() => frame.close());
    }
    this.#isWriting = false;
  }
}

const outputs = new Map<number, Output>();

self.onmessage = ({ data }: MessageEvent<ToOutlet>) => {
  switch (data.type) {
    case 'open':
      outputs.set(data.id, new Output(data.writable));
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

self.postMessage('ready');
