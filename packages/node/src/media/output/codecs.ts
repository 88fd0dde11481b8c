import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P10LE,
  AV_PIX_FMT_YUVA420P,
  AV_PIX_FMT_YUVA444P10LE,
  type AVPixelFormat,
} from 'node-av/constants';
import { MediaError } from '../../errors.js';
import type { Codec } from '../../options.js';

/** The encoder's settings that the caller chooses. */
export interface EncoderSettings {
  readonly crf: number | undefined;
  readonly preset: string | undefined;
}

/** A video encoder and its settings. */
export interface VideoCodec {
  /** Its name in messages. */
  readonly title: string;
  /** Its name in FFmpeg. */
  readonly encoder: string;
  /** The pixel format of its input. */
  readonly format: AVPixelFormat;
  /** The pixel format of its input with alpha, if it supports alpha. */
  readonly alphaFormat: AVPixelFormat | undefined;
  /** Whether width and height must be even. */
  readonly even: boolean;
  /** The smallest width and height in pixels. */
  readonly minimumSide: number;
  /** The range and the default of its constant rate factor; `undefined` if it has none. */
  readonly crf: { readonly low: number; readonly high: number; readonly usual: number } | undefined;
  /** Its presets, the default first; empty if it has none. */
  readonly presets: readonly string[];
  /** FFmpeg's options for a rate factor and a preset. */
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

/** The video encoders. */
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
    // VP8 ignores its rate factor above a bit rate: this one is never reached.
    // Alpha cannot be encoded with alternate reference frames.
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
    // At the same quality, `realtime` takes 0.4 of the time of `good`, and 1.4 of its size.
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

/** Uncompressed video, for virtual cameras and `.y4m`. */
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
 * Checks the caller's settings against those that the encoder supports.
 *
 * @returns FFmpeg's options.
 * @throws {@link MediaError} `OUTPUT_UNSUPPORTED`.
 */
export function encoderOptions(
  codec: VideoCodec,
  { crf, preset }: EncoderSettings,
): Readonly<Record<string, string>> {
  const { crf: range, presets, title } = codec;
  if (crf !== undefined && !range) {
    throw new MediaError('OUTPUT_UNSUPPORTED', `${title} has no crf: leave it out.`);
  }
  if (crf !== undefined && range && !(crf >= range.low && crf <= range.high)) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `${title} has a crf from ${range.low} to ${range.high}, not ${crf}.`,
    );
  }
  if (preset !== undefined && presets.length === 0) {
    throw new MediaError('OUTPUT_UNSUPPORTED', `${title} has no presets: leave the preset out.`);
  }
  if (preset !== undefined && !presets.includes(preset)) {
    const known = [...new Set(presets)].join(', ');
    throw new MediaError('OUTPUT_UNSUPPORTED', `${title} has no preset "${preset}"; it has ${known}.`);
  }
  return codec.options(crf ?? range?.usual ?? 0, preset ?? presets[0] ?? '');
}
