import { type ConversionWarning, ElsewhereError } from '@elsewhere/engine';
import { assertInputSize } from '@elsewhere/engine/internal';
import {
  BlobSource,
  EncodedPacketSink,
  Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  MATROSKA,
  type MetadataTags,
  MP4,
  MPEG_TS,
  QTFF,
  type Rotation,
  VideoSample,
  VideoSampleSink,
  WEBM,
} from 'mediabunny';
import { WebError } from '../errors.js';
import { AnimatedImage } from '../media/animated-image.js';
import { isAnimatedImage } from '../media/image.js';
import { type FrameSize, frameSizesOf } from './frame-sizes.js';
import { isInterlaced } from './interlaced.js';
import { jointsOf, samplesOfJoined } from './joined.js';
import { otherTracksOf, warningsOfOthers } from './other-tracks.js';

/** The containers that are read. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];

/** Differences up to this many seconds come from rounding. */
const NEGLIGIBLE = 0.25;

/** What a file is called in messages. */
const NAME = 'This video';

/** A file with a video that can be converted. */
export interface MediaFile {
  /**
   * The frames that are shown in a part of the file, in their order; to be closed by the caller.
   *
   * @param from - In seconds.
   * @param to - In seconds.
   */
  samples(from: number, to: number): AsyncIterable<VideoSample>;
  /** The sizes of its frames, the largest first. */
  readonly sizes: readonly [FrameSize, ...FrameSize[]];
  readonly language: string;
  /** Whether its container is of the family of WebM. */
  readonly isMatroska: boolean;
  readonly tags: MetadataTags;
  readonly audio: readonly InputAudioTrack[];
  readonly rotation: Rotation;
  /** Whether frames are mirrored after the rotation. */
  readonly flip: boolean;
  /** When the first of the tracks begins, in seconds, but not before 0: what lies before that is not shown. */
  readonly origin: number;
  /** When the video ends, in seconds. */
  readonly end: number;
  /** Whether it ends before its stated duration. */
  readonly isTruncated: boolean;
  /** What the caller may not expect of the output. */
  readonly warnings: readonly ConversionWarning[];
  /** Closes the file. */
  dispose(): void;
}

/**
 * Opens a file and checks that its video can be decoded.
 *
 * @throws {@link WebError} `MEDIA_UNREADABLE` or `MEDIA_TRUNCATED`; EngineError `INPUT_TOO_LARGE`, before anything is decoded.
 */
export async function openMedia(file: Blob): Promise<MediaFile> {
  if (await isAnimatedImage(file)) return openAnimatedImage(file);
  const input = new Input({ formats: FORMATS, source: new BlobSource(file) });
  try {
    return await describe(input, file);
  } catch (error) {
    input.dispose();
    throw asMediaError(error);
  }
}

/** An animated image is a video without sound. */
async function openAnimatedImage(file: Blob): Promise<MediaFile> {
  const image = await AnimatedImage.open(file, NAME).catch((error) => {
    throw asMediaError(error);
  });
  const end = await image.duration();
  return {
    async *samples(from, to) {
      for await (const { frame, timestamp, duration } of image.frames()) {
        const sample = new VideoSample(frame, { timestamp, duration });
        if (timestamp + duration > from && timestamp < to) yield sample;
        else sample.close();
      }
    },
    sizes: [{ width: image.width, height: image.height, pixelAspectRatio: 1 }],
    language: 'und',
    isMatroska: false,
    tags: {},
    audio: [],
    rotation: 0,
    flip: false,
    origin: 0,
    end,
    isTruncated: false,
    warnings: [],
    dispose: () => image[Symbol.dispose](),
  };
}

async function describe(input: Input, file: Blob): Promise<MediaFile> {
  if (!(await input.canRead())) {
    throw new WebError('MEDIA_UNREADABLE', 'This file is not a video, or its format is not supported.');
  }
  const all = await input.getTracks().catch((cause) => {
    throw new WebError(
      'MEDIA_TRUNCATED',
      'This file is truncated: it starts like a video, but its index is missing or damaged.',
      { cause },
    );
  });
  const tracks = ofFirstRecording(all);
  if (tracks.length === 0) {
    throw new WebError(
      'MEDIA_TRUNCATED',
      'This file is truncated: it starts like a video, but contains no tracks.',
    );
  }
  const video = await input.getPrimaryVideoTrack();
  if (!video) throw new WebError('MEDIA_UNREADABLE', 'This file contains no video.');
  assertInputSize('video', NAME, {
    width: await video.getCodedWidth(),
    height: await video.getCodedHeight(),
  });
  if (!(await video.canDecode())) {
    const codec = (await video.getCodecParameterString()) ?? (await video.getInternalCodecId());
    throw new WebError('MEDIA_UNREADABLE', `This browser cannot decode the video in this file (${codec}).`);
  }
  await assertOpaque(video);
  const warnings = [...(await warningsOf(tracks, video)), ...warningsOfOthers(await otherTracksOf(file))];
  if (tracks.length < all.length) {
    const message =
      'Several recordings were joined in this file, each with its own header: only the first one is converted.';
    warnings.push({ code: 'INPUT_TRUNCATED', message });
  }
  const isAudio = (track: InputTrack): track is InputAudioTrack => track.isAudioTrack();
  const audio = await audioWith(tracks.filter(isAudio), warnings);
  const sizes = await frameSizesOf(video);
  const [largest] = sizes;
  for (const size of sizes) assertInputSize('video', NAME, size);
  if (sizes.length > 1) {
    const message = `The video changes its size: frames of other sizes were fitted into ${largest.width}x${largest.height}.`;
    warnings.push({ code: 'SIZE_CHANGED', message });
  }
  const { end, stated } = await endOf(input, video, audio);
  const isTruncated = stated - end > NEGLIGIBLE;
  if (isTruncated) {
    const message = `This video ends early: ${(stated - end).toFixed(1)} of its ${stated.toFixed(1)} seconds are missing.`;
    warnings.push({ code: 'INPUT_TRUNCATED', message });
  }
  const sink = new VideoSampleSink(video);
  const format = await input.getFormat();
  // Recordings are joined by joining their files where the container allows it.
  const joints = format === MPEG_TS ? await jointsOf(video) : undefined;
  const isJoined = joints !== undefined && joints.packets.size > 0;
  return {
    samples: (from, to) => (isJoined ? samplesOfJoined(video, joints) : sink.samples(from, to)),
    sizes,
    language: await video.getLanguageCode(),
    isMatroska: format === WEBM || format === MATROSKA,
    tags: await input.getMetadataTags(),
    audio,
    rotation: await video.getRotation(),
    flip: await video.getFlip(),
    origin: Math.max(0, await input.getFirstTimestamp([video, ...audio])),
    end: isJoined ? joints.end : end,
    isTruncated,
    warnings,
    dispose: () => input.dispose(),
  };
}

/** In Matroska files that were joined end to end, the tracks of each begin again with the same identifiers. */
function ofFirstRecording(tracks: readonly InputTrack[]): readonly InputTrack[] {
  return tracks.filter(({ id }, index) => tracks.findIndex((track) => track.id === id) === index);
}

/** The audio tracks that have packets. One that is announced and empty, or cannot be read, must not end the conversion. */
async function audioWith(
  tracks: readonly InputAudioTrack[],
  warnings: ConversionWarning[],
): Promise<InputAudioTrack[]> {
  const found: InputAudioTrack[] = [];
  for (const track of tracks) {
    const first = await new EncodedPacketSink(track).getFirstPacket().catch(() => null);
    if (first) found.push(track);
    else {
      const message = 'An audio track was left out: it is empty or damaged.';
      warnings.push({ code: 'AUDIO_DROPPED', message });
    }
  }
  return found;
}

async function warningsOf(
  tracks: readonly InputTrack[],
  video: InputVideoTrack,
): Promise<ConversionWarning[]> {
  const warnings: ConversionWarning[] = [];
  const videos = tracks.filter((track) => track.isVideoTrack()).length - 1;
  if (videos > 0) {
    const message = `${count(videos, 'further video track')} left out: the camera background would show there.`;
    warnings.push({ code: 'VIDEO_DROPPED', message });
  }
  if (await isInterlaced(video)) {
    const message = 'The video is stored as interlaced, and stays so: edges that move may show combs.';
    warnings.push({ code: 'INTERLACED', message });
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

/** When the video ends, and when its file says that it does, in seconds. */
async function endOf(
  input: Input,
  video: InputVideoTrack,
  audio: readonly InputAudioTrack[],
): Promise<{ readonly end: number; readonly stated: number }> {
  const end = await lastOf(video);
  const stated = (await video.getDurationFromMetadata()) ?? end;
  const format = await input.getFormat();
  if (format !== WEBM && format !== MATROSKA) return { end, stated };
  // These containers state only when the longest of the tracks ends.
  const ends = await Promise.all(audio.map(lastOf));
  return { end, stated: Math.max(end, ...ends) < stated - NEGLIGIBLE ? stated : end };
}

/** When a track's last packet ends, in seconds. */
async function lastOf(track: InputVideoTrack | InputAudioTrack): Promise<number> {
  const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
  return last ? last.timestamp + last.duration : 0;
}

/** Makes what reading or decoding has thrown an error about the file. */
export function asMediaError(error: unknown): ElsewhereError {
  if (error instanceof ElsewhereError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new WebError(
    'MEDIA_UNREADABLE',
    `This file is damaged, or this browser cannot decode it: ${reason}`,
    {
      cause: error,
    },
  );
}
