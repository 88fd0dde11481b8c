import { ASSETS } from '../assets.js';
import { startError, startWorker } from '../start-worker.js';
import type { FromOutput, ToOutput } from './protocol.js';

/** An output whose track was made in the worker. */
export interface GeneratedOutput {
  readonly id: number;
  readonly track: MediaStreamTrack;
}

/**
 * The page's end of the output worker, which holds the writable ends of the output tracks: a track's stream dies with the
 * worker that holds it, so the engine's worker, which may fail and be replaced, posts its frames to this one. It is small
 * enough not to fail itself.
 */
export class OutputClient {
  /** Whether workers here can read tracks and generate them. */
  readonly canGenerate: boolean;
  readonly #worker: Worker;
  readonly #generating = new Map<number, (output: GeneratedOutput) => void>();
  readonly #painting = new Map<number, (image: ImageBitmap) => void>();
  #lastId = 0;

  private constructor(worker: Worker, canGenerate: boolean) {
    this.canGenerate = canGenerate;
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromOutput>) => this.#handleMessage(data);
  }

  /**
   * Starts the worker.
   *
   * @param assets - The assets folder.
   * @throws WebError `ASSET_MISSING` or `WORKER_FAILED`.
   */
  static async open(assets: string): Promise<OutputClient> {
    const url = assets + ASSETS.output;
    const worker = startWorker(url);
    const canGenerate = await new Promise<boolean>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromOutput>) => {
        if (data.type === 'ready') resolve(data.canGenerate);
      };
      worker.onerror = (event) => reject(startError(url, event));
    });
    return new OutputClient(worker, canGenerate);
  }

  /** Makes an output that writes into a stream, and returns its id. */
  write(writable: WritableStream<VideoFrame>): number {
    const id = ++this.#lastId;
    this.#post({ type: 'write', id, writable }, [writable]);
    return id;
  }

  /** Makes an output with a track of its own; only where {@link OutputClient.canGenerate}. */
  generate(): Promise<GeneratedOutput> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#generating.set(id, resolve);
      this.#post({ type: 'generate', id });
    });
  }

  /**
   * Makes an output whose frames come back as bitmaps, and returns its id.
   *
   * @param listener - Gets the bitmaps, and closes them.
   */
  paint(listener: (image: ImageBitmap) => void): number {
    const id = ++this.#lastId;
    this.#painting.set(id, listener);
    this.#post({ type: 'paint', id });
    return id;
  }

  /** Makes a port for the frames of an output, in place of the one before. */
  connect(id: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#post({ type: 'connect', id, port: port1 }, [port1]);
    return port2;
  }

  /** Ends an output. */
  close(id: number): void {
    this.#painting.delete(id);
    this.#post({ type: 'close', id });
  }

  /** Ends the worker. The outputs must be closed before. */
  dispose(): void {
    this.#post({ type: 'end' });
  }

  #post(message: ToOutput, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #handleMessage(message: FromOutput): void {
    switch (message.type) {
      case 'track':
        this.#generating.get(message.id)?.(message);
        this.#generating.delete(message.id);
        return;
      case 'image': {
        const listener = this.#painting.get(message.id);
        if (listener) listener(message.image);
        else message.image.close();
        return;
      }
      case 'ready':
        return;
    }
  }
}
