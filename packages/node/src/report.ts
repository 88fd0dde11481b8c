import type { Backend, ConversionReport, Statistics } from '@elsewhere/engine';
import type { ConvertInput } from './media/input/source.js';

/** What a conversion did. */
export interface ConvertReport extends ConversionReport {
  /** The input as it was given. */
  readonly input: ConvertInput;
  /** The path of the file that was written. */
  readonly output: string;
  /** Width of the encoded frames in pixels: before rotation, and with the pixel aspect ratio that the output carries. */
  readonly codedWidth: number;
  /** Height of the encoded frames in pixels. */
  readonly codedHeight: number;
  /** Set when the input was damaged or truncated: seconds of the video that were lost, as far as known; 0 where only other tracks were. */
  readonly lostSeconds?: number;
  /** Wall-clock seconds that the conversion took. */
  readonly elapsedSeconds: number;
  /** The backend that computed the last frame. */
  readonly backend: Backend;
  /** What the pipeline measured. */
  readonly statistics: Statistics;
}
