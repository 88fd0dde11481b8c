import type { FrameShape } from '../../frame/frame.js';
import { isSideways } from '../../frame/rotation.js';
import type { FrameTexture } from '../../gpu/memory.js';
import type { Region } from '../region.js';
import { GpuConfidenceReader } from './confidence.js';
import type { GpuSegmenter } from './segmenter.js';
import { GpuTensor } from './tensor.js';
import { GpuThumbnail } from './thumbnail.js';

/** A network and what it sees: the CPU way's `NetworkRunner`, on the GPU. */
export class GpuNetworkRunner {
  /** What the network saw, as stored. */
  readonly thumbnail: GpuThumbnail;
  readonly #segmenter: GpuSegmenter;
  readonly #tensor: GpuTensor;
  readonly #findings: GpuConfidenceReader;
  readonly #frame: Pick<FrameShape, 'rotation' | 'colorSpace'>;
  #straight: GPUBuffer | undefined;
  #mirrored: GPUBuffer | undefined;

  /**
   * @param device - Where it lies.
   * @param segmenter - The network; the pipeline's.
   * @param frame - What the frames are like.
   * @param faults - Counts the network's numbers that are none: one whole number; the stage's.
   */
  constructor(device: GPUDevice, segmenter: GpuSegmenter, frame: FrameShape, faults: GPUBuffer) {
    const { width, height, input, valueRange } = segmenter;
    const [storedWidth, storedHeight] = isSideways(frame.rotation) ? [height, width] : [width, height];
    this.#segmenter = segmenter;
    this.#frame = frame;
    this.thumbnail = new GpuThumbnail(device, storedWidth, storedHeight);
    this.#tensor = new GpuTensor(device, this.thumbnail, input, valueRange);
    this.#findings = new GpuConfidenceReader(device, this.thumbnail, faults);
  }

  /** What is to be kept, 0..1, as stored; of the thumbnail's size. */
  get confidence(): GPUBuffer {
    return this.#findings.confidence;
  }

  /** Takes the picture of a region. */
  take(pass: GPUComputePassEncoder, frame: FrameTexture, region: Region): void {
    this.thumbnail.encode(pass, frame, region);
  }

  /** Shows the picture to the network, straight or mirrored; {@link GpuNetworkRunner.run} comes after this has been submitted. */
  show(pass: GPUComputePassEncoder, isMirrored: boolean): void {
    this.#tensor.encode(pass, this.#frame, isMirrored);
  }

  /** Runs the network on what was shown. */
  async run(isMirrored: boolean): Promise<void> {
    const output = await this.#segmenter.segment();
    if (isMirrored) this.#mirrored = output;
    else this.#straight = output;
  }

  /** Makes the confidence of what the network found. */
  read(pass: GPUComputePassEncoder): void {
    if (!this.#straight) return;
    this.#findings.encode(pass, this.#straight, this.#frame.rotation, this.#mirrored);
    this.#straight = undefined;
    this.#mirrored = undefined;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.thumbnail.dispose();
    this.#tensor.dispose();
    this.#findings.dispose();
  }
}
