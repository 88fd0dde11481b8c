import { ElsewhereError, type FrameShape, type Outcome } from '@elsewhere/engine';
import { WebError } from '../errors.js';
import type { OpenBackground } from '../media/background.js';
import { type CameraFrame, outputColorSpace, shapeOf } from '../media/frame-reader.js';
import type { FrameListener, FrameSource } from '../media/frame-source.js';
import type { FrameOrigin } from '../media/frame-writer.js';
import { LatestFrame } from '../media/latest-frame.js';
import type { LiveOptions } from '../options.js';
import type { FrameSink } from '../output/frame-sink.js';
import { Backends } from './backends.js';
import { FrameBarrier } from './frame-barrier.js';
import { type HealthListener, HealthMonitor } from './health.js';
import type { LoadedPipeline } from './load.js';
import { Pacing } from './pacing.js';
import type { SessionStatistics } from './protocol.js';

/** The settings of all tracks of a worker. They may change at any time. */
export interface LiveSettings {
  options: LiveOptions;
  paused: boolean;
}

/** Gets what happens in a session. */
export interface SessionListener extends HealthListener {
  /** The source has ended. */
  ended(): void;
  /** Something failed, but frames continue to come out. */
  error(error: ElsewhereError): void;
}

/** The weight of a new measurement in a mean. */
const WEIGHT = 1 / 30;

/**
 * One track in the engine's worker: takes its frames from the source, lets a backend process them and passes the results to
 * the sink. While one is processed, only the latest of those that arrive is kept. Each frame comes out processed, as a
 * placeholder, or not at all; never as it came.
 */
export class Session implements FrameListener {
  readonly #source: FrameSource;
  readonly #sink: FrameSink;
  readonly #backends: Backends;
  readonly #settings: LiveSettings;
  readonly #listener: SessionListener;
  readonly #pacing = new Pacing();
  readonly #health: HealthMonitor;
  readonly #mailbox = new LatestFrame((frame) => this.#handle(frame));
  readonly #barrier = new FrameBarrier();
  /** When the frame in the mailbox arrived. */
  #arrival = 0;
  #isStopped = false;
  #framesIn = 0;
  #framesOut = 0;
  #placeholders = 0;
  #dropped = 0;
  #latency = 0;

  /**
   * @param source - The session's from now on, like the sink.
   * @param sink - Where frames go.
   * @param loaded - Processes the frames; the caller's.
   * @param background - The first background.
   * @param settings - The settings of all tracks.
   * @param listener - Gets what happens.
   */
  constructor(
    source: FrameSource,
    sink: FrameSink,
    loaded: LoadedPipeline,
    background: OpenBackground,
    settings: LiveSettings,
    listener: SessionListener,
  ) {
    this.#source = source;
    this.#sink = sink;
    this.#backends = new Backends(loaded, background, settings.options);
    this.#settings = settings;
    this.#listener = listener;
    this.#health = new HealthMonitor(listener);
    loaded.gpu.onFailure = (error) => listener.error(error);
  }

  /** Starts to take frames. */
  start(): void {
    this.#source.start(this);
  }

  /**
   * Lets the source go. A frame in flight does not come out.
   *
   * @returns Resolves when the pipeline is free.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#source.stop();
    this.#mailbox.clear();
    this.#sink.end();
    this.#barrier.close();
    await this.#mailbox.idle();
  }

  /**
   * Shows another background from the next frame on.
   *
   * @returns Resolves when a frame with it has come out, or, where no frames flow, when no later frame can show the
   * previous one.
   */
  setBackground(background: OpenBackground): Promise<void> {
    this.#backends.setBackground(background);
    return this.#barrier.passed();
  }

  /** Statistics since the session began. */
  get statistics(): SessionStatistics {
    return {
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      placeholders: this.#placeholders,
      dropped: this.#dropped,
      latency: this.#latency,
      adaptation: this.#backends.adaptation,
      backend: this.#backends.backend,
      milliseconds: { ...this.#backends.milliseconds },
    };
  }

  /** Looks for a frame that hangs. Call about once a second. */
  check(): void {
    if (!this.#health.findsHang()) return;
    if (this.#backends.backend === 'gpu') this.#backends.failHangingGpu();
    else this.#health.terminate(new WebError('WORKER_FAILED', 'A frame is never finished.'));
  }

  frame(frame: VideoFrame): void {
    if (this.#isStopped) {
      frame.close();
      return;
    }
    const now = performance.now();
    this.#framesIn++;
    this.#pacing.arrive(now);
    if (!this.#pacing.admits(frame.timestamp, this.#backends.maxFrameRate(this.#settings.options))) {
      this.#dropped++;
      frame.close();
      return;
    }
    this.#arrival = now;
    if (this.#mailbox.put(frame)) this.#dropped++;
  }

  end(): void {
    if (!this.#isStopped) this.#listener.ended();
  }

  async #handle(frame: CameraFrame): Promise<void> {
    const arrival = this.#arrival;
    const { backend } = this.#backends;
    this.#health.begin();
    this.#barrier.begin();
    await this.#process(frame);
    this.#barrier.finish();
    this.#health.end();
    const latency = performance.now() - arrival;
    this.#latency += (this.#latency === 0 ? 1 : WEIGHT) * (latency - this.#latency);
    const { paused, options } = this.#settings;
    const { quality, maxFrameRate = Number.POSITIVE_INFINITY } = options;
    if (paused || quality !== 'auto') return;
    this.#backends.adapt(backend, latency, this.#pacing.intervalAt(maxFrameRate));
  }

  async #process(frame: CameraFrame): Promise<void> {
    const { timestamp, duration } = frame;
    const origin: FrameOrigin = { timestamp, duration, colorSpace: outputColorSpace(frame) };
    const shape = shapeOf(frame);
    const { options, paused } = this.#settings;
    if (paused) {
      frame.close();
      this.#sendPlaceholder(shape, origin);
      return;
    }
    let outcome: Outcome;
    let trial: VideoFrame | undefined;
    const begin = performance.now();
    const { showsCamera } = this.#backends;
    // While a frame is in flight, the camera may have been paused, or another background chosen instead of `none`.
    const isOutdated = () =>
      !this.#isStopped && (this.#settings.paused || (showsCamera && !this.#backends.showsCamera));
    try {
      const output = await this.#backends.processOnGpu(frame, shape, options);
      if (output && isOutdated()) {
        output.close();
        this.#sendPlaceholder(shape, origin);
        return;
      }
      if (output) {
        await this.#sendOutput(output);
        return;
      }
      trial = this.#backends.copyForTrial(frame);
      outcome = await this.#backends.processOnCpu(frame, shape, options);
    } catch (cause) {
      trial?.close();
      if (this.#isStopped) return;
      this.#health.fail(asError(cause));
      if (this.#settings.options.whenUnavailable !== 'freeze') this.#sendPlaceholder(shape, origin);
      return;
    }
    if (isOutdated()) {
      trial?.close();
      this.#sendPlaceholder(shape, origin);
    } else if (this.#isStopped || !this.#sendOutcome(outcome, origin)) trial?.close();
    else if (trial) void this.#backends.try(trial, performance.now() - begin);
  }

  /** Passes on what the GPU has made. */
  async #sendOutput(output: VideoFrame): Promise<void> {
    if (this.#isStopped) {
      output.close();
      return;
    }
    this.#sink.send(output);
    this.#framesOut++;
    await this.#backends.gpuFinished();
    this.#succeed();
  }

  /**
   * Passes on what the CPU has made.
   *
   * @returns Whether it was a processed frame.
   */
  #sendOutcome(outcome: Outcome, origin: FrameOrigin): boolean {
    if (outcome.error) {
      this.#health.fail(outcome.error);
      if (this.#settings.options.whenUnavailable !== 'freeze') this.#send(outcome, origin);
      return false;
    }
    if (!this.#send(outcome, origin)) return false;
    this.#succeed();
    return true;
  }

  /** Sends a placeholder, or nothing where not even that can be made. */
  #sendPlaceholder(shape: FrameShape, origin: FrameOrigin): void {
    try {
      this.#send(this.#backends.placeholder(shape, origin.timestamp, this.#settings.options), origin);
    } catch (cause) {
      this.#health.fail(asError(cause));
    }
  }

  #send({ kind, frame }: Outcome, origin: FrameOrigin): boolean {
    try {
      const shownSize = this.#sink.keepsSize ? this.#backends.fullSize : undefined;
      this.#sink.write(frame, origin, shownSize);
    } catch (cause) {
      this.#health.fail(asError(cause));
      return false;
    }
    if (kind === 'processed') this.#framesOut++;
    else this.#placeholders++;
    return true;
  }

  #succeed(): void {
    this.#backends.openDeferred((error) => this.#listener.error(asError(error)));
    this.#health.succeed();
  }
}

function asError(cause: unknown): ElsewhereError {
  if (cause instanceof ElsewhereError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WebError('WORKER_FAILED', `A frame could not be processed: ${reason}`, { cause });
}
