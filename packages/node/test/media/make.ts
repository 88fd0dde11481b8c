import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import {
  AV_CODEC_FLAG_FRAME_DURATION,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_BIN_DATA,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_SUBRIP,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_DISPLAYMATRIX,
  type AVColorPrimaries,
  type AVColorRange,
  type AVColorSpace,
  type AVColorTransferCharacteristic,
  AVFMT_GLOBALHEADER,
  AVMEDIA_TYPE_ATTACHMENT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_DATA,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  type AVPixelFormat,
  type AVSampleFormat,
} from 'node-av/constants';
import {
  avGetCodecName,
  avGetPixFmtName,
  avGetSampleFmtName,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  InputFormat,
  Log,
  Packet,
  Rational,
  type Stream,
} from 'node-av/lib';
import { afterAll } from 'vitest';
import { type Chapter, writeChapters } from '../../src/media/chapters/index.js';

Log.setLevel(AV_LOG_QUIET);

/** A temporary directory for one test file, removed when its tests are done. Returns the path of a file in it. */
export function temporaryDirectory(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'elsewhere-media-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return (name) => join(directory, name);
}

/** The description of a video file. Everything has a default. */
export interface VideoRecipe {
  /** The filter graph of the video stream, with a duration. */
  readonly picture?: string;
  readonly encoder?: string;
  readonly format?: AVPixelFormat;
  readonly options?: Readonly<Record<string, string>>;
  readonly tags?: {
    readonly range?: AVColorRange;
    readonly matrix?: AVColorSpace;
    readonly primaries?: AVColorPrimaries;
    readonly transfer?: AVColorTransferCharacteristic;
    readonly sampleAspectRatio?: readonly [number, number];
  };
  /** The timestamp of each frame, in 1/90000 s. Default: the graph's. */
  readonly time?: (index: number) => number;
  /** A display matrix. */
  readonly matrix?: readonly number[];
  readonly audio?: readonly {
    readonly source: string;
    readonly encoder?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    /** Samples per second. Default 48000. */
    readonly rate?: number;
    /** Indices of packets that are missing. */
    readonly lost?: readonly number[];
    /** Seconds added to its timestamps. */
    readonly delay?: number;
  }[];
  readonly subtitles?: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  readonly chapters?: readonly Chapter[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** Seconds added to all timestamps. */
  readonly delay?: number;
  /**
   * Repeats the packets of `seconds` of the video `times` times, which makes hours of video quickly. Only for videos without
   * B-frames.
   */
  readonly repeat?: { readonly times: number; readonly seconds: number };
  /** Adds a cover picture; bytes: a JPEG. */
  readonly cover?: boolean | Buffer;
  /** The tags of the video stream. */
  readonly videoMetadata?: Readonly<Record<string, string>>;
  /** Attached files, in Matroska. */
  readonly attachments?: readonly {
    readonly filename: string;
    readonly mimetype: string;
    readonly bytes: Buffer;
  }[];
  /** Tracks of data in QuickTime or MP4, each with one packet a second. */
  readonly data?: readonly { readonly tag: string; readonly name: string; readonly bytes: Buffer }[];
  /** Options of the muxer. */
  readonly muxerOptions?: Readonly<Record<string, string>>;
  /** Omits the video stream. */
  readonly withoutVideo?: boolean;
}

const CLOCK = { num: 1, den: 90_000 };

interface Source {
  readonly stream: Stream;
  packets: Packet[];
}

/** Options with which an encoder keeps alpha. */
export function alphaOptions(encoder: string): Record<string, string> {
  return encoder === 'prores_ks' ? { profile: '4444' } : { 'auto-alt-ref': '0', crf: '4', b: '2M' };
}

/** Writes a video file with node-av. The extension determines the container. */
export function makeVideo(path: string, recipe: VideoRecipe = {}): string {
  const output = new FormatContext();
  const muxer = { '.mkv': 'matroska', '.ts': 'mpegts', '.mp3': 'mp3', '.m4a': 'ipod' }[extname(path)] ?? null;
  must(output.allocOutputContext2(null, muxer, path));
  if (recipe.metadata) output.metadata = Dictionary.fromObject({ ...recipe.metadata });
  const globalHeader = output.oformat?.hasFlags(AVFMT_GLOBALHEADER) ?? false;
  const sources: Source[] = [];
  if (!recipe.withoutVideo) sources.push(encodeVideo(output, recipe, globalHeader));
  for (const audio of recipe.audio ?? []) sources.push(encodeAudio(output, audio, globalHeader));
  const { repeat } = recipe;
  if (repeat) for (const source of sources) source.packets = repeated(source.packets, repeat);
  if (recipe.subtitles) sources.push(encodeSubtitles(output, recipe.subtitles));
  if (recipe.cover) sources.push(encodeCover(output, recipe.cover));
  for (const data of recipe.data ?? []) sources.push(addData(output, data));
  for (const attachment of recipe.attachments ?? []) addAttachment(output, attachment);
  must(output.openOutputSync());
  must(output.writeHeaderSync(Dictionary.fromObject({ ...recipe.muxerOptions })));
  const delay = BigInt(Math.round((recipe.delay ?? 0) * CLOCK.den));
  for (const { stream, packets } of sources) {
    for (const packet of packets) {
      packet.pts += delay;
      packet.dts += delay;
      packet.rescaleTs(CLOCK, stream.timeBase);
      packet.streamIndex = stream.index;
    }
  }
  const seconds = (packet: Packet, { timeBase }: Stream) => Number(packet.dts) * timeBase.toDouble();
  sources
    .flatMap(({ stream, packets }) => packets.map((packet) => ({ packet, at: seconds(packet, stream) })))
    .sort((a, b) => a.at - b.at)
    .forEach(({ packet }) => {
      must(output.interleavedWriteFrameSync(packet));
    });
  must(output.writeTrailerSync());
  output.closeOutputSync();
  output.freeContext();
  if (recipe.chapters) writeChapters(path, 'matroska', recipe.chapters);
  return path;
}

function repeated(
  packets: readonly Packet[],
  { times, seconds }: NonNullable<VideoRecipe['repeat']>,
): Packet[] {
  const period = BigInt(Math.round(seconds * CLOCK.den));
  // Audio encoders start before time 0.
  const once = packets.filter(({ pts }) => pts >= 0n && pts < period);
  return Array.from({ length: times }, (_, round) =>
    once.map((packet) => {
      const copy = packet.clone();
      if (!copy) throw new Error('out of memory');
      copy.pts += BigInt(round) * period;
      copy.dts += BigInt(round) * period;
      return copy;
    }),
  ).flat();
}

function encodeVideo(output: FormatContext, recipe: VideoRecipe, globalHeader: boolean): Source {
  const { picture = 'testsrc2=size=160x96:rate=25:duration=2', encoder: name = 'libx264' } = recipe;
  const format = recipe.format ?? AV_PIX_FMT_YUV420P;
  const stream = output.newStream(null);
  stream.timeBase = new Rational(CLOCK.num, CLOCK.den);
  const encoder = new CodecContext();
  let opened = false;
  const packets: Packet[] = [];
  let index = 0;
  let lastDuration = 0n;
  decodeGraph(`${picture},format=${pixelFormatName(format)}`, (frame, timeBase) => {
    if (!opened) {
      openVideo(encoder, name, frame, format, recipe, globalHeader);
      opened = true;
    }
    frame.pts = BigInt(
      Math.round(recipe.time?.(index) ?? Number(frame.pts) * timeBase.toDouble() * CLOCK.den),
    );
    frame.pictType = 0 as typeof frame.pictType;
    const next = recipe.time?.(index + 1);
    const usual = BigInt(Math.round(Number(frame.duration) * timeBase.toDouble() * CLOCK.den));
    frame.duration = next === undefined ? usual : BigInt(Math.round(next)) - frame.pts;
    lastDuration = frame.duration;
    index++;
    encode(encoder, frame, packets);
  });
  encode(encoder, null, packets);
  // Not every encoder passes durations on; a container would end with the start of the last frame.
  const last = packets.at(-1);
  if (last && last.duration === 0n) last.duration = lastDuration;
  must(encoder.parametersFromContext(stream.codecpar));
  stream.sampleAspectRatio = encoder.sampleAspectRatio;
  if (recipe.videoMetadata) stream.metadata = Dictionary.fromObject({ ...recipe.videoMetadata });
  if (recipe.matrix) {
    const matrix = Buffer.alloc(36);
    recipe.matrix.forEach((value, index) => void matrix.writeInt32LE(value, index * 4));
    stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, matrix);
  }
  encoder.freeContext();
  return { stream, packets };
}

function openVideo(
  encoder: CodecContext,
  name: string,
  frame: Frame,
  format: AVPixelFormat,
  { options, tags = {} }: VideoRecipe,
  globalHeader: boolean,
): void {
  const codec = Codec.findEncoderByName(name as Parameters<typeof Codec.findEncoderByName>[0]);
  if (!codec) throw new Error(`no encoder ${name}`);
  encoder.allocContext3(codec);
  encoder.width = frame.width;
  encoder.height = frame.height;
  encoder.pixelFormat = format;
  encoder.timeBase = new Rational(CLOCK.num, CLOCK.den);
  encoder.framerate = new Rational(25, 1);
  if (tags.range !== undefined) encoder.colorRange = tags.range;
  if (tags.matrix !== undefined) encoder.colorSpace = tags.matrix;
  if (tags.primaries !== undefined) encoder.colorPrimaries = tags.primaries;
  if (tags.transfer !== undefined) encoder.colorTrc = tags.transfer;
  if (tags.sampleAspectRatio) encoder.sampleAspectRatio = new Rational(...tags.sampleAspectRatio);
  encoder.setFlags(AV_CODEC_FLAG_FRAME_DURATION);
  if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const usual = {
    libx264: { preset: 'ultrafast' },
    libx265: { preset: 'ultrafast', 'x265-params': 'log-level=none' },
  };
  const all = { ...usual[name as keyof typeof usual], ...options };
  for (const [key, value] of Object.entries(all)) must(encoder.setOption(key, value));
  must(encoder.open2Sync(codec, null));
}

function encodeAudio(
  output: FormatContext,
  {
    source,
    encoder: name = 'aac',
    metadata,
    rate = 48_000,
    lost = [],
    delay = 0,
  }: NonNullable<VideoRecipe['audio']>[number],
  globalHeader: boolean,
): Source {
  const codec = Codec.findEncoderByName(name as Parameters<typeof Codec.findEncoderByName>[0]);
  if (!codec) throw new Error(`no encoder ${name}`);
  const stream = output.newStream(null);
  if (metadata) stream.metadata = Dictionary.fromObject({ ...metadata });
  const encoder = new CodecContext();
  const packets: Packet[] = [];
  let opened = false;
  const sizes: Record<string, number> = {
    aac: 1024,
    ac3: 1536,
    flac: 4608,
    libmp3lame: 1152,
    libvorbis: 64,
    mp2: 1152,
  };
  // Planar samples: FFmpeg's device hands them over for one channel only.
  const format = name === 'mp2' || name === 'flac' || !(name in sizes) ? 's16' : 'fltp';
  const pad = name === 'mp2' ? 1 : 0;
  const chain = `${source},aformat=sample_fmts=${format}:sample_rates=${rate},asetnsamples=n=${sizes[name] ?? 960}:p=${pad}`;
  decodeGraph(chain, (frame) => {
    if (!opened) {
      encoder.allocContext3(codec);
      encoder.sampleRate = frame.sampleRate;
      encoder.sampleFormat = frame.format as typeof encoder.sampleFormat;
      encoder.channelLayout = frame.channelLayout;
      encoder.timeBase = new Rational(1, frame.sampleRate);
      if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
      must(encoder.open2Sync(codec, null));
      opened = true;
    }
    encode(encoder, frame, packets);
  });
  encode(encoder, null, packets);
  const later = BigInt(Math.round(delay * CLOCK.den));
  for (const packet of packets) {
    packet.rescaleTs(encoder.timeBase, CLOCK);
    packet.pts += later;
    packet.dts += later;
  }
  stream.timeBase = encoder.timeBase;
  must(encoder.parametersFromContext(stream.codecpar));
  encoder.freeContext();
  return { stream, packets: packets.filter((_, index) => !lost.includes(index)) };
}

function encodeSubtitles(output: FormatContext, cues: NonNullable<VideoRecipe['subtitles']>): Source {
  const stream = output.newStream(null);
  stream.timeBase = new Rational(1, 1000);
  stream.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE;
  stream.codecpar.codecId = AV_CODEC_ID_SUBRIP;
  const packets = cues.map(({ start, end, text }) => {
    const packet = new Packet();
    packet.alloc();
    packet.data = Buffer.from(text);
    packet.pts = BigInt(Math.round(start * CLOCK.den));
    packet.dts = packet.pts;
    packet.duration = BigInt(Math.round((end - start) * CLOCK.den));
    packet.isKeyframe = true;
    return packet;
  });
  return { stream, packets };
}

function addData(output: FormatContext, data: NonNullable<VideoRecipe['data']>[number]): Source {
  const stream = output.newStream(null);
  stream.timeBase = new Rational(CLOCK.num, CLOCK.den);
  stream.codecpar.codecType = AVMEDIA_TYPE_DATA;
  stream.codecpar.codecId = AV_CODEC_ID_BIN_DATA;
  stream.codecpar.codecTag = data.tag;
  stream.metadata = Dictionary.fromObject({ handler_name: data.name });
  const packets = [0, 1].map((second) => {
    const packet = new Packet();
    packet.alloc();
    packet.data = data.bytes;
    packet.pts = BigInt(second * CLOCK.den);
    packet.dts = packet.pts;
    packet.duration = BigInt(CLOCK.den);
    packet.isKeyframe = true;
    return packet;
  });
  return { stream, packets };
}

function addAttachment(
  output: FormatContext,
  { filename, mimetype, bytes }: NonNullable<VideoRecipe['attachments']>[number],
): void {
  const stream = output.newStream(null);
  stream.codecpar.codecType = AVMEDIA_TYPE_ATTACHMENT;
  stream.codecpar.extradata = bytes;
  stream.metadata = Dictionary.fromObject({ filename, mimetype });
}

function encodeCover(output: FormatContext, cover: true | Buffer): Source {
  if (cover !== true) return addCover(output, cover);
  const encoder = new CodecContext();
  const packets: Packet[] = [];
  decodeGraph('color=red:size=64x64:rate=1:duration=1,format=rgb24', (frame) => {
    const codec = Codec.findEncoderByName('png' as Parameters<typeof Codec.findEncoderByName>[0]);
    encoder.allocContext3(codec);
    encoder.width = frame.width;
    encoder.height = frame.height;
    encoder.pixelFormat = frame.format as AVPixelFormat;
    encoder.timeBase = new Rational(CLOCK.num, CLOCK.den);
    must(encoder.open2Sync(codec, null));
    frame.pts = 0n;
    encode(encoder, frame, packets);
  });
  encode(encoder, null, packets);
  const stream = output.newStream(null);
  must(encoder.parametersFromContext(stream.codecpar));
  stream.disposition = AV_DISPOSITION_ATTACHED_PIC;
  return { stream, packets };
}

function addCover(output: FormatContext, bytes: Buffer): Source {
  const stream = output.newStream(null);
  stream.timeBase = new Rational(CLOCK.num, CLOCK.den);
  stream.codecpar.codecType = AVMEDIA_TYPE_VIDEO;
  stream.codecpar.codecId = AV_CODEC_ID_MJPEG;
  stream.codecpar.width = 64;
  stream.codecpar.height = 64;
  stream.disposition = AV_DISPOSITION_ATTACHED_PIC;
  const packet = new Packet();
  packet.alloc();
  packet.data = bytes;
  packet.pts = 0n;
  packet.dts = 0n;
  packet.isKeyframe = true;
  return { stream, packets: [packet] };
}

/** Passes each frame of a filter graph, video or audio, to `take`. */
function decodeGraph(graph: string, take: (frame: Frame, timeBase: Rational) => void): void {
  const input = new FormatContext();
  must(input.openInputSync(graph, InputFormat.findInputFormat('lavfi')));
  must(input.findStreamInfoSync());
  const [stream] = input.streams;
  if (!stream) throw new Error(`no output from ${graph}`);
  decodeStream(input, stream, (frame) => take(frame, stream.timeBase));
  input.closeInputSync();
}

function decodeStream(input: FormatContext, stream: Stream, take: (frame: Frame) => void): void {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  must(decoder.parametersToContext(stream.codecpar));
  decoder.pktTimebase = stream.timeBase;
  must(decoder.open2Sync(codec, null));
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const drain = () => {
    while (decoder.receiveFrameSync(frame) >= 0) take(frame);
  };
  while (input.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      decoder.sendPacketSync(packet);
      drain();
    }
    packet.unref();
  }
  decoder.sendPacketSync(null);
  drain();
  frame.free();
  packet.free();
  decoder.freeContext();
}

function encode(encoder: CodecContext, frame: Frame | null, packets: Packet[]): void {
  must(encoder.sendFrameSync(frame));
  for (;;) {
    const packet = new Packet();
    packet.alloc();
    if (encoder.receivePacketSync(packet) < 0) return;
    packets.push(packet);
  }
}

/** The contents of a file, as node-av reads them. */
export interface Inspection {
  /** In seconds. */
  readonly start: number;
  /** In seconds. */
  readonly duration: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly streams: readonly {
    readonly type: number;
    readonly codec: string;
    readonly width: number;
    readonly height: number;
    readonly range: number;
    readonly matrix: number;
    readonly primaries: number;
    readonly transfer: number;
    readonly sampleAspectRatio: string;
    readonly disposition: number;
    readonly displayMatrix: readonly number[] | undefined;
    readonly metadata: Readonly<Record<string, string>>;
    readonly packets: readonly {
      readonly time: number;
      readonly duration: number;
      readonly hash: string;
      readonly text: string;
    }[];
  }[];
}

/** Reads all of a file's packets. */
export function inspect(path: string): Inspection {
  const input = openFile(path);
  const packet = new Packet();
  packet.alloc();
  const packets = input.streams.map(
    (): { time: number; duration: number; hash: string; text: string }[] => [],
  );
  while (input.readFrameSync(packet) >= 0) {
    const base = input.streams[packet.streamIndex]?.timeBase.toDouble() ?? 0;
    const bytes = packet.data ?? Buffer.alloc(0);
    packets[packet.streamIndex]?.push({
      time: Number(packet.pts) * base,
      duration: Number(packet.duration) * base,
      hash: createHash('md5').update(bytes).digest('hex'),
      text: bytes.length < 1000 ? bytes.toString('utf8') : '',
    });
    packet.unref();
  }
  const result: Inspection = {
    start: Number(input.startTime) / 1e6,
    duration: Number(input.duration) / 1e6,
    metadata: input.metadata?.getAll() ?? {},
    streams: input.streams.map((stream, index) => {
      const matrix = stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
      return {
        type: stream.codecpar.codecType,
        codec: avGetCodecName(stream.codecpar.codecId) ?? '',
        width: stream.codecpar.width,
        height: stream.codecpar.height,
        range: stream.codecpar.colorRange,
        matrix: stream.codecpar.colorSpace,
        primaries: stream.codecpar.colorPrimaries,
        transfer: stream.codecpar.colorTrc,
        sampleAspectRatio: stream.sampleAspectRatio.toString(),
        disposition: stream.disposition,
        displayMatrix: matrix
          ? Array.from({ length: 9 }, (_, index) => matrix.readInt32LE(index * 4))
          : undefined,
        metadata: stream.metadata?.getAll() ?? {},
        packets: packets[index] ?? [],
      };
    }),
  };
  packet.free();
  input.closeInputSync();
  return result;
}

/** A decoded video frame. */
export interface DecodedFrame {
  /** The presentation time, in seconds. */
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** Luma (or the first plane's bytes), without padding. */
  readonly luma: Buffer;
  /** The alpha plane's bytes, if there is one. */
  readonly alpha: Buffer | undefined;
}

/** Decodes all video frames of a file. */
export function pictures(path: string, decoderName?: string): DecodedFrame[] {
  const input = openFile(path);
  const stream = input.streams.find(
    ({ codecpar, disposition }) =>
      codecpar.codecType === AVMEDIA_TYPE_VIDEO && !(disposition & AV_DISPOSITION_ATTACHED_PIC),
  );
  if (!stream) throw new Error(`no video in ${path}`);
  const found: DecodedFrame[] = [];
  const take = (frame: Frame) => {
    const plane = (index: number) => {
      const stride = frame.linesize[index] ?? 0;
      const data = frame.data?.[index];
      if (!data || stride <= 0) return undefined;
      return Buffer.concat(
        Array.from({ length: frame.height }, (_, row) =>
          data.subarray(row * stride, row * stride + frame.width),
        ),
      );
    };
    const pts = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? frame.pts : frame.bestEffortTimestamp;
    found.push({
      time: Number(pts) * stream.timeBase.toDouble(),
      width: frame.width,
      height: frame.height,
      format: pixelFormatName(frame.format as AVPixelFormat),
      luma: plane(0) ?? Buffer.alloc(0),
      alpha: plane(3),
    });
  };
  if (decoderName) decodeWith(decoderName, input, stream, take);
  else decodeStream(input, stream, take);
  input.closeInputSync();
  return found;
}

/** A decoded track of sound. */
export interface DecodedSound {
  readonly rate: number;
  /** Samples from time 0 on, by channel; 0 where there are none. */
  readonly channels: readonly Float32Array[];
}

/** Decodes a track of sound of a file, at its timestamps. */
export function sound(path: string, track = 0): DecodedSound {
  const input = openFile(path);
  const stream = input.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO)[track];
  if (!stream) throw new Error(`no sound ${track} in ${path}`);
  const blocks: { readonly at: number; readonly planes: readonly Float32Array[] }[] = [];
  const { sampleRate: rate, channels: count } = stream.codecpar;
  decodeStream(input, stream, (frame) => {
    if (frame.sampleRate !== rate) throw new Error(`sound of ${frame.sampleRate} Hz among ${rate} Hz`);
    const at = Math.round(Number(frame.pts) * stream.timeBase.toDouble() * rate);
    blocks.push({ at, planes: samplesOf(frame) });
  });
  input.closeInputSync();
  const length = Math.max(...blocks.map(({ at, planes }) => at + (planes[0]?.length ?? 0)));
  const channels = Array.from({ length: count }, () => new Float32Array(length));
  for (const { at, planes } of blocks)
    for (const [index, plane] of planes.entries())
      channels[index]?.set(plane.subarray(Math.max(0, -at)), Math.max(0, at));
  return { rate, channels };
}

/** The samples of a decoded frame, by channel. */
function samplesOf(frame: Frame): Float32Array[] {
  const { channels, nbSamples } = frame;
  const data = frame.extendedData ?? frame.data ?? [];
  const name = avGetSampleFmtName(frame.format as AVSampleFormat) ?? '';
  const isPlanar = name.endsWith('p');
  const kind = isPlanar ? name.slice(0, -1) : name;
  const read: Record<string, [bytes: number, of: (buffer: Buffer, at: number) => number]> = {
    flt: [4, (buffer, at) => buffer.readFloatLE(at)],
    s16: [2, (buffer, at) => buffer.readInt16LE(at) / 2 ** 15],
    s32: [4, (buffer, at) => buffer.readInt32LE(at) / 2 ** 31],
  };
  const [bytes, of] = read[kind] ?? [];
  if (!bytes || !of) throw new Error(`samples of the format ${name}`);
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: nbSamples }, (_, index) => {
      const buffer = data[isPlanar ? channel : 0];
      return buffer ? of(buffer, bytes * (isPlanar ? index : index * channels + channel)) : 0;
    }),
  );
}

function decodeWith(name: string, input: FormatContext, stream: Stream, take: (frame: Frame) => void): void {
  const codec = Codec.findDecoderByName(name as Parameters<typeof Codec.findDecoderByName>[0]);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  must(decoder.parametersToContext(stream.codecpar));
  must(decoder.open2Sync(codec, null));
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  while (input.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      decoder.sendPacketSync(packet);
      while (decoder.receiveFrameSync(frame) >= 0) take(frame);
    }
    packet.unref();
  }
  decoder.sendPacketSync(null);
  while (decoder.receiveFrameSync(frame) >= 0) take(frame);
  frame.free();
  packet.free();
  decoder.freeContext();
}

function openFile(path: string): FormatContext {
  const input = new FormatContext();
  must(input.openInputSync(`file:${path}`));
  must(input.findStreamInfoSync());
  return input;
}

function pixelFormatName(format: AVPixelFormat): string {
  return avGetPixFmtName(format) ?? 'unknown';
}

function must(ret: number): void {
  if (ret < 0) throw new Error(`FFmpeg failed: ${FFmpegError.strerror(ret)}`);
}
