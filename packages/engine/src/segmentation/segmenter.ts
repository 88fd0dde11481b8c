/**
 * Finds the person, or whatever is to be kept, in a small image. The only interface to a network: implement it for another
 * inference engine.
 */
export interface Segmenter {
  /** The input's width in pixels. */
  readonly width: number;
  /** The input's height in pixels. */
  readonly height: number;
  /** The values of black and white in the input. */
  readonly valueRange: readonly [low: number, high: number];
  /** Whether `Segmentation.classes` is written. */
  readonly hasClasses: boolean;
  /**
   * Runs the network.
   *
   * @param input - `width * height` pixels of red, green, blue in {@link Segmenter.valueRange}, row by row. Valid
   * during the call only.
   * @param output - Receives the result.
   */
  segment(input: Float32Array, output: Segmentation): Promise<void>;
  /** Frees the network. */
  dispose(): void;
}

/** The result of a {@link Segmenter}: `width * height` values each, row by row. */
export interface Segmentation {
  /** 0 (background) to 1 (to be kept). The frame fails if a value is NaN, or outside of that by more than 0.001. */
  readonly confidence: Float32Array;
  /** The most likely class of each pixel; written only by models with classes. */
  readonly classes: Uint8Array;
  /** 1 where the most likely class is one to be kept, else 0; written only by models with classes. */
  readonly kept: Uint8Array;
}
