import type { Background, RgbaImage, VideoSource } from './background/background.js';
import {
  choice,
  flag,
  list,
  type OptionDescriptions,
  type OptionValues,
  PIPELINE_OPTIONS,
  seconds,
} from './options.js';
import { DEFAULT_KEEP } from './segmentation/classes.js';
import { QUALITIES } from './segmentation/quality.js';

const { mirror: _mirror, maxSize: _maxSize, ...FILE_OPTIONS } = PIPELINE_OPTIONS;

/** The described options of every conversion: the pipeline's that hold for a whole file, and which part of it is converted. */
export const CONVERSION_OPTIONS = {
  /** Names of the classes to keep, for models with classes. Default `['person']`. */
  keep: list(DEFAULT_KEEP),
  /** Where in the input the conversion starts, in seconds. Default 0. */
  start: seconds('from 0', 0),
  /** How many seconds are converted. Default: to the end. */
  duration: seconds('above 0', undefined),
  /** Keep the tags that say where the recording was made (GPS). Default false: they are left out, with a warning. */
  keepLocation: flag(),
  ...FILE_OPTIONS,
  /** As in `PipelineSettings`, but `high` by default: no frame of a file has to be in time. */
  quality: choice(QUALITIES, 'high'),
} as const satisfies OptionDescriptions;

/**
 * The options that `convert` of `@elsewhere/node` and `convertVideo` of `@elsewhere/web` share.
 *
 * @typeParam Image - What an image background can be given as.
 * @typeParam Video - What a video background can be given as.
 */
export interface ConversionOptions<Image = RgbaImage, Video = VideoSource>
  extends Partial<OptionValues<typeof CONVERSION_OPTIONS>> {
  /** The new background. Default `{ type: 'blur' }`. */
  readonly background?: Background<Image, Video>;
  /** Called about four times a second, and once more after the last frame. */
  readonly onProgress?: (progress: ConversionProgress) => void;
  /** Aborts the conversion: it rejects with the signal's reason, and the output keeps its old contents. */
  readonly signal?: AbortSignal;
  /** Ends the conversion with the frame that is being processed and completes the output. */
  readonly stop?: AbortSignal;
}

/** How far a conversion is. */
export interface ConversionProgress {
  /** Frames written so far. */
  readonly frames: number;
  /** Seconds converted so far. */
  readonly seconds: number;
  /** Seconds to convert in all; absent where the input's length is not known (cameras). */
  readonly totalSeconds?: number;
}

/**
 * Every `code` of a {@link ConversionWarning}. Codes are stable: programs may compare them.
 *
 * - `AUDIO_ENCODED`: audio was encoded anew, because the output's container cannot hold its codec.
 * - `AUDIO_DROPPED`: audio was left out: it can be neither copied nor encoded anew, it is damaged, or there is none in its track.
 * - `AUDIO_MIXED`: channels of the audio were mixed together: the output cannot hold as many.
 * - `AUDIO_CHANGED`: the audio changes its sampling rate or its channels on the way; the output has one format.
 * - `VIDEO_DROPPED`: a further video track, or a cover image, was left out, because it would show the camera background.
 * - `SUBTITLES_DROPPED`, `CHAPTERS_DROPPED`, `DATA_DROPPED`: something else of the input was left out, because the output
 *   cannot hold it.
 * - `ATTACHMENT_DROPPED`: an attached file that is no font, or an image in the metadata, was left out, because it may show
 *   the camera background; or a font that the output cannot hold.
 * - `LOCATION_DROPPED`: the tags that say where the recording was made were left out; see `keepLocation`.
 * - `HDR_CONVERTED`: the input is HDR, the output is not, or has fewer bits.
 * - `DEINTERLACED`: the input is interlaced, and was deinterlaced.
 * - `INTERLACED`: the input is interlaced, and stays so, because browsers cannot deinterlace.
 * - `SIZE_CHANGED`: the output's size or aspect ratio is not that of every input frame.
 * - `CLOCK_JUMPED`: the input's timestamps jump, as where recordings were joined; what follows a jump was put behind what comes before.
 * - `NOBODY_FOUND`: nobody was found in at least half of the input: there the output shows the background alone.
 * - `INPUT_TRUNCATED`: the input ends before its stated duration.
 * - `INPUT_DAMAGED`: parts of the input could not be decoded.
 * - `OPTION_IGNORED`: an option has no meaning for this kind of input.
 * - `GPU_FAILED`: the GPU failed, and the remaining frames were processed on the CPU.
 */
export type ConversionWarningCode =
  | 'AUDIO_ENCODED'
  | 'AUDIO_DROPPED'
  | 'AUDIO_MIXED'
  | 'AUDIO_CHANGED'
  | 'VIDEO_DROPPED'
  | 'SUBTITLES_DROPPED'
  | 'CHAPTERS_DROPPED'
  | 'ATTACHMENT_DROPPED'
  | 'DATA_DROPPED'
  | 'LOCATION_DROPPED'
  | 'HDR_CONVERTED'
  | 'DEINTERLACED'
  | 'INTERLACED'
  | 'SIZE_CHANGED'
  | 'CLOCK_JUMPED'
  | 'NOBODY_FOUND'
  | 'INPUT_TRUNCATED'
  | 'INPUT_DAMAGED'
  | 'OPTION_IGNORED'
  | 'GPU_FAILED';

/** Something about the output that the caller may not expect. */
export interface ConversionWarning {
  /** What happened, for programs. */
  readonly code: ConversionWarningCode;
  /** What happened, as a sentence for users. */
  readonly message: string;
}

/** What every conversion reports. */
export interface ConversionReport {
  /** Frames written. */
  readonly frames: number;
  /** Width of the output as displayed (upright, with square pixels), in pixels. */
  readonly width: number;
  /** Height of the output as displayed (upright, with square pixels), in pixels. */
  readonly height: number;
  /** Duration of the output's video, in seconds. */
  readonly seconds: number;
  /** With the warning `NOBODY_FOUND`: for how many seconds nobody was found. */
  readonly emptySeconds?: number;
  /** What the caller may not expect, in the order in which it was found. */
  readonly warnings: readonly ConversionWarning[];
}

/** The share of a video from which on it is worth a warning that nobody was found. People leave their place for a while. */
const MOSTLY = 0.5;

/**
 * What a report says of the time in which nobody was found.
 *
 * @param emptySeconds - That time.
 * @param seconds - Of the whole output.
 * @returns The warning, if there is one.
 */
export function nobodyFound(emptySeconds: number, seconds: number): ConversionWarning | undefined {
  if (emptySeconds === 0 || emptySeconds < MOSTLY * seconds) return undefined;
  const isAll = emptySeconds > 0.999 * seconds;
  const [empty, all] = [emptySeconds.toFixed(1), seconds.toFixed(1)];
  const where = isAll ? `the whole video (${all} seconds)` : `${empty} of its ${all} seconds`;
  return {
    code: 'NOBODY_FOUND',
    message: `Nobody was found in ${where}: the output shows the background alone there.`,
  };
}
