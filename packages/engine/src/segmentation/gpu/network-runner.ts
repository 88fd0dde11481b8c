import type { FrameShape } from '../../frame/frame.js';
import { isSideways } from '../../frame/rotation.js';
import type { Commands } from '../../gpu/commands.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { Region } from '../region.js';
import { GpuConfidenceReader } from './confidence.js';
import type { GpuSegmenter } from './segmenter.js';
import { GpuTensor } from './tensor.js';
import { GpuThumbnail } from './thumbnail.js';

/** A network with its input and output: `NetworkRunner` on the GPU. */
export class GpuNetworkRunner {
  /** The network's input, as stored. */
  readonly thumbnail: GpuThumbnail;
  readonly #segmenter: GpuSegmenter;
  readonly #tensor: GpuTensor;
  readonly #reader: GpuConfidenceReader;
  readonly #frame: Pick<FrameShape, 'rotation' | 'colorSpace'>;
  #straight: GPUBuffer | undefined;
  #mirrored: GPUBuffer | undefined;

  /**
   * @param device - Where it lies.
   * @param segmenter - The network; the backend's.
   * @param frame - Size, colour space and rotation of the frames.
   * @param faults - Counts non-finite values in the network's output: one u32; the stage's.
   */
  constructor(device: GPUDevice, segmenter: GpuSegmenter, frame: FrameShape, faults: GPUBuffer) {
    const { width, height, input, valueRange } = segmenter;
    const [storedWidth, storedHeight] = isSideways(frame.rotation) ? [height, width] : [width, height];
    this.#segmenter = segmenter;
    this.#frame = frame;
    this.thumbnail = new GpuThumbnail(device, storedWidth, storedHeight);
    this.#tensor = new GpuTensor(device, this.thumbnail, input, valueRange);
    this.#reader = new GpuConfidenceReader(device, this.thumbnail, faults);
  }

  /** What is to be kept, 0..1, as stored; of the thumbnail's size. */
  get confidence(): GPUBuffer {
    return this.#reader.confidence;
  }

  /** Takes the network's input from a frame. */
  take(pass: GPUComputePassEncoder, frame: FrameTexture, region: Region): void {
    this.thumbnail.encode(pass, frame, region);
  }

  /** Writes the input to the network's buffer, straight or mirrored, and runs the network on it. */
  async run(commands: Commands, isMirrored: boolean): Promise<void> {
    this.#tensor.encode(commands.pass, this.#frame, isMirrored);
    const output = await this.#segmenter.segment(commands);
    if (isMirrored) this.#mirrored = output;
    else this.#straight = output;
  }

  /** Computes the confidence map from the network's output. */
  read(pass: GPUComputePassEncoder): void {
    if (!this.#straight) return;
    this.#reader.encode(pass, this.#straight, this.#frame.rotation, this.#mirrored);
    this.#straight = undefined;
    this.#mirrored = undefined;
  }

  /** Frees the memory. */
  dispose(): void {
    this.thumbnail.dispose();
    this.#tensor.dispose();
    this.#reader.dispose();
  }
}
