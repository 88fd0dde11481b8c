import { EngineError } from './errors.js';

/** Admits one frame at a time, until the pipeline is disposed of. */
export class FrameGate {
  #state: 'idle' | 'processing' | 'disposed' = 'idle';

  /** Whether the pipeline was disposed of. */
  get isDisposed(): boolean {
    return this.#state === 'disposed';
  }

  /** A frame is in flight. */
  enter(): void {
    this.#state = 'processing';
  }

  /** It is no longer in flight. */
  leave(): void {
    if (this.#state === 'processing') this.#state = 'idle';
  }

  /** Admits no more frames. */
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
      throw new EngineError('BUSY', 'The previous frame is still being processed: await it first.');
    }
  }
}
