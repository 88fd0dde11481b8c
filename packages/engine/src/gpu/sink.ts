import { type Frame, type FrameShape, isAlike } from '../frame/frame.js';
import { PlaneReader } from '../frame/gpu/planes-out.js';
import type { Commands } from './commands.js';
import type { FrameTexture } from './memory.js';

/**
 * Takes the outputs of the GPU backend.
 *
 * @typeParam Output - What it makes of them, or a promise of that.
 */
export interface GpuSink<Output> {
  /**
   * Called before each frame, before anything of it is encoded: create here what has to be compiled. The backend waits for it.
   * A sink that wraps another one passes the call on.
   *
   * @param shape - What the next output is like.
   */
  prepare?(shape: FrameShape): void;
  /**
   * Encodes the commands that show an output or read it back.
   *
   * @param commands - Where.
   * @param output - The output; valid until the commands have run.
   */
  encode(commands: Commands, output: FrameTexture): void;
  /** Called when the commands have been submitted, before it is known whether the device accepts them. */
  take(): Output;
  /** Called when something has failed: what was taken must not be shown. */
  discard(output: Output): void;
}

/**
 * Reads outputs back to memory, as planes.
 *
 * @example
 * ```ts
 * const sink = new PlanesSink(device, 'I420A');
 * const backend = createGpuBackend({ device, kernels, segmenter, sink });
 * using pipeline = await Pipeline.create({ backend, background: { type: 'transparent' } });
 * const { frame: output } = await pipeline.process(frame, 0);
 * console.log(output.format, output.planes.length); // I420A 4
 * sink.dispose(); // the planes are not valid any more
 * ```
 */
export class PlanesSink implements GpuSink<Promise<Frame>> {
  readonly #device: GPUDevice;
  readonly #format: 'I420' | 'I420A';
  #reader: { readonly shape: FrameShape; readonly reader: PlaneReader } | undefined;

  /**
   * @param device - The device.
   * @param format - The format of the planes: `I420A` keeps the alpha.
   */
  constructor(device: GPUDevice, format: 'I420' | 'I420A') {
    this.#device = device;
    this.#format = format;
  }

  prepare(shape: FrameShape): void {
    this.#readerFor(shape);
  }

  encode(commands: Commands, output: FrameTexture): void {
    const reader = this.#readerFor(output);
    reader.encode(commands.pass, output);
    reader.copy(commands.encoder);
  }

  /** The output; valid until the one after the next is encoded. */
  take(): Promise<Frame> {
    if (!this.#reader) throw new Error('No output was encoded.');
    const output = this.#reader.reader.read();
    output.catch(() => {}); // awaiting it reports a failure, which may happen before
    return output;
  }

  /** The reader may be unusable after a failure. */
  discard(): void {
    this.dispose();
  }

  /** Frees the memory. */
  dispose(): void {
    this.#reader?.reader.dispose();
    this.#reader = undefined;
  }

  #readerFor(shape: FrameShape): PlaneReader {
    if (this.#reader && isAlike(this.#reader.shape, shape)) return this.#reader.reader;
    this.dispose();
    const reader = new PlaneReader(this.#device, shape, this.#format);
    this.#reader = { shape, reader };
    return reader;
  }
}
