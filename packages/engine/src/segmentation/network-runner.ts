import { EngineError } from '../errors.js';
import type { Rotation } from '../frame/frame.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import { inverseRotation, isSideways, rotate } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { ROUNDING } from './constants.js';
import { mirror } from './mirror.js';
import type { Region } from './region.js';
import type { Segmentation, Segmenter } from './segmenter.js';
import { Thumbnail } from './thumbnail.js';

/**
 * A network with its input and output: takes a region of the frame as a thumbnail, gives it to the network upright, and
 * rotates the output back to how the frame is stored. All later steps work in stored pixels and know nothing of rotation.
 */
export class NetworkRunner {
  /** The network's input, as stored. */
  readonly thumbnail: Thumbnail;
  /** What is to be kept, 0..1, as stored; of the thumbnail's size. */
  readonly confidence: Block;
  /** The network's output, upright. */
  readonly found: Segmentation;
  readonly #kernels: Kernels;
  readonly #segmenter: Segmenter;
  readonly #tensor: Block;
  /** The output for the input as it is, while the network runs on the mirrored one. */
  #straight: Float32Array | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param segmenter - The network.
   * @param frame - A frame of the size and rotation to come.
   */
  constructor(kernels: Kernels, segmenter: Segmenter, frame: FrameMemory) {
    const { width, height } = segmenter;
    const pixels = width * height;
    const [storedWidth, storedHeight] = isSideways(frame.rotation) ? [height, width] : [width, height];
    this.#kernels = kernels;
    this.#segmenter = segmenter;
    this.thumbnail = new Thumbnail(kernels, storedWidth, storedHeight, frame);
    this.confidence = kernels.memory.allocate(pixels * Float32Array.BYTES_PER_ELEMENT);
    this.#tensor = kernels.memory.allocate(pixels * 3 * Float32Array.BYTES_PER_ELEMENT);
    this.found = {
      confidence: new Float32Array(pixels),
      classes: new Uint8Array(pixels),
      kept: new Uint8Array(pixels),
    };
  }

  /**
   * Takes the network's input from a frame.
   *
   * @param frame - The frame.
   * @param region - A part of it, which is scaled to the network's size.
   */
  take(frame: FrameMemory, region: Region): void {
    this.thumbnail.take(frame, region);
    this.thumbnail.toTensor(frame, this.#segmenter.valueRange, this.#tensor);
  }

  /**
   * Runs the network on the input that was taken.
   *
   * @param rotation - The frame's.
   * @param hard - Take the most likely class, not its probability, where the model has classes.
   * @param mirrored - Run it on the mirrored input, too, and take the mean: a network seldom makes the same mistake in both.
   * @throws {@link EngineError} `SEGMENTATION_FAILED` if the output has values outside of 0..1, or NaN: they would stay in the
   * temporal filter, and could show the camera background.
   */
  async run(rotation: Rotation, hard: boolean, mirrored = false): Promise<void> {
    const segmenter = this.#segmenter;
    await segmenter.segment(this.#tensor.f32, this.found);
    const upright = hard && segmenter.hasClasses ? this.found.kept : this.found.confidence;
    this.#takeConfidence(upright, rotation);
    if (mirrored) await this.#runMirrored(rotation);
  }

  /**
   * Rotates values from upright to how the frame is stored.
   *
   * @param upright - One value for each pixel of the network's output.
   * @param rotation - The frame's.
   * @param stored - Receives as many values, in rows of the thumbnail's width.
   */
  turnBack(upright: Float32Array | Uint8Array, rotation: Rotation, stored: Float32Array | Uint8Array): void {
    const { width, height } = this.#segmenter;
    rotate(upright, width, width, height, inverseRotation(rotation), stored, this.thumbnail.width);
  }

  /** Frees the memory; the segmenter belongs to the backend. */
  dispose(): void {
    this.thumbnail.dispose();
    this.confidence.free();
    this.#tensor.free();
  }

  /** Takes over an output, rotated back. */
  #takeConfidence(upright: Float32Array | Uint8Array, rotation: Rotation): void {
    const { confidence } = this;
    if (rotation === 0) confidence.f32.set(upright);
    else this.turnBack(upright, rotation, confidence.f32);
    if (!this.#kernels.exports.confine(confidence.pointer, upright.length, ROUNDING)) {
      throw new EngineError(
        'SEGMENTATION_FAILED',
        'The network gave values that are not finite or outside of 0..1: its model is damaged, or not meant for such frames.',
      );
    }
  }

  /** Runs the network on the mirrored input; the output becomes the mean of both. */
  async #runMirrored(rotation: Rotation): Promise<void> {
    const { width } = this.#segmenter;
    const { confidence } = this.found;
    this.#straight ??= new Float32Array(confidence.length);
    const straight = this.#straight;
    straight.set(confidence);
    mirror(this.#tensor.f32, width, 3);
    await this.#segmenter.segment(this.#tensor.f32, this.found);
    mirror(confidence, width, 1);
    // Checked before the mean is taken, in which two invalid values may cancel out.
    this.#takeConfidence(confidence, rotation);
    for (let i = 0; i < confidence.length; i++)
      confidence[i] = ((confidence[i] ?? 0) + (straight[i] ?? 0)) / 2;
    this.#takeConfidence(confidence, rotation);
  }
}
