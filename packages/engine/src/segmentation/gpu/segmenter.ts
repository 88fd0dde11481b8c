import type { Commands } from '../../gpu/commands.js';

/** A network on the GPU: its input and output are buffers of the device on which the pipeline runs. */
export interface GpuSegmenter {
  /** The input's width in pixels. */
  readonly width: number;
  /** The input's height in pixels. */
  readonly height: number;
  /** The values of black and white in the input. */
  readonly valueRange: readonly [low: number, high: number];
  /** The input: `width * height` pixels of red, green, blue as floats, row by row. */
  readonly input: GPUBuffer;
  /**
   * Runs the network on the input as it is after everything encoded so far.
   *
   * @param commands - What was encoded so far. The network is encoded behind that, or all of it is submitted and then the network.
   * @returns A buffer whose first `width * height` floats are 0 (background) to 1 (person) for what is encoded from now on. It
   * stays valid until {@link GpuSegmenter.release}.
   */
  segment(commands: Commands): Promise<GPUBuffer>;
  /** Releases all outputs so far; commands that were submitted before may still read them. */
  release(): void;
  /** Frees the network. */
  dispose(): void;
}
