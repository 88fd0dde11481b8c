import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P10LE,
  AV_PIX_FMT_YUVA420P,
  AV_PIX_FMT_YUVA444P10LE,
  type AVPixelFormat,
} from 'node-av/constants';
import { MediaError } from '../../errors.js';
import type { Codec } from '../../options.js';

/** An encoder's settings as the caller gives them. */
export interface Quality {
  readonly crf: number | undefined;
  readonly preset: string | undefined;
}

/** What is to be known about a video encoder. */
export interface VideoCodec {
  /** Its name for people. */
  readonly title: string;
  /** Its name in FFmpeg. */
  readonly encoder: string;
  /** The pixel format that it is given. */
  readonly format: AVPixelFormat;
  /** The pixel format with alpha, where it can hold alpha. */
  readonly alphaFormat: AVPixelFormat | undefined;
  /** Whether width and height must be even. */
  readonly even: boolean;
  /** The smallest width and height in pixels. */
  readonly minimumSide: number;
  /** Quality factors that it takes; `undefined` where it has none. */
  readonly crf: { readonly low: number; readonly high: number; readonly usual: number } | undefined;
  /** Presets that it takes, the usual one first; empty where it has none. */
  readonly presets: readonly string[];
  /** FFmpeg's options for a quality factor and a preset. */
  readonly options: (crf: number, preset: string) => Readonly<Record<string, string>>;
}

const X26X_PRESETS = [
  'veryfast',
  'ultrafast',
  'superfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
  'placebo',
];

const numbers = (usual: number, low: number, high: number) => [
  String(usual),
  ...Array.from({ length: high - low + 1 }, (_, index) => String(low + index)),
];

const vpx = (crf: number, preset: string) => ({
  crf: String(crf),
  ...(/^\d+$/.test(preset)
    ? { deadline: 'good', 'cpu-used': preset }
    : { deadline: preset, 'cpu-used': '5' }),
});

/** The video encoders by their names in the options. */
export const VIDEO_CODECS: Readonly<Record<Codec, VideoCodec>> = {
  h264: {
    title: 'H.264',
    encoder: 'libx264',
    format: AV_PIX_FMT_YUV420P,
    alphaFormat: undefined,
    even: true,
    minimumSide: 2,
    crf: { low: 0, high: 51, usual: 20 },
    presets: X26X_PRESETS,
    options: (crf, preset) => ({ crf: String(crf), preset }),
  },
  hevc: {
    title: 'HEVC',
    encoder: 'libx265',
    format: AV_PIX_FMT_YUV420P,
    alphaFormat: undefined,
    even: true,
    minimumSide: 16,
    crf: { low: 0, high: 51, usual: 23 },
    presets: X26X_PRESETS,
    options: (crf, preset) => ({ crf: String(crf), preset, 'x265-params': 'log-level=none' }),
  },
  vp8: {
    title: 'VP8',
    encoder: 'libvpx',
    format: AV_PIX_FMT_YUV420P,
    alphaFormat: AV_PIX_FMT_YUVA420P,
    even: false,
    minimumSide: 1,
    crf: { low: 4, high: 63, usual: 10 },
    presets: ['good', 'best', 'realtime', ...numbers(4, 0, 16)],
    // VP8 keeps to its quality factor only below a bit rate: one that is never reached.
    // Alpha cannot be encoded beside alternate reference frames.
    options: (crf, preset) => ({ ...vpx(crf, preset), b: '200M', 'auto-alt-ref': '0' }),
  },
  vp9: {
    title: 'VP9',
    encoder: 'libvpx-vp9',
    format: AV_PIX_FMT_YUV420P,
    alphaFormat: AV_PIX_FMT_YUVA420P,
    even: false,
    minimumSide: 1,
    crf: { low: 0, high: 63, usual: 30 },
    // `realtime` takes 0.4 of the time of `good` for 1.4 of its size at the same quality.
    presets: ['realtime', 'good', 'best', ...numbers(5, 0, 8)],
    options: (crf, preset) => ({ ...vpx(crf, preset), b: '0', 'row-mt': '1', 'tile-columns': '2' }),
  },
  av1: {
    title: 'AV1',
    encoder: 'libsvtav1',
    format: AV_PIX_FMT_YUV420P,
    alphaFormat: undefined,
    even: false,
    minimumSide: 4,
    crf: { low: 1, high: 63, usual: 30 },
    presets: numbers(10, 0, 13),
    options: (crf, preset) => ({ crf: String(crf), preset }),
  },
  prores: {
    title: 'ProRes 4444',
    encoder: 'prores_ks',
    format: AV_PIX_FMT_YUV444P10LE,
    alphaFormat: AV_PIX_FMT_YUVA444P10LE,
    even: false,
    minimumSide: 1,
    crf: undefined,
    presets: [],
    options: () => ({ profile: '4444', vendor: 'apl0' }),
  },
  ffv1: {
    title: 'FFV1',
    encoder: 'ffv1',
    format: AV_PIX_FMT_YUV420P,
    alphaFormat: AV_PIX_FMT_YUVA420P,
    even: false,
    minimumSide: 1,
    crf: undefined,
    presets: [],
    options: () => ({ level: '3', slicecrc: '1' }),
  },
};

/** Uncompressed pictures, for virtual cameras and `.y4m`. */
export const RAW_VIDEO: VideoCodec = {
  title: 'uncompressed video',
  encoder: 'rawvideo',
  format: AV_PIX_FMT_YUV420P,
  alphaFormat: undefined,
  even: false,
  minimumSide: 1,
  crf: undefined,
  presets: [],
  options: () => ({}),
};

/**
 * Checks the caller's settings against what the encoder takes.
 *
 * @param codec - The encoder.
 * @param quality - The caller's settings.
 * @returns FFmpeg's options.
 * @throws {@link MediaError} `OUTPUT_UNSUPPORTED` with what the encoder would take.
 */
export function encoderOptions(
  codec: VideoCodec,
  { crf, preset }: Quality,
): Readonly<Record<string, string>> {
  const { crf: range, presets, title } = codec;
  if (crf !== undefined && !range) {
    throw new MediaError('OUTPUT_UNSUPPORTED', `There is no crf for ${title}: leave it out.`);
  }
  if (crf !== undefined && range && !(crf >= range.low && crf <= range.high)) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `${title} has a crf from ${range.low} to ${range.high}, not ${crf}.`,
    );
  }
  if (preset !== undefined && presets.length === 0) {
    throw new MediaError('OUTPUT_UNSUPPORTED', `There are no presets for ${title}: leave the preset out.`);
  }
  if (preset !== undefined && !presets.includes(preset)) {
    const known = [...new Set(presets)].join(', ');
    throw new MediaError('OUTPUT_UNSUPPORTED', `${title} has no preset "${preset}"; it has ${known}.`);
  }
  return codec.options(crf ?? range?.usual ?? 0, preset ?? presets[0] ?? '');
}
