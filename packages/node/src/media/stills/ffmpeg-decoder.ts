import { readFileSync } from 'node:fs';
import type { AVPixelFormat } from 'node-av/constants';
import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import { check } from '../ffmpeg.js';
import { FrameFilter } from '../frames/filter.js';
import type { ImageFormat } from '../input/file-format.js';

/** Pixels of four channels, row by row, without padding. */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** FFmpeg's decoders of the formats that sharp does not know. */
const DECODERS: Readonly<Partial<Record<ImageFormat, (bytes: Buffer) => string>>> = {
  bmp: () => 'bmp',
  dds: () => 'dds',
  dpx: () => 'dpx',
  exr: () => 'exr',
  hdr: () => 'hdr',
  jpeg2000: () => 'jpeg2000',
  jpegls: () => 'jpegls',
  jpegxl: () => 'libjxl',
  pcx: () => 'pcx',
  pfm: () => 'pfm',
  pnm: (bytes) => PNM[(bytes[1] ?? 0) - 0x31] ?? 'ppm',
  psd: () => 'psd',
  qoi: () => 'qoi',
  sgi: () => 'sgi',
  sunrast: () => 'sunrast',
  targa: () => 'targa',
};

/** By the digit after the P. */
const PNM = ['pbm', 'pgm', 'ppm', 'pbm', 'pgm', 'ppm', 'pam'];

/** Whether FFmpeg decodes a format, not sharp. */
export function needsFfmpeg(format: ImageFormat): boolean {
  return format in DECODERS;
}

/**
 * Decodes a still image with FFmpeg.
 *
 * @param maxPixels - Larger ones are not decoded.
 * @throws If it cannot be decoded.
 */
export function decodeImage(path: string, format: ImageFormat, maxPixels: number): Pixels {
  const bytes = readFileSync(path);
  const name = DECODERS[format]?.(bytes);
  const codec = name ? Codec.findDecoderByName(name as Parameters<typeof Codec.findDecoderByName>[0]) : null;
  if (!codec) throw new Error(`FFmpeg has no decoder for ${format}.`);
  return decodePacket(codec, bytes, {
    max_pixels: String(maxPixels),
    // Its numbers are amounts of light.
    ...(format === 'exr' && { apply_trc: 'iec61966_2_1' }),
  });
}

/**
 * Decodes one packet.
 *
 * @param options - Of the decoder.
 * @param prepare - Describes the packet to the decoder before it is opened.
 */
export function decodePacket(
  codec: Codec,
  bytes: Buffer,
  options: Readonly<Record<string, string>>,
  prepare: (context: CodecContext) => void = () => {},
): Pixels {
  const context = new CodecContext();
  const packet = new Packet();
  const frame = new Frame();
  try {
    context.allocContext3(codec);
    prepare(context);
    // Not as a dictionary: node-av frees the one of `open2Sync` twice.
    for (const [option, value] of Object.entries(options))
      check(context.setOption(option, value), `set ${option}`);
    check(context.open2Sync(codec, null), 'open the decoder');
    packet.alloc();
    packet.data = bytes;
    frame.alloc();
    check(context.sendPacketSync(packet), 'decode the image');
    check(context.sendPacketSync(null), 'decode the image');
    check(context.receiveFrameSync(frame), 'decode the image');
    return toRgba(frame);
  } finally {
    frame.free();
    packet.free();
    context.freeContext();
  }
}

function toRgba(frame: Frame): Pixels {
  const { width, height } = frame;
  const filter = new FrameFilter(
    {
      width,
      height,
      format: frame.format as AVPixelFormat,
      sampleAspectRatio: frame.sampleAspectRatio,
      colorSpace: frame.colorSpace,
      colorRange: frame.colorRange,
    },
    'format=rgba',
  );
  try {
    const converted = filter.apply(frame);
    const [plane] = converted.data ?? [];
    const stride = converted.linesize[0] ?? 0;
    if (!plane || stride < width * 4) throw new Error('The image has no pixels.');
    const data = Buffer.allocUnsafe(width * height * 4);
    for (let row = 0; row < height; row++)
      plane.copy(data, row * width * 4, row * stride, row * stride + width * 4);
    return { data, width, height };
  } finally {
    filter.dispose();
  }
}
