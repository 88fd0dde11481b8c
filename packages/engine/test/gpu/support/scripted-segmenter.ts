import type { Commands } from '../../../src/gpu/commands.js';
import { BUFFER } from '../../../src/gpu/memory.js';
import type { GpuSegmenter } from '../../../src/segmentation/gpu/segmenter.js';

/** A network on the GPU that always returns the same confidence map, unless it has another behaviour. */
export class ScriptedSegmenter implements GpuSegmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange = [0, 1] as const;
  readonly input: GPUBuffer;
  /** Its confidence map: a person in the middle. */
  readonly output: GPUBuffer;
  /** Its behaviour instead. */
  behaviour: (() => Promise<GPUBuffer>) | undefined;
  calls = 0;
  /** The number of outputs that have not been released. */
  held = 0;
  disposals = 0;

  constructor(device: GPUDevice, width = 64, height = 36) {
    this.width = width;
    this.height = height;
    const usage = BUFFER.STORAGE | BUFFER.COPY_DST;
    this.input = device.createBuffer({ size: width * height * 12, usage });
    this.output = device.createBuffer({ size: width * height * 4, usage });
    this.find((x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.3 ? 1 : 0), device);
  }

  /** Changes its confidence map; positions are 0..1. */
  find(confidence: (x: number, y: number) => number, device: GPUDevice): void {
    const { width, height } = this;
    const values = Float32Array.from({ length: width * height }, (_, i) =>
      confidence(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height),
    );
    device.queue.writeBuffer(this.output, 0, values);
  }

  async segment(commands: Commands): Promise<GPUBuffer> {
    commands.submit(); // as LiteRT does
    this.calls++;
    this.held++;
    return this.behaviour?.() ?? this.output;
  }

  release(): void {
    this.held = 0;
  }

  dispose(): void {
    this.disposals++;
    this.input.destroy();
    this.output.destroy();
  }
}
