import type { Commands } from '../../gpu/commands.js';
import { Readback } from '../../gpu/readback.js';
import { GpuTileClassifier } from '../../matting/gpu/tile-classes.js';
import { CropChooser, type Framing } from '../chooser.js';
import { type GpuFramed, GpuFramer } from './framer.js';

/** Zooms and centres the person, on the GPU. The tiles that locate the person arrive a frame or two late. */
export class GpuFramingStage {
  readonly #framer: GpuFramer;
  readonly #classifier: GpuTileClassifier;
  readonly #readback: Readback;
  readonly #chooser: CropChooser;
  /** The classes of the tiles that arrived last. */
  readonly #known: Uint8Array;

  /**
   * @param device - Where it runs.
   * @param whole - Frame and matte, the same for all frames.
   */
  constructor(device: GPUDevice, whole: GpuFramed) {
    this.#framer = new GpuFramer(device, whole);
    this.#classifier = new GpuTileClassifier(device, whole.matte);
    this.#chooser = new CropChooser(whole.source);
    this.#known = new Uint8Array(this.#classifier.tiles.size);
    this.#readback = new Readback(device, this.#classifier.tiles.size, (result) => {
      this.#known.set(new Uint8Array(result));
    });
  }

  /**
   * Crops a frame.
   *
   * @param commands - Where it is encoded.
   * @param framing - The settings.
   * @param timestamp - Its time in microseconds.
   * @returns Frame and matte as they are shown, the same objects for all frames.
   */
  encode(commands: Commands, framing: Framing, timestamp: number): GpuFramed {
    this.#framer.encode(commands.pass, this.#chooser.choose(this.#known, framing, timestamp));
    if (framing.follow) {
      this.#classifier.encode(commands.pass);
      this.#readback.encode(commands.encoder, this.#classifier.tiles, undefined);
    }
    return this.#framer.framed;
  }

  /** Call when the commands have been submitted. */
  afterSubmit(): void {
    this.#readback.afterSubmit();
  }

  /** Frees the memory. */
  dispose(): void {
    this.#framer.dispose();
    this.#classifier.dispose();
    this.#readback.dispose();
  }
}
