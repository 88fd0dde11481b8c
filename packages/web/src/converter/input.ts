import type { ConversionWarning } from '@elsewhere/engine';
import {
  BlobSource,
  EncodedPacketSink,
  Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  type Rotation,
  WEBM,
} from 'mediabunny';
import { WebError } from '../errors.js';

/** Kinds of files that are read. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];

/** Differences below this many seconds come of rounding. */
const NEGLIGIBLE = 0.25;

/** A file that has been opened for its video. */
export interface MediaFile {
  readonly input: Input;
  readonly video: InputVideoTrack;
  readonly audio: readonly InputAudioTrack[];
  readonly rotation: Rotation;
  /** Whether the picture is mirrored after it has been turned. */
  readonly flip: boolean;
  /** Seconds at which its pictures begin and end. */
  readonly start: number;
  readonly end: number;
  /** What of it is not converted, or not as it is. */
  readonly warnings: readonly ConversionWarning[];
}

/**
 * Opens a file and makes sure that it can be decoded and is whole.
 *
 * @param file - The file.
 * @throws {@link WebError} `MEDIA_UNREADABLE` or `MEDIA_TRUNCATED`.
 */
export async function openMedia(file: Blob): Promise<MediaFile> {
  const input = new Input({ formats: FORMATS, source: new BlobSource(file) });
  try {
    return await describe(input);
  } catch (error) {
    input.dispose();
    throw asMediaError(error);
  }
}

async function describe(input: Input): Promise<MediaFile> {
  if (!(await input.canRead())) {
    throw new WebError('MEDIA_UNREADABLE', 'The file is not a video, or of a kind that is not known here.');
  }
  const tracks = await input.getTracks().catch((cause) => {
    throw new WebError(
      'MEDIA_TRUNCATED',
      'The file begins like a video, but its table of contents is missing or damaged: it is not whole.',
      { cause },
    );
  });
  if (tracks.length === 0) {
    throw new WebError(
      'MEDIA_TRUNCATED',
      'The file begins like a video, but holds nothing: it is not whole.',
    );
  }
  const video = await input.getPrimaryVideoTrack();
  if (!video) throw new WebError('MEDIA_UNREADABLE', 'The file has no video.');
  if (!(await video.canDecode())) {
    const codec = (await video.getCodecParameterString()) ?? (await video.getInternalCodecId());
    throw new WebError('MEDIA_UNREADABLE', `This browser cannot decode the file's video (${codec}).`);
  }
  await assertOpaque(video);
  const audio = await input.getAudioTracks();
  return {
    input,
    video,
    audio,
    rotation: await video.getRotation(),
    flip: await video.getFlip(),
    start: await video.getFirstTimestamp(),
    end: await endOf(input, video, audio),
    warnings: await warningsOf(tracks, video),
  };
}

async function warningsOf(
  tracks: readonly InputTrack[],
  video: InputVideoTrack,
): Promise<ConversionWarning[]> {
  const warnings: ConversionWarning[] = [];
  const videos = tracks.filter((track) => track.isVideoTrack()).length - 1;
  const others = tracks.filter((track) => !track.isVideoTrack() && !track.isAudioTrack()).length;
  if (videos > 0) {
    const message = `${count(videos, 'further video track')} left out: the camera background would show there.`;
    warnings.push({ code: 'VIDEO_DROPPED', message });
  }
  if (others > 0) {
    const message = `${count(others, 'track')} left out that ${others === 1 ? 'is' : 'are'} neither video nor audio.`;
    warnings.push({ code: 'DATA_DROPPED', message });
  }
  if (await video.hasHighDynamicRange()) {
    const message =
      'The video has a high dynamic range: its colours are kept, but with 8 bits, so fine gradients may show bands.';
    warnings.push({ code: 'HDR_CONVERTED', message });
  }
  return warnings;
}

function count(number: number, noun: string): string {
  return number === 1 ? `One ${noun} was` : `${number} ${noun}s were`;
}

/** Fails where pictures have alpha beside them: there is no room to replace. */
async function assertOpaque(video: InputVideoTrack): Promise<void> {
  const first = await new EncodedPacketSink(video).getFirstPacket();
  if (!first?.sideData.alpha) return;
  throw new WebError('MEDIA_UNREADABLE', 'The background of this video is transparent already.');
}

/** Where the video ends; fails where it should go on. */
async function endOf(
  input: Input,
  video: InputVideoTrack,
  audio: readonly InputAudioTrack[],
): Promise<number> {
  const end = await lastOf(video);
  const promised = (await video.getDurationFromMetadata()) ?? end;
  const format = await input.getFormat();
  if (format !== WEBM && format !== MATROSKA) {
    assertWhole(end, promised);
    return Math.max(end, promised);
  }
  // These tell only when the longest of the tracks ends.
  const ends = await Promise.all(audio.map(lastOf));
  assertWhole(Math.max(end, ...ends), promised);
  return end;
}

/** Where a track's last packet ends. */
async function lastOf(track: InputVideoTrack | InputAudioTrack): Promise<number> {
  const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
  return last ? last.timestamp + last.duration : 0;
}

/**
 * Fails where a video has ended before its time.
 *
 * @param end - Seconds at which it has ended.
 * @param promised - Seconds at which it should.
 * @throws {@link WebError} `MEDIA_TRUNCATED`.
 */
export function assertWhole(end: number, promised: number): void {
  if (promised - end <= NEGLIGIBLE) return;
  throw new WebError(
    'MEDIA_TRUNCATED',
    `The file is not whole: its video ends after ${end.toFixed(1)} of ${promised.toFixed(1)} seconds.`,
  );
}

/** What reading and decoding have thrown, as an error about the file. */
export function asMediaError(error: unknown): WebError {
  if (error instanceof WebError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new WebError('MEDIA_UNREADABLE', `The file is damaged or cannot be decoded here: ${reason}`, {
    cause: error,
  });
}
