import { setImmediate } from 'node:timers/promises';
import type { Backend, BackendChoice, Frame, Pipeline, Statistics } from '@elsewhere/engine';
import { BackendTrial } from '@elsewhere/engine/internal';

/** A way of frames beside the one over the CPU. */
export interface Way {
  readonly statistics: Statistics;
  /** Processes a frame; the picture is valid until the call after the next. Rejects if it cannot. */
  process(frame: Frame, timestamp: number): Promise<Frame>;
  dispose(): void;
}

/** How a {@link Processor} is made. */
export interface ProcessorOptions {
  /** The way over the CPU; the caller's. */
  readonly cpu: Pipeline;
  readonly choice: BackendChoice;
  /** Opens the way over the GPU; `undefined` if it is not worth a trial. */
  readonly openGpu: () => Promise<Way | undefined>;
}

/**
 * So many frames go over the CPU before the GPU is looked for: it delays no first frame, and what is short is done before it
 * would be ready.
 */
const PATIENCE = 250;

/**
 * Processes the frames of a video, over the CPU or over the GPU. Where the choice is left to it, the GPU is opened beside the first
 * frames, tried on some that go over the CPU too, and kept where it is cheaper. Whatever fails on the GPU ends it: the same frame goes
 * over the CPU then, and so does all that follows.
 */
export class Processor {
  /** Sentences about what the caller did not expect. */
  readonly warnings: string[] = [];
  readonly #cpu: Pipeline;
  readonly #choice: BackendChoice;
  readonly #openGpu: ProcessorOptions['openGpu'];
  readonly #trial = new BackendTrial();
  #gpu: Way | undefined;
  #state: 'waiting' | 'opening' | 'trying' | 'used' | 'ended' = 'waiting';
  #frames = 0;

  private constructor({ cpu, choice, openGpu }: ProcessorOptions) {
    this.#cpu = cpu;
    this.#choice = choice;
    this.#openGpu = openGpu;
    if (choice === 'cpu') this.#state = 'ended';
  }

  /**
   * Makes a processor.
   *
   * @param options - Both ways, and which is wanted.
   * @throws `EngineError` `GPU_UNAVAILABLE` if the GPU is wanted and there is none.
   */
  static async create(options: ProcessorOptions): Promise<Processor> {
    const processor = new Processor(options);
    if (options.choice === 'gpu') await processor.#open();
    return processor;
  }

  /** Which way frames go now. */
  get backend(): Backend {
    return this.#state === 'used' ? 'gpu' : 'cpu';
  }

  /** What was done: all frames, whichever way they went, and the times of the way that they go now. */
  get statistics(): Statistics {
    const { statistics } = (this.#state === 'used' ? this.#gpu : undefined) ?? this.#cpu;
    return { ...statistics, frames: this.#frames };
  }

  /**
   * Processes a frame.
   *
   * @param frame - The frame.
   * @param timestamp - Its time in microseconds.
   * @returns The picture, valid until the next call.
   */
  async process(frame: Frame, timestamp: number): Promise<Frame> {
    const picture =
      (this.#state === 'used' ? await this.#overGpu(frame, timestamp) : undefined) ??
      (await this.#overCpu(frame, timestamp));
    this.#frames++;
    if (this.#state === 'waiting' && this.#frames >= PATIENCE) void this.#open();
    // What is opened beside needs a turn now and then: frames leave none.
    if (this.#state === 'opening') await setImmediate();
    return picture;
  }

  /** Closes the GPU. */
  dispose(): void {
    this.#state = 'ended';
    this.#gpu?.dispose();
    this.#gpu = undefined;
  }

  async #open(): Promise<void> {
    this.#state = 'opening';
    try {
      const gpu = await this.#openGpu();
      if (this.#hasEnded()) {
        gpu?.dispose();
        return;
      }
      this.#gpu = gpu;
      this.#state = gpu ? (this.#choice === 'gpu' ? 'used' : 'trying') : 'ended';
    } catch (error) {
      // That there is none is no news to who did not ask for it.
      this.#state = 'ended';
      if (this.#choice === 'gpu') throw error;
    }
  }

  async #overCpu(frame: Frame, timestamp: number): Promise<Frame> {
    const began = performance.now();
    const outcome = await this.#cpu.process(frame, timestamp);
    if (outcome.kind === 'placeholder') throw outcome.error ?? new Error('A frame could not be processed.');
    this.#trial.add('cpu', performance.now() - began);
    if (this.#state === 'trying') await this.#try(frame, timestamp);
    return outcome.frame;
  }

  async #overGpu(frame: Frame, timestamp: number): Promise<Frame | undefined> {
    try {
      return await this.#gpu?.process(frame, timestamp);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      this.warnings.push(`${what} From frame ${this.#frames + 1} on, the CPU was used.`);
      this.dispose();
      return undefined;
    }
  }

  async #try(frame: Frame, timestamp: number): Promise<void> {
    const began = performance.now();
    try {
      await this.#gpu?.process(frame, timestamp);
    } catch {
      this.dispose();
      return;
    }
    this.#trial.add('gpu', performance.now() - began);
    const { verdict } = this.#trial;
    if (verdict === 'gpu') this.#state = 'used';
    else if (verdict === 'cpu') this.dispose();
  }

  #hasEnded(): boolean {
    return this.#state === 'ended';
  }
}
