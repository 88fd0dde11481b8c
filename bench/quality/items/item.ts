import type { PresenterOptions } from '@elsewhere/presenter';

interface Named {
  /** The collection: a folder of stills, a clip, or `presenter`. */
  readonly source: string;
  /** Unique within the source. */
  readonly name: string;
  /** Whether composites are judged: the person's own colours are known, or can be estimated from exact alpha. */
  readonly hasForeground: boolean;
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
}

/** Media with ground truth, as plain data. */
export type Item = StillItem | ClipItem | PresenterItem;
