import type { Commands } from '../../../src/gpu/commands.js';
import { BUFFER, MAP_READ } from '../../../src/gpu/memory.js';
import type { Segmentation, Segmenter } from '../../../src/index.js';
import type { GpuSegmenter } from '../../../src/segmentation/gpu/segmenter.js';

/** A CPU network as the network of the GPU backend, so that both backends use the same network. */
export class BridgedSegmenter implements GpuSegmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange: readonly [low: number, high: number];
  readonly input: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #segmenter: Segmenter;
  readonly #staging: GPUBuffer;
  readonly #outputs: GPUBuffer[] = [];
  readonly #found: Segmentation;

  constructor(device: GPUDevice, segmenter: Segmenter) {
    ({ width: this.width, height: this.height, valueRange: this.valueRange } = segmenter);
    const pixels = this.width * this.height;
    const size = pixels * 3 * Float32Array.BYTES_PER_ELEMENT;
    this.#device = device;
    this.#segmenter = segmenter;
    this.input = device.createBuffer({ size, usage: BUFFER.STORAGE | BUFFER.COPY_SRC });
    this.#staging = device.createBuffer({ size, usage: BUFFER.MAP_READ | BUFFER.COPY_DST });
    this.#found = {
      confidence: new Float32Array(pixels),
      classes: new Uint8Array(pixels),
      kept: new Uint8Array(pixels),
    };
  }

  async segment(commands: Commands): Promise<GPUBuffer> {
    commands.submit();
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.input, 0, this.#staging, 0, this.input.size);
    this.#device.queue.submit([encoder.finish()]);
    await this.#staging.mapAsync(MAP_READ);
    const input = new Float32Array(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    await this.#segmenter.segment(input, this.#found);
    const output = this.#device.createBuffer({
      size: this.#found.confidence.byteLength,
      usage: BUFFER.STORAGE | BUFFER.COPY_DST,
    });
    this.#device.queue.writeBuffer(output, 0, this.#found.confidence.slice());
    this.#outputs.push(output);
    return output;
  }

  release(): void {
    for (const output of this.#outputs.splice(0)) output.destroy();
  }

  dispose(): void {
    this.release();
    this.input.destroy();
    this.#staging.destroy();
    this.#segmenter.dispose();
  }
}
