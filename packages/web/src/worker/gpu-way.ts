import {
  type Backend,
  type BackendChoice,
  BackendTrial,
  type Background,
  EngineError,
  type PipelineSettings,
  type Statistics,
} from '@elsewhere/engine';
import type { GpuPipeline } from '@elsewhere/engine/gpu';
import type { CameraFrame } from './camera-frame.js';
import type { CanvasSink } from './canvas-sink.js';
import { shapeOf } from './frame-reader.js';
import type { FrameOrigin } from './frame-writer.js';

/** A pipeline on the GPU and where its pictures come out. */
export interface GpuSetup {
  readonly device: GPUDevice;
  readonly pipeline: GpuPipeline;
  readonly sink: CanvasSink;
}

/**
 * The way of a track's frames over the GPU, beside the one over the CPU. It is opened when the first frames have come out,
 * tried on copies of frames that go the other way, and taken where it is the cheaper one. Whatever fails on it ends it: the
 * same frame goes the other way then.
 */
export class GpuWay {
  /** Hears why there is no GPU, where it was asked for, and why it is not used any more. */
  failed: ((error: EngineError) => void) | undefined;
  readonly #choice: BackendChoice;
  readonly #openSetup: () => Promise<GpuSetup>;
  readonly #trial = new BackendTrial();
  #setup: GpuSetup | undefined;
  #state: 'closed' | 'opening' | 'trying' | 'used' | 'ended' = 'closed';
  /** Whether a copy of a frame is being tried. */
  #isTrying = false;
  #settings: Partial<PipelineSettings> = {};
  #background: Background = { type: 'blur' };

  /**
   * @param choice - Which way is wanted.
   * @param open - Opens the device and loads everything that is needed on it.
   */
  constructor(choice: BackendChoice, open: () => Promise<GpuSetup>) {
    this.#choice = choice;
    this.#openSetup = open;
    if (choice === 'cpu') this.#state = 'ended';
  }

  /** Which way frames go now. */
  get backend(): Backend {
    return this.#state === 'used' ? 'gpu' : 'cpu';
  }

  /** What was done on it, while it is used. */
  get statistics(): Statistics | undefined {
    return this.#state === 'used' ? this.#setup?.pipeline.statistics : undefined;
  }

  /** Opens it, unless that was done or is of no use. The other way goes on meanwhile. */
  open(): void {
    if (this.#state !== 'closed') return;
    this.#state = 'opening';
    void this.#open();
  }

  /** Shows another background from the next frame on. */
  setBackground(background: Background): void {
    this.#background = background;
    this.#setup?.pipeline.setBackground(background);
  }

  /** Whether a frame can go this way: all but the few that are to be turned, or bring a mask, or are stretched. */
  suits(frame: CameraFrame): boolean {
    const { width, height } = shapeOf(frame);
    return (
      this.#settings.stage === 'composite' &&
      !frame.rotation &&
      !frame.flip &&
      frame.displayWidth === width &&
      frame.displayHeight === height &&
      frame.metadata?.().backgroundSegmentationMask === undefined
    );
  }

  /** Changes settings from the next frame on that goes this way. */
  setOptions(settings: Partial<PipelineSettings>): void {
    this.#settings = settings;
  }

  /**
   * Processes a frame.
   *
   * @param frame - The frame, which the caller closes.
   * @param origin - What of it the picture has, too.
   * @returns The picture, to be closed by the caller; `undefined` if it is to go the other way.
   */
  async process(frame: CameraFrame, origin: FrameOrigin): Promise<VideoFrame | undefined> {
    return this.#state === 'used' && this.suits(frame) ? this.#run(frame, origin) : undefined;
  }

  /**
   * Tries it on a frame that has gone the other way.
   *
   * @param copy - A clone of the frame; closed here.
   * @param origin - Of the frame.
   * @param milliseconds - What the frame took on the other way.
   */
  async try(copy: VideoFrame, origin: FrameOrigin, milliseconds: number): Promise<void> {
    this.#trial.add('cpu', milliseconds);
    this.#isTrying = true;
    try {
      const begin = performance.now();
      (await this.#run(copy, origin))?.close();
      await this.#setup?.device.queue.onSubmittedWorkDone();
      this.#trial.add('gpu', performance.now() - begin);
    } finally {
      copy.close();
      this.#isTrying = false;
    }
    this.#judge();
  }

  /** Whether a copy of the next frame is to be tried. */
  get wantsTrial(): boolean {
    return this.#state === 'trying' && !this.#isTrying;
  }

  /** Resolves when all that was sent has been computed: how long frames really take. */
  async done(): Promise<void> {
    await this.#setup?.device.queue.onSubmittedWorkDone();
  }

  /** Forgets the frames of a track that is over. */
  reset(): void {
    this.#setup?.pipeline.reset();
  }

  /** Frees everything; nothing goes this way any more. */
  dispose(): void {
    this.#state = 'ended';
    this.#setup?.pipeline.dispose();
    this.#setup?.sink.dispose();
    this.#setup = undefined;
  }

  async #open(): Promise<void> {
    let setup: GpuSetup;
    try {
      setup = await this.#openSetup();
    } catch (cause) {
      this.#end(cause, this.#choice === 'gpu');
      return;
    }
    if (this.#state !== 'opening') {
      setup.pipeline.dispose();
      setup.sink.dispose();
      return;
    }
    this.#setup = setup;
    setup.pipeline.setBackground(this.#background);
    this.#state = this.#choice === 'gpu' ? 'used' : 'trying';
    void setup.device.lost.then(({ message }) => {
      if (this.#setup === setup)
        this.#end(new EngineError('GPU_FAILED', `The GPU was lost: ${message}`), true);
    });
  }

  async #run(frame: CameraFrame, origin: FrameOrigin): Promise<VideoFrame | undefined> {
    const setup = this.#setup;
    if (!setup) return undefined;
    try {
      setup.pipeline.setOptions(this.#settings);
      const texture = setup.device.importExternalTexture({ source: frame });
      setup.sink.next(origin, this.#background.type === 'transparent');
      return await setup.pipeline.process({ ...shapeOf(frame), texture }, origin.timestamp, setup.sink);
    } catch (cause) {
      this.#end(cause, true);
      return undefined;
    }
  }

  #judge(): void {
    const { verdict } = this.#trial;
    if (this.#state !== 'trying' || verdict === undefined) return;
    if (verdict === 'gpu') this.#state = 'used';
    else this.dispose();
  }

  #end(cause: unknown, tells: boolean): void {
    if (this.#state === 'ended') return;
    const code = this.#state === 'opening' ? 'GPU_UNAVAILABLE' : 'GPU_FAILED';
    this.dispose();
    if (!tells) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.failed?.(new EngineError(code, `${reason} Frames go on without the GPU.`, { cause }));
  }
}
