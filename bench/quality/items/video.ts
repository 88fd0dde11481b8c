import type { ColorSpace, Frame } from '@elsewhere/engine';
import { Decoder, Demuxer } from 'node-av/api';
import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_SMPTE170M,
} from 'node-av/constants';
import type { Frame as DecodedFrame } from 'node-av/lib';
import { greyToAlpha, i420 } from './yuv.js';

/** A video's average frame rate. */
export async function frameRate(path: string): Promise<number> {
  await using input = await Demuxer.open(path);
  const rate = input.video()?.avgFrameRate;
  if (!rate || rate.num <= 0) throw new Error(`${path} does not say its frame rate.`);
  return rate.num / rate.den;
}

/** The frames of a video in 8-bit 4:2:0, as they are stored. */
export async function* videoFrames(path: string): AsyncGenerator<Frame> {
  for await (const frame of decode(path)) {
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

/** A picture of a matte. */
export interface AlphaPicture {
  readonly width: number;
  readonly height: number;
  /** 0..255, one a pixel. */
  readonly alpha: Uint8Array;
}

/** The mattes that a video shows as grey: full range where it has no chroma or says so, else limited. */
export async function* videoAlphas(path: string): AsyncGenerator<AlphaPicture> {
  for await (const frame of decode(path)) {
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

async function* decode(path: string): AsyncGenerator<DecodedFrame> {
  await using input = await Demuxer.open(path);
  const stream = input.video();
  if (!stream) throw new Error(`${path} holds no video.`);
  using decoder = await Decoder.create(stream);
  for await (const frame of decoder.frames(input.packets(stream.index))) {
    if (!frame) continue;
    yield frame;
    frame.free();
  }
}
