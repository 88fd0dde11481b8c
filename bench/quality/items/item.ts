import type { PresenterOptions } from '@elsewhere/presenter';

interface Named {
  /** The collection: a folder of stills, a clip, or `presenter`. */
  readonly source: string;
  /** Unique within the source. */
  readonly name: string;
  /** Whether the person's own colours are known or can be estimated from exact alpha: composites are judged. */
  readonly hasForeground: boolean;
}

/** A picture and its mask. */
export interface StillItem extends Named {
  readonly kind: 'still';
  readonly image: string;
  readonly mask: string;
}

/** A video, or the pictures of one in their order, and as many mattes. */
export interface ClipItem extends Named {
  readonly kind: 'clip';
  /** A video file, or the files of its pictures. */
  readonly video: string | readonly string[];
  /** Likewise. */
  readonly alpha: string | readonly string[];
  /** Frames a second. */
  readonly fps: number;
}

/** A drawn clip. */
export interface PresenterItem extends Named {
  readonly kind: 'presenter';
  readonly options: PresenterOptions;
  readonly frames: number;
}

/** Something with ground truth, as plain data. */
export type Item = StillItem | ClipItem | PresenterItem;
