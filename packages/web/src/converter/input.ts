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

/** The containers that are read. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];

/** Differences up to this many seconds come from rounding. */
const NEGLIGIBLE = 0.25;

/** A file with a video that can be converted. */
export interface MediaFile {
  readonly input: Input;
  readonly video: InputVideoTrack;
  readonly audio: readonly InputAudioTrack[];
  readonly rotation: Rotation;
  /** Whether frames are mirrored after the rotation. */
  readonly flip: boolean;
  /** When the first of the tracks begins, in seconds, but not before 0: what lies before that is not shown. */
  readonly origin: number;
  /** When the video ends, in seconds. */
  readonly end: number;
  /** What the caller may not expect of the output. */
  readonly warnings: readonly ConversionWarning[];
}

/**
 * Opens a file and checks that its video can be decoded and is complete.
 *
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
    throw new WebError('MEDIA_UNREADABLE', 'This file is not a video, or its format is not supported.');
  }
  const tracks = await input.getTracks().catch((cause) => {
    throw new WebError(
      'MEDIA_TRUNCATED',
      'This file is truncated: it starts like a video, but its index is missing or damaged.',
      { cause },
    );
  });
  if (tracks.length === 0) {
    throw new WebError(
      'MEDIA_TRUNCATED',
      'This file is truncated: it starts like a video, but contains no tracks.',
    );
  }
  const video = await input.getPrimaryVideoTrack();
  if (!video) throw new WebError('MEDIA_UNREADABLE', 'This file contains no video.');
  if (!(await video.canDecode())) {
    const codec = (await video.getCodecParameterString()) ?? (await video.getInternalCodecId());
    throw new WebError('MEDIA_UNREADABLE', `This browser cannot decode the video in this file (${codec}).`);
  }
  await assertOpaque(video);
  const audio = await input.getAudioTracks();
  return {
    input,
    video,
    audio,
    rotation: await video.getRotation(),
    flip: await video.getFlip(),
    origin: Math.max(0, await input.getFirstTimestamp([video, ...audio])),
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

/** @throws WebError `MEDIA_UNREADABLE` if the video has alpha: it has no background to replace. */
async function assertOpaque(video: InputVideoTrack): Promise<void> {
  const first = await new EncodedPacketSink(video).getFirstPacket();
  if (!first?.sideData.alpha) return;
  throw new WebError('MEDIA_UNREADABLE', 'This video is transparent: it has no background to replace.');
}

/**
 * When the video ends, in seconds.
 *
 * @throws WebError `MEDIA_TRUNCATED` if it ends before its stated duration.
 */
async function endOf(
  input: Input,
  video: InputVideoTrack,
  audio: readonly InputAudioTrack[],
): Promise<number> {
  const end = await lastOf(video);
  const stated = (await video.getDurationFromMetadata()) ?? end;
  const format = await input.getFormat();
  if (format !== WEBM && format !== MATROSKA) {
    assertComplete(end, stated);
    // What an MP4 states may include the delay of B-frames.
    return end;
  }
  // These containers state only when the longest of the tracks ends.
  const ends = await Promise.all(audio.map(lastOf));
  assertComplete(Math.max(end, ...ends), stated);
  return end;
}

/** When a track's last packet ends, in seconds. */
async function lastOf(track: InputVideoTrack | InputAudioTrack): Promise<number> {
  const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
  return last ? last.timestamp + last.duration : 0;
}

/**
 * @param end - When the video ends, in seconds.
 * @param stated - When it should.
 * @throws {@link WebError} `MEDIA_TRUNCATED` if the video ends before its stated duration.
 */
export function assertComplete(end: number, stated: number): void {
  if (stated - end <= NEGLIGIBLE) return;
  throw new WebError(
    'MEDIA_TRUNCATED',
    `This file is truncated: its video ends after ${end.toFixed(1)} of ${stated.toFixed(1)} seconds.`,
  );
}

/** Makes what reading or decoding has thrown an error about the file. */
export function asMediaError(error: unknown): WebError {
  if (error instanceof WebError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new WebError(
    'MEDIA_UNREADABLE',
    `This file is damaged, or this browser cannot decode it: ${reason}`,
    {
      cause: error,
    },
  );
}
