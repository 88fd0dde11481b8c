import {
  type Backend,
  ElsewhereError,
  type Frame,
  type FrameShape,
  type Outcome,
  type Pipeline,
  type Quality,
} from '@elsewhere/engine';
import { WebError } from '../errors.js';
import type { GpuBackend } from '../gpu/backend.js';
import { type OpenBackground, stillBackground } from '../media/background.js';
import type { CameraFrame, FrameMetadata } from '../media/frame-reader.js';
import { FrameReader, outputColorSpace, shapeOf } from '../media/frame-reader.js';
import type { FrameListener, FrameSource } from '../media/frame-source.js';
import { type FrameOrigin, FrameWriter } from '../media/frame-writer.js';
import type { LiveOptions } from '../options.js';
import type { FrameSink } from '../output/frame-sink.js';
import { AdaptiveQuality } from './adaptive-quality.js';
import type { DeferredSegmenter } from './deferred-segmenter.js';
import type { LoadedPipeline } from './load.js';
import type { PlatformMask } from './platform-mask.js';
import type { Health, SessionStatistics } from './protocol.js';

/** What holds for all tracks of a worker. */
export interface Settings {
  options: LiveOptions;
  paused: boolean;
}

/** What a pipeline was told. */
interface Applied {
  readonly options: LiveOptions;
  readonly quality: Quality;
  readonly mirror: boolean;
}

/** Hears how a session is doing. */
export interface SessionListener {
  health(health: Health, error: ElsewhereError | undefined): void;
  /** No frame will come any more. */
  ended(): void;
  /** Frame after frame fails: a new worker may help. */
  broken(error: ElsewhereError): void;
  /** Something failed, and frames go on. */
  trouble(error: ElsewhereError): void;
}

/** So many frames that fail one after the other are no accident. */
const MOST_FAILURES = 30;

/** A frame that is still being processed at so many checks will never be done. */
const MOST_CHECKS = 5;

/** The weight of a new measurement in a mean. */
const WEIGHT = 1 / 30;

/** Frames that are further apart, in milliseconds, tell nothing of the frame rate. */
const LONGEST_INTERVAL = 500;

/** A frame may come so much early, as a part of the interval, where the frame rate is capped. */
const EARLY = 0.3;

/**
 * One track's way through the worker. The newest frame wins: while one is being processed, only the last of those that
 * come is kept. Each frame that is taken comes out processed, or as a placeholder, or not at all; never as it came.
 */
export class Session implements FrameListener {
  readonly #source: FrameSource;
  readonly #sink: FrameSink;
  readonly #pipeline: Pipeline;
  readonly #mask: PlatformMask;
  readonly #closer: DeferredSegmenter | undefined;
  readonly #gpu: GpuBackend;
  readonly #settings: Settings;
  readonly #listener: SessionListener;
  readonly #reader = new FrameReader();
  readonly #writer = new FrameWriter();
  /** One for each way: what they can bear is not the same. */
  readonly #adaptive: Readonly<Record<Backend, AdaptiveQuality>> = {
    cpu: new AdaptiveQuality('cpu'),
    gpu: new AdaptiveQuality('gpu'),
  };
  #background: OpenBackground;
  /** Whether the platform has blurred the frames already, so that nothing is left to do. */
  #isBlurred = false;
  /** What the pipeline was told last. */
  #applied: Applied | undefined;
  #waiting: VideoFrame | undefined;
  #arrival = 0;
  /** How often it was checked since the frame that is being processed was begun. */
  #checks = 0;
  #isBroken = false;
  #isWorking = false;
  #working: Promise<void> | undefined;
  #isStopped = false;
  #health: Health = 'starting';
  #failures = 0;
  /** Milliseconds between frames, mean. */
  #interval = 1000 / 30;
  #lastArrival = Number.NEGATIVE_INFINITY;
  #lastTaken = Number.NEGATIVE_INFINITY;
  #framesIn = 0;
  #framesOut = 0;
  #placeholders = 0;
  #dropped = 0;
  #latency = 0;

  /**
   * @param source - Where the frames come from; the session's from now on, like the sink.
   * @param sink - Where they go.
   * @param engine - Processes them; the caller's.
   * @param background - What is shown at first.
   * @param settings - What holds for all tracks; may change at any time.
   * @param listener - Hears how it goes.
   */
  constructor(
    source: FrameSource,
    sink: FrameSink,
    { pipeline, mask, closer, gpu }: LoadedPipeline,
    background: OpenBackground,
    settings: Settings,
    listener: SessionListener,
  ) {
    this.#source = source;
    this.#sink = sink;
    this.#pipeline = pipeline;
    this.#mask = mask;
    this.#closer = closer;
    this.#gpu = gpu;
    this.#background = background;
    pipeline.setBackground(background.background);
    gpu.setBackground(background.shared);
    gpu.failed = (error) => listener.trouble(error);
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Begins. */
  start(): void {
    this.#source.start(this);
  }

  /**
   * Lets the source go and takes no frame any more. One that is being processed does not come out.
   *
   * @returns Resolves when the pipeline is free.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#source.stop();
    this.#waiting?.close();
    this.#waiting = undefined;
    this.#sink.end();
    await this.#working;
  }

  /** Shows another background from the next frame on. */
  setBackground(background: OpenBackground): void {
    this.#background = background;
    this.#isBlurred = false;
    this.#showBehind(background);
  }

  /** What it has done. */
  get statistics(): SessionStatistics {
    return {
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      placeholders: this.#placeholders,
      dropped: this.#dropped,
      latency: this.#latency,
      quality: this.#quality,
      backend: this.#gpu.backend,
      milliseconds: { ...(this.#gpu.milliseconds ?? this.#pipeline.statistics.milliseconds) },
    };
  }

  /** Looks whether it still works; to be called about once a second. Checks count, not the clock: it may have been frozen. */
  check(): void {
    this.#checks++;
    if (!this.#isWorking || this.#checks < MOST_CHECKS) return;
    if (this.#gpu.backend === 'gpu') {
      this.#checks = 0;
      this.#gpu.giveUp();
    } else {
      this.#break(new WebError('WORKER_FAILED', 'A frame does not come to its end.'));
    }
  }

  frame(frame: VideoFrame): void {
    if (this.#isStopped) {
      frame.close();
      return;
    }
    const now = performance.now();
    this.#framesIn++;
    this.#measureInterval(now);
    if (this.#isTooSoon(frame.timestamp)) {
      this.#dropped++;
      frame.close();
      return;
    }
    if (this.#waiting) {
      this.#dropped++;
      this.#waiting.close();
    }
    this.#waiting = frame;
    this.#arrival = now;
    if (!this.#isWorking) this.#working = this.#work();
  }

  end(): void {
    if (!this.#isStopped) this.#listener.ended();
  }

  get #quality(): Quality {
    const { quality } = this.#settings.options;
    const { backend } = this.#gpu;
    const wanted = quality === 'auto' ? this.#adaptive[backend].quality : quality;
    const needsCloser = backend === 'cpu' && wanted !== 'low' && wanted !== 'lowest';
    return needsCloser && this.#closer && !this.#closer.isReady ? 'low' : wanted;
  }

  #measureInterval(now: number): void {
    const interval = now - this.#lastArrival;
    this.#lastArrival = now;
    if (interval <= LONGEST_INTERVAL) this.#interval += WEIGHT * (interval - this.#interval);
  }

  /** Whether the frame rate's cap leaves this frame out. */
  #isTooSoon(timestamp: number): boolean {
    const { maxFrameRate } = this.#settings.options;
    if (maxFrameRate === undefined) return false;
    const interval = 1e6 / maxFrameRate;
    const due = this.#lastTaken + interval;
    if (timestamp >= this.#lastTaken && timestamp < due - EARLY * interval) return true;
    // Counted from when it was due, so that small delays do not add up; after a pause from when it came.
    this.#lastTaken = timestamp < due + interval && timestamp >= this.#lastTaken ? due : timestamp;
    return false;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let frame = this.#waiting; frame; frame = this.#waiting) {
      this.#waiting = undefined;
      const arrival = this.#arrival;
      this.#checks = 0;
      const { backend } = this.#gpu;
      await this.#handle(frame);
      const latency = performance.now() - arrival;
      this.#latency += (this.#latency === 0 ? 1 : WEIGHT) * (latency - this.#latency);
      if (!this.#settings.paused) this.#adaptive[backend].add(latency, this.#paceOf());
    }
    this.#isWorking = false;
  }

  #paceOf(): number {
    const { maxFrameRate } = this.#settings.options;
    return maxFrameRate === undefined ? this.#interval : Math.max(this.#interval, 1000 / maxFrameRate);
  }

  async #handle(frame: CameraFrame): Promise<void> {
    const { timestamp, duration } = frame;
    const origin: FrameOrigin = { timestamp, duration, colorSpace: outputColorSpace(frame) };
    const shape = shapeOf(frame);
    if (this.#settings.paused) {
      frame.close();
      this.#replace(shape, origin);
      return;
    }
    let outcome: Outcome;
    let trial: VideoFrame | undefined;
    const begin = performance.now();
    try {
      if (await this.#processOnGpu(frame)) return;
      if (this.#gpu.wantsTrial && this.#gpu.suits(frame)) trial = frame.clone();
      outcome = await this.#process(frame);
    } catch (cause) {
      trial?.close();
      if (this.#isStopped) return;
      this.#fail(asError(cause));
      this.#cover(shape, origin);
      return;
    }
    if (this.#isStopped || outcome.error) trial?.close();
    if (this.#isStopped) return;
    if (outcome.error) {
      this.#fail(outcome.error);
      if (this.#settings.options.whenUnavailable !== 'freeze') this.#show(outcome, origin);
      return;
    }
    if (!this.#show(outcome, origin)) {
      trial?.close();
      return;
    }
    this.#succeed();
    if (trial) void this.#gpu.try(trial, performance.now() - begin);
  }

  /**
   * Sends a frame over the GPU, where that is the way to go.
   *
   * @returns Whether the frame is dealt with and closed; else it is to go the other way.
   */
  async #processOnGpu(frame: CameraFrame): Promise<boolean> {
    if (this.#gpu.backend !== 'gpu') return false;
    let picture: VideoFrame | undefined;
    try {
      const metadata = frame.metadata?.() ?? {};
      const { backgroundSegmentationMask: mask } = metadata;
      if (mask) {
        // The platform's own eyes are asked on the other way alone.
        mask.close();
        return false;
      }
      this.#prepare(frame.flip ?? false, metadata, false);
      picture = await this.#gpu.process(frame);
    } catch (error) {
      frame.close();
      throw error;
    }
    if (!picture) return false;
    frame.close();
    if (this.#isStopped) {
      picture.close();
      return true;
    }
    this.#sink.send(picture);
    this.#framesOut++;
    await this.#gpu.done();
    this.#succeed();
    return true;
  }

  #showBehind({ background, shared }: OpenBackground): void {
    this.#pipeline.setBackground(background);
    this.#gpu.setBackground(shared);
  }

  /** Tells the pipeline what is new, between two frames, when it can take it. */
  #prepare(flip: boolean, { backgroundBlur }: FrameMetadata, hasMask: boolean): void {
    const { options } = this.#settings;
    // The platform's mask is of the whole frame.
    const quality = hasMask ? 'low' : this.#quality;
    // A frame that is to be shown mirrored comes out as it is to be shown.
    const mirror = options.mirror !== flip;
    const before = this.#applied;
    if (options !== before?.options || quality !== before.quality || mirror !== before.mirror) {
      const { maxFrameRate: _, whenUnavailable: __, ...settings } = options;
      this.#pipeline.setOptions({ ...settings, quality, mirror });
      this.#gpu.setOptions({ ...settings, quality, mirror });
      this.#applied = { options, quality, mirror };
    }
    const isBlurred = this.#background.background.type === 'blur' && backgroundBlur?.enabled === true;
    if (isBlurred !== this.#isBlurred) {
      this.#showBehind(isBlurred ? stillBackground({ type: 'none' }) : this.#background);
      this.#isBlurred = isBlurred;
    }
  }

  /** The frame is closed as soon as it has been read: cameras have few of them. */
  async #process(frame: CameraFrame): Promise<Outcome> {
    const { timestamp } = frame;
    let picture: Frame;
    try {
      const metadata = frame.metadata?.() ?? {};
      const mask = frame.rotation ? undefined : metadata.backgroundSegmentationMask;
      this.#prepare(frame.flip ?? false, metadata, mask !== undefined);
      await this.#mask.take(mask);
      picture = await this.#reader.read(frame);
    } finally {
      frame.close();
    }
    return this.#pipeline.process(picture, timestamp);
  }

  /** Shows what `whenUnavailable` says. */
  #cover(shape: FrameShape, origin: FrameOrigin): void {
    if (this.#settings.options.whenUnavailable !== 'freeze') this.#replace(shape, origin);
  }

  /** Shows a placeholder, or nothing where not even that can be made. */
  #replace(shape: FrameShape, origin: FrameOrigin): void {
    try {
      this.#show(this.#pipeline.placeholder(shape, origin.timestamp), origin);
    } catch (cause) {
      this.#fail(asError(cause));
    }
  }

  #show({ kind, frame }: Outcome, origin: FrameOrigin): boolean {
    try {
      const picture = this.#writer.write(frame, origin);
      this.#sink.send(picture);
    } catch (cause) {
      this.#fail(asError(cause));
      return false;
    }
    if (kind === 'processed') this.#framesOut++;
    else this.#placeholders++;
    return true;
  }

  #succeed(): void {
    this.#failures = 0;
    // The first frame does not wait for it.
    if (this.#closer?.isReady === false) this.#closer.prepare().catch((cause) => this.#break(asError(cause)));
    else this.#gpu.open();
    this.#turn('running', undefined);
  }

  #fail(error: ElsewhereError): void {
    this.#failures++;
    this.#turn('degraded', error);
    if (this.#failures >= MOST_FAILURES) this.#break(error);
  }

  #break(error: ElsewhereError): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#listener.broken(error);
  }

  #turn(health: Health, error: ElsewhereError | undefined): void {
    if (health === this.#health) return;
    this.#health = health;
    this.#listener.health(health, error);
  }
}

function asError(cause: unknown): ElsewhereError {
  if (cause instanceof ElsewhereError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WebError('WORKER_FAILED', `A frame could not be processed: ${reason}`, { cause });
}
