import type { Backdrop } from '../background/backdrop.js';
import type { Background } from '../background/background.js';
import { createBackdrop } from '../background/cpu.js';
import { fillFrame, NEUTRAL } from '../background/solid.js';
import { type CompositingOptions, CompositingStage } from '../compositing/cpu.js';
import { DebugViews } from '../debug/debug-views.js';
import { EngineError, type EngineErrorCode } from '../errors.js';
import { assertFrame, copyShape, type Frame, type FrameShape } from '../frame/frame.js';
import { FrameImporter } from '../frame/frame-import.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Framing } from '../framing/chooser.js';
import { type Framed, FramingStage } from '../framing/cpu.js';
import type { Kernels } from '../kernels/kernels.js';
import { type MattingRefinement, MattingStage } from '../matting/cpu.js';
import { isEmpty } from '../matting/matte.js';
import type { PipelineSettings } from '../options.js';
import type { Search } from '../segmentation/closer-look.js';
import { type SegmentationOptions, SegmentationStage } from '../segmentation/cpu.js';
import type { Quality } from '../segmentation/quality.js';
import type { Segmenter } from '../segmentation/segmenter.js';
import { FrameTimer, type TimingName } from '../timing.js';
import { createWithKernels } from './create.js';
import type { BackendHost, BackendWorkspace, PipelineBackend } from './pipeline-backend.js';

/**
 * A refinement that can be left out, to measure what it contributes: `region` (the region of interest), `temporal` (the
 * temporal filter), `colors` (the colour models of person and camera background), `islands` (removal of small islands and
 * holes), `steady` (the filter of the matte over time), `foreground` (estimation of the person's own colours).
 */
export type Refinement = 'region' | MattingRefinement | 'foreground';

/** How {@link createCpuBackend} creates a backend. */
export interface CpuBackendOptions {
  /** The kernels, `@elsewhere/engine/kernels.wasm`: its bytes or the compiled module. */
  readonly kernels: WebAssembly.Module | BufferSource;
  /** The network. The backend owns it and disposes of it, even if it cannot be created. */
  readonly segmenter: Segmenter;
  /**
   * A second network, square and fast, for the region of interest. Owned likewise. Without it the first network always gets
   * the whole frame.
   */
  readonly closeSegmenter?: Segmenter;
  /**
   * `soft` (default): a matte with soft edges. `hard`: each pixel is person or not, directly from the network's output, as
   * in the article that this project began from.
   */
  readonly mask?: 'soft' | 'hard';
  /** How thoroughly people are looked for who are small in the frame. Default `sparse`. */
  readonly search?: Search;
  /** Refinements to leave out. Default none. */
  readonly without?: readonly Refinement[];
}

/** What a step that failed is reported as. */
const FAILURES: Readonly<Record<TimingName, readonly [code: EngineErrorCode, what: string]>> = {
  // The frame itself has been checked.
  input: ['OUT_OF_MEMORY', 'The frame could not be imported'],
  segmentation: ['SEGMENTATION_FAILED', 'The network failed on this frame'],
  matting: ['MATTING_FAILED', 'The matte of this frame could not be computed'],
  background: ['BACKGROUND_FAILED', 'The background could not be rendered'],
  compositing: ['COMPOSITING_FAILED', 'The frame could not be composited'],
};

/**
 * Creates the backend that computes frames on the CPU, with the kernels in WebAssembly. Its outputs lie in the kernels'
 * memory. It puts out a placeholder for a frame that fails.
 *
 * @param options - Kernels and networks.
 * @throws {@link EngineError} `KERNELS_INVALID` if the kernels do not start.
 *
 * @example
 * ```ts
 * const backend = createCpuBackend({ kernels, segmenter, mask: 'hard' });
 * using pipeline = await Pipeline.create({ backend, background: { type: 'transparent' } });
 * const { frame: output } = await pipeline.process(frame, 0);
 * console.log(output.format); // I420A
 * ```
 */
export async function createCpuBackend(options: CpuBackendOptions): Promise<PipelineBackend<Frame, Frame>> {
  return createWithKernels(options, (kernels) => new CpuBackend(kernels, options));
}

/** What all workspaces of a backend are made with. */
interface WorkspaceOptions {
  readonly segmentation: SegmentationOptions;
  readonly without: readonly Refinement[];
  readonly compositing: CompositingOptions;
}

class CpuBackend implements PipelineBackend<Frame, Frame> {
  readonly showsStages = true;
  readonly refinesHighest = false;
  readonly #kernels: Kernels;
  readonly #segmenters: readonly (Segmenter | undefined)[];
  readonly #options: WorkspaceOptions;
  #timer: FrameTimer | undefined;

  constructor(
    kernels: Kernels,
    { segmenter, closeSegmenter, mask = 'soft', search = 'sparse', without = [] }: CpuBackendOptions,
  ) {
    const hard = mask === 'hard';
    const usesRoi = !without.includes('region');
    this.#kernels = kernels;
    this.#segmenters = [segmenter, closeSegmenter];
    this.#options = {
      segmentation: { segmenter, closeSegmenter: usesRoi ? closeSegmenter : undefined, hard, search },
      without,
      compositing: { estimates: !hard && !without.includes('foreground'), isPlain: hard },
    };
  }

  attach(host: BackendHost): void {
    this.#timer = new FrameTimer((name, milliseconds) => host.recordTiming(name, milliseconds));
  }

  beginFrame(frame: Frame): void {
    assertFrame(frame);
  }

  startTiming(name: TimingName | undefined): void {
    this.#timer?.start(name);
  }

  openWorkspace(shape: FrameShape, settings: PipelineSettings, background: Background): CpuWorkspace {
    return this.#kernels.memory.allOrNothing(
      () => new CpuWorkspace(this.#kernels, this.#options, shape, settings, background),
    );
  }

  failure(step: TimingName, cause: unknown): EngineError {
    this.#timer?.cancel();
    const [code, what] = FAILURES[step];
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new EngineError(code, `${what}: ${reason}`, { cause });
  }

  dispose(): void {
    for (const segmenter of this.#segmenters) segmenter?.dispose();
  }
}

class CpuWorkspace implements BackendWorkspace<Frame, Frame> {
  readonly shape: FrameShape;
  readonly #kernels: Kernels;
  readonly #hard: boolean;
  readonly #hasClasses: boolean;
  readonly #importer: FrameImporter;
  readonly #segmentation: SegmentationStage;
  readonly #matting: MattingStage;
  readonly #compositing: CompositingStage;
  readonly #output: FrameMemory;
  /** Frame and matte as they are. */
  readonly #whole: Framed;
  /** For the background `transparent`: an output with an alpha plane. */
  #cutOut: FrameMemory | undefined;
  #framing: FramingStage | undefined;
  /** For stages other than `composite`. */
  #debugViews: DebugViews | undefined;
  #background: Background;
  #backdrop: Backdrop | undefined;
  /** Frame and matte as they are shown. */
  #framed: Framed;
  #rendered: FrameMemory;
  #result: FrameMemory;

  constructor(
    kernels: Kernels,
    { segmentation, without, compositing }: WorkspaceOptions,
    shape: FrameShape,
    { quality, edgeSoftness, maxSize }: PipelineSettings,
    background: Background,
  ) {
    this.shape = copyShape(shape);
    this.#kernels = kernels;
    this.#hard = segmentation.hard;
    this.#hasClasses = segmentation.segmenter.hasClasses;
    this.#background = background;
    this.#importer = new FrameImporter(kernels, shape, maxSize);
    const source = this.#importer.frame;
    this.#segmentation = new SegmentationStage(kernels, segmentation, quality, source);
    const softness = this.#hard ? 0 : edgeSoftness;
    this.#matting = new MattingStage(kernels, this.#segmentation, source, { softness, without });
    this.#compositing = new CompositingStage(kernels, source, compositing);
    this.#output = new FrameMemory(kernels, source, 'I420');
    this.#whole = { source, matte: this.#matting.matte };
    this.#framed = this.#whole;
    this.#rendered = source;
    this.#result = source;
  }

  setQuality(quality: Quality): void {
    this.#segmentation.setQuality(quality);
  }

  setBackground(background: Background): void {
    this.#background = background;
    this.#backdrop?.dispose();
    this.#backdrop = undefined;
  }

  importFrame(frame: Frame, mirror: boolean): void {
    this.#importer.write(frame, mirror);
    this.#framed = this.#whole;
    this.#result = this.#whole.source;
  }

  takeNetworkInput(elapsed: number): void {
    this.#segmentation.takeInput(this.#whole.source, elapsed);
  }

  async segment(): Promise<boolean> {
    await this.#segmentation.run(this.#whole.source);
    return false;
  }

  makeMatte(): boolean {
    if (!this.#hard) return this.#matting.run(this.#whole.source);
    this.#matting.runHard();
    return false;
  }

  get isEmpty(): boolean {
    return isEmpty(this.#whole.matte.tiles.u8);
  }

  frameSubject(framing: Framing, timestamp: number): void {
    const { source, matte } = this.#whole;
    this.#framing ??= this.#kernels.memory.allOrNothing(
      () => new FramingStage(this.#kernels, source, matte.mixture !== matte.alpha),
    );
    this.#framed = this.#framing.run(source, matte, framing, timestamp);
    this.#result = this.#framed.source;
  }

  renderBackground(timestamp: number): void {
    const { source, matte } = this.#framed;
    this.#rendered = this.#runningBackdrop.render(source, matte, timestamp);
  }

  composite(settings: PipelineSettings, timestamp: number): void {
    const { source, matte } = this.#framed;
    const backdrop = this.#rendered;
    const compositing = this.#compositing;
    compositing.update(this.#background, settings);
    if (this.#showsAlpha(settings)) {
      compositing.cutOut(source, matte, backdrop, this.#cutOutTarget);
      this.#result = this.#cutOutTarget;
      return;
    }
    if (settings.stage === 'composite') {
      compositing.run(source, matte, backdrop, timestamp, this.#output);
      this.#result = this.#output;
      return;
    }
    this.#debugViews ??= this.#kernels.memory.allOrNothing(() => new DebugViews(this.#kernels, source));
    this.#result = this.#debugViews.render(settings.stage, {
      ...{ source, segmentation: this.#segmentation, hasClasses: this.#hasClasses },
      ...{ matte, compositing, backdrop },
      composite: () => {
        compositing.run(source, matte, backdrop, timestamp, this.#output);
        return this.#output;
      },
    });
  }

  deliver(): Frame {
    return this.#result.frame;
  }

  /** The background alone, or a neutral colour if not even that can be rendered. */
  placeholder(settings: PipelineSettings, timestamp: number): Frame {
    try {
      const backdrop = this.#runningBackdrop.placeholder(timestamp);
      if (!this.#showsAlpha(settings)) return backdrop.frame;
      const { source, matte } = this.#whole;
      matte.clear();
      this.#compositing.update(this.#background, settings);
      this.#compositing.cutOut(source, matte, backdrop, this.#cutOutTarget);
      return this.#cutOutTarget.frame;
    } catch {
      fillFrame(this.#output, NEUTRAL);
      return this.#output.frame;
    }
  }

  resetSegmentation(): void {
    this.#segmentation.reset();
  }

  resetMatte(): void {
    this.#matting.reset();
  }

  dispose(): void {
    const stages = [this.#importer, this.#segmentation, this.#matting, this.#framing, this.#compositing];
    const others = [this.#backdrop, this.#output, this.#cutOut, this.#debugViews];
    for (const each of [...stages, ...others]) each?.dispose();
  }

  #showsAlpha({ stage }: PipelineSettings): boolean {
    return this.#background.type === 'transparent' && stage === 'composite';
  }

  get #runningBackdrop(): Backdrop {
    this.#backdrop ??= createBackdrop(this.#kernels, this.#background, this.#whole.source);
    return this.#backdrop;
  }

  get #cutOutTarget(): FrameMemory {
    const kernels = this.#kernels;
    this.#cutOut ??= kernels.memory.allOrNothing(() => new FrameMemory(kernels, this.#whole.source, 'I420A'));
    return this.#cutOut;
  }
}
