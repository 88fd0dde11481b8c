import { EngineError } from '../../errors.js';
import type { Commands } from '../../gpu/commands.js';
import { verifyModel } from '../../models/integrity.js';
import type { ModelDescription } from '../../models/model.js';
import type { GpuSegmenter } from '../../segmentation/gpu/segmenter.js';
import { assertShapes, orFallback } from '../segmenter.js';
import { GpuNetwork } from './network.js';

/** How {@link createNetworkGpuSegmenter} makes a segmenter. */
export interface NetworkGpuSegmenterOptions {
  /** The device on which it runs: the one of the pipeline. */
  readonly device: GPUDevice;
  /** A model whose output is a confidence, not classes. */
  readonly model: ModelDescription;
  /** The model's file. Checked against the description before use; not kept. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Makes a segmenter that runs a `.tflite` model on the GPU, with shaders that are generated for it. They are compiled in the
 * background, and the pipeline's first frame waits for them. Its maps are half floats on devices with the feature `shader-f16`.
 *
 * @throws `EngineError` `MODEL_UNSUPPORTED` if only another runtime can run the model, such as LiteRT; `MODEL_CHECKSUM` if the
 * bytes are not the described file, `MODEL_INVALID` if they are damaged or not of the described shape, `GPU_UNAVAILABLE` if the
 * model has classes.
 *
 * @example
 * ```ts
 * const model = findModel('selfie-landscape');
 * const segmenter = await createNetworkGpuSegmenter({ device, model, bytes });
 * console.log(segmenter.width, segmenter.height); // 256 144
 * segmenter.dispose();
 * ```
 */
export async function createNetworkGpuSegmenter(options: NetworkGpuSegmenterOptions): Promise<GpuSegmenter> {
  const { device, model, bytes } = options;
  if (model.output.kind === 'classes') {
    throw new EngineError('GPU_UNAVAILABLE', `The model '${model.id}' has classes: it runs on the CPU only.`);
  }
  await verifyModel(model, bytes);
  const network = new GpuNetwork(device, model.id, bytes, device.features.has('shader-f16'));
  try {
    assertShapes(model, network.inputShape, network.outputs[0]?.shape);
    return new NetworkGpuSegmenter(model, network);
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/**
 * The same; what only another runtime can run is left to that.
 *
 * @param fallback - Makes the segmenter with the other runtime; called with the error that says why that is needed.
 */
export function createGpuSegmenter(
  options: NetworkGpuSegmenterOptions,
  fallback: (unsupported: EngineError) => Promise<GpuSegmenter>,
): Promise<GpuSegmenter> {
  return orFallback(createNetworkGpuSegmenter(options), fallback);
}

class NetworkGpuSegmenter implements GpuSegmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange: readonly [low: number, high: number];
  readonly #network: GpuNetwork;

  constructor({ input }: ModelDescription, network: GpuNetwork) {
    ({ width: this.width, height: this.height, valueRange: this.valueRange } = input);
    this.#network = network;
  }

  get input(): GPUBuffer {
    return this.#network.input;
  }

  async segment(commands: Commands): Promise<GPUBuffer> {
    commands.timing = 'segmentation';
    const output = this.#network.encode(commands.pass);
    commands.timing = 'input';
    return output;
  }

  release(): void {
    this.#network.release();
  }

  dispose(): void {
    this.#network.dispose();
  }
}
