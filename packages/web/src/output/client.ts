import { ASSETS } from '../assets.js';
import { startError, startWorker } from '../start-worker.js';
import type { FromOutput, ToOutput } from './protocol.js';

/** An output of which the track was made in the worker. */
export interface GeneratedOutput {
  /** The output's number. */
  readonly id: number;
  readonly track: MediaStreamTrack;
}

/**
 * The way out of the workers: a second worker, too small to break down, holds the writable ends of the output tracks. The
 * engine's worker posts its frames to it. An output's stream dies with the worker that holds it; thanks to this one the
 * output survives an engine's worker that broke down.
 */
export class OutputClient {
  /** Whether workers here can read tracks and generate them. */
  readonly canGenerate: boolean;
  readonly #worker: Worker;
  readonly #generating = new Map<number, (output: GeneratedOutput) => void>();
  readonly #painting = new Map<number, (picture: ImageBitmap) => void>();
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

  /**
   * Makes an output of a stream.
   *
   * @returns The output's number.
   */
  write(writable: WritableStream<VideoFrame>): number {
    const id = ++this.#lastId;
    this.#send({ type: 'write', id, writable }, [writable]);
    return id;
  }

  /** Makes an output with a track of its own, where {@link OutputClient.canGenerate}. */
  generate(): Promise<GeneratedOutput> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#generating.set(id, resolve);
      this.#send({ type: 'generate', id });
    });
  }

  /**
   * Makes an output whose frames come back as pictures.
   *
   * @param listener - Takes the pictures, and closes them.
   * @returns The output's number.
   */
  paint(listener: (picture: ImageBitmap) => void): number {
    const id = ++this.#lastId;
    this.#painting.set(id, listener);
    this.#send({ type: 'paint', id });
    return id;
  }

  /** Makes a port for the frames of an output; the port before is closed. */
  connect(id: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#send({ type: 'connect', id, port: port1 }, [port1]);
    return port2;
  }

  /** TrackPorts an output. */
  close(id: number): void {
    this.#painting.delete(id);
    this.#send({ type: 'close', id });
  }

  /** TrackPorts the worker; the outputs have to be closed before. */
  dispose(): void {
    this.#send({ type: 'end' });
  }

  #send(message: ToOutput, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #handleMessage(message: FromOutput): void {
    switch (message.type) {
      case 'track':
        this.#generating.get(message.id)?.(message);
        this.#generating.delete(message.id);
        return;
      case 'picture': {
        const listener = this.#painting.get(message.id);
        if (listener) listener(message.picture);
        else message.picture.close();
        return;
      }
      case 'ready':
        return;
    }
  }
}
