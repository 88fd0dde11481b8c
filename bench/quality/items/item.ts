import type { PresenterOptions } from '@elsewhere/presenter';
import type { Size } from './scale.js';

interface Named {
  /** The collection: a folder of stills, a clip, or `presenter`. */
  readonly source: string;
  /** Unique within the source. */
  readonly name: string;
  /** Whether composites are judged: the person's own colours are known, or can be estimated from exact alpha. */
  readonly hasForeground: boolean;
  /** The largest size at which it is judged. Default 1280x720. Presenters are judged at their own size. */
  readonly within?: Size;
}

/** An image and its mask. */
export interface StillItem extends Named {
  readonly kind: 'still';
  readonly image: string;
  readonly mask: string;
}

/** A video or its frames as images, with the same number of mattes. */
export interface ClipItem extends Named {
  readonly kind: 'clip';
  /** A video file, or image files. */
  readonly video: string | readonly string[];
  /** Likewise. */
  readonly alpha: string | readonly string[];
  /** Frames per second. */
  readonly fps: number;
}

/** A drawn clip. */
export interface PresenterItem extends Named {
  readonly kind: 'presenter';
  readonly options: PresenterOptions;
  readonly frames: number;
  /** Frames per second. */
  readonly fps: number;
}

/** A video without ground truth: only how steady a matte is can be measured. */
export interface FootageItem extends Named {
  readonly kind: 'footage';
  /** A video file. */
  readonly video: string;
  /** Frames per second. */
  readonly fps: number;
}

/** Media with ground truth, as plain data. */
export type LabelledItem = StillItem | ClipItem | PresenterItem;

/** Media that mattes are judged on. */
export type Item = LabelledItem | FootageItem;
