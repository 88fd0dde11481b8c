import { isAfter, isBefore, type TimeRange } from '@elsewhere/engine/internal';
import { AV_CODEC_ID_MOV_TEXT, type AVCodecID, AVMEDIA_TYPE_SUBTITLE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import { fromSeconds, known, seconds } from '../ffmpeg.js';
import type { InputStream } from '../input/reader.js';
import type { Track, Writer } from '../output/writer.js';
import { clip, type Route, type RoutesContext, shift } from './route.js';
import { convertText, movTextDescription } from './subtitle-text.js';

export { isText } from './subtitle-text.js';

/** Converts text subtitles from one codec to another. */
export class TextRoute implements Route {
  readonly #input: InputStream;
  readonly #codec: AVCodecID;
  readonly #writer: Writer;
  readonly #range: TimeRange;
  readonly #track: Track;
  #past = false;

  /**
   * @param codec - The codec of the output.
   * @param title - The track's name in messages.
   */
  constructor(input: InputStream, codec: AVCodecID, title: string, { writer, range, tags }: RoutesContext) {
    this.#input = input;
    this.#codec = codec;
    this.#writer = writer;
    this.#range = range;
    this.#track = writer.add(input.timeBase, tags.kept(input.stream.metadata?.getAll()), title);
    const { stream } = this.#track;
    stream.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE;
    stream.codecpar.codecId = codec;
    if (codec === AV_CODEC_ID_MOV_TEXT) stream.codecpar.extradata = movTextDescription();
    stream.disposition = input.stream.disposition;
  }

  take(packet: Packet): void {
    const pts = known(packet.pts);
    const { data } = packet;
    if (pts === undefined || !data) return;
    const { timeBase, parameters } = this.#input;
    const { duration } = packet;
    const from = seconds(pts, timeBase);
    if (isAfter(from, this.#range)) this.#past = true;
    const text = this.#past ? undefined : convertText(data, parameters.codecId, this.#codec);
    if (!text || isBefore(seconds(pts + duration, timeBase), this.#range)) return;
    // Setting the data resets the packet's other properties.
    packet.data = text;
    packet.pts = pts;
    packet.duration = duration;
    packet.isKeyframe = true;
    clip(packet, pts, this.#range, this.#input);
    const offset = fromSeconds(this.#range.from, timeBase);
    packet.pts = shift(packet.pts, offset);
    packet.dts = packet.pts;
    this.#writer.write(this.#track, packet);
  }

  isPast(): boolean {
    return true;
  }

  finish(): void {}

  dispose(): void {}
}
