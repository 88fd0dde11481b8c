import { type CompiledModel, Environment, type LiteRt, Tensor } from '@litertjs/core';
import { EngineError } from '../../errors.js';
import type { Commands } from '../../gpu/commands.js';
import { BUFFER } from '../../gpu/memory.js';
import type { ModelDescription } from '../../models/model.js';
import { compileModel } from '../litert.js';
import type { GpuSegmenter } from './segmenter.js';

/** How {@link createLiteRtGpuSegmenter} makes a segmenter. */
export interface LiteRtGpuSegmenterOptions {
  /** LiteRT, from `loadLiteRt`. */
  readonly runtime: LiteRt;
  /** The device on which it runs: the one of the pipeline. */
  readonly device: GPUDevice;
  /** A model whose output is a confidence, not classes. */
  readonly model: ModelDescription;
  /** The model's file. Checked against the description before use. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One environment for all networks of a device. */
const environments = new WeakMap<GPUDevice, Promise<Environment>>();

/**
 * Makes a segmenter that runs a `.tflite` model on the GPU.
 *
 * @param options - The runtime, the device and the model.
 * @throws `EngineError` `MODEL_CHECKSUM` or `MODEL_INVALID` as for the CPU, `GPU_UNAVAILABLE` if LiteRT cannot run all of
 * it on the GPU.
 *
 * @example
 * ```ts
 * const model = findModel('selfie-landscape');
 * const segmenter = await createLiteRtGpuSegmenter({ runtime, device, model, bytes });
 * console.log(segmenter.width, segmenter.height); // 256 144
 * segmenter.dispose();
 * ```
 */
export async function createLiteRtGpuSegmenter(options: LiteRtGpuSegmenterOptions): Promise<GpuSegmenter> {
  const { runtime, device, model, bytes } = options;
  if (model.output.kind === 'classes') {
    throw new EngineError('GPU_UNAVAILABLE', `The model '${model.id}' has classes: it runs on the CPU only.`);
  }
  let environment = environments.get(device);
  if (!environment) {
    environment = Environment.create({ webGpuDevice: device });
    environments.set(device, environment);
    environment.catch(() => environments.delete(device));
  }
  const precision = device.features.has('shader-f16') ? 'fp16' : 'fp32';
  const compiled = await compileModel(runtime, model, bytes, {
    accelerator: 'webgpu',
    environment: await environment,
    gpuOptions: { precision },
  });
  if (compiled.options.accelerator !== 'webgpu' || !compiled.isFullyAccelerated) {
    compiled.delete();
    throw new EngineError('GPU_UNAVAILABLE', `LiteRT cannot run '${model.id}' on this GPU.`);
  }
  return new LiteRtGpuSegmenter(device, await environment, model, compiled);
}

class LiteRtGpuSegmenter implements GpuSegmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange: readonly [low: number, high: number];
  readonly input: GPUBuffer;
  readonly #compiled: CompiledModel;
  readonly #tensor: Tensor;
  readonly #outputs: Tensor[] = [];

  constructor(device: GPUDevice, environment: Environment, model: ModelDescription, compiled: CompiledModel) {
    ({ width: this.width, height: this.height, valueRange: this.valueRange } = model.input);
    const shape = [1, this.height, this.width, 3];
    this.input = device.createBuffer({
      label: `${model.id} input`,
      size: this.width * this.height * 3 * Float32Array.BYTES_PER_ELEMENT,
      usage: BUFFER.STORAGE | BUFFER.COPY_SRC | BUFFER.COPY_DST,
    });
    this.#compiled = compiled;
    this.#tensor = new Tensor(this.input, shape, 'float32', environment);
  }

  async segment(commands: Commands): Promise<GPUBuffer> {
    // LiteRT submits the network itself.
    commands.submit();
    const [output] = await this.#compiled.run([this.#tensor]);
    if (!output) throw new EngineError('SEGMENTATION_FAILED', 'The network has put out nothing.');
    this.#outputs.push(output);
    return output.toGpuBuffer();
  }

  release(): void {
    for (const output of this.#outputs) output.delete();
    this.#outputs.length = 0;
  }

  dispose(): void {
    this.release();
    this.#tensor.delete();
    this.#compiled.delete();
    this.input.destroy();
  }
}
