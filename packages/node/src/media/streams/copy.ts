import { isAfter, isBefore, type TimeRange } from '@elsewhere/engine/internal';
import { AV_PKT_FLAG_DISCARD, AVMEDIA_TYPE_SUBTITLE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import { fromSeconds, known, seconds } from '../ffmpeg.js';
import type { InputStream } from '../input/reader.js';
import type { Track, Writer } from '../output/writer.js';
import { SoundClock } from '../timeline/index.js';
import { plainHeader } from './codec-header.js';
import { clip, type Route, type RoutesContext, shift } from './route.js';
import type { Silence } from './silence.js';

/** Copies a stream packet by packet. */
export class CopyRoute implements Route {
  readonly #input: InputStream;
  readonly #writer: Writer;
  readonly #track: Track;
  readonly #range: TimeRange;
  readonly #isTrimmed: boolean;
  readonly #offset: bigint;
  readonly #negative: boolean;
  readonly #subtitles: boolean;
  readonly #succession: Succession | undefined;
  #past = false;

  /**
   * @param input - The stream.
   * @param title - Its name in messages.
   * @param context - The output and the range.
   * @param silence - Fills gaps, where the container's packets of sound just follow each other.
   */
  constructor(
    input: InputStream,
    title: string,
    { writer, container, range, tags, isTrimmed }: RoutesContext,
    silence?: Silence,
  ) {
    this.#input = input;
    this.#writer = writer;
    this.#range = range;
    this.#isTrimmed = isTrimmed;
    this.#offset = fromSeconds(range.from, input.timeBase);
    // In containers with edit lists, a packet may start before the output does; players trim it to the sample.
    this.#negative = container.chapters === 'mp4';
    this.#subtitles = input.type === AVMEDIA_TYPE_SUBTITLE;
    this.#succession = silence && new Succession(silence, input);
    this.#track = writer.add(input.timeBase, tags.kept(input.stream.metadata?.getAll()), title);
    const { stream } = this.#track;
    input.parameters.copy(stream.codecpar);
    const { extradata } = input.parameters;
    if (extradata) stream.codecpar.extradata = plainHeader(input.parameters.codecId, extradata);
    // The input container's tag of the codec may be unknown in the output's.
    stream.codecpar.codecTag = 0;
    stream.disposition = input.stream.disposition;
    if (input.stream.sampleAspectRatio.num > 0) stream.sampleAspectRatio = input.stream.sampleAspectRatio;
  }

  take(packet: Packet): void {
    const pts = known(packet.pts) ?? known(packet.dts);
    if (pts !== undefined) {
      const from = seconds(pts, this.#input.timeBase);
      const to = seconds(pts + packet.duration, this.#input.timeBase);
      if (isAfter(from, this.#range)) this.#past = true;
      if (this.#past) return;
      if (this.#isTrimmed && isBefore(this.#negative || this.#subtitles ? to - 0.001 : from, this.#range))
        return;
      // What an edit list hides in the input, nothing would hide in the output. A decoder needs the last packet of it.
      if (packet.hasFlags(AV_PKT_FLAG_DISCARD) && isBefore(to, this.#range)) return;
    }
    if (this.#subtitles && pts !== undefined) clip(packet, pts, this.#range, this.#input);
    packet.pts = shift(packet.pts, this.#offset);
    packet.dts = shift(packet.dts, this.#offset);
    if (!this.#succession) this.#writer.write(this.#track, packet);
    else this.#succession.place(packet, this.#write);
  }

  isPast(): boolean {
    return this.#past;
  }

  finish(): void {}

  dispose(): void {}

  readonly #write = (packet: Packet): void => this.#writer.write(this.#track, packet);
}

/** Packets of sound that follow each other without gaps and overlaps. */
class Succession {
  readonly #silence: Silence;
  readonly #input: InputStream;
  readonly #clock: SoundClock;
  /** Where the next packet lies, in samples. */
  #at = 0;
  /** Where what is written ends, in samples. */
  #written = 0;
  /** Samples that are written. */
  #count = 0;

  constructor(silence: Silence, input: InputStream) {
    this.#silence = silence;
    this.#input = input;
    this.#clock = new SoundClock(input.timeBase.num / input.timeBase.den);
  }

  /** Writes a packet, after the silence before it; or nothing, where it overlaps with what is written. */
  place(packet: Packet, write: (packet: Packet) => void): void {
    const { parameters, timeBase } = this.#input;
    const { sampleRate: rate } = parameters;
    const samples = this.#silence.samplesIn(packet);
    const pts = known(packet.pts) ?? known(packet.dts);
    const begin = this.#clock.next(pts === undefined ? undefined : seconds(pts, timeBase), samples, rate);
    if (begin !== undefined) this.#at = Math.round(begin * rate);
    // What a decoder begins with has no place before the start.
    if (this.#at < 0 && this.#written === 0) this.#written = this.#at;
    for (const gap of this.#silence.packets(this.#at - this.#written)) {
      this.#stamp(gap.packet, gap.samples);
      write(gap.packet);
      gap.packet.free();
    }
    const isDone = this.#written - this.#at > samples / 2;
    this.#at += samples;
    if (isDone) return;
    this.#stamp(packet, samples);
    write(packet);
  }

  #stamp(packet: Packet, samples: number): void {
    const { parameters, timeBase } = this.#input;
    packet.pts = fromSeconds(this.#count / parameters.sampleRate, timeBase);
    packet.dts = packet.pts;
    packet.duration = fromSeconds(samples / parameters.sampleRate, timeBase);
    this.#written += samples;
    this.#count += samples;
  }
}
