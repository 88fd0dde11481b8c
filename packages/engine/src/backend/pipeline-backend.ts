import type { Background } from '../background/background.js';
import type { EngineError } from '../errors.js';
import type { FrameShape } from '../frame/frame.js';
import type { PipelineSettings } from '../options.js';
import type { Quality } from '../segmentation/quality.js';
import type { TimingName } from '../timing.js';

/** What a backend reports to its pipeline. */
export interface BackendHost {
  /** A part of a frame's processing took this long. */
  recordTiming(name: TimingName, milliseconds: number): void;
  /** An earlier frame was the first of a new scene. For backends that learn of it late, and whose matte began anew then. */
  onSceneChange(): void;
}

/**
 * Computes the frames of a {@link Pipeline}. The pipeline decides what is computed, in which order and when earlier frames are
 * forgotten; a backend decides how. It belongs to one pipeline, which disposes of it.
 *
 * @typeParam Input - The frames that it takes.
 * @typeParam Output - What comes of a frame.
 */
export interface PipelineBackend<Input extends FrameShape, Output> {
  /** Whether steps of the pipeline other than `composite` can be its output. */
  readonly showsStages: boolean;
  /** Whether the quality `highest` uses finer grids, so that it needs a workspace of its own. */
  readonly refinesHighest: boolean;
  /** Called once, before anything else. */
  attach(host: BackendHost): void;
  /**
   * Begins a frame, before a workspace is opened for it.
   *
   * @throws {@link EngineError} `FRAME_INVALID`.
   */
  beginFrame(frame: Input): void;
  /** Starts timing a part of the frame's processing, which ends the part before; `undefined` ends the last one. */
  startTiming(name: TimingName | undefined): void;
  /**
   * Opens a workspace, which the pipeline disposes of.
   *
   * @param shape - Size, colour space and rotation of the frames.
   * @param settings - The pipeline's.
   * @param background - The new background.
   * @throws {@link EngineError} `OUT_OF_MEMORY`, `GPU_FAILED`.
   */
  openWorkspace(
    shape: FrameShape,
    settings: PipelineSettings,
    background: Background,
  ): BackendWorkspace<Input, Output>;
  /**
   * Called when a frame has failed.
   *
   * @param step - What was being done.
   * @param cause - What was thrown.
   * @returns The error for the caller.
   */
  failure(step: TimingName, cause: unknown): EngineError;
  /** Frees everything, the segmenters too. */
  dispose(): void;
}

/** Everything that depends on the frames' shape. The methods from `prepare` to `deliver` are the steps of a frame, in order. */
export interface BackendWorkspace<Input, Output> {
  /** What the frames are like. */
  readonly shape: FrameShape;
  /** Sets the quality of the next frame. */
  setQuality(quality: Quality): void;
  /** Replaces the background from the next frame on. */
  setBackground(background: Background): void;
  /**
   * Opens what the frame needs and was not needed before, such as another background. Left out by backends that have nothing to
   * compile.
   *
   * @returns A promise if it has to be compiled first; it rejects with {@link EngineError} `GPU_FAILED`.
   */
  prepare?(frame: Input, settings: PipelineSettings, timestamp: number): Promise<unknown> | undefined;
  /** Copies a frame in, scaled down to `maxSize`, mirrored where asked for. */
  importFrame(frame: Input, mirror: boolean): void;
  /**
   * Takes the networks' input from the frame.
   *
   * @param elapsed - Microseconds since the previous frame; infinity if there is none.
   */
  takeNetworkInput(elapsed: number): void;
  /**
   * Runs the networks: the confidence map.
   *
   * @returns Whether earlier confidence maps turn out not to be worth keeping.
   */
  segment(): Promise<boolean>;
  /**
   * Makes the matte from the confidence map.
   *
   * @returns Whether the frame is the first of a new scene, so that the matte has begun anew.
   */
  makeMatte(): boolean;
  /** Replaces frame and matte by the part around the person, scaled to the whole frame. Left out where there is no framing. */
  frameSubject(framing: Pick<PipelineSettings, 'zoom' | 'follow'>, timestamp: number): void;
  /** Makes the background of the frame. Left out for the background `none`. */
  renderBackground(timestamp: number): void;
  /** Puts the person over the background, or makes the output of another step. Left out for the background `none`. */
  composite(settings: PipelineSettings, timestamp: number): void;
  /** Whether nobody was found in the frame, as far as that is known. */
  readonly isEmpty: boolean;
  /** Puts out the result of the last step. */
  deliver(): Output | Promise<Output>;
  /**
   * The background alone, without any pixel of the camera. A backend without placeholders leaves this out: its frames that
   * fail reject, and their workspace is closed.
   */
  placeholder?(settings: PipelineSettings, timestamp: number): Output;
  /** Forgets what segmentation knows of earlier frames. */
  resetSegmentation(): void;
  /** Forgets what matting knows of earlier frames. */
  resetMatte(): void;
  /** Frees the memory. */
  dispose(): void;
}
