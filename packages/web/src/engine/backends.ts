import type {
  Backend,
  FrameShape,
  Outcome,
  Pipeline,
  PixelSize,
  Quality,
  TimingName,
} from '@elsewhere/engine';
import type { GpuBackend } from '../gpu/backend.js';
import { type OpenBackground, stillBackground } from '../media/background.js';
import { type CameraFrame, type FrameMetadata, FrameReader } from '../media/frame-reader.js';
import type { LiveOptions } from '../options.js';
import type { Adaptation } from '../statistics.js';
import type { DeferredSegmenter } from './deferred-segmenter.js';
import type { LoadedPipeline } from './load.js';
import type { PlatformMask } from './platform-mask.js';
import { type Restriction, TrackAdaptation } from './track-adaptation.js';

/** The latest settings of both backends. */
interface Applied {
  readonly options: LiveOptions;
  readonly quality: Quality;
  readonly mirror: boolean;
  readonly maxSize: PixelSize | undefined;
}

/** The CPU backend of one track and the GPU backend beside it, which get the same settings and backgrounds. */
export class Backends {
  readonly #pipeline: Pipeline;
  readonly #mask: PlatformMask;
  readonly #closer: DeferredSegmenter | undefined;
  readonly #gpu: GpuBackend;
  readonly #reader = new FrameReader();
  readonly #adaptation: TrackAdaptation;
  #background: OpenBackground;
  #preparing: Promise<void> | undefined;
  /** Whether the second network is ready, or cannot be had. */
  #isPrepared: boolean;
  /** Whether the platform has blurred the camera background already, so that nothing is left to do. */
  #isBlurred = false;
  #applied: Applied | undefined;
  /** Whether the latest frame has to be displayed mirrored. */
  #isFlipped = false;

  /**
   * @param loaded - The pipeline and what belongs to it; the caller's.
   * @param background - The first background.
   * @param options - The first options.
   */
  constructor(
    { pipeline, mask, closer, gpu }: LoadedPipeline,
    background: OpenBackground,
    options: LiveOptions,
  ) {
    this.#pipeline = pipeline;
    this.#mask = mask;
    this.#closer = closer;
    this.#gpu = gpu;
    this.#background = background;
    this.#isPrepared = closer?.isReady ?? true;
    this.#adaptation = new TrackAdaptation(gpu.backend, options, this.#restriction);
    this.#apply(background);
  }

  /** The backend that processes the present frames. */
  get backend(): Backend {
    return this.#gpu.backend;
  }

  /** Milliseconds of each stage, on that backend. */
  get milliseconds(): Readonly<Record<TimingName, number>> {
    return this.#gpu.milliseconds ?? this.#pipeline.statistics.milliseconds;
  }

  /** What the present frames are processed with. */
  get adaptation(): Adaptation {
    return this.#adaptation.current;
  }

  /**
   * The size that the present frames would have if none were scaled down to save time, as displayed; `undefined` before the first one
   * that is processed: placeholders may come first.
   */
  get fullSize(): PixelSize | undefined {
    const { fullSize } = this.#adaptation;
    return fullSize.width > 0 ? fullSize : undefined;
  }

  /** Whether frames come out with the camera background. */
  get showsCamera(): boolean {
    return this.#background.background.type === 'none';
  }

  /** The highest frame rate for the next frame, in frames per second; infinity if there is no limit. */
  maxFrameRate(options: LiveOptions): number {
    return this.#adaptation.maxFrameRate(this.#gpu.backend, options);
  }

  /** Shows another background from the next frame on. */
  setBackground(background: OpenBackground): void {
    this.#background = background;
    this.#isBlurred = false;
    this.#apply(background);
  }

  /**
   * Processes a frame on the GPU, if that is where it belongs.
   *
   * @param frame - The frame.
   * @param shape - Its shape.
   * @param options - The present options.
   * @returns The output, and the frame is closed; `undefined` if the frame, which is still open, belongs on the CPU.
   * @throws If the frame cannot be read; it is closed then.
   */
  async processOnGpu(
    frame: CameraFrame,
    shape: FrameShape,
    options: LiveOptions,
  ): Promise<VideoFrame | undefined> {
    if (this.#gpu.backend !== 'gpu') return undefined;
    try {
      const metadata = frame.metadata?.() ?? {};
      const { backgroundSegmentationMask: mask } = metadata;
      if (mask) {
        // Only the CPU backend uses the platform's mask.
        mask.close();
        return undefined;
      }
      this.#adaptation.begin('gpu', shape, options, undefined);
      this.#prepare(options, frame.flip ?? false, metadata);
      const output = await this.#gpu.process(frame);
      if (output) frame.close();
      return output;
    } catch (error) {
      frame.close();
      throw error;
    }
  }

  /** Resolves when the last frame of {@link Backends.processOnGpu} is computed completely. */
  async gpuFinished(): Promise<void> {
    await this.#gpu.finished();
  }

  /** Processes a frame on the CPU. The frame is closed as soon as it has been read: cameras have few of them. */
  async processOnCpu(frame: CameraFrame, shape: FrameShape, options: LiveOptions): Promise<Outcome> {
    const { timestamp } = frame;
    let planes: Awaited<ReturnType<FrameReader['read']>>;
    try {
      const metadata = frame.metadata?.() ?? {};
      const mask = frame.rotation ? undefined : metadata.backgroundSegmentationMask;
      this.#adaptation.begin(this.backend, shape, options, mask ? 'platform-mask' : this.#restriction);
      this.#prepare(options, frame.flip ?? false, metadata);
      await this.#mask.take(mask);
      planes = await this.#reader.read(frame);
    } finally {
      frame.close();
    }
    return this.#pipeline.process(planes, timestamp);
  }

  /** A placeholder in place of a frame, with the present options. */
  placeholder(shape: FrameShape, timestamp: number, options: LiveOptions): Outcome {
    try {
      this.#adaptation.begin(this.backend, shape, options, this.#restriction);
      this.#applyOptions(options, this.#isFlipped);
    } catch {
      // Options that cannot be applied are why a frame has failed: the placeholder must come out nevertheless.
    }
    return this.#pipeline.placeholder(shape, timestamp);
  }

  /** A copy of a frame for {@link Backends.try}, if the GPU is to be tried on it. */
  copyForTrial(frame: CameraFrame): VideoFrame | undefined {
    return this.#gpu.wantsTrial && this.#gpu.suits(frame) ? frame.clone() : undefined;
  }

  /**
   * Tries the GPU on a frame that was processed on the CPU.
   *
   * @param copy - Closed here.
   * @param milliseconds - What the frame took on the CPU.
   */
  async try(copy: VideoFrame, milliseconds: number): Promise<void> {
    await this.#gpu.try(copy, milliseconds);
  }

  /**
   * Prepares what the first frames did not wait for: the second network, then the GPU. Call when a frame has come out.
   *
   * @param onError - Called if the second network cannot be had: then the quality stays `low`.
   */
  openDeferred(onError: (error: unknown) => void): void {
    if (this.#isPrepared) this.#gpu.open();
    else this.#preparing ??= this.#prepareCloser(onError);
  }

  /**
   * Lets `auto` adapt to what a frame has taken. Frames before the second network is ready do not count: they do not show what
   * the level costs.
   *
   * @param backend - Where the frame was processed.
   * @param latency - Milliseconds from its arrival until it came out.
   * @param interval - Milliseconds between two frames, by the camera and the caller's limit.
   */
  adapt(backend: Backend, latency: number, interval: number): void {
    if (this.#isPrepared) this.#adaptation.add(backend, latency, interval);
  }

  /** Closes the GPU because it does not finish a frame. */
  failHangingGpu(): void {
    this.#gpu.failHanging();
  }

  async #prepareCloser(onError: (error: unknown) => void): Promise<void> {
    try {
      await this.#closer?.prepare();
    } catch (error) {
      onError(error);
    }
    this.#isPrepared = true;
  }

  /** Set while a level with a region of interest lacks its second network. */
  get #restriction(): Restriction | undefined {
    const isLoading = this.#gpu.backend === 'cpu' && this.#closer && !this.#closer.isReady;
    return isLoading ? 'loading' : undefined;
  }

  #apply({ background, shared }: OpenBackground): void {
    this.#pipeline.setBackground(background);
    this.#gpu.setBackground(shared);
  }

  /** Applies what has changed, between two frames, when the pipeline accepts it. */
  #prepare(options: LiveOptions, flip: boolean, { backgroundBlur }: FrameMetadata): void {
    this.#isFlipped = flip;
    this.#applyOptions(options, flip);
    const isBlurred = this.#background.background.type === 'blur' && backgroundBlur?.enabled === true;
    if (isBlurred === this.#isBlurred) return;
    this.#apply(isBlurred ? stillBackground({ type: 'none' }) : this.#background);
    this.#isBlurred = isBlurred;
  }

  #applyOptions(options: LiveOptions, flip: boolean): void {
    const { maxSize } = this.#adaptation;
    const { quality } = this.#adaptation.current;
    // A frame that has to be displayed mirrored comes out mirrored.
    const mirror = options.mirror !== flip;
    const before = this.#applied;
    const isApplied =
      options === before?.options &&
      quality === before.quality &&
      mirror === before.mirror &&
      maxSize === before.maxSize;
    if (isApplied) return;
    const { maxFrameRate: _, whenUnavailable: __, ...rest } = options;
    const settings = { ...rest, quality, mirror, maxSize };
    this.#pipeline.setOptions(settings);
    this.#gpu.setOptions(settings);
    this.#applied = { options, quality, mirror, maxSize };
  }
}
