/** A network on the GPU: its input and its output are buffers of the device on which everything else runs. */
export interface GpuSegmenter {
  /** The input's width in pixels. */
  readonly width: number;
  /** The input's height in pixels. */
  readonly height: number;
  /** What black and white are in the input. */
  readonly valueRange: readonly [low: number, high: number];
  /** Where the picture has to be: `width * height` pixels of red, green, blue as floats, row by row. */
  readonly input: GPUBuffer;
  /**
   * Runs the network on what the input holds after all that was submitted so far.
   *
   * @returns A buffer whose first `width * height` floats are 0 (background) to 1 (person) once all that was submitted has
   * run. It stays valid until {@link GpuSegmenter.release}.
   */
  segment(): Promise<GPUBuffer>;
  /** Lets all outputs go that were given so far; what was submitted before may still read them. */
  release(): void;
  /** Frees the network. */
  dispose(): void;
}
