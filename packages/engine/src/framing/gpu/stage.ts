import type { Commands } from '../../gpu/commands.js';
import { Readback } from '../../gpu/readback.js';
import { GpuTileClassifier } from '../../matting/gpu/tile-classes.js';
import { CropChooser, type Framing } from '../chooser.js';
import { type GpuFramed, GpuFramer } from './framer.js';

/** Brings the person nearer and into the middle on the GPU. Where they are comes back a frame or two late. */
export class GpuFramingStage {
  readonly #framer: GpuFramer;
  readonly #marks: GpuTileClassifier;
  readonly #readback: Readback;
  readonly #chooser: CropChooser;
  /** What is known of where the person is. */
  readonly #known: Uint8Array;

  /**
   * @param device - Where it runs.
   * @param whole - Frame and matte, each time.
   */
  constructor(device: GPUDevice, whole: GpuFramed) {
    this.#framer = new GpuFramer(device, whole);
    this.#marks = new GpuTileClassifier(device, whole.matte);
    this.#chooser = new CropChooser(whole.source);
    this.#known = new Uint8Array(this.#marks.marks.size);
    this.#readback = new Readback(device, this.#marks.marks.size, (result) => {
      this.#known.set(new Uint8Array(result));
    });
  }

  /**
   * Frames a frame.
   *
   * @param commands - Where.
   * @param framing - How.
   * @param timestamp - Its time in microseconds.
   * @returns What is shown: the same each time.
   */
  encode(commands: Commands, framing: Framing, timestamp: number): GpuFramed {
    this.#framer.encode(commands.pass, this.#chooser.choose(this.#known, framing, timestamp));
    if (framing.follow) {
      this.#marks.encode(commands.pass);
      this.#readback.encode(commands.encoder, this.#marks.marks, undefined);
    }
    return this.#framer.framed;
  }

  /** To be called when the commands have been submitted. */
  afterSubmit(): void {
    this.#readback.afterSubmit();
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#framer.dispose();
    this.#marks.dispose();
    this.#readback.dispose();
  }
}
