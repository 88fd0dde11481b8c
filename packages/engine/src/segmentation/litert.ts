import { type CompiledModel, type CompileOptions, type LiteRt, Tensor } from '@litertjs/core';
import { EngineError } from '../errors.js';
import { verifyModel } from '../models/integrity.js';
import type { ModelDescription } from '../models/model.js';
import { keptClasses, readLogits } from './classes.js';
import type { Segmentation, Segmenter } from './segmenter.js';

/** How {@link createLiteRtSegmenter} makes a segmenter. */
export interface LiteRtSegmenterOptions {
  /** LiteRT, from `loadLiteRt`; the host decides where its files come from. */
  readonly runtime: LiteRt;
  readonly model: ModelDescription;
  /** The model's file. Checked against the description before use. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names of the classes to keep. Default `['person']`. Only for models with classes. */
  readonly keep?: readonly string[];
}

/**
 * Makes a segmenter that runs a `.tflite` model on the CPU.
 *
 * @param options - The runtime, the model and what to keep.
 * @throws `EngineError` `MODEL_CHECKSUM` if the bytes are not the described file, `MODEL_INVALID` if they are not
 * a model or its tensors are not the described ones, `CLASS_UNKNOWN` if `keep` names a class that the model lacks.
 */
export async function createLiteRtSegmenter(options: LiteRtSegmenterOptions): Promise<Segmenter> {
  const { runtime, model, bytes, keep } = options;
  const kept = keptClasses(model, keep);
  const compiled = await compileModel(runtime, model, bytes, { accelerator: 'wasm' });
  try {
    return new LiteRtSegmenter(runtime, model, compiled, kept);
  } catch (error) {
    compiled.delete();
    throw error;
  }
}

/**
 * Compiles a model whose file and tensors are what its description says.
 *
 * @throws `EngineError` `MODEL_CHECKSUM`, `MODEL_INVALID`.
 */
export async function compileModel(
  runtime: LiteRt,
  model: ModelDescription,
  bytes: Uint8Array<ArrayBuffer>,
  options: CompileOptions,
): Promise<CompiledModel> {
  await verifyModel(model, bytes);
  let compiled: CompiledModel;
  try {
    compiled = await runtime.loadAndCompile(bytes, options);
  } catch (cause) {
    throw new EngineError('MODEL_INVALID', `The file of '${model.id}' is not a model that LiteRT can run.`, {
      cause,
    });
  }
  try {
    assertTensors(model, compiled);
    return compiled;
  } catch (error) {
    compiled.delete();
    throw error;
  }
}

function assertTensors(model: ModelDescription, compiled: CompiledModel): void {
  const { width, height } = model.input;
  const channels = model.output.kind === 'classes' ? model.output.classNames.length : 1;
  const [input, ...otherInputs] = compiled.getInputDetails();
  const [output] = compiled.getOutputDetails();
  const inputShape = [1, height, width, 3].join('x');
  const outputShape = [1, height, width, channels].join('x');
  const actual = [input, output].map((tensor) => `${tensor?.dtype} ${tensor?.shape.join('x')}`);
  if (
    otherInputs.length > 0 ||
    actual[0] !== `float32 ${inputShape}` ||
    actual[1] !== `float32 ${outputShape}`
  ) {
    throw new EngineError(
      'MODEL_INVALID',
      `The model '${model.id}' takes ${actual[0]} and gives ${actual[1]}; its description says ${inputShape} and ${outputShape}.`,
    );
  }
}

class LiteRtSegmenter implements Segmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange: readonly [low: number, high: number];
  readonly hasClasses: boolean;
  readonly #runtime: LiteRt;
  readonly #compiled: CompiledModel;
  readonly #kept: readonly boolean[];
  readonly #input: Tensor;
  #heap: Float32Array | undefined;

  constructor(runtime: LiteRt, model: ModelDescription, compiled: CompiledModel, kept: readonly boolean[]) {
    ({ width: this.width, height: this.height, valueRange: this.valueRange } = model.input);
    this.hasClasses = model.output.kind === 'classes';
    this.#runtime = runtime;
    this.#compiled = compiled;
    this.#kept = kept;
    const values = new Float32Array(this.width * this.height * 3);
    this.#input = new Tensor(values, [1, this.height, this.width, 3]);
  }

  async segment(input: Float32Array, output: Segmentation): Promise<void> {
    this.#write(input);
    const [result] = await this.#compiled.run([this.#input]);
    if (!result) throw new EngineError('SEGMENTATION_FAILED', 'The network has put out nothing.');
    try {
      this.#read(result, output);
    } finally {
      result.delete();
    }
  }

  dispose(): void {
    this.#input.delete();
    this.#compiled.delete();
  }

  /** Directly into the tensor's memory: `Tensor`'s own method creates a tensor and two copies for each frame. */
  #write(input: Float32Array): void {
    const { LiteRtTensorBufferLockMode } = this.#runtime.liteRtWasm;
    const buffer = this.#input.liteRtTensorBuffer;
    const start = buffer.lock(LiteRtTensorBufferLockMode.WRITE) / Float32Array.BYTES_PER_ELEMENT;
    this.#floats.set(input, start);
    buffer.unlock();
  }

  #read(result: Tensor, output: Segmentation): void {
    const { LiteRtTensorBufferLockMode } = this.#runtime.liteRtWasm;
    const buffer = result.liteRtTensorBuffer;
    const start = buffer.lock(LiteRtTensorBufferLockMode.READ) / Float32Array.BYTES_PER_ELEMENT;
    const pixels = this.width * this.height;
    if (this.hasClasses) {
      readLogits(this.#floats.subarray(start, start + pixels * this.#kept.length), this.#kept, output);
    } else {
      output.confidence.set(this.#floats.subarray(start, start + pixels));
    }
    buffer.unlock();
  }

  /** LiteRT's memory. Another object after it has grown. */
  get #floats(): Float32Array {
    const { buffer } = this.#runtime.liteRtWasm.HEAPU8;
    if (this.#heap?.buffer !== buffer) this.#heap = new Float32Array(buffer);
    return this.#heap;
  }
}
