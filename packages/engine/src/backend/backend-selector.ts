import { type Backend, type BackendChoice, BackendTrial } from './backend-trial.js';

/** How a {@link BackendSelector} works. */
export interface BackendSelectorOptions<Gpu> {
  /** `cpu` and `gpu` are fixed; with `auto`, the GPU backend is tried and kept if it is the cheaper one. */
  readonly choice: BackendChoice;
  /**
   * Opens the GPU backend.
   *
   * @param signal - Aborted when the backend is no longer wanted. A backend that is returned after that is disposed of.
   * @returns The backend, owned by the selector; `undefined` if it is not worth a trial.
   * @throws Whatever makes it unavailable.
   */
  readonly open: (signal: AbortSignal) => Promise<Gpu | undefined>;
  /**
   * Called at most once: the GPU backend cannot be opened or has failed, and is disposed of.
   *
   * @param error - What opening or processing threw, or what {@link BackendSelector.fail} was given.
   * @param phase - How far it had come.
   */
  readonly onFailure: (error: unknown, phase: 'opening' | 'trying' | 'selected') => void;
}

/**
 * Decides which backend processes the frames of one stream.
 *
 * Frames start on the CPU backend. The caller opens the GPU backend beside it when it suits, {@link BackendSelector.open}.
 * With the choice `gpu` it is used at once; with `auto` the caller runs it on copies of frames that the CPU has
 * processed, {@link BackendSelector.try}, until the measured times decide. A GPU backend that fails is disposed of and
 * never opened again: the frame that it failed on, and all that follow, are processed on the CPU.
 *
 * The selector owns the GPU backend and its life cycle; how frames get there and back is up to the caller.
 *
 * @typeParam Gpu - The GPU backend as the caller sees it: a pipeline, or a connection to a worker with one.
 */
export class BackendSelector<Gpu extends { dispose(): void }> {
  readonly #options: BackendSelectorOptions<Gpu>;
  readonly #trial = new BackendTrial();
  readonly #closed = new AbortController();
  #phase: 'waiting' | 'opening' | 'trying' | 'selected' | 'closed' = 'waiting';
  #gpu: Gpu | undefined;

  /** @param options - Which backend is wanted, and how the GPU backend is opened. */
  constructor(options: BackendSelectorOptions<Gpu>) {
    this.#options = options;
    if (options.choice === 'cpu') this.#phase = 'closed';
  }

  /** The backend that processes the next frame. */
  get backend(): Backend {
    return this.#phase === 'selected' ? 'gpu' : 'cpu';
  }

  /** The GPU backend while it is being tried on copies of frames. */
  get candidate(): Gpu | undefined {
    return this.#phase === 'trying' ? this.#gpu : undefined;
  }

  /** The GPU backend while it processes the frames. */
  get selected(): Gpu | undefined {
    return this.#phase === 'selected' ? this.#gpu : undefined;
  }

  /** Whether {@link BackendSelector.open} has not been called yet. */
  get isWaiting(): boolean {
    return this.#phase === 'waiting';
  }

  /** Whether the GPU backend is being opened. */
  get isOpening(): boolean {
    return this.#phase === 'opening';
  }

  /** Opens the GPU backend. Further calls do nothing, and so does the first one where the choice is `cpu`. */
  async open(): Promise<void> {
    if (this.#phase !== 'waiting') return;
    this.#phase = 'opening';
    const { choice, open } = this.#options;
    try {
      const gpu = await open(this.#closed.signal);
      if (!gpu || this.#closed.signal.aborted) {
        gpu?.dispose();
        this.dispose();
        return;
      }
      this.#gpu = gpu;
      this.#phase = choice === 'gpu' ? 'selected' : 'trying';
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Processes a frame on the GPU backend, if it is selected.
   *
   * @param work - Processes the frame; `undefined` if this frame is one for the CPU. If it rejects, the backend has failed.
   * @returns What `work` gives; `undefined` if the frame has to be processed on the CPU.
   */
  async process<Result>(work: (gpu: Gpu) => Promise<Result | undefined>): Promise<Result | undefined> {
    const gpu = this.selected;
    if (!gpu) return undefined;
    try {
      return await work(gpu);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /**
   * Processes a copy of a frame on the GPU backend, if it is being tried, and decides if enough has been measured.
   *
   * @param work - Processes the copy; gives the milliseconds that this took. If it rejects, the backend has failed.
   */
  async try(work: (gpu: Gpu) => Promise<number>): Promise<void> {
    const gpu = this.candidate;
    if (!gpu) return;
    try {
      this.#trial.add('gpu', await work(gpu));
    } catch (error) {
      this.fail(error);
      return;
    }
    const { verdict } = this.#trial;
    if (this.#phase !== 'trying' || !verdict) return;
    if (verdict === 'gpu') this.#phase = 'selected';
    else this.dispose();
  }

  /**
   * Records a frame of the CPU backend, for the comparison.
   *
   * @param milliseconds - How long the frame took.
   */
  addCpuTime(milliseconds: number): void {
    this.#trial.add('cpu', milliseconds);
  }

  /**
   * Closes the GPU backend because it has failed between two frames, or does not finish one.
   *
   * @param error - What is given to `onFailure`.
   */
  fail(error: unknown): void {
    const phase = this.#phase;
    this.dispose();
    if (phase === 'waiting' || phase === 'closed') return;
    this.#options.onFailure(error, phase);
  }

  /** Closes the GPU backend: all further frames are processed on the CPU. */
  dispose(): void {
    this.#phase = 'closed';
    this.#closed.abort();
    this.#gpu?.dispose();
    this.#gpu = undefined;
  }
}
