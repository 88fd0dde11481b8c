import type { Commands } from '../../gpu/commands.js';
import { Readback } from '../../gpu/readback.js';
import { GpuMarks } from '../../matting/gpu/marks.js';
import { CropChooser, type Framing } from '../chooser.js';
import { type GpuFramed, GpuFramer } from './framer.js';

export type { GpuFramed } from './framer.js';

/**
 * Brings the person nearer and into the middle on the GPU: the CPU way's `Framer`. Where they are is read back, and so known a
 * frame or two late: the crop follows far more slowly than that.
 */
export class GpuFramingStage {
  readonly #framer: GpuFramer;
  readonly #marks: GpuMarks;
  readonly #readback: Readback<undefined>;
  readonly #chooser: CropChooser;
  /** Those that have arrived last. */
  readonly #known: Uint8Array;

  /**
   * @param device - Where it runs.
   * @param whole - Frame and matte, each time.
   */
  constructor(device: GPUDevice, whole: GpuFramed) {
    this.#framer = new GpuFramer(device, whole);
    this.#marks = new GpuMarks(device, whole.matte);
    this.#chooser = new CropChooser(whole.source);
    const { size } = this.#marks.marks;
    this.#known = new Uint8Array(size);
    this.#readback = new Readback(device, size, (marks) => this.#known.set(new Uint8Array(marks)));
  }

  /**
   * Frames a frame.
   *
   * @param commands - Where.
   * @param framing - How.
   * @param timestamp - The frame's time in microseconds.
   */
  encode(commands: Commands, framing: Framing, timestamp: number): GpuFramed {
    this.#framer.encode(commands.pass, this.#chooser.choose(this.#known, framing, timestamp));
    if (framing.follow) {
      this.#marks.encode(commands.pass);
      this.#readback.encode(commands.encoder, this.#marks.marks, undefined);
    }
    return this.#framer.framed;
  }

  /** To be called when what was encoded has been submitted. */
  afterSubmit(): void {
    this.#readback.afterSubmit();
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const each of [this.#framer, this.#marks, this.#readback]) each.dispose();
  }
}
