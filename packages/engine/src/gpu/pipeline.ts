import type { Background } from '../background/background.js';
import { assertBackground } from '../background/cpu.js';
import { createGpuBackdrop, type GpuBackdrop } from '../background/gpu/backdrop.js';
import { GpuCompositingStage } from '../compositing/gpu/stage.js';
import { EngineError } from '../errors.js';
import { assertFrame, assertShape, type Frame, type FrameShape, isAlike } from '../frame/frame.js';
import { ExternalFrames } from '../frame/gpu/external.js';
import { GpuFrameImporter } from '../frame/gpu/frame-import.js';
import { PlaneUploader } from '../frame/gpu/planes.js';
import type { GpuFrameSource } from '../frame/gpu/source.js';
import { FrameGate } from '../frame-gate.js';
import type { Framing } from '../framing/chooser.js';
import type { GpuFramed } from '../framing/gpu/framer.js';
import { GpuFramingStage } from '../framing/gpu/stage.js';
import { type Kernels, loadKernels } from '../kernels/kernels.js';
import { isJump } from '../matting/constants.js';
import type { GuidedGrid } from '../matting/gpu/guided.js';
import { GpuMattingStage } from '../matting/gpu/stage.js';
import { DEFAULT_SETTINGS, mergeOptions, PIPELINE_OPTIONS, type PipelineSettings } from '../options.js';
import type { GpuSegmenter } from '../segmentation/gpu/segmenter.js';
import { GpuSegmentationStage } from '../segmentation/gpu/stage.js';
import { isFramed, keepsWorkspace } from '../settings.js';
import { type Statistics, StatisticsRecorder } from '../statistics.js';
import { Commands } from './commands.js';
import { DeviceHealth } from './health.js';
import { distrustCompiled, trustCompiled } from './kernel.js';
import { FrameTexture } from './memory.js';
import { Readback } from './readback.js';

/** A frame that lies on the GPU already, as a browser gives it. */
export interface ExternalFrame extends FrameShape {
  /** From `GPUDevice.importExternalTexture`; what it was made of stays open until the call has come back. */
  readonly texture: GPUExternalTexture;
}

/** Takes the pictures of a {@link GpuPipeline}. */
export interface GpuSink<Picture> {
  /**
   * Adds the commands that show a picture or bring it back.
   *
   * @param commands - Where.
   * @param picture - The picture; it holds until the commands have run.
   */
  encode(commands: Commands, picture: FrameTexture): void;
  /** Called when the commands have been submitted, and before it is known whether the device takes them. */
  take(): Picture;
  /** Something has failed: what was taken is not to be shown. */
  discard(picture: Picture): void;
}

/** How a {@link GpuPipeline} is made. */
export interface GpuPipelineOptions extends Partial<PipelineSettings> {
  /** Where everything runs; the caller's. */
  readonly device: GPUDevice;
  /** The kernels, `@elsewhere/engine/kernels.wasm`: they read the small maps that tell where people are. */
  readonly kernels: WebAssembly.Module | BufferSource;
  /** Finds the person. The pipeline owns it from now on and disposes of it, also where it cannot be made. */
  readonly segmenter: GpuSegmenter;
  /** A second network, square, for a close look at the region where people are. The pipeline owns it, too. */
  readonly closeSegmenter?: GpuSegmenter;
  /** Default `{ type: 'blur' }`. */
  readonly background?: Background;
}

/** All that depends on the size, colour space and rotation of the frames. */
interface Workspace {
  readonly shape: FrameShape;
  readonly intake: GpuFrameImporter;
  /** Where frames come from: made when the first one of its kind comes. */
  uploader: PlaneUploader | undefined;
  external: ExternalFrames | undefined;
  readonly segmentation: GpuSegmentationStage;
  readonly matting: GpuMattingStage;
  readonly compositing: GpuCompositingStage;
  readonly output: FrameTexture;
  readonly cut: Readback<undefined>;
  framer: GpuFramingStage | undefined;
  backdrop: GpuBackdrop | undefined;
}

/**
 * The CPU way's `Pipeline` on the GPU: frame in, picture out, and nothing comes back to the processor on the way.
 *
 * It fails closed, and plainly: whatever goes wrong, no picture is given and the call rejects. A placeholder, or the same
 * frame by the other way, is the caller's business.
 */
export class GpuPipeline implements Disposable {
  readonly #device: GPUDevice;
  readonly #health: DeviceHealth;
  readonly #kernels: Kernels;
  readonly #segmenter: GpuSegmenter;
  readonly #closeSegmenter: GpuSegmenter | undefined;
  readonly #statistics = new StatisticsRecorder();
  readonly #commands: Commands;
  #settings: PipelineSettings;
  #background: Background;
  #workspace: Workspace | undefined;
  #lastTimestamp = Number.NEGATIVE_INFINITY;
  readonly #gate = new FrameGate();
  /** Ends the frame that is on its way, whatever it waits for. */
  #abandon: (() => void) | undefined;

  private constructor(kernels: Kernels, options: GpuPipelineOptions) {
    const { device, segmenter, closeSegmenter, background = { type: 'blur' } } = options;
    this.#device = device;
    this.#health = DeviceHealth.of(device);
    this.#kernels = kernels;
    this.#segmenter = segmenter;
    this.#closeSegmenter = closeSegmenter;
    this.#background = background;
    this.#settings = mergeOptions(PIPELINE_OPTIONS, options, DEFAULT_SETTINGS);
    this.#commands = new Commands(device, this.#statistics);
  }

  /**
   * Makes a pipeline.
   *
   * @param options - Device, kernels, segmenters and what to do.
   * @throws EngineError `KERNELS_INVALID`, `BACKGROUND_INVALID`, `OPTION_INVALID` as for the CPU.
   */
  static async create(options: GpuPipelineOptions): Promise<GpuPipeline> {
    try {
      if (options.background) assertBackground(options.background);
      mergeOptions(PIPELINE_OPTIONS, options, DEFAULT_SETTINGS);
      return new GpuPipeline(await loadKernels(options.kernels), options);
    } catch (error) {
      options.segmenter.dispose();
      options.closeSegmenter?.dispose();
      throw error;
    }
  }

  /**
   * What the pipeline has done so far. Kept up to date; the times are the GPU's own and come a frame or two late, and are 0
   * where the device has no feature `timestamp-query`.
   */
  get statistics(): Statistics {
    return this.#statistics;
  }

  /**
   * Processes a frame. Frames of one video come one after the other, each after the one before has come out.
   *
   * @param frame - The frame: planes, or what lies on the GPU already.
   * @param timestamp - Its time in microseconds, as for the CPU.
   * @param sink - Takes the picture.
   * @returns What the sink has taken.
   * @throws EngineError `FRAME_INVALID`, `BUSY`, `DISPOSED` as for the CPU; `GPU_FAILED` if the device was lost, is out
   * of memory or refused anything: nothing is shown then.
   */
  async process<Picture>(
    frame: Frame | ExternalFrame,
    timestamp: number,
    sink: GpuSink<Picture>,
  ): Promise<Awaited<Picture>> {
    this.#gate.assertIdle();
    if ('texture' in frame) assertShape(frame);
    else assertFrame(frame);
    this.#gate.enter();
    const errors = this.#health.errors;
    let taken: { readonly picture: Picture } | undefined;
    let shown: { readonly picture: Awaited<Picture> } | undefined;
    let problem = this.#health.problemSince(errors);
    let cause: unknown;
    try {
      if (problem === undefined) {
        taken = await this.#orDisposed(this.#encode(frame, timestamp, sink));
        await this.#orDisposed(this.#health.settled());
        shown = { picture: await taken.picture };
      }
    } catch (thrown) {
      cause = thrown;
      problem = thrown instanceof Error ? thrown.message : String(thrown);
    }
    problem = this.#health.problemSince(errors) ?? problem ?? this.#fault();
    this.#gate.leave();
    const { isDisposed } = this.#gate;
    if (shown && problem === undefined && !isDisposed) {
      trustCompiled(this.#device);
      this.#statistics.frames++;
      return shown.picture;
    }
    if (taken) sink.discard(taken.picture);
    if (isDisposed) this.#gate.assertUsable();
    this.#giveUp();
    throw new EngineError('GPU_FAILED', `The GPU failed on this frame: ${problem ?? 'it gave no picture'}.`, {
      cause,
    });
  }

  /**
   * Puts the person somewhere else from the next frame on.
   *
   * @param background - The new background.
   * @throws EngineError `BACKGROUND_INVALID` if it is not one; the old one stays.
   */
  setBackground(background: Background): void {
    this.#gate.assertUsable();
    assertBackground(background);
    this.#background = background;
    const workspace = this.#workspace;
    if (!workspace) return;
    workspace.backdrop?.dispose();
    // At once, so that what it needs is compiled before the next frame comes.
    workspace.backdrop = this.#createBackdrop(workspace);
  }

  /**
   * Changes settings from the next frame on.
   *
   * @param settings - Those to change. `stage` is not looked at: the steps of the work are shown by the CPU.
   * @throws EngineError `OPTION_INVALID` if a number is out of range, `BUSY` while a frame is being processed; all
   * stay as they were.
   */
  setOptions(settings: Partial<PipelineSettings>): void {
    this.#gate.assertIdle();
    const before = this.#settings;
    const next = mergeOptions(PIPELINE_OPTIONS, settings, before);
    this.#settings = next;
    if (!this.#workspace) return;
    this.#workspace.segmentation.quality = next.quality;
    const isSame = gridOf(next.quality) === gridOf(before.quality) && keepsWorkspace(before, next);
    if (!isSame) this.#disposeWorkspace();
    if (!isSame || next.mirror !== before.mirror) this.#forget();
  }

  /** Forgets what earlier frames told, as before a frame that has nothing to do with them. */
  reset(): void {
    this.#gate.assertUsable();
    this.#forget();
  }

  /** Frees everything, the segmenters too; the device is the caller's. A second call does nothing. */
  dispose(): void {
    if (this.#gate.isDisposed) return;
    this.#gate.dispose();
    this.#abandon?.();
    this.#disposeWorkspace();
    this.#commands.dispose();
    this.#segmenter.dispose();
    this.#closeSegmenter?.dispose();
  }

  /** {@link GpuPipeline.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  get #showsAll(): boolean {
    return this.#background.type === 'none';
  }

  /** What comes of something, or a failure as soon as the pipeline is disposed of: a network may never come back. */
  #orDisposed<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#abandon = reject;
      work.then(resolve, reject);
    });
  }

  /** After a failure everything begins anew. */
  #giveUp(): void {
    this.#commands.drop();
    this.#segmenter.release();
    this.#closeSegmenter?.release();
    this.#disposeWorkspace();
    distrustCompiled(this.#device);
    this.#forget();
  }

  async #encode<Picture>(
    frame: Frame | ExternalFrame,
    timestamp: number,
    sink: GpuSink<Picture>,
  ): Promise<{ readonly picture: Picture }> {
    const commands = this.#commands;
    const workspace = this.#workspaceFor(frame);
    const { intake, segmentation } = workspace;
    commands.stage = 'input';
    intake.encode(commands.pass, this.#sourceOf(workspace, frame), this.#settings.mirror);
    if (!this.#showsAll || isFramed(this.#settings)) {
      if (isJump(timestamp, this.#lastTimestamp)) this.#forget();
      await segmentation.find(commands, intake.frame, timestamp - this.#lastTimestamp);
      this.#gate.assertUsable();
      this.#lastTimestamp = timestamp;
    }
    // From here to the end nobody comes between: what is encoded lives until it is submitted.
    sink.encode(commands, this.#draw(workspace, timestamp));
    commands.finish();
    this.#afterSubmit();
    return { picture: sink.take() };
  }

  #createBackdrop({ intake }: Workspace): GpuBackdrop {
    const isFinest = this.#settings.quality === 'highest';
    return createGpuBackdrop(this.#device, this.#background, intake.frame, isFinest);
  }

  /** The picture of the frame that was taken in and, but for where it is shown as it is, segmented. */
  #draw(workspace: Workspace, timestamp: number): FrameTexture {
    const { intake, segmentation, matting } = workspace;
    const source = intake.frame;
    const commands = this.#commands;
    if (this.#showsAll && !isFramed(this.#settings)) return source;
    commands.stage = 'matting';
    if (segmentation.isFirstView) matting.reset();
    matting.encode(commands.pass, source);
    workspace.cut.encode(commands.encoder, matting.cut, undefined);
    const framed = this.#frame(workspace, commands, timestamp);
    commands.stage = 'background';
    if (this.#showsAll) return framed.source;
    workspace.backdrop ??= this.#createBackdrop(workspace);
    const backdrop = workspace.backdrop.encode(commands.pass, framed.source, framed.matte, timestamp);
    commands.stage = 'compositing';
    workspace.compositing.encode(
      commands,
      framed.source,
      framed.matte,
      backdrop,
      this.#background,
      this.#settings,
      timestamp,
      workspace.output,
    );
    return workspace.output;
  }

  #afterSubmit(): void {
    const { segmentation, framer, compositing, cut } = this.#workspace ?? {};
    segmentation?.afterSubmit();
    framer?.afterSubmit();
    compositing?.afterSubmit();
    cut?.afterSubmit();
  }

  /** What the network did wrong a frame or two ago. */
  #fault(): string | undefined {
    return (this.#workspace?.segmentation.faults ?? 0) > 0
      ? 'the network gave numbers that are none'
      : undefined;
  }

  #workspaceFor(shape: FrameShape): Workspace {
    if (this.#workspace && isAlike(this.#workspace.shape, shape)) return this.#workspace;
    this.#disposeWorkspace();
    this.#forget();
    const device = this.#device;
    const { quality, edgeSoftness, maxSize } = this.#settings;
    const { width, height, colorSpace, rotation } = shape;
    const intake = new GpuFrameImporter(device, shape, maxSize);
    const source = intake.frame;
    const segmenters = { segmenter: this.#segmenter, closeSegmenter: this.#closeSegmenter };
    const segmentation = this.#kernels.memory.allOrNothing(
      () => new GpuSegmentationStage(device, this.#kernels, segmenters, quality, source),
    );
    this.#workspace = {
      shape: { width, height, colorSpace, rotation },
      intake,
      uploader: undefined,
      external: undefined,
      segmentation,
      matting: new GpuMattingStage(device, segmentation, source, edgeSoftness, gridOf(quality)),
      compositing: new GpuCompositingStage(device, source),
      output: new FrameTexture(device, source, 'output'),
      cut: new Readback(device, Uint32Array.BYTES_PER_ELEMENT, (result) => this.#learnCut(result)),
      framer: undefined,
      backdrop: undefined,
    };
    return this.#workspace;
  }

  /** After a cut people are elsewhere. The matte has begun anew by itself. */
  #learnCut(result: ArrayBuffer): void {
    if (!new Uint32Array(result)[0]) return;
    this.#statistics.resets++;
    this.#workspace?.segmentation.reset();
  }

  #frame(workspace: Workspace, commands: Commands, timestamp: number): GpuFramed {
    const whole = { source: workspace.intake.frame, matte: workspace.matting.matte };
    if (!isFramed(this.#settings)) return whole;
    workspace.framer ??= new GpuFramingStage(this.#device, whole);
    return workspace.framer.encode(commands, this.#settings satisfies Framing, timestamp);
  }

  #sourceOf(workspace: Workspace, frame: Frame | ExternalFrame): GpuFrameSource {
    if ('texture' in frame) {
      workspace.external ??= new ExternalFrames(this.#device, workspace.shape.colorSpace);
      workspace.external.take(frame.texture);
      return workspace.external;
    }
    workspace.uploader ??= new PlaneUploader(this.#device, workspace.shape);
    workspace.uploader.upload(frame);
    return workspace.uploader;
  }

  #forget(): void {
    this.#workspace?.segmentation.reset();
    this.#workspace?.matting.reset();
    if (this.#lastTimestamp === Number.NEGATIVE_INFINITY) return;
    this.#lastTimestamp = Number.NEGATIVE_INFINITY;
    this.#statistics.resets++;
  }

  #disposeWorkspace(): void {
    if (!this.#workspace) return;
    const { shape: _, ...owned } = this.#workspace;
    for (const each of Object.values(owned)) each?.dispose();
    this.#workspace = undefined;
  }
}

/** How fine the guided filter's grid is. */
function gridOf(quality: PipelineSettings['quality']): GuidedGrid {
  return quality === 'highest' ? 'full' : 'half';
}
