import type { BackendWorkspace, PipelineBackend } from './backend/pipeline-backend.js';
import { assertBackground, type Background } from './background/background.js';
import { type ElsewhereError, EngineError } from './errors.js';
import { assertShape, type Frame, type FrameShape, isAlike } from './frame/frame.js';
import { FrameGate } from './frame-gate.js';
import { isFramed } from './framing/chooser.js';
import { isJump } from './matting/constants.js';
import { DEFAULT_SETTINGS, mergeOptions, PIPELINE_OPTIONS, type PipelineSettings } from './options.js';
import { type Statistics, StatisticsRecorder } from './statistics.js';
import type { TimingName } from './timing.js';

/**
 * How a {@link Pipeline} is created.
 *
 * @typeParam Input - The frames that the backend takes.
 * @typeParam Output - What the backend makes of a frame.
 */
export interface PipelineOptions<Input extends FrameShape = Frame, Output = Frame>
  extends Partial<PipelineSettings> {
  /**
   * What computes the frames, from `createCpuBackend` or, in `@elsewhere/engine/gpu`, `createGpuBackend`. The pipeline owns
   * it and disposes of it, even if it cannot be created.
   */
  readonly backend: PipelineBackend<Input, Output> | Promise<PipelineBackend<Input, Output>>;
  /** The new background. Default `{ type: 'blur' }`. */
  readonly background?: Background;
}

/**
 * What came of a frame. The same object is used again for the next frame.
 *
 * @typeParam Output - What the backend makes of a frame.
 */
export interface Outcome<Output = Frame> {
  /**
   * `processed`: the frame with its new background. `placeholder`: something failed, and this is the background alone,
   * without any pixel of the camera.
   */
  readonly kind: 'processed' | 'placeholder';
  /**
   * The output. Of the CPU backend: I420, or I420A if the background is `transparent` and the stage `composite`; its planes
   * lie in the kernels' memory and are valid until the next call of any method. `copyFrame` keeps them.
   */
  readonly frame: Output;
  /** Why it is a placeholder. */
  readonly error: ElsewhereError | undefined;
}

/**
 * Frame in, frame out: segments the people, makes the matte, puts them over the new background.
 *
 * It fails closed. On the CPU a step that fails gives a placeholder without any pixel of the camera; on the GPU the call
 * rejects and there is no output. The camera background is shown only with the background `none`, or where a stage is asked
 * for that shows it.
 *
 * @typeParam Input - The frames that the backend takes.
 * @typeParam Output - What the backend makes of a frame.
 */
export class Pipeline<Input extends FrameShape = Frame, Output = Frame> implements Disposable {
  readonly #backend: PipelineBackend<Input, Output>;
  readonly #statistics = new StatisticsRecorder();
  readonly #gate = new FrameGate();
  #settings: PipelineSettings;
  #background: Background;
  #workspace: BackendWorkspace<Input, Output> | undefined;
  #outcome: { -readonly [Key in keyof Outcome<Output>]: Outcome<Output>[Key] } | undefined;
  #lastTimestamp = Number.NEGATIVE_INFINITY;
  /** Whether people were looked for in the frame in flight. */
  #isSegmented = false;
  /** What is being done with the frame in flight. */
  #step: TimingName = 'input';

  private constructor(backend: PipelineBackend<Input, Output>, options: PipelineOptions<Input, Output>) {
    const { background = { type: 'blur' } } = options;
    assertBackground(background);
    this.#settings = mergeOptions(PIPELINE_OPTIONS, options, DEFAULT_SETTINGS);
    this.#background = background;
    this.#backend = backend;
    backend.attach({
      recordTiming: (name, milliseconds) => this.#statistics.record(name, milliseconds),
      onSceneChange: () => this.#changeScene(),
    });
  }

  /**
   * Creates a pipeline.
   *
   * @param options - Backend, background and settings.
   * @returns The pipeline, to be disposed of by the caller.
   * @throws {@link EngineError} `BACKGROUND_INVALID`, `OPTION_INVALID`, or what creating the backend rejects with.
   *
   * @example
   * ```ts
   * const backend = createCpuBackend({ kernels, segmenter });
   * using pipeline = await Pipeline.create({ backend, background: { type: 'blur', strength: 0.6 } });
   * const { kind, frame: output } = await pipeline.process(frame, 0);
   * console.log(kind, output.format, output.width, output.height); // processed I420 64 36
   * ```
   */
  static async create<Input extends FrameShape, Output>(
    options: PipelineOptions<Input, Output>,
  ): Promise<Pipeline<Input, Output>> {
    const backend = await options.backend;
    try {
      return new Pipeline(backend, options);
    } catch (error) {
      backend.dispose();
      throw error;
    }
  }

  /**
   * What the pipeline has done so far, kept up to date: copy what you want to keep. On the GPU the times are the device's
   * own, arrive a frame or two late, and are 0 if it lacks the feature `timestamp-query`.
   */
  get statistics(): Statistics {
    return this.#statistics;
  }

  /**
   * Processes a frame. One frame at a time: await each before the next.
   *
   * A step that fails does not reject on the CPU: it gives a placeholder with the error.
   *
   * @param frame - The frame. Only read, and only until the call resolves.
   * @param timestamp - Its time in microseconds. If it goes back, or jumps ahead by more than half a second, earlier frames
   * are forgotten, as after a seek.
   * @returns What came of it; see {@link Outcome} for how long it is valid.
   * @throws {@link EngineError} `FRAME_INVALID`; `BUSY` if the previous frame is still being processed; `DISPOSED` after or
   * during {@link Pipeline.dispose}; `OUT_OF_MEMORY` if there is none for frames of this size; on the GPU `GPU_FAILED` if the
   * device was lost, is out of memory or refused a command.
   *
   * @example
   * ```ts
   * using pipeline = await Pipeline.create({ backend: createCpuBackend({ kernels, segmenter }) });
   * for (const timestamp of [0, 33_333, 66_667]) {
   *   const outcome = await pipeline.process(frame, timestamp);
   *   if (outcome.kind === 'placeholder') console.error(outcome.error?.message);
   * }
   * console.log(pipeline.statistics.frames); // 3
   * ```
   */
  async process(frame: Input, timestamp: number): Promise<Outcome<Output>> {
    this.#gate.assertIdle();
    this.#backend.beginFrame(frame);
    const workspace = this.#workspaceFor(frame);
    this.#gate.enter();
    this.#begin('input');
    try {
      await this.#run(workspace, frame, timestamp);
      const delivered = workspace.deliver();
      // Without a turn of the event loop where there is nothing to wait for: `dispose` cannot come between.
      const output = delivered instanceof Promise ? await delivered : delivered;
      this.#statistics.frames++;
      if (this.#isSegmented && workspace.isEmpty) this.#statistics.emptyFrames++;
      return this.#give('processed', output, undefined);
    } catch (cause) {
      this.#gate.assertUsable();
      return this.#fail(workspace, timestamp, cause);
    } finally {
      this.#gate.leave();
    }
  }

  /**
   * Replaces the background from the next frame on.
   *
   * @param background - The new background.
   * @throws {@link EngineError} `BACKGROUND_INVALID`; the old one stays.
   */
  setBackground(background: Background): void {
    this.#gate.assertUsable();
    assertBackground(background);
    this.#background = background;
    this.#workspace?.setBackground(background);
  }

  /**
   * The background alone, without any pixel of the camera: for when there is no frame, or none that may be shown. Only the
   * CPU backend makes placeholders.
   *
   * @param shape - What the frames are like.
   * @param timestamp - The time for which it stands in, in microseconds.
   * @returns A placeholder without an error; see {@link Outcome} for how long it is valid.
   * @throws {@link EngineError} `FRAME_INVALID`, `BUSY` while a frame is being processed, `DISPOSED`, `OUT_OF_MEMORY` if
   * there is none for frames of this size, `GPU_UNAVAILABLE` if the backend makes none.
   */
  placeholder(shape: FrameShape, timestamp: number): Outcome<Output> {
    this.#gate.assertIdle();
    assertShape(shape);
    const workspace = this.#workspaceFor(shape);
    if (!workspace.placeholder) {
      throw new EngineError('GPU_UNAVAILABLE', 'The GPU makes no placeholders: use a pipeline on the CPU.');
    }
    this.#statistics.placeholders++;
    return this.#give('placeholder', workspace.placeholder(this.#settings, timestamp), undefined);
  }

  /**
   * Changes settings from the next frame on.
   *
   * @param settings - Those to change. `edgeSoftness`, `mirror` and `maxSize` make it forget earlier frames.
   * @throws {@link EngineError} `OPTION_INVALID`, `BUSY` while a frame is being processed; all settings stay as they were.
   */
  setOptions(settings: Partial<PipelineSettings>): void {
    this.#gate.assertIdle();
    const before = this.#settings;
    const next = mergeOptions(PIPELINE_OPTIONS, settings, before);
    this.#settings = next;
    if (!this.#workspace) return;
    this.#workspace.setQuality(next.quality);
    const keepsWorkspace = this.#keepsWorkspace(before, next);
    if (!keepsWorkspace) this.#closeWorkspace();
    if (!keepsWorkspace || next.mirror !== before.mirror) this.#forget();
  }

  /** Forgets earlier frames, as before a frame of another video. */
  reset(): void {
    this.#gate.assertUsable();
    this.#forget();
  }

  /** Frees everything, the segmenters too. A second call does nothing. */
  dispose(): void {
    if (this.#gate.isDisposed) return;
    this.#gate.dispose();
    this.#closeWorkspace();
    this.#backend.dispose();
  }

  /** {@link Pipeline.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The steps of a frame. From the end of segmentation on nothing interrupts them. */
  async #run(workspace: BackendWorkspace<Input, Output>, frame: Input, timestamp: number): Promise<void> {
    const settings = this.#settings;
    const showsCamera = this.#background.type === 'none' && this.#stage === 'composite';
    const preparing = workspace.prepare?.(frame, settings, timestamp);
    // Without a turn of the event loop where everything is compiled: a browser's frame expires with it.
    if (preparing) {
      await preparing;
      this.#gate.assertUsable();
    }
    workspace.importFrame(frame, settings.mirror);
    this.#isSegmented = !showsCamera || isFramed(settings);
    if (this.#isSegmented) {
      if (isJump(timestamp, this.#lastTimestamp)) this.#forget();
      await this.#segment(workspace, timestamp - this.#lastTimestamp);
      this.#lastTimestamp = timestamp;
      this.#begin('matting');
      if (workspace.makeMatte()) await this.#startScene(workspace);
      if (isFramed(settings)) workspace.frameSubject(settings, timestamp);
      this.#begin('background');
      if (!showsCamera) {
        workspace.renderBackground(timestamp);
        this.#begin('compositing');
        workspace.composite(settings, timestamp);
      }
    }
    this.#backend.startTiming(undefined);
  }

  async #segment(workspace: BackendWorkspace<Input, Output>, elapsed: number): Promise<void> {
    workspace.takeNetworkInput(elapsed);
    this.#begin('segmentation');
    const dropsMatte = await workspace.segment();
    this.#gate.assertUsable();
    if (dropsMatte) workspace.resetMatte();
  }

  /** Segments a frame again, now as the first of its scene: people are elsewhere in it. */
  async #startScene(workspace: BackendWorkspace<Input, Output>): Promise<void> {
    this.#changeScene();
    workspace.resetMatte();
    workspace.takeNetworkInput(Number.POSITIVE_INFINITY);
    await workspace.segment();
    this.#gate.assertUsable();
    workspace.makeMatte();
  }

  #changeScene(): void {
    this.#statistics.resets++;
    this.#workspace?.resetSegmentation();
  }

  get #stage(): PipelineSettings['stage'] {
    return this.#backend.showsStages ? this.#settings.stage : 'composite';
  }

  #begin(step: TimingName): void {
    this.#step = step;
    this.#backend.startTiming(step);
  }

  #workspaceFor(shape: FrameShape): BackendWorkspace<Input, Output> {
    if (this.#workspace && isAlike(this.#workspace.shape, shape)) return this.#workspace;
    this.#closeWorkspace();
    this.#forget();
    this.#workspace = this.#backend.openWorkspace(shape, this.#settings, this.#background);
    return this.#workspace;
  }

  #closeWorkspace(): void {
    this.#workspace?.dispose();
    this.#workspace = undefined;
  }

  /** Whether the workspace can stay when settings change. */
  #keepsWorkspace(before: PipelineSettings, next: PipelineSettings): boolean {
    const isRefined = (settings: PipelineSettings) =>
      this.#backend.refinesHighest && settings.quality === 'highest';
    return (
      next.edgeSoftness === before.edgeSoftness &&
      next.maxSize?.width === before.maxSize?.width &&
      next.maxSize?.height === before.maxSize?.height &&
      isRefined(next) === isRefined(before)
    );
  }

  #forget(): void {
    this.#workspace?.resetSegmentation();
    this.#workspace?.resetMatte();
    if (this.#lastTimestamp === Number.NEGATIVE_INFINITY) return;
    this.#lastTimestamp = Number.NEGATIVE_INFINITY;
    this.#statistics.resets++;
  }

  #fail(workspace: BackendWorkspace<Input, Output>, timestamp: number, cause: unknown): Outcome<Output> {
    const error = this.#backend.failure(this.#step, cause);
    if (!workspace.placeholder) this.#closeWorkspace();
    this.#forget();
    if (!workspace.placeholder) throw error;
    this.#statistics.placeholders++;
    return this.#give('placeholder', workspace.placeholder(this.#settings, timestamp), error);
  }

  #give(kind: Outcome['kind'], frame: Output, error: ElsewhereError | undefined): Outcome<Output> {
    this.#outcome = Object.assign(this.#outcome ?? { kind, frame, error }, { kind, frame, error });
    return this.#outcome;
  }
}
