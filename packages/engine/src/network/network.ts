import { type Block, KernelMemory } from '../kernels/memory.js';
import type { MapShape } from './graph.js';
import { loadNetworkKernels, type NetworkKernels } from './kernels.js';
import { type Plan, type PlannedOutput, planNetwork } from './plan.js';
import { readTflite } from './tflite.js';

/** Where a memory of its own begins: 0 means "nowhere" to the kernels. */
const FIRST_BYTE = 64;

/** A WebAssembly memory, and what hands out its parts. */
export interface NetworkMemory {
  readonly memory: WebAssembly.Memory;
  readonly blocks: KernelMemory;
}

/** A network, ready to run. It computes in a WebAssembly memory, which several networks and the other kernels may share. */
export class Network {
  /** What it takes. */
  readonly input: MapShape;
  /** The shapes of its results. */
  readonly outputs: readonly MapShape[];
  readonly #kernels: NetworkKernels;
  readonly #memory: KernelMemory;
  readonly #block: Block;
  readonly #tape: { readonly begin: number; readonly end: number };
  readonly #results: readonly PlannedOutput[];
  /** Where inputs are copied that lie in another memory. */
  #copy: Block | undefined;
  #views: readonly Float32Array[] = [];

  private constructor(
    plan: Plan,
    kernels: NetworkKernels,
    memory: KernelMemory,
    block: Block,
    code: Int32Array,
  ) {
    this.input = plan.input;
    this.outputs = plan.outputs.map(({ shape }) => shape);
    this.#kernels = kernels;
    this.#memory = memory;
    this.#block = block;
    this.#results = plan.outputs;
    const begin = block.pointer + plan.tapeAt;
    this.#tape = { begin, end: begin + code.byteLength };
  }

  /**
   * Reads a model and prepares all that is needed to run it.
   *
   * @param source - The kernels: the file that `networkKernelsFile` names, its bytes or the compiled module.
   * @param bytes - The model's file, `.tflite`. Not kept.
   * @param memory - What to compute in. Default: a memory of its own.
   * @throws {@link EngineError} `MODEL_INVALID` if the file is damaged, `MODEL_UNSUPPORTED` if it is a model that only another
   * runtime can run, `KERNELS_INVALID` if the kernels do not start, `OUT_OF_MEMORY`.
   */
  static async create(
    source: WebAssembly.Module | BufferSource,
    bytes: Uint8Array,
    memory: NetworkMemory = ownMemory(),
  ): Promise<Network> {
    const plan = planNetwork(readTflite(bytes));
    const { blocks } = memory;
    const kernels = await loadNetworkKernels(source, memory.memory);
    const block = blocks.allocate(plan.bytes);
    try {
      const code = plan.tape.finish(block.pointer);
      prepare(plan, kernels, blocks, block, bytes);
      block.i32.set(code, plan.tapeAt / 4);
      return new Network(plan, kernels, blocks, block, code);
    } catch (error) {
      block.free();
      throw error;
    }
  }

  /** How many bytes of memory it takes. */
  get bytes(): number {
    return this.#block.bytes + (this.#copy?.bytes ?? 0);
  }

  /**
   * Runs the network.
   *
   * @param input - Its input, pixel by pixel: `height * width * channels` values. Used where it lies if that is the network's
   * own memory, else copied.
   * @returns Its results, pixel by pixel, in the order of {@link Network.outputs}. Valid until the next run.
   */
  run(input: Float32Array): readonly Float32Array[] {
    this.#kernels.run(this.#tape.begin, this.#tape.end, this.#addressOf(input));
    const { buffer } = this.#block.u8;
    if (this.#views[0]?.buffer !== buffer) {
      this.#views = this.#results.map(({ at, shape }) => {
        const count = shape.height * shape.width * shape.channels;
        return new Float32Array(buffer, this.#block.pointer + at, count);
      });
    }
    return this.#views;
  }

  /**
   * Checks that the first result's values are in a range, and brings those into it that rounding has taken out of it.
   *
   * @param tolerance - How far outside a value may be.
   * @returns Whether all are; NaNs are not.
   */
  confine(low: number, high: number, tolerance: number): boolean {
    const [result] = this.#results;
    if (!result) return false;
    const { height, width, channels } = result.shape;
    const values = this.#block.pointer + result.at;
    return this.#kernels.confine(values, height * width * channels, low, high, tolerance) === 1;
  }

  /** Frees the memory. */
  dispose(): void {
    this.#block.free();
    this.#copy?.free();
  }

  #addressOf(input: Float32Array): number {
    if (input.buffer === this.#block.u8.buffer) return input.byteOffset;
    this.#copy ??= this.#memory.allocate(input.byteLength);
    this.#copy.f32.set(input);
    return this.#copy.pointer;
  }
}

function ownMemory(): NetworkMemory {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  return { memory, blocks: new KernelMemory(memory, FIRST_BYTE) };
}

/** Packs the weights. The file is in the kernels' memory only meanwhile. */
function prepare(
  plan: Plan,
  kernels: NetworkKernels,
  memory: KernelMemory,
  block: Block,
  bytes: Uint8Array,
): void {
  const tapeAt = Math.ceil(bytes.length / 4) * 4;
  const file = memory.allocate(tapeAt + plan.packing.bytes);
  try {
    file.u8.set(bytes);
    const code = plan.packing.finish(block.pointer, file.pointer);
    file.i32.set(code, tapeAt / 4);
    block.u8.fill(0);
    for (const { at, words } of plan.tables) block.i32.set(words, at / 4);
    const begin = file.pointer + tapeAt;
    kernels.run(begin, begin + code.byteLength, 0);
  } finally {
    file.free();
  }
}
