/** What a model gives for each pixel. */
export type ModelOutput =
  /** One value from 0 (background) to 1 (person). */
  | { readonly kind: 'confidence' }
  /** One logit a class; the class of a pixel is the largest. */
  | {
      readonly kind: 'classes';
      /** The classes' names in the order of their numbers. */
      readonly classNames: readonly string[];
    };

/** Where a model's file comes from. */
export type ModelSource =
  /** A file inside an npm package, there without any download. */
  | { readonly kind: 'package'; readonly package: string; readonly path: string }
  /** A public address, fetched on demand. */
  | { readonly kind: 'url'; readonly url: string }
  /** A file that the user gave. */
  | { readonly kind: 'file' };

/** All that is to be known of a segmentation network before it is used. */
export interface ModelDescription {
  /** A short name, by which options choose it. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
  readonly source: ModelSource;
  /** The file's size. Absent for a custom model without one in its description. */
  readonly bytes?: number;
  /** SHA-256 of the file, lower-case hexadecimal. A file with another sum is refused. */
  readonly sha256?: string;
  readonly input: {
    /** In pixels. */
    readonly width: number;
    /** In pixels. */
    readonly height: number;
    /** What black and white are for the network. */
    readonly valueRange: readonly [low: number, high: number];
  };
  readonly output: ModelOutput;
  /** SPDX identifier or a sentence. */
  readonly licence: string;
  /** Where it is published or described. */
  readonly reference: string;
}
