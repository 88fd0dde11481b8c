import type { ColorSpace, Frame } from '@elsewhere/engine';
import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_SMPTE170M,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Codec, CodecContext, Frame as DecodedFrame, FFmpegError, FormatContext, Packet } from 'node-av/lib';
import { greyToAlpha, i420 } from './yuv.js';

/** A video's average frame rate. */
export function frameRate(path: string): number {
  const input = openInput(path);
  try {
    const rate = input.streams[input.findBestStream(AVMEDIA_TYPE_VIDEO)]?.avgFrameRate;
    if (!rate || rate.num <= 0) throw new Error(`${path} has no frame rate.`);
    return rate.num / rate.den;
  } finally {
    input.closeInputSync();
  }
}

/** The frames of a video in 8-bit 4:2:0, as stored. */
export function* videoFrames(path: string): Generator<Frame> {
  for (const frame of decode(path)) {
    if (frame.format !== AV_PIX_FMT_YUV420P && frame.format !== AV_PIX_FMT_YUVJ420P) {
      throw new Error(`${path} is not 8-bit 4:2:0.`);
    }
    const { width, height } = frame;
    const bytes = frame.toBuffer();
    const luma = width * height;
    const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
    yield i420(
      { width, height },
      bytes.subarray(0, luma),
      bytes.subarray(luma, luma + chroma),
      bytes.subarray(luma + chroma, luma + 2 * chroma),
      colorSpace(frame),
    );
  }
}

/** A matte. */
export interface AlphaImage {
  readonly width: number;
  readonly height: number;
  /** 0..255, one per pixel. */
  readonly alpha: Uint8Array;
}

/** The mattes that a video stores as grey: full range if it has no chroma or is tagged so, otherwise limited. */
export function* videoAlphas(path: string): Generator<AlphaImage> {
  for (const frame of decode(path)) {
    const { width, height, format } = frame;
    const range = format === AV_PIX_FMT_GRAY8 ? 'full' : colorSpace(frame).range;
    yield { width, height, alpha: greyToAlpha(frame.toBuffer().subarray(0, width * height), { range }) };
  }
}

function colorSpace({ format, colorRange, colorSpace: matrix }: DecodedFrame): ColorSpace {
  const isFull = format === AV_PIX_FMT_YUVJ420P || colorRange === AVCOL_RANGE_JPEG;
  const isOld = matrix === AVCOL_SPC_SMPTE170M || matrix === AVCOL_SPC_BT470BG;
  return { matrix: isOld ? 'bt601' : 'bt709', range: isFull ? 'full' : 'limited' };
}

/** The decoded frames of a file; each is valid until the next is requested. */
function* decode(path: string): Generator<DecodedFrame> {
  const input = openInput(path);
  try {
    const index = input.findBestStream(AVMEDIA_TYPE_VIDEO);
    const stream = input.streams[index];
    const codec = stream && Codec.findDecoder(stream.codecpar.codecId);
    if (!codec) throw new Error(`${path} contains no video that can be decoded.`);
    using context = new CodecContext();
    context.allocContext3(codec);
    FFmpegError.throwIfError(context.parametersToContext(stream.codecpar), path);
    FFmpegError.throwIfError(context.open2Sync(codec, null), path);
    using packet = new Packet();
    packet.alloc();
    using frame = new DecodedFrame();
    frame.alloc();
    for (let ended = false; !ended; ) {
      ended = input.readFrameSync(packet) < 0;
      if (ended || packet.streamIndex === index) {
        FFmpegError.throwIfError(context.sendPacketSync(ended ? null : packet), path);
        while (context.receiveFrameSync(frame) >= 0) yield frame;
      }
      packet.unref();
    }
  } finally {
    input.closeInputSync();
  }
}

function openInput(path: string): FormatContext {
  const input = new FormatContext();
  FFmpegError.throwIfError(input.openInputSync(path), path);
  FFmpegError.throwIfError(input.findStreamInfoSync(), path);
  return input;
}
