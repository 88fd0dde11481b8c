import { extname } from 'node:path';
import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AC3,
  AV_CODEC_ID_ALAC,
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_DTS,
  AV_CODEC_ID_DVB_SUBTITLE,
  AV_CODEC_ID_DVD_SUBTITLE,
  AV_CODEC_ID_EAC3,
  AV_CODEC_ID_FLAC,
  AV_CODEC_ID_HDMV_PGS_SUBTITLE,
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_MP2,
  AV_CODEC_ID_MP3,
  AV_CODEC_ID_OPUS,
  AV_CODEC_ID_PCM_ALAW,
  AV_CODEC_ID_PCM_F32LE,
  AV_CODEC_ID_PCM_MULAW,
  AV_CODEC_ID_PCM_S16BE,
  AV_CODEC_ID_PCM_S16LE,
  AV_CODEC_ID_PCM_S24BE,
  AV_CODEC_ID_PCM_S24LE,
  AV_CODEC_ID_PCM_S32LE,
  AV_CODEC_ID_PCM_U8,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_TEXT,
  AV_CODEC_ID_TRUEHD,
  AV_CODEC_ID_TTA,
  AV_CODEC_ID_VORBIS,
  AV_CODEC_ID_WAVPACK,
  AV_CODEC_ID_WEBVTT,
  type AVCodecID,
} from 'node-av/constants';
import { MediaError } from '../../errors.js';
import type { Codec } from '../../options.js';
import { isVideoDevice } from '../input/source.js';

/** A container format that can be written, and what it can hold. */
export interface Container {
  /** Its name in messages. */
  readonly title: string;
  /** FFmpeg's muxer. */
  readonly muxer: string;
  /** Video codecs, the default first; empty for uncompressed video. */
  readonly codecs: readonly Codec[];
  /** Video codecs with alpha, the default first. */
  readonly alphaCodecs: readonly Codec[];
  /** Whether it stores a rotation. */
  readonly holdsRotation: boolean;
  /**
   * `exact`: each frame has its own timestamp. `grid`: timestamps are multiples of a frame's duration, with gaps.
   * `counted`: frames follow each other at a constant rate.
   */
  readonly timing: 'exact' | 'grid' | 'counted';
  /** Audio codecs that are copied; others are encoded anew with `audioEncoder`. */
  readonly audio: ReadonlySet<AVCodecID>;
  /** FFmpeg's encoder for other audio; `undefined` if the container holds no audio. */
  readonly audioEncoder: 'aac' | 'libopus' | 'libmp3lame' | undefined;
  /** Whether its sound may begin later than the video, and pause. Elsewhere packets of sound just follow each other. */
  readonly soundMayPause: boolean;
  /** Subtitle codecs that are copied. */
  readonly subtitles: ReadonlySet<AVCodecID>;
  /** The codec to which other text subtitles are converted; `undefined` if it holds none. */
  readonly text: AVCodecID | undefined;
  /** Whether it holds attached files, such as fonts. */
  readonly attachments: boolean;
  /** The tag of the date of the recording. */
  readonly date: 'creation_time' | 'date';
  /** How chapters are written. */
  readonly chapters: 'mp4' | 'matroska' | undefined;
  /** The muxer's options. */
  readonly options: Readonly<Record<string, string>>;
}

const PCM = [
  AV_CODEC_ID_PCM_S16LE,
  AV_CODEC_ID_PCM_S16BE,
  AV_CODEC_ID_PCM_S24LE,
  AV_CODEC_ID_PCM_S24BE,
  AV_CODEC_ID_PCM_S32LE,
  AV_CODEC_ID_PCM_F32LE,
  AV_CODEC_ID_PCM_U8,
  AV_CODEC_ID_PCM_ALAW,
  AV_CODEC_ID_PCM_MULAW,
];
const EVERYWHERE = [AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3];

const MP4: Container = {
  title: 'an mp4 file',
  muxer: 'mp4',
  codecs: ['h264', 'hevc', 'av1', 'vp9'],
  alphaCodecs: [],
  holdsRotation: true,
  timing: 'exact',
  audio: new Set([
    ...EVERYWHERE,
    AV_CODEC_ID_MP2,
    AV_CODEC_ID_EAC3,
    AV_CODEC_ID_OPUS,
    AV_CODEC_ID_FLAC,
    AV_CODEC_ID_ALAC,
    AV_CODEC_ID_DTS,
  ]),
  audioEncoder: 'aac',
  soundMayPause: true,
  subtitles: new Set([AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_DVD_SUBTITLE]),
  text: AV_CODEC_ID_MOV_TEXT,
  attachments: false,
  date: 'creation_time',
  chapters: 'mp4',
  options: { movflags: '+faststart' },
};

const MATROSKA: Container = {
  title: 'an mkv file',
  muxer: 'matroska',
  codecs: ['h264', 'hevc', 'vp9', 'av1', 'vp8', 'ffv1', 'prores'],
  alphaCodecs: ['ffv1', 'vp9', 'vp8', 'prores'],
  holdsRotation: true,
  timing: 'exact',
  audio: new Set([
    ...EVERYWHERE,
    ...PCM,
    AV_CODEC_ID_MP2,
    AV_CODEC_ID_EAC3,
    AV_CODEC_ID_OPUS,
    AV_CODEC_ID_VORBIS,
    AV_CODEC_ID_FLAC,
    AV_CODEC_ID_ALAC,
    AV_CODEC_ID_DTS,
    AV_CODEC_ID_TRUEHD,
    AV_CODEC_ID_WAVPACK,
    AV_CODEC_ID_TTA,
  ]),
  audioEncoder: 'libopus',
  soundMayPause: true,
  subtitles: new Set([
    AV_CODEC_ID_SUBRIP,
    AV_CODEC_ID_ASS,
    AV_CODEC_ID_WEBVTT,
    AV_CODEC_ID_HDMV_PGS_SUBTITLE,
    AV_CODEC_ID_DVD_SUBTITLE,
    AV_CODEC_ID_DVB_SUBTITLE,
    AV_CODEC_ID_TEXT,
  ]),
  text: AV_CODEC_ID_SUBRIP,
  attachments: true,
  date: 'creation_time',
  chapters: 'matroska',
  options: {},
};

const VIDEO_ONLY = {
  codecs: [],
  alphaCodecs: [],
  holdsRotation: false,
  timing: 'counted',
  audio: new Set<AVCodecID>(),
  audioEncoder: undefined,
  soundMayPause: false,
  subtitles: new Set<AVCodecID>(),
  text: undefined,
  attachments: false,
  date: 'date',
  chapters: undefined,
  options: {},
} as const;

const CONTAINERS: Readonly<Record<string, Container>> = {
  '.mp4': MP4,
  '.m4v': MP4,
  '.mov': {
    ...MP4,
    title: 'a mov file',
    muxer: 'mov',
    codecs: ['h264', 'hevc', 'prores'],
    alphaCodecs: ['prores'],
    audio: new Set([...EVERYWHERE, ...PCM, AV_CODEC_ID_EAC3, AV_CODEC_ID_ALAC]),
    subtitles: new Set([AV_CODEC_ID_MOV_TEXT]),
  },
  '.mkv': MATROSKA,
  '.webm': {
    ...MATROSKA,
    title: 'a webm file',
    muxer: 'webm',
    codecs: ['vp9', 'vp8', 'av1'],
    alphaCodecs: ['vp9', 'vp8'],
    holdsRotation: false,
    audio: new Set([AV_CODEC_ID_OPUS, AV_CODEC_ID_VORBIS]),
    subtitles: new Set([AV_CODEC_ID_WEBVTT]),
    text: AV_CODEC_ID_WEBVTT,
    attachments: false,
  },
  '.avi': {
    ...VIDEO_ONLY,
    title: 'an avi file',
    muxer: 'avi',
    codecs: ['h264', 'ffv1'],
    audio: new Set([...EVERYWHERE, AV_CODEC_ID_MP2, AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_U8]),
    audioEncoder: 'libmp3lame',
    timing: 'grid',
    // Sound has no times there: a delay of its encoder must not delay the video.
    options: { avoid_negative_ts: 'disabled' },
  },
  '.y4m': { ...VIDEO_ONLY, title: 'a y4m file', muxer: 'yuv4mpegpipe' },
};

/**
 * The container of an output, by its extension.
 *
 * @throws {@link MediaError} `OUTPUT_UNSUPPORTED` for unknown extensions.
 */
export function containerFor(output: string): Container {
  if (isVideoDevice(output)) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `${output} is a device: a virtual camera is opened with openVirtualCamera, or the command elsewhere virtual-camera.`,
    );
  }
  const extension = extname(output).toLowerCase();
  const container = CONTAINERS[extension];
  if (!container) {
    const known = Object.keys(CONTAINERS).join(', ');
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      extension
        ? `Videos cannot be written as ${extension} (${output}): use ${known}.`
        : `${output} has no extension, which decides the format of the video: use ${known}.`,
    );
  }
  return container;
}

/**
 * The video codec of an output.
 *
 * @param wanted - The caller's choice, if any.
 * @param alpha - Whether the output has alpha.
 * @returns The codec; `undefined` for uncompressed video.
 * @throws {@link MediaError} `OUTPUT_UNSUPPORTED` if container, codec and alpha do not go together.
 */
export function chooseCodec(
  container: Container,
  wanted: Codec | undefined,
  alpha: boolean,
): Codec | undefined {
  const { codecs, alphaCodecs, title } = container;
  const refuse = (sentence: string) => new MediaError('OUTPUT_UNSUPPORTED', sentence);
  if (wanted !== undefined && !codecs.includes(wanted)) {
    throw refuse(
      codecs.length > 0
        ? `${capital(title)} cannot hold ${wanted}: use ${codecs.join(', ')}.`
        : `${capital(title)} holds only uncompressed video: leave the codec out.`,
    );
  }
  if (!alpha) return wanted ?? codecs[0];
  const where = 'use .webm (VP9), .mov (ProRes 4444) or .mkv (FFV1)';
  if (alphaCodecs.length === 0) throw refuse(`${capital(title)} cannot hold transparency: ${where}.`);
  if (wanted !== undefined && !alphaCodecs.includes(wanted)) {
    throw refuse(`The codec ${wanted} cannot hold transparency in ${title}: use ${alphaCodecs.join(', ')}.`);
  }
  return wanted ?? alphaCodecs[0];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
