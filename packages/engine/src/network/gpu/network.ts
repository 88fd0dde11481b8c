import { ShaderCompiler } from '../../gpu/compiler.js';
import { BoundKernel } from '../../gpu/kernel.js';
import { BUFFER, storage } from '../../gpu/memory.js';
import type { MapShape } from '../graph.js';
import { readTflite } from '../tflite.js';
import { type LoweredOutput, lowerNetwork } from './lower.js';
import { shapeOf } from './prepare.js';
import {
  BUFFERS,
  type BufferName,
  type GeneratedShader,
  generateShader,
  PARAMETERS_BINDING,
  VECTOR_THREADS,
} from './shader.js';
import { Weights } from './weights.js';

/** A block of four floats, in bytes. */
const BLOCK_BYTES = 16;

/** Parameters begin at multiples of so many bytes: no device needs larger ones. */
const ALIGNMENT = 256;

/** A dispatch: its shader, which the device compiles, and how many workgroups it has. */
interface Runnable {
  readonly shader: GeneratedShader;
  readonly name: string;
}

/** The parameters of the dispatches, and where those of each are, in bytes. */
interface Parameters {
  readonly buffer: GPUBuffer;
  readonly ranges: readonly { readonly offset: number; readonly size: number }[];
}

/** Where results go, and the dispatches that put them there. */
interface Target {
  readonly buffer: GPUBuffer;
  bound: readonly BoundKernel[];
}

/** A network on the GPU: dispatches of shaders that are generated for it, for the caller's command encoder. */
export class GpuNetwork {
  /** What it takes. */
  readonly inputShape: MapShape;
  /** Its results: where each begins in the results' buffer, in floats. */
  readonly outputs: readonly LoweredOutput[];
  /** Its input, pixel by pixel: `height * width * channels` floats. */
  readonly input: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #runnables: readonly Runnable[];
  readonly #buffers: Readonly<Record<Exclude<BufferName, 'results'>, GPUBuffer>>;
  readonly #parameters: Parameters;
  readonly #targets: Target[] = [];
  /** How many targets are in use. */
  #used = 0;
  /** Whether a shader could not be compiled. */
  #hasFailed = false;

  /**
   * Starts compiling its shaders: wait for {@link ShaderCompiler.compiled} before it runs.
   *
   * @param device - Where it runs.
   * @param name - For error messages.
   * @param bytes - The model's file, `.tflite`. Not kept.
   * @param halves - Whether weights and maps are stored as half floats: half the memory to read, and results that differ by a
   * thousandth. Arithmetic is in floats.
   * @throws EngineError `MODEL_INVALID` if the file is damaged, `MODEL_UNSUPPORTED` if only another runtime can run the model.
   */
  constructor(device: GPUDevice, name: string, bytes: Uint8Array, halves: boolean) {
    const lowered = lowerNetwork(readTflite(bytes));
    const { graph, outputs, mapBlocks, vectorBlocks } = lowered;
    const weights = new Weights(graph);
    this.#device = device;
    this.inputShape = shapeOf(graph, graph.input);
    this.outputs = outputs;
    const hasHalfWeights = halves && weights.areHalves;
    const formats = {
      weights: hasHalfWeights ? 'halves' : 'floats',
      maps: halves ? 'halves' : 'floats',
    } as const;
    this.#runnables = graph.dispatches.map((dispatch, index) => ({
      shader: generateShader(lowered, dispatch, weights, formats),
      name: `${name} ${index + 1}`,
    }));
    const mapBytes = Math.max(1, mapBlocks) * (halves ? BLOCK_BYTES / 2 : BLOCK_BYTES);
    this.input = storage(device, floatsOf(this.inputShape) * Float32Array.BYTES_PER_ELEMENT, 'network input');
    this.#buffers = {
      weights: filled(device, weights.read(bytes, hasHalfWeights), 'weights'),
      image: this.input,
      maps: storage(device, mapBytes, 'maps'),
      vectors: storage(device, (vectorBlocks + VECTOR_THREADS) * BLOCK_BYTES, 'vectors'),
    };
    this.#parameters = parametersOf(
      device,
      this.#runnables.map(({ shader }) => shader),
    );
    this.#targets.push(this.#createTarget());
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
    let target = this.#targets[this.#used];
    if (!target) {
      target = this.#createTarget();
      this.#targets.push(target);
    }
    this.#used++;
    for (const [i, { shader }] of this.#runnables.entries()) target.bound[i]?.run(pass, ...shader.groups);
    return target.buffer;
  }

  /** Releases all results so far: later runs may write them. Starts compiling anew what could not be compiled. */
  release(): void {
    this.#used = 0;
    if (!this.#hasFailed) return;
    this.#hasFailed = false;
    for (const target of this.#targets) target.bound = this.#bind(target.buffer);
  }

  /** Frees the memory. */
  dispose(): void {
    for (const { buffer } of this.#targets) buffer.destroy();
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
    this.#parameters.buffer.destroy();
  }

  #createTarget(): Target {
    const floats = Math.max(...this.outputs.map(({ first, shape }) => first + floatsOf(shape)));
    const buffer = storage(this.#device, floats * Float32Array.BYTES_PER_ELEMENT, 'network output');
    return { buffer, bound: this.#bind(buffer) };
  }

  #bind(results: GPUBuffer): readonly BoundKernel[] {
    const buffers: Readonly<Record<BufferName, GPUBuffer>> = { ...this.#buffers, results };
    const compiler = ShaderCompiler.of(this.#device);
    return this.#runnables.map(({ shader, name }, index) => {
      const entries: GPUBindGroupEntry[] = shader.buffers.map((used) => ({
        binding: BUFFERS.indexOf(used),
        resource: { buffer: buffers[used] },
      }));
      const range = this.#parameters.ranges[index] ?? { offset: 0, size: 0 };
      entries.push({
        binding: PARAMETERS_BINDING,
        resource: { buffer: this.#parameters.buffer, ...range },
      });
      const compilation = compiler.generated(name, shader.code);
      compilation.finished.catch(() => {
        this.#hasFailed = true;
      });
      return new BoundKernel(compilation, (layout) => this.#device.createBindGroup({ layout, entries }));
    });
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

/** Puts the parameters of all dispatches into one buffer. */
function parametersOf(device: GPUDevice, shaders: readonly GeneratedShader[]): Parameters {
  let end = 0;
  const ranges = shaders.map(({ parameters }) => {
    const offset = end;
    const size = Math.ceil(parameters.length / 4) * BLOCK_BYTES;
    end += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    return { offset, size };
  });
  const words = new Uint32Array(end / 4);
  ranges.forEach(({ offset }, i) => {
    words.set(shaders[i]?.parameters ?? [], offset / 4);
  });
  const usage = BUFFER.UNIFORM | BUFFER.COPY_DST;
  const buffer = device.createBuffer({ label: 'network parameters', size: end, usage });
  device.queue.writeBuffer(buffer, 0, words);
  return { buffer, ranges };
}
