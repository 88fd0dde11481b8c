import type { PipelineSettings } from '@elsewhere/engine';
import { ASSETS } from '../assets.js';
import { receiveError } from '../errors.js';
import type { SharedBackground } from '../media/background.js';
import type { FromGpu, ToGpu } from './protocol.js';

type Done = Extract<FromGpu, { type: 'done' }>;

/** A frame that is in flight in the GPU's worker. */
interface InFlight {
  readonly resolve: (output: VideoFrame) => void;
  readonly reject: (error: Error) => void;
  readonly finished: Promise<Done | undefined>;
  readonly finish: (done: Done | undefined) => void;
}

/** The engine worker's end of the GPU's worker: one frame at a time. */
export class GpuClient {
  /** Resolves when everything is compiled; rejects if the GPU cannot be used. */
  readonly ready: Promise<void>;
  /** Milliseconds of each stage, of the last frame. */
  milliseconds: Done['milliseconds'] | undefined;
  readonly #worker: Worker;
  readonly #onFailure: (error: Error) => void;
  #inFlight: InFlight | undefined;
  #settleReady: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  /** Counts backgrounds: the last one that was sent, and the last one that frames are composited with. */
  #sentBackground = 0;
  #shownBackground = 0;

  /**
   * Starts the worker.
   *
   * @param assets - The assets folder.
   * @param onFailure - Called when the worker fails, after which it is of no use.
   * @throws If there are no workers in workers here.
   */
  constructor(assets: string, onFailure: (error: Error) => void) {
    this.#onFailure = onFailure;
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ready.catch(() => {});
    const worker = new Worker(assets + ASSETS.gpu);
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromGpu>) => this.#handleMessage(data);
    worker.onerror = (event) => {
      // Else it becomes an error of the engine's worker.
      event.preventDefault();
      // A script that is missing gives an event without a message.
      this.#fail(new Error(`The GPU's worker failed: ${event.message ?? 'it cannot be loaded'}.`));
    };
    this.#post({ type: 'open', assets });
  }

  /** Whether a frame can be processed now: none is in flight, and the newest background is shown. */
  get isIdle(): boolean {
    return !this.#inFlight && this.#shownBackground === this.#sentBackground;
  }

  /**
   * Resolves when the frame in flight is computed completely; after its output has arrived, computation may still be running.
   */
  async finished(): Promise<void> {
    await this.#inFlight?.finished;
  }

  /** Shows another background. Until it is shown, the client is not idle. */
  setBackground(background: SharedBackground): void {
    this.#sentBackground++;
    this.#post({ type: 'background', id: this.#sentBackground, background });
  }

  /** Changes settings from the next frame on. */
  setOptions(settings: Partial<PipelineSettings>): void {
    this.#post({ type: 'options', settings });
  }

  /** Drops what is known of earlier frames. */
  reset(): void {
    this.#post({ type: 'reset' });
  }

  /**
   * Processes a frame. The client must be idle.
   *
   * @param frame - The client's from now on.
   * @returns The output, to be closed by the caller; `undefined` if the background was changed meanwhile.
   * @throws If the GPU fails.
   */
  async process(frame: VideoFrame): Promise<VideoFrame | undefined> {
    const background = this.#sentBackground;
    const output = await this.#send(frame);
    if (background === this.#sentBackground) return output;
    output.close();
    return undefined;
  }

  /**
   * Processes a frame without using its output. The client must be idle.
   *
   * @param frame - The client's from now on.
   * @returns The milliseconds that it took, in the GPU's worker.
   * @throws If the GPU fails.
   */
  async measure(frame: VideoFrame): Promise<number> {
    const output = this.#send(frame);
    const finished = this.#inFlight?.finished;
    (await output).close();
    const done = await finished;
    if (!done) throw new Error('The GPU failed.');
    return done.took;
  }

  /** Terminates the worker. */
  dispose(): void {
    this.#worker.terminate();
    this.#settle(new Error('The GPU is not used any more.'));
  }

  #send(frame: VideoFrame): Promise<VideoFrame> {
    return new Promise((resolve, reject) => {
      let finish: InFlight['finish'] = () => {};
      const finished = new Promise<Done | undefined>((settle) => {
        finish = settle;
      });
      this.#inFlight = { resolve, reject, finished, finish };
      this.#post({ type: 'frame', frame }, [frame]);
    });
  }

  #post(message: ToGpu, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #handleMessage(message: FromGpu): void {
    switch (message.type) {
      case 'ready':
        this.#settleReady?.resolve();
        return;
      case 'shown':
        this.#shownBackground = message.id;
        return;
      case 'output':
        if (this.#inFlight) this.#inFlight.resolve(message.output);
        else message.output.close();
        return;
      case 'done': {
        const inFlight = this.#inFlight;
        this.#inFlight = undefined;
        this.milliseconds = message.milliseconds;
        inFlight?.finish(message);
        return;
      }
      case 'failed':
        this.#fail(receiveError(message.error));
        return;
    }
  }

  #fail(error: Error): void {
    this.#onFailure(error);
    this.#settle(error);
  }

  #settle(error: Error): void {
    this.#settleReady?.reject(error);
    const inFlight = this.#inFlight;
    this.#inFlight = undefined;
    inFlight?.reject(error);
    inFlight?.finish(undefined);
  }
}
