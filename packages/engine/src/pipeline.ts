import type { Backdrop } from './background/backdrop.js';
import type { Background } from './background/background.js';
import { assertBackground, createBackdrop } from './background/cpu.js';
import { fillFrame, NEUTRAL } from './background/solid.js';
import { Compositor, type CompositorOptions } from './compositing/cpu.js';
import { DebugViews } from './debug/debug-views.js';
import { type ElsewhereError, EngineError, type EngineErrorCode } from './errors.js';
import { assertFrame, assertShape, type Frame, type FrameShape, isAlike } from './frame/frame.js';
import { FrameImporter } from './frame/frame-import.js';
import { FrameMemory } from './frame/frame-memory.js';
import { FrameGate } from './frame-gate.js';
import type { Framing } from './framing/chooser.js';
import { type Framed, FramingStage } from './framing/cpu.js';
import { type Kernels, loadKernels } from './kernels/kernels.js';
import { isJump } from './matting/constants.js';
import { MattingStage } from './matting/cpu.js';
import { DEFAULT_SETTINGS, mergeOptions, PIPELINE_OPTIONS, type PipelineSettings } from './options.js';
import type { Refinement } from './refinement.js';
import { type SegmentationOptions, SegmentationStage } from './segmentation/cpu.js';
import type { Segmenter } from './segmentation/segmenter.js';
import { isFramed, keepsWorkspace } from './settings.js';
import { type Statistics, StatisticsRecorder, type TimingName } from './statistics.js';

/** How a {@link Pipeline} is made. */
export interface PipelineOptions extends Partial<PipelineSettings> {
  /** The kernels, `@elsewhere/engine/kernels.wasm`: its bytes or the compiled module. */
  readonly kernels: WebAssembly.Module | BufferSource;
  /** Finds the person. The pipeline owns it from now on and disposes of it, also where it cannot be made. */
  readonly segmenter: Segmenter;
  /**
   * A second network, square and fast, that looks closely at the region where people are. The pipeline owns it, too.
   * Without it the whole frame is all that is looked at.
   */
  readonly closeSegmenter?: Segmenter;
  /** Default `{ type: 'blur' }`. */
  readonly background?: Background;
  /**
   * `soft` (default): a matte with soft edges. `hard`: each pixel is person or not, straight from the network, as in
   * the article that this project began from.
   */
  readonly mask?: 'soft' | 'hard';
  /** Refinements to leave out, for measuring what each buys. Default none. */
  readonly without?: readonly Refinement[];
}

/** What came of a frame. The same object is used again for the next frame. */
export interface Outcome {
  /**
   * `processed`: the frame with its new background. `placeholder`: something failed, and this is the background alone,
   * without any pixel of the camera.
   */
  readonly kind: 'processed' | 'placeholder';
  /**
   * The picture: I420, or I420A where the background is `transparent` and the stage `composite`. Its planes lie in the
   * kernels' memory and are valid until the next call of any method.
   */
  readonly frame: Frame;
  /** Why it is a placeholder. */
  readonly error: ElsewhereError | undefined;
}

/** All that depends on the size, colour space and rotation of the frames. */
interface Workspace {
  /** What the frames that come in are like. */
  readonly shape: FrameShape;
  readonly intake: FrameImporter;
  /** The frame as it is processed, the intake's. */
  readonly source: FrameMemory;
  readonly segmentation: SegmentationStage;
  readonly matting: MattingStage;
  readonly compositor: Compositor;
  readonly output: FrameMemory;
  /** Frame and matte as they are. */
  readonly whole: Framed;
  /** For the background `transparent`: an output with an alpha plane. */
  cutOut: FrameMemory | undefined;
  /** Where the picture is zoomed or follows the person. */
  framer: FramingStage | undefined;
  /** For stages other than `composite`. */
  views: DebugViews | undefined;
  /** Made anew when the background changes. */
  backdrop: Backdrop | undefined;
}

/** What the caller learns of a stage that failed. */
const FAILURES: Readonly<Record<TimingName, readonly [code: EngineErrorCode, what: string]>> = {
  // The frame itself has been checked.
  input: ['OUT_OF_MEMORY', 'The frame could not be taken in'],
  segmentation: ['SEGMENTATION_FAILED', 'The network failed on this frame'],
  matting: ['MATTING_FAILED', 'The matte of this frame could not be made'],
  background: ['BACKGROUND_FAILED', 'The background could not be made'],
  compositing: ['COMPOSITING_FAILED', 'The picture could not be put together'],
};

/**
 * Frame in, frame out: finds the person, makes the matte, puts them over the background.
 *
 * It fails closed: whatever goes wrong inside gives a placeholder without any pixel of the camera. The real room comes
 * out only where the background is `none`, or where a stage is asked for that shows it.
 */
export class Pipeline implements Disposable {
  readonly #kernels: Kernels;
  readonly #segmenters: readonly (Segmenter | undefined)[];
  readonly #segmentation: SegmentationOptions;
  /** Its numbers change with the settings. */
  readonly #compositing: { -readonly [Key in keyof CompositorOptions]: CompositorOptions[Key] };
  readonly #without: readonly Refinement[];
  readonly #statistics = new StatisticsRecorder();
  #settings = DEFAULT_SETTINGS;
  #background: Background;
  #workspace: Workspace | undefined;
  #outcome: { -readonly [Key in keyof Outcome]: Outcome[Key] } | undefined;
  #lastTimestamp = Number.NEGATIVE_INFINITY;
  readonly #gate = new FrameGate();

  private constructor(kernels: Kernels, options: PipelineOptions) {
    const { segmenter, closeSegmenter, mask = 'soft', without = [] } = options;
    const { background = { type: 'blur' } } = options;
    const hard = mask === 'hard';
    this.#kernels = kernels;
    this.#segmenters = [segmenter, closeSegmenter];
    const looksClosely = !without.includes('region');
    this.#segmentation = { segmenter, closeSegmenter: looksClosely ? closeSegmenter : undefined, hard };
    this.#background = background;
    this.#without = without;
    const estimates = !hard && !without.includes('foreground');
    this.#compositing = { estimates, lightWrap: undefined, colorMatch: 0, brightness: 0, warmth: 0 };
    this.#apply(mergeOptions(PIPELINE_OPTIONS, options, DEFAULT_SETTINGS));
  }

  /**
   * Makes a pipeline.
   *
   * @param options - Kernels, segmenter and what to do.
   * @throws {@link EngineError} `KERNELS_INVALID` if the kernels do not start, `BACKGROUND_INVALID` if the background is
   * not one, `OPTION_INVALID` if a number is out of range.
   */
  static async create(options: PipelineOptions): Promise<Pipeline> {
    try {
      if (options.background) assertBackground(options.background);
      mergeOptions(PIPELINE_OPTIONS, options, DEFAULT_SETTINGS);
      return new Pipeline(await loadKernels(options.kernels), options);
    } catch (error) {
      options.segmenter.dispose();
      options.closeSegmenter?.dispose();
      throw error;
    }
  }

  /** What the pipeline has done so far. Kept up to date; copy what you want to keep. */
  get statistics(): Statistics {
    return this.#statistics;
  }

  /**
   * Processes a frame. Frames of one video come one after the other, each after the one before has come out.
   *
   * A stage that fails does not reject: it gives a placeholder with the error.
   *
   * @param frame - The frame. Only read, and only during the call.
   * @param timestamp - Its time in microseconds. One that goes back or jumps ahead is taken for a seek: the matte starts
   * anew.
   * @returns What came of it; see {@link Outcome} for how long it is valid.
   * @throws {@link EngineError} `FRAME_INVALID` if the frame is none, `BUSY` if the frame before is still being
   * processed, `DISPOSED` after or during {@link Pipeline.dispose}, `OUT_OF_MEMORY` if there is none for frames of this size.
   */
  async process(frame: Frame, timestamp: number): Promise<Outcome> {
    this.#gate.assertIdle();
    assertFrame(frame);
    this.#statistics.begin();
    const workspace = this.#workspaceFor(frame);
    this.#gate.enter();
    let stage: TimingName = 'input';
    const next = (following: TimingName) => {
      this.#statistics.end(stage);
      stage = following;
    };
    try {
      workspace.intake.write(frame, this.#settings.mirror);
      if (this.#showsAll && !isFramed(this.#settings)) {
        this.#statistics.end(stage);
        return this.#finish(workspace.source);
      }
      if (isJump(timestamp, this.#lastTimestamp)) this.#forget();
      workspace.segmentation.look(workspace.source, timestamp - this.#lastTimestamp);
      next('segmentation');
      await workspace.segmentation.find(workspace.source);
      this.#gate.assertUsable();
      this.#lastTimestamp = timestamp;
      next('matting');
      if (this.#makeMatte(workspace)) await this.#startScene(workspace);
      const framed = this.#frame(workspace, timestamp);
      next('background');
      if (this.#showsAll) {
        this.#statistics.end(stage);
        return this.#finish(framed.source);
      }
      workspace.backdrop ??= createBackdrop(this.#kernels, this.#background, workspace.source);
      const backdrop = workspace.backdrop.render(framed.source, framed.matte, timestamp);
      next('compositing');
      const picture = this.#compose(workspace, framed, backdrop, timestamp);
      this.#statistics.end(stage);
      return this.#finish(picture);
    } catch (cause) {
      this.#gate.assertUsable();
      return this.#fail(workspace, timestamp, stage, cause);
    } finally {
      this.#gate.leave();
    }
  }

  /**
   * Puts the person somewhere else from the next frame on.
   *
   * @param background - The new background.
   * @throws {@link EngineError} `BACKGROUND_INVALID` if it is not one; the old one stays.
   */
  setBackground(background: Background): void {
    this.#gate.assertUsable();
    assertBackground(background);
    this.#background = background;
    this.#workspace?.backdrop?.dispose();
    if (this.#workspace) this.#workspace.backdrop = undefined;
  }

  /**
   * The background alone, without any pixel of the camera: for when there is no frame, or none that may be shown.
   *
   * @param shape - What the frames are like.
   * @param timestamp - The time that it stands for, in microseconds.
   * @returns A placeholder without an error; see {@link Outcome} for how long it is valid.
   * @throws {@link EngineError} `FRAME_INVALID` if there are no such frames, `BUSY` while a frame is being processed,
   * `DISPOSED`, `OUT_OF_MEMORY` if there is none for frames of this size.
   */
  placeholder(shape: FrameShape, timestamp: number): Outcome {
    this.#gate.assertIdle();
    assertShape(shape);
    this.#statistics.placeholders++;
    return this.#give('placeholder', this.#placeholder(this.#workspaceFor(shape), timestamp), undefined);
  }

  /**
   * Changes settings from the next frame on.
   *
   * @param settings - Those to change. What is known of earlier frames goes with `edgeSoftness`, `mirror` and `maxSize`.
   * @throws {@link EngineError} `OPTION_INVALID` if a number is out of range, `BUSY` while a frame is being processed; all
   * stay as they were.
   */
  setOptions(settings: Partial<PipelineSettings>): void {
    this.#gate.assertIdle();
    this.#apply(mergeOptions(PIPELINE_OPTIONS, settings, this.#settings));
  }

  /** Forgets what earlier frames told, as before a frame that has nothing to do with them. */
  reset(): void {
    this.#gate.assertUsable();
    this.#forget();
  }

  /** Frees everything, the segmenters too. A second call does nothing. */
  dispose(): void {
    if (this.#gate.isDisposed) return;
    this.#gate.dispose();
    this.#disposeWorkspace();
    for (const segmenter of this.#segmenters) segmenter?.dispose();
  }

  /** {@link Pipeline.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  get #showsAlpha(): boolean {
    return this.#background.type === 'transparent' && this.#settings.stage === 'composite';
  }

  get #showsAll(): boolean {
    return this.#background.type === 'none' && this.#settings.stage === 'composite';
  }

  #apply(settings: PipelineSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    const { hard } = this.#segmentation;
    // Hard masks are the plain way: nothing is added unless it is asked for.
    this.#compositing.lightWrap = settings.lightWrap ?? (hard ? 0 : undefined);
    this.#compositing.colorMatch = settings.colorMatch;
    this.#compositing.brightness = settings.brightness;
    this.#compositing.warmth = settings.warmth;
    if (!this.#workspace) return;
    this.#workspace.segmentation.quality = settings.quality;
    const isSame = keepsWorkspace(before, settings);
    if (!isSame) this.#disposeWorkspace();
    if (!isSame || settings.mirror !== before.mirror) this.#forget();
  }

  #workspaceFor(shape: FrameShape): Workspace {
    if (this.#workspace && isAlike(this.#workspace.shape, shape)) return this.#workspace;
    this.#disposeWorkspace();
    this.#forget();
    const kernels = this.#kernels;
    const { quality, edgeSoftness, maxSize } = this.#settings;
    const { width, height, colorSpace, rotation } = shape;
    const matting = { softness: this.#segmentation.hard ? 0 : edgeSoftness, without: this.#without };
    this.#workspace = kernels.memory.allOrNothing(() => {
      const intake = new FrameImporter(kernels, shape, maxSize);
      const source = intake.frame;
      const segmentation = new SegmentationStage(kernels, this.#segmentation, quality, source);
      const stage = new MattingStage(kernels, segmentation, source, matting);
      return {
        shape: { width, height, colorSpace, rotation },
        intake,
        source,
        segmentation,
        matting: stage,
        whole: { source, matte: stage.matte },
        compositor: new Compositor(kernels, source, this.#compositing),
        output: new FrameMemory(kernels, source, 'I420'),
        cutOut: undefined,
        framer: undefined,
        views: undefined,
        backdrop: undefined,
      };
    });
    return this.#workspace;
  }

  #disposeWorkspace(): void {
    const { intake, segmentation, matting, compositor, output, cutOut, framer, views, backdrop } =
      this.#workspace ?? {};
    const owned = [intake, segmentation, matting, compositor, output, cutOut, framer, views, backdrop];
    for (const each of owned) each?.dispose();
    this.#workspace = undefined;
  }

  #forget(): void {
    this.#workspace?.segmentation.reset();
    this.#workspace?.matting.reset();
    if (this.#lastTimestamp === Number.NEGATIVE_INFINITY) return;
    this.#lastTimestamp = Number.NEGATIVE_INFINITY;
    this.#statistics.resets++;
  }

  /** Whether the frame turned out to be another scene than the one before. */
  #makeMatte({ source, matting }: Workspace): boolean {
    if (!this.#segmentation.hard) return matting.run(source);
    matting.runHard();
    return false;
  }

  /** Looks at a frame again, now as the first of its scene: people are elsewhere in it. */
  async #startScene(workspace: Workspace): Promise<void> {
    const { segmentation, source } = workspace;
    this.#statistics.resets++;
    workspace.matting.reset();
    segmentation.reset();
    segmentation.look(source);
    await segmentation.find(source);
    this.#gate.assertUsable();
    this.#makeMatte(workspace);
  }

  /** Frame and matte as they are shown. */
  #frame(workspace: Workspace, timestamp: number): Framed {
    if (!isFramed(this.#settings)) return workspace.whole;
    const { source, matte } = workspace.whole;
    workspace.framer ??= this.#kernels.memory.allOrNothing(
      () => new FramingStage(this.#kernels, source, matte.mixture !== matte.alpha),
    );
    return workspace.framer.run(source, matte, this.#settings satisfies Framing, timestamp);
  }

  #compose(
    workspace: Workspace,
    { source, matte }: Framed,
    backdrop: FrameMemory,
    timestamp: number,
  ): FrameMemory {
    const { segmentation, compositor, output } = workspace;
    const { stage } = this.#settings;
    if (stage !== 'composite') {
      workspace.views ??= this.#kernels.memory.allOrNothing(() => new DebugViews(this.#kernels, source));
      const { hasClasses } = this.#segmentation.segmenter;
      return workspace.views.render(stage, {
        ...{ source, segmentation, hasClasses, matte, compositor, backdrop },
        composite: () => {
          compositor.run(source, matte, backdrop, this.#background, timestamp, output);
          return output;
        },
      });
    }
    if (this.#showsAlpha) {
      const target = this.#cutOutOf(workspace);
      compositor.cutOut(source, matte, backdrop, target);
      return target;
    }
    compositor.run(source, matte, backdrop, this.#background, timestamp, output);
    return output;
  }

  #cutOutOf(workspace: Workspace): FrameMemory {
    const kernels = this.#kernels;
    workspace.cutOut ??= kernels.memory.allOrNothing(
      () => new FrameMemory(kernels, workspace.source, 'I420A'),
    );
    return workspace.cutOut;
  }

  #finish(picture: FrameMemory): Outcome {
    this.#statistics.frames++;
    return this.#give('processed', picture, undefined);
  }

  #fail(workspace: Workspace, timestamp: number, stage: TimingName, cause: unknown): Outcome {
    const [code, what] = FAILURES[stage];
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#forget();
    this.#statistics.placeholders++;
    const error = new EngineError(code, `${what}: ${reason}`, { cause });
    return this.#give('placeholder', this.#placeholder(workspace, timestamp), error);
  }

  /** The background alone, or a plain colour where not even that can be had. */
  #placeholder(workspace: Workspace, timestamp: number): FrameMemory {
    try {
      workspace.backdrop ??= createBackdrop(this.#kernels, this.#background, workspace.source);
      const backdrop = workspace.backdrop.placeholder(timestamp);
      if (!this.#showsAlpha) return backdrop;
      const target = this.#cutOutOf(workspace);
      const { source, matting, compositor } = workspace;
      matting.matte.clear();
      compositor.cutOut(source, matting.matte, backdrop, target);
      return target;
    } catch {
      fillFrame(workspace.output, NEUTRAL);
      return workspace.output;
    }
  }

  #give(kind: Outcome['kind'], { frame }: FrameMemory, error: ElsewhereError | undefined): Outcome {
    this.#outcome = Object.assign(this.#outcome ?? { kind, frame, error }, { kind, frame, error });
    return this.#outcome;
  }
}
