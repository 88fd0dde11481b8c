import type { Quality } from '@elsewhere/engine';
import type { VirtualBackgroundOptions } from '../options.js';

/** What says how the person looks in the new place, live and in files. */
type Looks = 'lightWrap' | 'colorMatch' | 'edgeSoftness' | 'brightness' | 'warmth' | 'zoom' | 'follow';

/** How a file is converted. */
export interface ConvertOptions
  extends Pick<VirtualBackgroundOptions, 'background' | 'model' | 'keep' | 'assets' | Looks> {
  /** How closely to look for people; see the engine's `PipelineOptions`. Default `medium`. */
  readonly quality?: Quality;
  /**
   * Where to write: a file of the user's (`showSaveFilePicker`) or of the origin's private file system. It has its new
   * contents only once they are complete. Default: none; the result is a `Blob` in memory.
   */
  readonly output?: FileSystemFileHandle;
}

/** How far a conversion is. */
export interface ConvertProgress {
  /** Frames written so far. */
  readonly frames: number;
  /** Seconds of the file that are done. */
  readonly seconds: number;
  /** Seconds that there are in all. */
  readonly totalSeconds: number;
}

/** How the caller follows and ends a conversion. */
export interface ConvertControl {
  /** Called about four times a second. */
  readonly onProgress?: (progress: ConvertProgress) => void;
  /** TrackPorts the conversion; nothing of it is left. */
  readonly signal?: AbortSignal;
}

/** What a conversion did. */
export interface ConvertResult {
  /** The new file; `undefined` where it was written to {@link ConvertOptions.output}. */
  readonly blob: Blob | undefined;
  /**
   * Its type with its codecs. MP4 (H.264 where the browser can encode it) or, where the file is WebM or Matroska or the
   * background is `transparent`, WebM (VP9).
   */
  readonly mimeType: string;
  /** Of the picture as it is shown, in pixels. */
  readonly width: number;
  /** Of the picture as it is shown, in pixels. */
  readonly height: number;
  /** Frames written. */
  readonly frames: number;
  /** Sentences about what is not as one may expect: sound that had to be encoded anew, tracks that were left out. */
  readonly warnings: readonly string[];
}
