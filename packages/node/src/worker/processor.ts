import { setImmediate } from 'node:timers/promises';
import type {
  Backend,
  BackendChoice,
  ConversionWarning,
  Frame,
  Pipeline,
  Statistics,
} from '@elsewhere/engine';
import { BackendSelector } from '@elsewhere/engine/internal';

/** The GPU backend as a {@link Processor} uses it. */
export interface GpuBackend {
  readonly statistics: Statistics;
  /** Forgets earlier frames. */
  reset(): void;
  /** Processes a frame; the output is valid until the call after the next. Rejects if it cannot. */
  process(frame: Frame, timestamp: number): Promise<Frame>;
  dispose(): void;
}

/** What a {@link Processor} works with. */
export interface ProcessorOptions {
  /** The CPU backend, owned by the caller. */
  readonly cpu: Pipeline;
  readonly choice: BackendChoice;
  /** Opens the GPU backend; `undefined` if it is not worth a trial. */
  readonly openGpu: () => Promise<GpuBackend | undefined>;
}

/**
 * The GPU is opened after this many frames: it does not delay the first frame, and a short video is converted before the GPU
 * would be ready.
 */
const FRAMES_BEFORE_GPU = 250;

/**
 * Processes the frames of a video on the CPU or the GPU. With the choice `auto`, the GPU is opened beside the first frames, tried
 * on copies of frames that the CPU processes too, and kept if it is cheaper. If the GPU fails on a frame, the CPU processes the same
 * frame and all later ones.
 */
export class Processor {
  /** What the caller may not expect. */
  readonly warnings: ConversionWarning[] = [];
  /** Whether nobody was found in the last frame. */
  isEmpty = false;
  readonly #cpu: Pipeline;
  readonly #selector: BackendSelector<GpuBackend>;
  #frames = 0;
  /** Why the GPU cannot be opened. */
  #obstacle: unknown;

  private constructor({ cpu, choice, openGpu }: ProcessorOptions) {
    this.#cpu = cpu;
    this.#selector = new BackendSelector({
      choice,
      open: openGpu,
      onFailure: (error, phase) => {
        if (phase === 'opening') this.#obstacle = error;
        if (phase === 'selected') this.#warn(error);
      },
    });
  }

  /**
   * Creates a processor, and opens the GPU where the choice is `gpu`.
   *
   * @param options - Both backends, and which is wanted.
   * @throws `EngineError` `GPU_UNAVAILABLE` if the choice is `gpu` and there is none.
   */
  static async create(options: ProcessorOptions): Promise<Processor> {
    const processor = new Processor(options);
    if (options.choice === 'gpu') {
      await processor.#selector.open();
      if (processor.#obstacle !== undefined) throw processor.#obstacle;
    }
    return processor;
  }

  /** The backend that processes the next frame. */
  get backend(): Backend {
    return this.#selector.backend;
  }

  /** All frames, whichever backend processed them, and the times of the current backend. */
  get statistics(): Statistics {
    const { statistics } = this.#selector.selected ?? this.#cpu;
    return { ...statistics, frames: this.#frames };
  }

  /**
   * Processes a frame.
   *
   * @param timestamp - Its time in microseconds.
   * @returns The output, valid until the next call.
   */
  async process(frame: Frame, timestamp: number): Promise<Frame> {
    const output =
      (await this.#selector.process((gpu) => this.#observe(gpu.statistics, gpu.process(frame, timestamp)))) ??
      (await this.#onCpu(frame, timestamp));
    this.#frames++;
    if (this.#selector.isWaiting && this.#frames >= FRAMES_BEFORE_GPU) void this.#selector.open();
    // Decoding and encoding are synchronous: without this, the event loop would never get to opening the GPU.
    if (this.#selector.isOpening) await setImmediate();
    return output;
  }

  /** Forgets earlier frames: the next one has another shape. */
  reset(): void {
    this.#cpu.reset();
    this.#selector.selected?.reset();
  }

  /** Closes the GPU. */
  dispose(): void {
    this.#selector.dispose();
  }

  async #onCpu(frame: Frame, timestamp: number): Promise<Frame> {
    const start = performance.now();
    const outcome = await this.#observe(this.#cpu.statistics, this.#cpu.process(frame, timestamp));
    if (outcome.kind === 'placeholder') throw outcome.error ?? new Error('A frame could not be processed.');
    this.#selector.addCpuTime(performance.now() - start);
    await this.#selector.try(async (gpu) => {
      const trialStart = performance.now();
      await gpu.process(frame, timestamp);
      return performance.now() - trialStart;
    });
    return outcome.frame;
  }

  /** Notes whether a pipeline finds nobody in the frame that it processes. */
  async #observe<Result>(statistics: Statistics, processed: Promise<Result>): Promise<Result> {
    const { emptyFrames } = statistics;
    const result = await processed;
    this.isEmpty = statistics.emptyFrames > emptyFrames;
    return result;
  }

  #warn(error: unknown): void {
    const what = error instanceof Error ? error.message : String(error);
    const message = `${what} From frame ${this.#frames + 1} on, the CPU was used.`;
    this.warnings.push({ code: 'GPU_FAILED', message });
  }
}
