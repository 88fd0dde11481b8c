import {
  type Backend,
  type BackendChoice,
  EngineError,
  type PipelineSettings,
  type TimingName,
} from '@elsewhere/engine';
import { BackendSelector } from '@elsewhere/engine/internal';
import type { SharedBackground } from '../media/background.js';
import { type CameraFrame, shapeOf } from '../media/frame-reader.js';
import { GpuClient } from './client.js';

/**
 * The GPU backend of one track, beside the CPU backend. It is opened when the first frames have come out, in a worker of its
 * own, because compiling for the GPU takes its time. With the choice `auto` it is tried on copies of frames that the CPU has
 * processed, and kept if it is the cheaper one. Whatever fails on it ends it: the same frame is processed on the CPU.
 */
export class GpuBackend {
  /** Called when the GPU is wanted and cannot be opened, and when it has failed. */
  onFailure: ((error: EngineError) => void) | undefined;
  readonly #selector: BackendSelector<GpuClient>;
  #client: GpuClient | undefined;
  #settings: Partial<PipelineSettings> = {};
  #background: SharedBackground = { type: 'blur' };

  /**
   * @param choice - Which backend is wanted.
   * @param assets - The assets folder.
   */
  constructor(choice: BackendChoice, assets: string) {
    this.#selector = new BackendSelector({
      // Without WebGPU, a worker that finds out is started only for those who want the reason.
      choice: choice === 'auto' && !navigator.gpu ? 'cpu' : choice,
      open: (signal) => this.#open(assets, signal),
      onFailure: (error, phase) => {
        const isOpening = phase === 'opening';
        if (isOpening && choice === 'auto') return;
        const code = isOpening ? 'GPU_UNAVAILABLE' : 'GPU_FAILED';
        const reason = error instanceof Error ? error.message : String(error);
        this.onFailure?.(
          new EngineError(code, `${reason} Frames are processed on the CPU.`, { cause: error }),
        );
      },
    });
  }

  /** The backend that processes the next frame, unless that is one that the GPU is not for. */
  get backend(): Backend {
    return this.#selector.backend;
  }

  /** Milliseconds of each stage, if the GPU processes the frames. */
  get milliseconds(): Readonly<Record<TimingName, number>> | undefined {
    return this.#selector.selected?.milliseconds;
  }

  /** Whether a copy of the next frame is to be tried. */
  get wantsTrial(): boolean {
    return this.#selector.candidate?.isIdle ?? false;
  }

  /** Opens the GPU, unless that was done or the CPU is wanted. */
  open(): void {
    // Called with each frame: a promise each time would be garbage.
    if (this.#selector.isWaiting) void this.#selector.open();
  }

  /** Shows another background. Frames are processed on the CPU until the GPU shows it. */
  setBackground(background: SharedBackground): void {
    this.#background = background;
    this.#client?.setBackground(background);
  }

  /** Changes settings from the next frame on. */
  setOptions(settings: Partial<PipelineSettings>): void {
    this.#settings = settings;
    this.#client?.setOptions(settings);
  }

  /** Whether the GPU can process a frame: it cannot turn or stretch frames, and has no stage but `composite`. */
  suits(frame: CameraFrame): boolean {
    const { width, height } = shapeOf(frame);
    const isAsStored = !frame.rotation && !frame.flip;
    const isSquare = frame.displayWidth === width && frame.displayHeight === height;
    return this.#settings.stage === 'composite' && isAsStored && isSquare;
  }

  /**
   * Processes a frame.
   *
   * @param frame - Closed by the caller.
   * @returns The output, to be closed by the caller; `undefined` if the frame has to be processed on the CPU.
   */
  async process(frame: CameraFrame): Promise<VideoFrame | undefined> {
    // A frame whose output was not used may still be in flight.
    if (!this.#selector.selected?.isIdle || !this.suits(frame)) return undefined;
    // A frame that cannot be copied is no failure of the GPU's.
    const copy = frame.clone();
    return this.#selector.process((gpu) => gpu.process(copy));
  }

  /** Resolves when the frame whose output came last is computed completely. */
  async finished(): Promise<void> {
    await this.#client?.finished();
  }

  /**
   * Tries the GPU on a frame that was processed on the CPU.
   *
   * @param copy - A clone of the frame; closed here.
   * @param milliseconds - What the frame took on the CPU.
   */
  async try(copy: VideoFrame, milliseconds: number): Promise<void> {
    this.#selector.addCpuTime(milliseconds);
    if (this.#selector.candidate) await this.#selector.try((gpu) => gpu.measure(copy));
    else copy.close();
  }

  /** Ends it because the frame in flight hangs. */
  failHanging(): void {
    this.#selector.fail(new Error('The GPU does not finish a frame.'));
  }

  /** Drops what is known of the frames of a track that has ended. */
  reset(): void {
    this.#client?.reset();
  }

  /** Frees everything. */
  dispose(): void {
    this.#selector.dispose();
  }

  async #open(assets: string, closed: AbortSignal): Promise<GpuClient> {
    const client = new GpuClient(assets, (error) => this.#selector.fail(error));
    closed.addEventListener('abort', () => client.dispose());
    this.#client = client;
    client.setOptions(this.#settings);
    client.setBackground(this.#background);
    await client.ready;
    return client;
  }
}
