/**
 * Finds the person (or whatever is to be kept) in a small picture. The one place where a network runs; another
 * inference engine takes its place by implementing this.
 */
export interface Segmenter {
  /** The input's width in pixels. */
  readonly width: number;
  /** The input's height in pixels. */
  readonly height: number;
  /** The range of the input's red, green and blue. */
  readonly valueRange: readonly [low: number, high: number];
  /** Names of the classes that a class map can hold, in the order of their numbers; empty for a plain confidence. */
  readonly classNames: readonly string[];
  /**
   * Runs the network.
   *
   * @param input - `width * height` pixels of red, green, blue in {@link Segmenter.valueRange}, row by row. Valid
   * during the call only.
   * @param output - Receives what was found.
   */
  segment(input: Float32Array, output: Segmentation): Promise<void> | void;
  /** Frees the network. */
  dispose(): void;
}

/** Where a {@link Segmenter} writes what it found: both of `width * height` values, row by row. */
export interface Segmentation {
  /** 0 (background) to 1 (to be kept). */
  readonly confidence: Float32Array;
  /** The most likely class of each pixel; written only by models with classes. */
  readonly classes: Uint8Array;
}
