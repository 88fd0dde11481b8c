import { isAfter, isBefore, type TimeRange } from '@elsewhere/engine/internal';
import {
  AV_CHANNEL_LAYOUT_5POINT1_BACK,
  AV_CHANNEL_LAYOUT_7POINT1,
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVSampleFormat,
} from 'node-av/constants';
import {
  avChannelLayoutDescribe,
  avGetSampleFmtName,
  avRescaleQ,
  Codec,
  CodecContext,
  Filter,
  type FilterContext,
  FilterGraph,
  FilterInOut,
  Frame,
  Packet,
} from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { check, encoderNamed, known, type Ratio, rational, seconds } from '../ffmpeg.js';
import type { InputStream } from '../input/reader.js';
import type { Track, Writer } from '../output/writer.js';
import type { Route, RoutesContext } from './route.js';

/** FFmpeg's channel layout. */
type ChannelLayout = Frame['channelLayout'];

/** Encoders for audio that a container cannot hold as it is. */
export type AudioEncoder = 'aac' | 'libopus' | 'libmp3lame';

/** Bit rates per channel: more than enough for audio that was compressed before. */
const BIT_RATES: Readonly<Record<AudioEncoder, number>> = {
  aac: 96_000,
  libopus: 80_000,
  libmp3lame: 96_000,
};

/** Layouts that the encoders support, by number of channels; others are mixed to stereo. */
const LAYOUTS: ReadonlyMap<number, AudioLayout> = new Map([
  [1, { name: 'mono', layout: AV_CHANNEL_LAYOUT_MONO }],
  [2, { name: 'stereo', layout: AV_CHANNEL_LAYOUT_STEREO }],
  [6, { name: '5.1', layout: AV_CHANNEL_LAYOUT_5POINT1_BACK }],
  [8, { name: '7.1', layout: AV_CHANNEL_LAYOUT_7POINT1 }],
]);

const STEREO: AudioLayout = { name: 'stereo', layout: AV_CHANNEL_LAYOUT_STEREO };

interface AudioLayout {
  /** FFmpeg's name. */
  readonly name: string;
  readonly layout: ChannelLayout;
}

/** Decodes audio and encodes it anew. */
export class AudioRoute implements Route {
  readonly #input: InputStream;
  readonly #writer: Writer;
  readonly #range: TimeRange;
  readonly #track: Track;
  readonly #decoder: CodecContext;
  readonly #encoder: CodecContext;
  readonly #decoded = new Frame();
  readonly #filtered = new Frame();
  readonly #packet = new Packet();
  readonly #timeBase: Ratio;
  readonly #chain: string;
  #graph: AudioFilter | undefined;
  #past = false;

  /**
   * @param encoderName - FFmpeg's encoder.
   */
  constructor(input: InputStream, encoderName: AudioEncoder, { writer, range, reader, tags }: RoutesContext) {
    this.#input = input;
    this.#writer = writer;
    this.#range = range;
    const { parameters } = input;
    const decoder = Codec.findDecoder(parameters.codecId);
    const encoder = encoderNamed(encoderName);
    if (!decoder || !encoder) {
      throw new MediaError(
        'INPUT_UNSUPPORTED',
        `The audio of ${reader.name} cannot be converted for this container.`,
      );
    }
    this.#decoder = new CodecContext();
    this.#decoder.allocContext3(decoder);
    check(this.#decoder.parametersToContext(parameters), 'describe the audio to its decoder');
    this.#decoder.pktTimebase = rational(input.timeBase);
    check(this.#decoder.open2Sync(decoder, null), 'open the audio decoder');
    this.#encoder = new CodecContext();
    this.#encoder.allocContext3(encoder);
    const channels = encoderName === 'libmp3lame' ? Math.min(2, parameters.channels) : parameters.channels;
    const layout = LAYOUTS.get(channels) ?? STEREO;
    const rate = chooseRate(encoder.supportedSamplerates, parameters.sampleRate);
    const format = encoder.sampleFormats?.[0];
    if (format === undefined) throw new Error(`The encoder ${encoderName} names no sample format.`);
    this.#timeBase = { num: 1, den: rate };
    this.#encoder.sampleRate = rate;
    this.#encoder.sampleFormat = format;
    this.#encoder.channelLayout = layout.layout;
    this.#encoder.timeBase = rational(this.#timeBase);
    this.#encoder.bitRate = BigInt(BIT_RATES[encoderName] * this.#encoder.channels);
    if (writer.globalHeader) this.#encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    check(this.#encoder.open2Sync(encoder, null), `open the encoder ${encoderName}`);
    this.#track = writer.add(this.#timeBase, tags.kept(input.stream.metadata?.getAll()));
    check(this.#encoder.parametersFromContext(this.#track.stream.codecpar), 'describe the audio');
    this.#track.stream.disposition = input.stream.disposition;
    for (const part of [this.#decoded, this.#filtered, this.#packet]) part.alloc();
    this.#chain = [
      'aresample=async=1:first_pts=0',
      `aformat=sample_fmts=${avGetSampleFmtName(format)}:sample_rates=${rate}:channel_layouts=${layout.name}`,
      ...(Number.isFinite(range.to) ? [`atrim=end=${(range.to - range.from).toFixed(6)}`] : []),
      ...(this.#encoder.frameSize > 0 ? [`asetnsamples=n=${this.#encoder.frameSize}:p=0`] : []),
    ].join(',');
  }

  take(packet: Packet): void {
    const pts = known(packet.pts) ?? known(packet.dts);
    if (pts !== undefined) {
      if (isAfter(seconds(pts, this.#input.timeBase), this.#range)) this.#past = true;
      if (this.#past || isBefore(seconds(pts + packet.duration, this.#input.timeBase) - 0.05, this.#range))
        return;
    }
    this.#decode(packet);
  }

  isPast(): boolean {
    return this.#past;
  }

  finish(): void {
    this.#decode(null);
    this.#endGraph();
    this.#encode(null);
  }

  dispose(): void {
    this.#graph?.free();
    this.#decoder.freeContext();
    this.#encoder.freeContext();
    for (const part of [this.#decoded, this.#filtered, this.#packet]) part.free();
  }

  #decode(packet: Packet | null): void {
    // A packet that cannot be decoded leaves a gap, which the filter fills with silence.
    this.#decoder.sendPacketSync(packet);
    while (this.#decoder.receiveFrameSync(this.#decoded) >= 0) this.#filter(this.#decoded);
  }

  #filter(frame: Frame): void {
    const rate = frame.sampleRate;
    const kind = `sample_rate=${rate}:sample_fmt=${avGetSampleFmtName(frame.format as AVSampleFormat)}:channel_layout=${describeLayout(frame)}`;
    if (this.#graph && this.#graph.kind !== kind) this.#endGraph();
    this.#graph ??= new AudioFilter(kind, rate, this.#chain);
    const pts = known(frame.bestEffortTimestamp) ?? known(frame.pts);
    if (pts !== undefined) {
      const offset = BigInt(Math.round(this.#range.from * rate));
      frame.pts = avRescaleQ(pts, { ...this.#input.timeBase }, { num: 1, den: rate }) - offset;
    }
    this.#graph.send(frame);
    this.#drain();
  }

  #endGraph(): void {
    if (!this.#graph) return;
    this.#graph.send(null);
    this.#drain();
    this.#graph.free();
    this.#graph = undefined;
  }

  #drain(): void {
    while (this.#graph?.receive(this.#filtered)) {
      this.#encode(this.#filtered);
      this.#filtered.unref();
    }
  }

  #encode(frame: Frame | null): void {
    const ret = this.#encoder.sendFrameSync(frame);
    if (ret !== AVERROR_EOF) check(ret, 'encode the audio');
    for (;;) {
      const got = this.#encoder.receivePacketSync(this.#packet);
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return;
      check(got, 'encode the audio');
      this.#writer.write(this.#track, this.#packet);
      this.#packet.unref();
    }
  }
}

/** A chain of FFmpeg filters for audio. */
class AudioFilter {
  /** The format of its input, in FFmpeg's syntax. */
  readonly kind: string;
  readonly #graph = new FilterGraph();
  readonly #source: FilterContext;
  readonly #sink: FilterContext;

  constructor(kind: string, rate: number, chain: string) {
    this.kind = kind;
    this.#graph.alloc();
    this.#source = this.#create('abuffer', 'in', `time_base=1/${rate}:${kind}`);
    this.#sink = this.#create('abuffersink', 'out', null);
    const outputs = FilterInOut.createList([{ name: 'in', filterCtx: this.#source, padIdx: 0 }]);
    const inputs = FilterInOut.createList([{ name: 'out', filterCtx: this.#sink, padIdx: 0 }]);
    check(this.#graph.parsePtr(chain, inputs, outputs), 'read the audio filters');
    check(this.#graph.configSync(), 'connect the audio filters');
  }

  send(frame: Frame | null): void {
    const ret = this.#source.buffersrcAddFrameSync(frame);
    if (ret !== AVERROR_EOF) check(ret, 'filter the audio');
  }

  receive(frame: Frame): boolean {
    return this.#sink.buffersinkGetFrameSync(frame) >= 0;
  }

  free(): void {
    this.#graph.free();
  }

  #create(name: string, as: string, args: string | null): FilterContext {
    const filter = Filter.getByName(name);
    const context = filter && this.#graph.createFilter(filter, as, args);
    if (!context) throw new Error(`FFmpeg cannot make the filter ${name} (${args}).`);
    return context;
  }
}

function chooseRate(supported: readonly number[] | null, wanted: number): number {
  if (!supported || supported.length === 0 || supported.includes(wanted)) return wanted;
  const higher = supported.filter((rate) => rate >= wanted);
  return higher.length > 0 ? Math.min(...higher) : Math.max(...supported);
}

function describeLayout(frame: Frame): string {
  const layout = frame.channelLayout;
  const described = layout.mask ? avChannelLayoutDescribe(layout) : undefined;
  return described ?? LAYOUTS.get(frame.channels)?.name ?? `${frame.channels}c`;
}
