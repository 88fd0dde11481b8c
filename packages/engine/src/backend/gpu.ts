import type { Background } from '../background/background.js';
import type { GpuBackdrop } from '../background/gpu/backdrop.js';
import { createGpuBackdrop } from '../background/gpu/stage.js';
import { GpuCompositingStage } from '../compositing/gpu/stage.js';
import { EngineError } from '../errors.js';
import { assertFrame, assertShape, copyShape, type Frame, type FrameShape } from '../frame/frame.js';
import { ExternalFrames } from '../frame/gpu/external.js';
import { GpuFrameImporter } from '../frame/gpu/frame-import.js';
import { PlaneUploader } from '../frame/gpu/planes.js';
import { type Framing, isFramed } from '../framing/chooser.js';
import type { GpuFramed } from '../framing/gpu/framer.js';
import { GpuFramingStage } from '../framing/gpu/stage.js';
import { Commands } from '../gpu/commands.js';
import { ShaderCompiler } from '../gpu/compiler.js';
import { DeviceHealth } from '../gpu/health.js';
import { FrameTexture } from '../gpu/memory.js';
import { Readback } from '../gpu/readback.js';
import type { GpuSink } from '../gpu/sink.js';
import type { Kernels } from '../kernels/kernels.js';
import { GpuMattingStage } from '../matting/gpu/stage.js';
import type { PipelineSettings } from '../options.js';
import type { Search } from '../segmentation/closer-look.js';
import type { GpuSegmenter } from '../segmentation/gpu/segmenter.js';
import { GpuSegmentationStage, type GpuSegmenters } from '../segmentation/gpu/stage.js';
import type { Quality } from '../segmentation/quality.js';
import type { TimingName } from '../timing.js';
import { createWithKernels } from './create.js';
import type { BackendHost, BackendWorkspace, PipelineBackend } from './pipeline-backend.js';

/** A frame that is on the GPU already, as a browser gives it. */
export interface ExternalFrame extends FrameShape {
  /**
   * From `GPUDevice.importExternalTexture`. It is read once, right before it is used: as it expires with the task in which it
   * was imported, and the first frame of a shape waits for its shaders, make this a getter that imports it. Its source stays
   * open until the call resolves.
   */
  readonly texture: GPUExternalTexture;
}

/** The frames that the GPU backend takes: planes in memory, or what is on the GPU already. */
export type GpuFrame = Frame | ExternalFrame;

/**
 * How {@link createGpuBackend} creates a backend.
 *
 * @typeParam Output - What the sink makes of the outputs, or a promise of that.
 */
export interface GpuBackendOptions<Output> {
  /** Where everything runs; the caller's. */
  readonly device: GPUDevice;
  /** The kernels, `@elsewhere/engine/kernels.wasm`, its bytes or the compiled module: they find people in small maps. */
  readonly kernels: WebAssembly.Module | BufferSource;
  /** The landscape network. The backend owns it and disposes of it, even if it cannot be created. */
  readonly segmenter: GpuSegmenter;
  /** The square network, for the region of interest; without it the landscape network gets the whole frame. Owned likewise. */
  readonly closeSegmenter?: GpuSegmenter;
  /** How thoroughly people are looked for who are small in the frame. Default `sparse`. */
  readonly search?: Search;
  /** Takes the outputs; the caller's. */
  readonly sink: GpuSink<Output>;
}

/**
 * Creates the backend that computes frames on the GPU. Nothing is read back that a frame has to wait for. It makes no
 * placeholders: if a frame fails, there is no output and `Pipeline.process` rejects. It shows no other stage than
 * `composite`.
 *
 * @param options - Device, kernels, networks and sink.
 * @throws `EngineError` `KERNELS_INVALID`.
 *
 * @example
 * ```ts
 * const sink = new PlanesSink(device, 'I420');
 * const backend = createGpuBackend({ device, kernels, segmenter, sink });
 * using pipeline = await Pipeline.create({ backend, background: { type: 'bokeh' } });
 * const { frame: output } = await pipeline.process(frame, 0);
 * console.log(output.format, output.width, output.height); // I420 64 36
 * ```
 */
export async function createGpuBackend<Output>(
  options: GpuBackendOptions<Output>,
): Promise<PipelineBackend<GpuFrame, Awaited<Output>>> {
  return createWithKernels(options, (kernels) => new GpuBackend(kernels, options));
}

class GpuBackend<Output> implements PipelineBackend<GpuFrame, Awaited<Output>> {
  readonly showsStages = false;
  readonly refinesHighest = true;
  readonly device: GPUDevice;
  readonly kernels: Kernels;
  readonly segmenters: GpuSegmenters;
  readonly sink: GpuSink<Output>;
  readonly commands: Commands;
  readonly compiler: ShaderCompiler;
  readonly #health: DeviceHealth;
  /** How many errors the device had reported when the current frame began. */
  #errors = 0;
  #host: BackendHost | undefined;

  constructor(kernels: Kernels, options: GpuBackendOptions<Output>) {
    const { device, segmenter, closeSegmenter, search = 'sparse', sink } = options;
    this.device = device;
    this.kernels = kernels;
    this.segmenters = { segmenter, closeSegmenter, search };
    this.sink = sink;
    this.commands = new Commands(device, (name, milliseconds) =>
      this.#host?.recordTiming(name, milliseconds),
    );
    this.compiler = ShaderCompiler.of(device);
    this.#health = DeviceHealth.of(device);
  }

  attach(host: BackendHost): void {
    this.#host = host;
  }

  beginFrame(frame: GpuFrame): void {
    if ('texture' in frame) assertShape(frame);
    else assertFrame(frame);
    // Errors that the device reports from now on belong to this frame.
    this.#errors = this.#health.errors;
  }

  startTiming(name: TimingName | undefined): void {
    // A network has passes of its own, or runs between two passes of the input: PassTimer measures the gap.
    if (name && name !== 'segmentation') this.commands.timing = name;
  }

  openWorkspace(
    shape: FrameShape,
    settings: PipelineSettings,
    background: Background,
  ): BackendWorkspace<GpuFrame, Awaited<Output>> {
    try {
      return new GpuWorkspace(this, shape, settings, background);
    } catch (cause) {
      throw this.failure('input', cause);
    }
  }

  /** Resolves when the device has validated everything that was submitted so far. */
  settled(): Promise<void> {
    return this.#health.settled();
  }

  /** Throws if the device was lost, or has reported an error during this frame. */
  assertHealthy(): void {
    const problem = this.#health.problemSince(this.#errors);
    if (problem !== undefined) throw new Error(problem);
  }

  changeScene(): void {
    this.#host?.onSceneChange();
  }

  failure(_step: TimingName, cause: unknown): EngineError {
    this.commands.drop();
    this.segmenters.segmenter.release();
    this.segmenters.closeSegmenter?.release();
    const problem = this.#health.problemSince(this.#errors);
    // Of the compiler, which names the shader.
    if (problem === undefined && cause instanceof EngineError && cause.code === 'GPU_FAILED') return cause;
    const thrown = cause instanceof Error ? cause.message : String(cause);
    return new EngineError('GPU_FAILED', `The GPU failed on this frame: ${problem ?? thrown}.`, { cause });
  }

  dispose(): void {
    this.commands.dispose();
    this.segmenters.segmenter.dispose();
    this.segmenters.closeSegmenter?.dispose();
  }
}

/** A background that is open for the frames' shape. */
interface OpenBackground {
  readonly background: Background;
  readonly backdrop: GpuBackdrop;
}

class GpuWorkspace<Output> implements BackendWorkspace<GpuFrame, Awaited<Output>> {
  readonly shape: FrameShape;
  readonly #backend: GpuBackend<Output>;
  readonly #importer: GpuFrameImporter;
  /** Where frames come from: opened with the first one of its kind. */
  #uploader: PlaneUploader | undefined;
  #external: ExternalFrames | undefined;
  readonly #segmentation: GpuSegmentationStage;
  readonly #matting: GpuMattingStage;
  readonly #compositing: GpuCompositingStage;
  readonly #output: FrameTexture;
  readonly #sceneChange: Readback;
  /** Frame and matte as they are. */
  readonly #whole: GpuFramed;
  #framing: GpuFramingStage | undefined;
  /** The background of the frame in flight, and the one of the next frame if that is another one. */
  #background: OpenBackground;
  #nextBackground: OpenBackground | undefined;
  readonly #isFinest: boolean;
  /** Frame and matte as they are shown. */
  #framed: GpuFramed;
  #rendered: FrameTexture;
  #result: FrameTexture;
  #isDisposed = false;
  /** Ends what the frame in flight waits for: a network may never come back. */
  #abandon: ((error: Error) => void) | undefined;

  constructor(
    backend: GpuBackend<Output>,
    shape: FrameShape,
    { quality, edgeSoftness, maxSize }: PipelineSettings,
    background: Background,
  ) {
    const { device, kernels, segmenters } = backend;
    this.shape = copyShape(shape);
    this.#backend = backend;
    this.#isFinest = quality === 'highest';
    this.#importer = new GpuFrameImporter(device, shape, maxSize);
    const source = this.#importer.frame;
    this.#segmentation = kernels.memory.allOrNothing(
      () => new GpuSegmentationStage(device, kernels, segmenters, quality, source),
    );
    const grid = this.#isFinest ? 'full' : 'half';
    this.#matting = new GpuMattingStage(device, this.#segmentation, source, edgeSoftness, grid);
    this.#compositing = new GpuCompositingStage(device, source);
    this.#output = new FrameTexture(device, source, 'output');
    this.#sceneChange = new Readback(device, Uint32Array.BYTES_PER_ELEMENT, (result) => {
      if (new Uint32Array(result)[0]) backend.changeScene();
    });
    this.#whole = { source, matte: this.#matting.matte };
    this.#background = this.#openBackground(background);
    this.#framed = this.#whole;
    this.#rendered = source;
    this.#result = source;
  }

  setQuality(quality: Quality): void {
    this.#segmentation.setQuality(quality);
  }

  setBackground(background: Background): void {
    // At once, so that its shaders are compiled before the next frame comes.
    const next = this.#openBackground(background);
    this.#nextBackground?.backdrop.dispose();
    this.#nextBackground = next;
  }

  prepare(frame: GpuFrame, settings: PipelineSettings, timestamp: number): Promise<unknown> | undefined {
    const { compiler, sink } = this.#backend;
    if (this.#nextBackground) {
      this.#background.backdrop.dispose();
      this.#background = this.#nextBackground;
      this.#nextBackground = undefined;
    }
    this.#background.backdrop.prepare?.(timestamp);
    if ('texture' in frame) this.#openExternal().take(frame);
    else this.#openUploader().upload(frame);
    if (isFramed(settings)) this.#openFraming();
    sink.prepare?.(this.#whole.source);
    const compiled = compiler.compiled();
    return compiled && this.#untilDisposed(compiled);
  }

  importFrame(frame: GpuFrame, mirror: boolean): void {
    this.#backend.assertHealthy();
    const source = 'texture' in frame ? this.#openExternal() : this.#openUploader();
    this.#importer.encode(this.#backend.commands.pass, source, mirror);
    this.#framed = this.#whole;
    this.#result = this.#whole.source;
  }

  takeNetworkInput(elapsed: number): void {
    this.#segmentation.takeInput(this.#backend.commands, this.#whole.source, elapsed);
  }

  segment(): Promise<boolean> {
    return this.#untilDisposed(this.#segmentation.run(this.#backend.commands, this.#whole.source));
  }

  /** A scene change is noticed on the GPU, where the matte begins anew at once; {@link BackendHost.onSceneChange} follows. */
  makeMatte(): boolean {
    const { commands } = this.#backend;
    this.#matting.encode(commands.pass, this.#whole.source);
    this.#sceneChange.encode(commands.encoder, this.#matting.sceneChange, undefined);
    return false;
  }

  get isEmpty(): boolean {
    return this.#segmentation.isEmpty;
  }

  frameSubject(framing: Framing, timestamp: number): void {
    this.#framed = this.#openFraming().encode(this.#backend.commands, framing, timestamp);
    this.#result = this.#framed.source;
  }

  renderBackground(): void {
    const { source, matte } = this.#framed;
    const { backdrop } = this.#background;
    this.#rendered = backdrop.encode(this.#backend.commands.pass, source, matte);
  }

  composite(settings: PipelineSettings, timestamp: number): void {
    const { source, matte } = this.#framed;
    const { background } = this.#background;
    const isStraight = background.type === 'transparent';
    this.#compositing.update(background, settings);
    this.#compositing.encode(
      this.#backend.commands,
      source,
      matte,
      this.#rendered,
      isStraight,
      timestamp,
      this.#output,
    );
    this.#result = this.#output;
  }

  async deliver(): Promise<Awaited<Output>> {
    const { sink, commands } = this.#backend;
    sink.encode(commands, this.#result);
    commands.finish();
    this.#afterSubmit();
    const taken = sink.take();
    try {
      await this.#untilDisposed(this.#backend.settled());
      const output = await taken;
      this.#assertDelivered();
      return output;
    } catch (error) {
      sink.discard(taken);
      throw error;
    }
  }

  resetSegmentation(): void {
    this.#segmentation.reset();
  }

  resetMatte(): void {
    this.#matting.reset();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#abandon?.(new EngineError('DISPOSED', 'The pipeline was disposed of during this frame.'));
    const stages = [this.#importer, this.#segmentation, this.#matting, this.#framing, this.#compositing];
    const others = [this.#uploader, this.#external, this.#output, this.#sceneChange];
    const backdrops = [this.#background.backdrop, this.#nextBackground?.backdrop];
    for (const each of [...stages, ...others, ...backdrops]) each?.dispose();
  }

  #assertDelivered(): void {
    this.#backend.assertHealthy();
    if (this.#segmentation.faults > 0) throw new Error('the output of the network has non-finite values');
    if (this.#isDisposed)
      throw new EngineError('DISPOSED', 'The pipeline was disposed of during this frame.');
  }

  /** What comes of a promise, or a rejection as soon as the workspace is disposed of. */
  #untilDisposed<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#abandon = reject;
      work.then(resolve, reject);
    });
  }

  #openBackground(background: Background): OpenBackground {
    const { device } = this.#backend;
    const backdrop = createGpuBackdrop(device, background, this.#whole.source, this.#isFinest);
    return { background, backdrop };
  }

  #openExternal(): ExternalFrames {
    this.#external ??= new ExternalFrames(this.#backend.device, this.shape.colorSpace);
    return this.#external;
  }

  #openUploader(): PlaneUploader {
    this.#uploader ??= new PlaneUploader(this.#backend.device, this.shape);
    return this.#uploader;
  }

  #openFraming(): GpuFramingStage {
    this.#framing ??= new GpuFramingStage(this.#backend.device, this.#whole);
    return this.#framing;
  }

  #afterSubmit(): void {
    this.#segmentation.afterSubmit();
    this.#framing?.afterSubmit();
    this.#compositing.afterSubmit();
    this.#sceneChange.afterSubmit();
  }
}
