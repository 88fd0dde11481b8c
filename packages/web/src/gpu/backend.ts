import {
  type Backend,
  type BackendChoice,
  EngineError,
  type PipelineSettings,
  type TimingName,
} from '@elsewhere/engine';
import { BackendTrial } from '@elsewhere/engine/internal';
import { ASSETS } from '../assets.js';
import { receiveError } from '../errors.js';
import type { SharedBackground } from '../media/background.js';
import type { CameraFrame } from '../media/frame-reader.js';
import { shapeOf } from '../media/frame-reader.js';
import type { FromGpu, ToGpu } from './protocol.js';

/** What the frame on its way waits for. */
interface Waiting {
  readonly came: (picture: VideoFrame | undefined) => void;
  readonly done: Promise<void>;
  readonly over: () => void;
}

/**
 * The way of a track's frames over the GPU, beside the one over the processor. It is opened when the first frames have come
 * out, in a worker of its own, tried on copies of frames that go the other way, and taken where it is the cheaper one. Whatever
 * fails on it ends it: the same frame goes the other way then.
 */
export class GpuBackend {
  /** Hears why there is no GPU, where it was asked for, and why it is not used any more. */
  failed: ((error: EngineError) => void) | undefined;
  readonly #choice: BackendChoice;
  readonly #assets: string;
  readonly #trial = new BackendTrial();
  #worker: Worker | undefined;
  #state: 'closed' | 'opening' | 'trying' | 'used' | 'ended' = 'closed';
  #waiting: Waiting | undefined;
  #settings: Partial<PipelineSettings> = {};
  #background: SharedBackground = { type: 'blur' };
  /** Counts the backgrounds that were to be shown; frames go the other way until the last one is. */
  #wanted = 0;
  #shown = 0;
  #milliseconds: Readonly<Record<TimingName, number>> | undefined;

  /**
   * @param choice - Which way is wanted.
   * @param assets - The assets folder.
   */
  constructor(choice: BackendChoice, assets: string) {
    this.#choice = choice;
    this.#assets = assets;
    // Nobody has asked for one where there is none.
    if (choice === 'cpu' || (choice === 'auto' && !navigator.gpu)) this.#state = 'ended';
  }

  /** Which way frames go now. */
  get backend(): Backend {
    return this.#state === 'used' ? 'gpu' : 'cpu';
  }

  /** Milliseconds of each stage, where frames go this way. */
  get milliseconds(): Readonly<Record<TimingName, number>> | undefined {
    return this.#state === 'used' ? this.#milliseconds : undefined;
  }

  /** Whether a copy of the next frame is to be tried. */
  get wantsTrial(): boolean {
    return this.#state === 'trying' && !this.#waiting && this.#isCurrent;
  }

  /** Opens it, unless that was done or is of no use. The other way goes on meanwhile. */
  open(): void {
    if (this.#state !== 'closed') return;
    this.#state = 'opening';
    try {
      this.#worker = this.#start();
    } catch (cause) {
      this.#end(new Error(`There is no worker for it: ${cause}.`, { cause }));
      return;
    }
    this.#post({ type: 'open', assets: this.#assets });
    this.setOptions(this.#settings);
    this.setBackground(this.#background);
  }

  /** Shows another background. */
  setBackground(background: SharedBackground): void {
    this.#background = background;
    this.#wanted++;
    this.#post({ type: 'background', id: this.#wanted, background });
  }

  /** Changes settings from the next frame on that goes this way. */
  setOptions(settings: Partial<PipelineSettings>): void {
    this.#settings = settings;
    this.#post({ type: 'options', settings });
  }

  /** Whether a frame can go this way: all but the few that are to be turned, or are stretched; none where steps are shown. */
  suits(frame: CameraFrame): boolean {
    const { width, height } = shapeOf(frame);
    const isAsStored = !frame.rotation && !frame.flip;
    const isSquare = frame.displayWidth === width && frame.displayHeight === height;
    return this.#settings.stage === 'composite' && isAsStored && isSquare;
  }

  /**
   * Processes a frame.
   *
   * @param frame - The frame, which the caller closes.
   * @returns The picture, to be closed by the caller; `undefined` if the frame is to go the other way.
   */
  async process(frame: CameraFrame): Promise<VideoFrame | undefined> {
    // A frame whose picture was not wanted any more may still be being computed.
    const isFree = this.#state === 'used' && this.#isCurrent && !this.#waiting;
    if (!isFree || !this.suits(frame)) return undefined;
    const wanted = this.#wanted;
    const picture = await this.#send(frame.clone());
    if (wanted === this.#wanted) return picture;
    // It shows a place that is not to be shown any more.
    picture?.close();
    return undefined;
  }

  /** Resolves when the frame that was processed last has been computed to its end. */
  async done(): Promise<void> {
    await this.#waiting?.done;
  }

  /**
   * Tries it on a frame that has gone the other way.
   *
   * @param copy - A clone of the frame; closed here.
   * @param milliseconds - What the frame took on the other way.
   */
  async try(copy: VideoFrame, milliseconds: number): Promise<void> {
    this.#trial.add('cpu', milliseconds);
    (await this.#send(copy))?.close();
  }

  /** TrackPorts it because the frame on it does not come to its end. */
  giveUp(): void {
    this.#end(new Error('A frame does not come to its end on the GPU.'));
  }

  /** Forgets the frames of a track that is over. */
  reset(): void {
    this.#post({ type: 'reset' });
  }

  /** Frees everything; nothing goes this way any more. */
  dispose(): void {
    this.#state = 'ended';
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#waiting?.came(undefined);
    this.#waiting?.over();
    this.#waiting = undefined;
  }

  #start(): Worker {
    const worker = new Worker(this.#assets + ASSETS.gpu);
    worker.onmessage = ({ data }: MessageEvent<FromGpu>) => this.#handleMessage(data);
    worker.onerror = (event) => {
      // It is not to become an error of the engine's worker.
      event.preventDefault();
      // Where there is no such script, nothing is said.
      this.#end(new Error(`The worker of the GPU failed: ${event.message ?? 'it cannot be loaded'}.`));
    };
    return worker;
  }

  get #isCurrent(): boolean {
    return this.#shown === this.#wanted;
  }

  #post(message: ToGpu, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #send(frame: VideoFrame): Promise<VideoFrame | undefined> {
    if (!this.#worker) {
      // It has ended since the frame was taken for it.
      frame.close();
      return Promise.resolve(undefined);
    }
    return new Promise((came) => {
      let over = () => {};
      const done = new Promise<void>((resolve) => {
        over = resolve;
      });
      this.#waiting = { came, done, over };
      this.#post({ type: 'frame', frame }, [frame]);
    });
  }

  #handleMessage(message: FromGpu): void {
    switch (message.type) {
      case 'ready':
        if (this.#state === 'opening') this.#state = this.#choice === 'gpu' ? 'used' : 'trying';
        return;
      case 'shown':
        this.#shown = message.id;
        return;
      case 'picture':
        if (this.#waiting) this.#waiting.came(message.picture);
        else message.picture.close();
        return;
      case 'done':
        this.#milliseconds = message.milliseconds;
        this.#waiting?.over();
        this.#waiting = undefined;
        this.#judge(message.took);
        return;
      case 'failed':
        this.#end(receiveError(message.error));
        return;
    }
  }

  #judge(took: number): void {
    if (this.#state !== 'trying') return;
    this.#trial.add('gpu', took);
    const { verdict } = this.#trial;
    if (verdict === 'gpu') this.#state = 'used';
    else if (verdict === 'cpu') this.dispose();
  }

  #end(cause: Error): void {
    if (this.#state === 'ended') return;
    const isNews = this.#choice === 'gpu' || this.#state !== 'opening';
    const code = this.#state === 'opening' ? 'GPU_UNAVAILABLE' : 'GPU_FAILED';
    this.dispose();
    if (isNews) {
      this.failed?.(new EngineError(code, `${cause.message} Frames go on without the GPU.`, { cause }));
    }
  }
}
