import { EngineError } from '@elsewhere/engine';
import { isAfter, isBefore, type TimeRange, timeRange } from '@elsewhere/engine/internal';
import type { VideoSample } from 'mediabunny';
import { WebError } from '../errors.js';
import { asMediaError, type MediaFile } from './input.js';
import type { ConvertOptions } from './options.js';
import type { TrackClock } from './steady-clock.js';

/** The part of a file that is converted. */
export interface Part {
  readonly range: TimeRange;
  /** Whether it starts after the file does. */
  readonly isTrimmed: boolean;
  /** Seconds from its start to its end or the video's, whichever comes first. */
  readonly seconds: number;
}

/** The part that the options ask for. */
export function partOf(
  { origin, end }: MediaFile,
  options: Pick<ConvertOptions, 'start' | 'duration'>,
): Part {
  const range = timeRange(origin, options);
  const seconds = Math.max(0, Math.min(range.to, end) - range.from);
  return { range, isTrimmed: range.from > origin, seconds };
}

/**
 * The frames of a part in the order in which they are shown, with timestamps from the part's start. A frame that begins
 * before the start is left out, and one that lasts beyond the end is not shortened, as in `@elsewhere/node`.
 *
 * @param clock - Makes the timestamps steady.
 * @returns Frames to be closed by the caller. Errors are about the file.
 */
export async function* framesOf(
  media: MediaFile,
  { range, isTrimmed }: Part,
  clock: TrackClock,
): AsyncGenerator<VideoSample> {
  let hasFrames = false;
  try {
    for await (const sample of media.samples(range.from, range.to)) {
      if ((isTrimmed && isBefore(sample.timestamp, range)) || isAfter(sample.timestamp, range)) {
        sample.close();
        continue;
      }
      const time = clock.at(sample.timestamp - range.from, sample.duration);
      sample.setTimestamp(isTrimmed ? Math.max(0, time) : time);
      hasFrames = true;
      yield sample;
    }
  } catch (error) {
    // Where a file is cut off, its last frame may be half there.
    if (!hasFrames || !media.isTruncated) throw asMediaError(error);
  }
}

/** The error about a part in which no frame begins. */
export function noFrames(
  { origin, end, isTruncated }: MediaFile,
  { range, isTrimmed }: Part,
): WebError | EngineError {
  if (isTruncated && !isTrimmed) {
    return new WebError('MEDIA_TRUNCATED', 'This file is truncated: nothing of its video is there.');
  }
  if (!isTrimmed && range.to === Number.POSITIVE_INFINITY) {
    return new WebError('MEDIA_UNREADABLE', 'None of the frames in this file can be decoded.');
  }
  const position = (time: number) => Number((time - origin).toFixed(3));
  const until = Number.isFinite(range.to) ? `second ${position(range.to)}` : 'the end';
  return new EngineError(
    'OPTION_INVALID',
    `There is nothing to convert: no frame begins between second ${position(range.from)} and ${until}. The video is ${position(end)} seconds long.`,
  );
}
