import type { ConversionWarningCode } from '@elsewhere/engine';
import { isAfter, type TimeRange } from '@elsewhere/engine/internal';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVSampleFormat,
} from 'node-av/constants';
import {
  avGetCodecName,
  avGetSampleFmtName,
  Codec,
  CodecContext,
  CodecParameters,
  Frame,
  Packet,
} from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { check, encoderNamed, known, rational, seconds } from '../ffmpeg.js';
import type { InputStream } from '../input/reader.js';
import type { Track, Writer } from '../output/writer.js';
import { SampleTrack, SoundClock } from '../timeline/index.js';
import { AudioFilter } from './audio-filter.js';
import { type ChannelLayout, layoutName, mixing, planChannels, positioned } from './channels.js';
import type { Route, RoutesContext } from './route.js';
import { SampleQueue } from './sample-queue.js';

/** Encoders for audio that a container cannot hold as it is. */
export type AudioEncoder = 'aac' | 'libopus' | 'libmp3lame';

/** Bit rates per channel: more than enough for audio that was compressed before. */
const BIT_RATES: Readonly<Record<AudioEncoder, number>> = {
  aac: 96_000,
  libopus: 80_000,
  libmp3lame: 96_000,
};

/** Decoders need some packets before the first that is wanted: MP3 up to nine, Opus 80 ms. In seconds. */
const PREROLL = 0.5;

/** Decodes audio and encodes it anew, in one format and without gaps, whatever the input does on the way. */
export class AudioRoute implements Route {
  readonly #input: InputStream;
  readonly #title: string;
  readonly #writer: Writer;
  readonly #range: TimeRange;
  readonly #track: Track;
  readonly #decoder: CodecContext;
  readonly #encoder: CodecContext;
  readonly #decoded = new Frame();
  readonly #filtered = new Frame();
  readonly #packet = new Packet();
  readonly #rate: number;
  readonly #layout: ChannelLayout;
  readonly #format: AVSampleFormat;
  readonly #clock: SoundClock;
  readonly #samples: SampleTrack;
  readonly #queue: SampleQueue;
  readonly #warn: (code: ConversionWarningCode, message: string) => void;
  readonly #kinds = new Set<string>();
  /** Samples by which an encoder is late, where the container cannot say it: as many are left out at the start. */
  readonly #lead: number;
  /** Whether the positions of the channels may be guessed. */
  readonly #guessed: boolean;
  #graph: AudioFilter | undefined;
  #past = false;

  /**
   * @param encoderName - FFmpeg's encoder.
   * @param title - The track's name in messages.
   */
  constructor(input: InputStream, encoderName: AudioEncoder, title: string, context: RoutesContext) {
    const { writer, container, range, tags, warnings } = context;
    this.#input = input;
    this.#title = title;
    this.#writer = writer;
    this.#range = range;
    this.#warn = (code, message) => warnings.push({ code, message });
    const { parameters, timeBase } = input;
    this.#decoder = openDecoder(input);
    const encoder = encoderNamed(encoderName);
    if (!encoder) throw new MediaError('OUTPUT_UNSUPPORTED', `This build of FFmpeg lacks ${encoderName}.`);
    this.#rate = chooseRate(encoder.supportedSamplerates, parameters.sampleRate);
    this.#format = chooseFormat(encoder.sampleFormats ?? []);
    this.#guessed = /^pcm_/.test(avGetCodecName(parameters.codecId) ?? '');
    const plan = planChannels(positioned(parameters.channelLayout, this.#guessed), encoderName);
    this.#layout = plan.layout;
    this.#encoder = new CodecContext();
    this.#encoder.allocContext3(encoder);
    this.#encoder.sampleRate = this.#rate;
    this.#encoder.sampleFormat = this.#format;
    this.#encoder.channelLayout = this.#layout;
    this.#encoder.timeBase = rational({ num: 1, den: this.#rate });
    this.#encoder.bitRate = BigInt(BIT_RATES[encoderName] * this.#layout.nbChannels);
    if (writer.globalHeader) this.#encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    check(this.#encoder.open2Sync(encoder, null), `open the encoder ${encoderName}`);
    this.#track = writer.add({ num: 1, den: this.#rate }, tags.kept(input.stream.metadata?.getAll()), title);
    const { codecpar } = this.#track.stream;
    check(this.#encoder.parametersFromContext(codecpar), 'describe the audio');
    this.#lead = container.soundMayPause ? 0 : codecpar.initialPadding;
    this.#track.stream.disposition = input.stream.disposition;
    if (plan.isMixed) {
      const { nbChannels } = parameters.channelLayout;
      const message = `${title} has ${nbChannels} channels, which were mixed down: ${layoutName(this.#layout)} is the most that the output can hold.`;
      this.#warn('AUDIO_MIXED', message);
    }
    for (const part of [this.#decoded, this.#filtered, this.#packet]) part.alloc();
    this.#clock = new SoundClock(timeBase.num / timeBase.den);
    this.#samples = new SampleTrack(Math.round((range.to - range.from) * this.#rate));
    this.#queue = new SampleQueue({
      format: this.#format,
      layout: this.#layout,
      rate: this.#rate,
      frameSize: this.#encoder.frameSize,
    });
  }

  take(packet: Packet): void {
    const pts = known(packet.pts) ?? known(packet.dts);
    if (pts !== undefined) {
      const { timeBase } = this.#input;
      if (isAfter(seconds(pts, timeBase), this.#range)) this.#past = true;
      if (this.#past || seconds(pts + packet.duration, timeBase) < this.#range.from - PREROLL) return;
    }
    this.#decode(packet);
  }

  isPast(): boolean {
    return this.#past;
  }

  finish(): void {
    this.#decode(null);
    this.#endRun();
    this.#queue.flush(this.#encode);
    this.#encode(null);
    if (this.#kinds.size > 1) {
      const message = `${this.#title} changes its format on the way: all of it was converted to ${this.#rate} Hz, ${layoutName(this.#layout)}.`;
      this.#warn('AUDIO_CHANGED', message);
    }
  }

  dispose(): void {
    this.#graph?.free();
    this.#decoder.freeContext();
    this.#encoder.freeContext();
    this.#queue.dispose();
    for (const part of [this.#decoded, this.#filtered, this.#packet]) part.free();
  }

  #decode(packet: Packet | null): void {
    // A packet that cannot be decoded leaves a gap, which becomes silence.
    this.#decoder.sendPacketSync(packet);
    while (this.#decoder.receiveFrameSync(this.#decoded) >= 0) this.#place(this.#decoded);
  }

  #place(frame: Frame): void {
    const { sampleRate: rate, nbSamples } = frame;
    const pts = known(frame.bestEffortTimestamp) ?? known(frame.pts);
    const time = pts === undefined ? undefined : seconds(pts, this.#input.timeBase) - this.#range.from;
    const begin = this.#clock.next(time, nbSamples, rate);
    const layout = positioned(frame.channelLayout, this.#guessed);
    frame.channelLayout = layout;
    const format = avGetSampleFmtName(frame.format as AVSampleFormat);
    const kind = `sample_rate=${rate}:sample_fmt=${format}:channel_layout=${layoutName(layout)}`;
    if (begin !== undefined || this.#graph?.kind !== kind) {
      this.#endRun();
      // Where only the channels change, the run goes on.
      if (begin !== undefined) this.#samples.begin(Math.round(begin * this.#rate) - this.#lead);
      this.#kinds.add(kind);
      this.#graph = new AudioFilter(kind, rate, this.#chain(layout));
    }
    this.#graph.send(frame);
    this.#drain();
  }

  #chain(layout: ChannelLayout): string {
    const format = avGetSampleFmtName(this.#format);
    const target = layoutName(this.#layout);
    return [
      ...mixing(layout, this.#layout),
      `aformat=sample_fmts=${format}:sample_rates=${this.#rate}:channel_layouts=${target}`,
    ].join(',');
  }

  #endRun(): void {
    if (!this.#graph) return;
    this.#graph.send(null);
    this.#drain();
    this.#graph.free();
    this.#graph = undefined;
  }

  #drain(): void {
    while (this.#graph?.receive(this.#filtered)) {
      this.#queue.add(this.#filtered, this.#samples.lay(this.#filtered.nbSamples), this.#encode);
      this.#filtered.unref();
    }
  }

  readonly #encode = (frame: Frame | null): void => {
    const ret = this.#encoder.sendFrameSync(frame);
    if (ret !== AVERROR_EOF) check(ret, 'encode the audio');
    for (;;) {
      const got = this.#encoder.receivePacketSync(this.#packet);
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return;
      check(got, 'encode the audio');
      this.#writer.write(this.#track, this.#packet);
      this.#packet.unref();
    }
  };
}

function openDecoder({ parameters, timeBase }: InputStream): CodecContext {
  const decoder = Codec.findDecoder(parameters.codecId);
  if (!decoder) throw new MediaError('INPUT_UNSUPPORTED', 'There is no decoder for the audio.');
  const context = new CodecContext();
  context.allocContext3(decoder);
  // The decoder would skip as many samples as the container hides at its start, wherever it begins. What is hidden lies before the
  // start of the time line, or is marked in its packets.
  const description = new CodecParameters();
  description.alloc();
  parameters.copy(description);
  description.initialPadding = 0;
  const described = context.parametersToContext(description);
  description.free();
  check(described, 'describe the audio to its decoder');
  context.pktTimebase = rational(timeBase);
  const ret = context.open2Sync(decoder, null);
  if (ret < 0) context.freeContext();
  check(ret, 'open the audio decoder');
  return context;
}

function chooseRate(supported: readonly number[] | null, wanted: number): number {
  if (!supported || supported.length === 0 || supported.includes(wanted)) return wanted;
  const higher = supported.filter((rate) => rate >= wanted);
  return higher.length > 0 ? Math.min(...higher) : Math.max(...supported);
}

/** Floating point where the encoder has it: integers would make FFmpeg turn down what it mixes. */
function chooseFormat(supported: readonly AVSampleFormat[]): AVSampleFormat {
  const format =
    [AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT].find((each) => supported.includes(each)) ?? supported[0];
  if (format === undefined) throw new Error('The audio encoder names no sample format.');
  return format;
}
