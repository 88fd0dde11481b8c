import { EngineError } from './errors.js';

/** Lets one frame in at a time, until a pipeline is disposed of. */
export class FrameGate {
  #state: 'idle' | 'processing' | 'disposed' = 'idle';

  /** Whether the pipeline was disposed of. */
  get isDisposed(): boolean {
    return this.#state === 'disposed';
  }

  /** A frame comes in. */
  enter(): void {
    this.#state = 'processing';
  }

  /** It has come out. */
  leave(): void {
    if (this.#state === 'processing') this.#state = 'idle';
  }

  /** Nothing comes in any more. */
  dispose(): void {
    this.#state = 'disposed';
  }

  /** @throws {@link EngineError} `DISPOSED`. */
  assertUsable(): void {
    if (this.#state === 'disposed') {
      throw new EngineError('DISPOSED', 'This pipeline was disposed of: create a new one.');
    }
  }

  /** @throws {@link EngineError} `DISPOSED`, or `BUSY` while a frame is being processed. */
  assertIdle(): void {
    this.assertUsable();
    if (this.#state === 'processing') {
      throw new EngineError('BUSY', 'The frame before is still being processed: await it first.');
    }
  }
}
