/** The output of a model for each pixel. */
export type ModelOutput =
  /** One value from 0 (background) to 1 (person). */
  | { readonly kind: 'confidence' }
  /** One logit for each class; the largest one is the pixel's class. */
  | {
      readonly kind: 'classes';
      /** The classes' names in the order of their numbers. */
      readonly classNames: readonly string[];
    };

/** Where a model's file comes from. */
export type ModelSource =
  /** A file inside an npm package: nothing to download. */
  | { readonly kind: 'package'; readonly package: string; readonly path: string }
  /** A public URL, fetched on demand. */
  | { readonly kind: 'url'; readonly url: string }
  /** A file from the user. */
  | { readonly kind: 'file' };

/** The description of a segmentation network. */
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
    /** The values of black and white in the input. */
    readonly valueRange: readonly [low: number, high: number];
  };
  readonly output: ModelOutput;
  /** SPDX identifier or a sentence. */
  readonly licence: string;
  /** Where it is published or described. */
  readonly reference: string;
}

/** What runs a network: the engine's own network runtime, or LiteRT, which is the package `@litertjs/core`. */
export type ModelRuntime = 'elsewhere' | 'litert';

/** A model of the catalogue. */
export interface CatalogueModel extends ModelDescription {
  readonly runtime: ModelRuntime;
}
