import { type BoundKernel, Kernel } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';
import type { MapShape } from '../graph.js';
import { readTflite } from '../tflite.js';
import { type LoweredOutput, lowerNetwork } from './lower.js';
import { encodeSteps } from './steps.js';

const SHADER = 'network/gpu/tiles';

/** A block of four floats, in bytes. */
const BLOCK_BYTES = 16;

/** A dispatch with what it needs. */
interface Runnable {
  readonly kernel: Kernel<typeof SHADER>;
  readonly across: number;
  readonly down: number;
}

/** Where results go, and the dispatches that put them there. */
interface Target {
  readonly buffer: GPUBuffer;
  readonly bound: readonly BoundKernel[];
}

/** A network on the GPU: some dispatches of one shader, for the caller's command encoder. */
export class GpuNetwork {
  /** What it takes. */
  readonly inputShape: MapShape;
  /** Its results: where each begins in the results' buffer, in floats. */
  readonly outputs: readonly LoweredOutput[];
  /** Its input, pixel by pixel: `height * width * channels` floats. */
  readonly input: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #runnables: readonly Runnable[];
  readonly #steps: GPUBuffer;
  readonly #weights: GPUBuffer;
  readonly #maps: GPUBuffer;
  readonly #sums: GPUBuffer;
  readonly #targets: Target[] = [];
  /** How many targets are in use. */
  #used = 0;

  /**
   * @param device - Where it runs.
   * @param bytes - The model's file, `.tflite`. Not kept.
   * @param halves - Whether its maps are half floats: half the memory to read, and results that differ by a thousandth.
   * @throws EngineError `MODEL_INVALID` if the file is damaged, `MODEL_UNSUPPORTED` if only another runtime can run the model.
   */
  constructor(device: GPUDevice, bytes: Uint8Array, halves: boolean) {
    const lowered = lowerNetwork(readTflite(bytes));
    const { input, outputs, dispatches, weights, mapBlocks, sumBlocks } = lowered;
    this.#device = device;
    this.inputShape = input;
    this.outputs = outputs;
    const constants = { HALF_WEIGHTS: weights.areHalves ? 1 : 0, HALF_MAPS: halves ? 1 : 0 };
    this.#runnables = dispatches.map(({ first, end, tileRows, tileColumns, across, down }) => {
      const kernel = new Kernel(device, SHADER, { constants });
      kernel.write({ first, end, tileRows, tileColumns });
      return { kernel, across, down };
    });
    this.#steps = filled(device, encodeSteps(lowered.steps), 'steps');
    this.#weights = filled(device, weights.read(bytes), 'weights');
    const mapBytes = Math.max(1, mapBlocks) * (halves ? BLOCK_BYTES / 2 : BLOCK_BYTES);
    this.#maps = storage(device, mapBytes, 'maps');
    this.#sums = storage(device, Math.max(1, sumBlocks) * BLOCK_BYTES, 'sums');
    this.input = storage(device, floatsOf(input) * Float32Array.BYTES_PER_ELEMENT, 'network input');
  }

  /** How many dispatches a run takes. */
  get dispatches(): number {
    return this.#runnables.length;
  }

  /**
   * Runs the network on the input as it is then.
   *
   * @param pass - Where it is encoded.
   * @returns Its results, valid until {@link GpuNetwork.release}.
   */
  encode(pass: GPUComputePassEncoder): GPUBuffer {
    const target = this.#targets[this.#used] ?? this.#addTarget();
    this.#used++;
    this.#runnables.forEach(({ across, down }, i) => {
      target.bound[i]?.run(pass, across, down);
    });
    return target.buffer;
  }

  /** Releases all results so far: later runs may write them. */
  release(): void {
    this.#used = 0;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const { kernel } of this.#runnables) kernel.dispose();
    for (const { buffer } of this.#targets) buffer.destroy();
    for (const buffer of [this.#steps, this.#weights, this.#maps, this.#sums, this.input]) buffer.destroy();
  }

  #addTarget(): Target {
    const floats = Math.max(...this.outputs.map(({ first, shape }) => first + floatsOf(shape)));
    const buffer = storage(this.#device, floats * Float32Array.BYTES_PER_ELEMENT, 'network output');
    const resources = {
      ...{ 1: this.#steps, 2: this.#weights, 3: this.input },
      ...{ 4: this.#maps, 5: this.#sums, 6: buffer },
    };
    const target = { buffer, bound: this.#runnables.map(({ kernel }) => kernel.bind(resources)) };
    this.#targets.push(target);
    return target;
  }
}

function floatsOf({ height, width, channels }: MapShape): number {
  return height * width * channels;
}

function filled(device: GPUDevice, bytes: Uint8Array<ArrayBuffer>, label: string): GPUBuffer {
  const buffer = storage(device, bytes.byteLength, label);
  device.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}
