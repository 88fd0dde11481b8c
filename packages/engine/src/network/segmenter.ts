import { EngineError } from '../errors.js';
import { verifyModel } from '../models/integrity.js';
import type { ModelDescription } from '../models/model.js';
import { keptClasses, readLogits } from '../segmentation/classes.js';
import type { Segmentation, Segmenter } from '../segmentation/segmenter.js';
import type { MapShape } from './graph.js';
import { Network } from './network.js';

/** How {@link createNetworkSegmenter} makes a segmenter. */
export interface NetworkSegmenterOptions {
  /** The network's kernels: the file that {@link networkKernelsFile} names, its bytes or the compiled module. */
  readonly kernels: WebAssembly.Module | BufferSource;
  readonly model: ModelDescription;
  /** The model's file. Checked against the description before use; not kept. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names of the classes to keep. Default `['person']`. Only for models with classes. */
  readonly keep?: readonly string[];
}

/** How far rounding may take a confidence out of 0..1. */
const ROUNDING = 1e-4;

/**
 * Makes a segmenter that runs a `.tflite` model with the engine's own kernels: faster than LiteRT, and a fraction of its size.
 *
 * @throws `EngineError` `MODEL_UNSUPPORTED` if only another runtime can run the model, such as LiteRT;
 * `MODEL_CHECKSUM` if the bytes are not the described file, `MODEL_INVALID` if they are damaged or not of the described shape,
 * `CLASS_UNKNOWN` if `keep` names a class that the model does not have, `KERNELS_INVALID` if the kernels do not start,
 * `OUT_OF_MEMORY`.
 *
 * @example
 * ```ts
 * // `bytes` is the model's file, `networkKernels` the file of this package that networkKernelsFile() names.
 * const model = findModel('selfie-landscape');
 * const network = await createNetworkSegmenter({ kernels: networkKernels, model, bytes });
 * console.log(network.width, network.height); // 256 144
 * network.dispose();
 * ```
 */
export async function createNetworkSegmenter(options: NetworkSegmenterOptions): Promise<Segmenter> {
  const { kernels, model, bytes, keep } = options;
  const kept = keptClasses(model, keep);
  // The checksum is computed in another thread while the network is planned in this one. That it is another file explains
  // everything else that is wrong with it.
  const [verified, created] = await Promise.allSettled([
    verifyModel(model, bytes),
    Network.create(kernels, bytes),
  ]);
  if (created.status === 'rejected') throw verified.status === 'rejected' ? verified.reason : created.reason;
  const network = created.value;
  try {
    if (verified.status === 'rejected') throw verified.reason;
    assertShapes(model, network.input, network.outputs[0]);
    return new NetworkSegmenter(model, network, kept);
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
export function createSegmenter(
  options: NetworkSegmenterOptions,
  fallback: (unsupported: EngineError) => Promise<Segmenter>,
): Promise<Segmenter> {
  return orFallback(createNetworkSegmenter(options), fallback);
}

/** What is made of a model, or, if only another runtime can run that, what the fallback makes. */
export async function orFallback<Made>(
  making: Promise<Made>,
  fallback: (unsupported: EngineError) => Promise<Made>,
): Promise<Made> {
  try {
    return await making;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'MODEL_UNSUPPORTED') return fallback(error);
    throw error;
  }
}

/**
 * Checks that a network takes and gives what its model's description says.
 *
 * @throws {@link EngineError} `MODEL_INVALID` if it does not.
 */
export function assertShapes(
  { id, input, output }: ModelDescription,
  taken: MapShape,
  given: MapShape | undefined,
): void {
  const { width, height } = input;
  const channels = output.kind === 'classes' ? output.classNames.length : 1;
  const expected = [
    { height, width, channels: 3 },
    { height, width, channels },
  ].map(describe);
  const actual = [taken, given].map(describe);
  if (actual.join() !== expected.join()) {
    throw new EngineError(
      'MODEL_INVALID',
      `The model '${id}' takes ${actual[0]} and gives ${actual[1]}; its description says ${expected[0]} and ${expected[1]}.`,
    );
  }
}

function describe(shape: MapShape | undefined): string {
  return shape ? `${shape.height}x${shape.width}x${shape.channels}` : 'nothing';
}

class NetworkSegmenter implements Segmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange: readonly [low: number, high: number];
  readonly hasClasses: boolean;
  readonly #network: Network;
  readonly #kept: readonly boolean[];

  constructor(model: ModelDescription, network: Network, kept: readonly boolean[]) {
    ({ width: this.width, height: this.height, valueRange: this.valueRange } = model.input);
    this.hasClasses = model.output.kind === 'classes';
    this.#network = network;
    this.#kept = kept;
  }

  /** @throws {@link EngineError} `SEGMENTATION_FAILED` if the network gives a NaN, an infinity, or a confidence outside 0..1. */
  async segment(input: Float32Array, output: Segmentation): Promise<void> {
    const [result] = this.#network.run(input);
    if (result && this.hasClasses) {
      readLogits(result, this.#kept, output);
      return;
    }
    if (!result || !this.#network.confine(0, 1, ROUNDING)) {
      throw new EngineError(
        'SEGMENTATION_FAILED',
        'The network gave values that are not finite or out of range: its model is damaged, or not meant for such frames.',
      );
    }
    output.confidence.set(result);
  }

  dispose(): void {
    this.#network.dispose();
  }
}
