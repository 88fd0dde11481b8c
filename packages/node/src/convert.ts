import type { Background, Statistics } from '@elsewhere/engine';
import type { PipelineSettings } from './pipeline.js';

/** How a file is converted. */
export interface ConvertOptions extends PipelineSettings {
  /** The new background. Pictures and videos are named by their paths. Default `{ type: 'blur' }`. */
  readonly background?: Background<string, string>;
  /** Seconds into the input at which to begin. Default 0. */
  readonly start?: number;
  /** Seconds to convert. Default: to the end. */
  readonly duration?: number;
  /** The video encoder. Default by the output's extension; see {@link Codec}. */
  readonly codec?: Codec;
  /** Constant rate factor of the encoder: smaller is better and larger. Default by codec (h264: 20). */
  readonly crf?: number;
  /** Speed preset of the encoder. Default by codec (h264: `veryfast`). */
  readonly preset?: string;
  /** Replace an output that is there already. Default `false`. */
  readonly overwrite?: boolean;
}

/** Video encoders. `prores` is ProRes 4444, with alpha. */
export type Codec = 'h264' | 'hevc' | 'vp8' | 'vp9' | 'av1' | 'prores' | 'ffv1';

/** How far a conversion is. */
export interface Progress {
  /** Frames written so far. */
  readonly frames: number;
  /** Seconds of the input that are done. */
  readonly seconds: number;
  /** Seconds that there are in all, as far as known: absent for cameras. */
  readonly totalSeconds?: number;
}

/** What a conversion did. */
export interface Report {
  /** The input as it was given. */
  readonly input: string;
  /** The path of the file that was written. */
  readonly output: string;
  /** Size of the output in pixels, as stored (before rotation). */
  readonly width: number;
  /** Size of the output in pixels, as stored (before rotation). */
  readonly height: number;
  /** Frames written. */
  readonly frames: number;
  /** Wall-clock seconds that it took. */
  readonly elapsedSeconds: number;
  /** Sentences about what is not as the caller may expect: a damaged input, HDR made SDR, subtitles that did not fit. */
  readonly warnings: readonly string[];
  /** Set when the input was damaged or cut off: seconds that were lost (expected less written), as far as known. */
  readonly lostSeconds?: number;
  /** What the pipeline measured. */
  readonly statistics: Statistics;
}

/** How the caller follows and stops a conversion. */
export interface ConvertControl {
  /** Called about four times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborts the conversion: rejects with `CANCELLED`, nothing is left under the final name. */
  readonly signal?: AbortSignal;
}

/**
 * Puts another background into a video, a picture or a camera's stream and writes the result, audio untouched.
 * Works in a thread of its own; several may run at once.
 */
export declare function convert(
  input: string,
  output: string,
  options?: ConvertOptions,
  control?: ConvertControl,
): Promise<Report>;
