import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_SMPTE170M,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  type AVPixelFormat,
} from 'node-av/constants';
import {
  avGetCodecName,
  avGetPixFmtName,
  Codec,
  CodecContext,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  type Stream,
} from 'node-av/lib';

Log.setLevel(AV_LOG_QUIET);

/** A plane of a frame: samples without padding. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array | Uint16Array;
}

/** A decoded video frame. */
export interface DecodedFrame {
  /** The presentation time, in seconds. */
  readonly time: number;
  readonly width: number;
  readonly height: number;
  /** FFmpeg's pixel format, such as `yuv420p`. */
  readonly format: string;
  readonly bits: number;
  /** Luma, blue and red difference, alpha; or luma only. */
  readonly planes: readonly Plane[];
  /** Weights of red and blue in luma. */
  readonly weights: readonly [red: number, blue: number];
  readonly full: boolean;
}

/** A packet of a stream. */
export interface PacketFacts {
  /** In seconds. */
  readonly time: number;
  /** In seconds. */
  readonly duration: number;
  readonly hash: string;
  readonly bytes: Buffer;
}

/** The metadata and packets of a stream. */
export interface StreamFacts {
  readonly kind: 'video' | 'audio' | 'subtitle' | 'cover' | 'other';
  readonly codec: string;
  readonly profile: number;
  readonly width: number;
  readonly height: number;
  readonly range: number;
  readonly matrix: number;
  readonly primaries: number;
  readonly transfer: number;
  /** The aspect ratio of the pixels, as in `4:3`; `1:1` if not stated. */
  readonly pixelShape: string;
  /** Degrees clockwise by which players rotate the frames. */
  readonly rotation: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly disposition: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly packets: readonly PacketFacts[];
}

/** The contents of a file. */
export interface FileFacts {
  /** In seconds. */
  readonly duration: number;
  readonly startTime: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly streams: readonly StreamFacts[];
  /** The only video stream that is not a cover. */
  readonly video: StreamFacts;
  readonly audio: readonly StreamFacts[];
  readonly subtitles: readonly StreamFacts[];
}

/** Reads all packets of a file. */
export function inspect(path: string): FileFacts {
  const input = open(path);
  const streams = input.streams.map((stream) => ({ ...factsOf(stream), packets: [] as PacketFacts[] }));
  const packet = new Packet();
  packet.alloc();
  while (input.readFrameSync(packet) >= 0) {
    const base = input.streams[packet.streamIndex]?.timeBase.toDouble() ?? 0;
    const bytes = Buffer.from(packet.data ?? []);
    streams[packet.streamIndex]?.packets.push({
      time: Number(packet.pts) * base,
      duration: Number(packet.duration) * base,
      hash: createHash('sha256').update(bytes).digest('hex'),
      bytes,
    });
    packet.unref();
  }
  const videos = streams.filter(({ kind }) => kind === 'video');
  const [video] = videos;
  if (!video || videos.length > 1) throw new Error(`${videos.length} videos in ${path}`);
  const facts = {
    duration: Number(input.duration) / 1e6,
    startTime: input.startTime === AV_NOPTS_VALUE ? 0 : Number(input.startTime) / 1e6,
    metadata: input.metadata?.getAll() ?? {},
    streams,
    video,
    audio: streams.filter(({ kind }) => kind === 'audio'),
    subtitles: streams.filter(({ kind }) => kind === 'subtitle'),
  };
  packet.free();
  input.closeInputSync();
  return facts;
}

function factsOf(stream: Stream): Omit<StreamFacts, 'packets'> {
  const { codecpar, disposition } = stream;
  const { num, den } = stream.sampleAspectRatio;
  return {
    kind: kindOf(stream),
    codec: avGetCodecName(codecpar.codecId) ?? '',
    profile: codecpar.profile,
    width: codecpar.width,
    height: codecpar.height,
    range: codecpar.colorRange,
    matrix: codecpar.colorSpace,
    primaries: codecpar.colorPrimaries,
    transfer: codecpar.colorTrc,
    pixelShape: num > 0 ? `${num}:${den}` : '1:1',
    rotation: rotationOf(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)),
    sampleRate: codecpar.sampleRate,
    channels: codecpar.channels,
    disposition,
    metadata: stream.metadata?.getAll() ?? {},
  };
}

function kindOf({ codecpar, disposition }: Stream): StreamFacts['kind'] {
  switch (codecpar.codecType) {
    case AVMEDIA_TYPE_VIDEO:
      return disposition & AV_DISPOSITION_ATTACHED_PIC ? 'cover' : 'video';
    case AVMEDIA_TYPE_AUDIO:
      return 'audio';
    case AVMEDIA_TYPE_SUBTITLE:
      return 'subtitle';
    default:
      return 'other';
  }
}

function rotationOf(matrix: Buffer | null): number {
  if (!matrix) return 0;
  const degrees = (Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) * 180) / Math.PI;
  return (Math.round(degrees) + 360) % 360;
}

/** Decodes the frames of a file, at most `most` of them. Fails on damaged ones. VP8 and VP9 have their alpha. */
export function decode(path: string, most = Number.POSITIVE_INFINITY): DecodedFrame[] {
  const input = open(path);
  const stream = input.streams.find((candidate) => kindOf(candidate) === 'video');
  if (!stream) throw new Error(`no video in ${path}`);
  const { codecId } = stream.codecpar;
  // FFmpeg's own decoders of these omit the alpha.
  const codec =
    codecId === AV_CODEC_ID_VP9 && path.endsWith('.webm')
      ? Codec.findDecoderByName('libvpx-vp9' as Parameters<typeof Codec.findDecoderByName>[0])
      : codecId === AV_CODEC_ID_VP8 && path.endsWith('.webm')
        ? Codec.findDecoderByName('libvpx' as Parameters<typeof Codec.findDecoderByName>[0])
        : Codec.findDecoder(codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  must(decoder.parametersToContext(stream.codecpar));
  decoder.pktTimebase = stream.timeBase;
  must(decoder.open2Sync(codec, null));
  const frames: DecodedFrame[] = [];
  const frame = new Frame();
  frame.alloc();
  const drain = () => {
    for (;;) {
      const ret = decoder.receiveFrameSync(frame);
      if (ret === AVERROR_EAGAIN || ret === AVERROR_EOF) return;
      must(ret);
      if (frame.decodeErrorFlags !== 0) throw new Error(`a damaged frame in ${path}`);
      frames.push(decodedFrame(frame, stream));
    }
  };
  const packet = new Packet();
  packet.alloc();
  while (frames.length < most && input.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      must(decoder.sendPacketSync(packet));
      drain();
    }
    packet.unref();
  }
  must(decoder.sendPacketSync(null));
  drain();
  frames.splice(most);
  frame.free();
  packet.free();
  decoder.freeContext();
  input.closeInputSync();
  return frames;
}

function decodedFrame(frame: Frame, stream: Stream): DecodedFrame {
  const format = avGetPixFmtName(frame.format as AVPixelFormat) ?? '';
  const match = /^(?:yuv(j)?(a)?(420|422|444)p|(gray))(\d+)?(?:le)?$/.exec(format);
  if (!match) throw new Error(`a frame of ${format}`);
  const bits = Number(match[5] ?? 8);
  const chroma = match[3] === '420' ? [2, 2] : match[3] === '422' ? [2, 1] : [1, 1];
  const count = match[4] ? 1 : match[2] ? 4 : 3;
  const planes = Array.from({ length: count }, (_, index) => {
    const [across, down] = index === 1 || index === 2 ? chroma : [1, 1];
    const width = Math.ceil(frame.width / (across ?? 1));
    const height = Math.ceil(frame.height / (down ?? 1));
    return readPlane(frame, index, width, height, bits);
  });
  const timestamp = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? frame.pts : frame.bestEffortTimestamp;
  const matrix = frame.colorSpace;
  const weights =
    {
      [AVCOL_SPC_BT709]: [0.2126, 0.0722],
      [AVCOL_SPC_BT2020_NCL]: [0.2627, 0.0593],
      [AVCOL_SPC_BT470BG]: [0.299, 0.114],
      [AVCOL_SPC_SMPTE170M]: [0.299, 0.114],
    }[matrix as number] ?? (frame.width >= 1280 || frame.height >= 720 ? [0.2126, 0.0722] : [0.299, 0.114]);
  return {
    time: Number(timestamp) * stream.timeBase.toDouble(),
    width: frame.width,
    height: frame.height,
    format,
    bits,
    planes,
    weights: [weights[0] ?? 0, weights[1] ?? 0],
    full: frame.colorRange === AVCOL_RANGE_JPEG || match[1] !== undefined,
  };
}

function readPlane(frame: Frame, index: number, width: number, height: number, bits: number): Plane {
  const data = frame.data?.[index];
  const stride = frame.linesize[index] ?? 0;
  if (!data || stride <= 0) throw new Error(`no plane ${index}`);
  if (bits === 8) {
    const samples = new Uint8Array(width * height);
    for (let row = 0; row < height; row++)
      samples.set(data.subarray(row * stride, row * stride + width), row * width);
    return { width, height, samples };
  }
  const samples = new Uint16Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      samples[row * width + column] = data.readUInt16LE(row * stride + 2 * column);
  return { width, height, samples };
}

function open(path: string): FormatContext {
  const input = new FormatContext();
  must(input.openInputSync(`file:${path}`));
  must(input.findStreamInfoSync());
  return input;
}

function must(ret: number): void {
  if (ret < 0) throw new Error(`FFmpeg failed: ${FFmpegError.strerror(ret)}`);
}

/** A chapter: its start, in seconds, and its title. */
export interface ChapterFacts {
  readonly start: number;
  readonly title: string;
}

/** Reads the chapters of an mp4 (`chpl`) or mkv file from its bytes, because node-av does not expose them. */
export function chaptersOf(path: string): ChapterFacts[] {
  const bytes = readFileSync(path);
  return bytes.readUInt32BE(0) === 0x1a45dfa3 ? matroskaChapters(bytes) : mp4Chapters(bytes);
}

function mp4Chapters(bytes: Buffer): ChapterFacts[] {
  const at = bytes.indexOf('chpl', 0, 'latin1');
  if (at < 0) return [];
  const chapters: ChapterFacts[] = [];
  let offset = at + 4 + 4 + (bytes[at + 4] ? 4 : 0);
  for (let count = bytes[offset++] ?? 0; count > 0; count--) {
    const length = bytes[offset + 8] ?? 0;
    chapters.push({
      start: Number(bytes.readBigUInt64BE(offset)) / 1e7,
      title: bytes.toString('utf8', offset + 9, offset + 9 + length),
    });
    offset += 9 + length;
  }
  return chapters;
}

const MATROSKA = { segment: 0x18538067, chapters: 0x1043a770, edition: 0x45b9, atom: 0xb6, display: 0x80 };

function matroskaChapters(bytes: Buffer): ChapterFacts[] {
  const chapters: { start: number; title: string }[] = [];
  const walk = (from: number, to: number): void => {
    for (let at = from; at < to; ) {
      const id = element(bytes, at, false);
      const length = element(bytes, at + id.length, true);
      const body = at + id.length + length.length;
      const end = Math.min(to, length.value < 0 ? to : body + length.value);
      if (id.value === MATROSKA.atom) chapters.push({ start: 0, title: '' });
      const chapter = chapters.at(-1);
      if (chapter && id.value === 0x91) chapter.start = number(bytes, body, end) / 1e9;
      if (chapter && id.value === 0x85) chapter.title = bytes.toString('utf8', body, end);
      if ((Object.values(MATROSKA) as number[]).includes(id.value)) walk(body, end);
      at = end;
    }
  };
  walk(0, bytes.length);
  return chapters;
}

/** An EBML number with its own length: an identifier, or a length (-1: unknown). */
function element(bytes: Buffer, at: number, isLength: boolean): { value: number; length: number } {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (!isLength) return { value: number(bytes, at, at + length), length };
  // The leading bits give the length of the number itself.
  const first = (bytes[at] ?? 0) & (0xff >> length);
  const unknown =
    first === 0xff >> length && bytes.subarray(at + 1, at + length).every((byte) => byte === 0xff);
  return { value: unknown ? -1 : first * 256 ** (length - 1) + number(bytes, at + 1, at + length), length };
}

function number(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}
