import { EngineError } from '../errors.js';
import type { Rotation } from '../frame/frame.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import { inverseRotation, isSideways, rotate } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { mirror } from './mirror.js';
import type { Region } from './region.js';
import type { Segmentation, Segmenter } from './segmenter.js';
import { Thumbnail } from './thumbnail.js';

/**
 * A network and what it sees: takes a thumbnail of a region of the frame, shows it to the network upright, and turns
 * what it found back to how the frame is stored. Everything else then works in stored pixels and needs to know nothing of
 * rotation.
 */
export class NetworkRunner {
  /** What the network saw, as stored. */
  readonly thumbnail: Thumbnail;
  /** What is to be kept, 0..1, as stored; of the thumbnail's size. */
  readonly confidence: Block;
  /** What the network found, upright. */
  readonly found: Segmentation;
  readonly #kernels: Kernels;
  readonly #segmenter: Segmenter;
  readonly #tensor: Block;
  /** What was found in the picture, while the network looks at the mirrored one. */
  #straight: Float32Array | undefined;

  /**
   * @param kernels - Whose memory to work in.
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
   * Takes the picture that the network is to see.
   *
   * @param frame - The frame.
   * @param region - Which part of it; stretched to the network's size.
   */
  look(frame: FrameMemory, region: Region): void {
    this.thumbnail.take(frame, region);
    this.thumbnail.toTensor(frame, this.#segmenter.valueRange, this.#tensor);
  }

  /**
   * Finds the person in the picture that was taken.
   *
   * @param rotation - The frame's.
   * @param hard - Take the most likely class, not its probability, where the model has classes.
   * @param mirrored - Look once more, at the mirrored picture, and take the mean: a network's mistakes are seldom the same
   * in both.
   * @throws {@link EngineError} `SEGMENTATION_FAILED` if the network gives numbers that are none: they would stay in the
   * temporal filter.
   */
  async find(rotation: Rotation, hard: boolean, mirrored = false): Promise<void> {
    const segmenter = this.#segmenter;
    await segmenter.segment(this.#tensor.f32, this.found);
    if (mirrored) await this.#findMirrored();
    const upright = hard && segmenter.hasClasses ? this.found.kept : this.found.confidence;
    if (rotation === 0) this.confidence.f32.set(upright);
    else this.turnBack(upright, rotation, this.confidence.f32);
    if (!this.#kernels.exports.allFinite(this.confidence.pointer, upright.length)) {
      throw new EngineError('SEGMENTATION_FAILED', 'The network gave numbers that are none.');
    }
  }

  /**
   * Turns what was found upright to how the frame is stored.
   *
   * @param upright - One value for each of the network's pixels.
   * @param rotation - The frame's.
   * @param stored - Receives as many values, in rows of the thumbnail's width.
   */
  turnBack(upright: Float32Array | Uint8Array, rotation: Rotation, stored: Float32Array | Uint8Array): void {
    const { width, height } = this.#segmenter;
    rotate(upright, width, width, height, inverseRotation(rotation), stored, this.thumbnail.width);
  }

  /** Gives the memory back; the segmenter is the pipeline's. */
  dispose(): void {
    this.thumbnail.dispose();
    this.confidence.free();
    this.#tensor.free();
  }

  async #findMirrored(): Promise<void> {
    const { width } = this.#segmenter;
    const { confidence } = this.found;
    this.#straight ??= new Float32Array(confidence.length);
    const straight = this.#straight;
    straight.set(confidence);
    mirror(this.#tensor.f32, width, 3);
    await this.#segmenter.segment(this.#tensor.f32, this.found);
    mirror(confidence, width, 1);
    for (let i = 0; i < confidence.length; i++)
      confidence[i] = ((confidence[i] ?? 0) + (straight[i] ?? 0)) / 2;
  }
}
