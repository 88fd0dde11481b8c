import { ASSETS } from '../assets.js';
import { startError, startWorker } from '../engine-worker.js';
import type { ToOutlet } from '../worker/outlet-messages.js';

/**
 * The way out of the workers: a second worker, too small to break down, holds the writable ends of the output tracks. The
 * engine's worker posts its frames to it. An output's stream dies with the worker that holds it; thanks to this one the
 * output survives an engine's worker that broke down.
 */
export class Outlet {
  /** Resolves when the worker runs. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  #lastId = 0;

  /** @param assets - The assets folder. */
  constructor(assets: string) {
    const url = assets + ASSETS.outlet;
    const worker = startWorker(url);
    this.#worker = worker;
    this.ready = new Promise((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(startError(url, event));
    });
    this.ready.catch(() => {});
  }

  /**
   * Hands over the stream of an output.
   *
   * @returns The output's number here.
   */
  open(writable: WritableStream<VideoFrame>): number {
    const id = ++this.#lastId;
    this.#send({ type: 'open', id, writable }, [writable]);
    return id;
  }

  /** Makes a port for the frames of an output; the port before is closed. */
  connect(id: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#send({ type: 'connect', id, port: port1 }, [port1]);
    return port2;
  }

  /** Ends an output. */
  close(id: number): void {
    this.#send({ type: 'close', id }, []);
  }

  /** Ends the worker; the outputs have to be closed before. */
  dispose(): void {
    this.#send({ type: 'end' }, []);
  }

  #send(message: ToOutlet, transfer: Transferable[]): void {
    this.#worker.postMessage(message, transfer);
  }
}
