import { statSync } from 'node:fs';
import { isAfter, isBefore, type TimeRange } from '@elsewhere/engine/internal';
import {
  AV_CODEC_ID_VP9,
  AV_PKT_DATA_NEW_EXTRADATA,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
} from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { known, seconds } from '../ffmpeg.js';
import { type Shape, ShapeReader } from '../frames/shape.js';
import { Decoder } from './decoder.js';
import { type InputStream, Reader } from './reader.js';
import { soundFormat } from './sound-format.js';
import type { ConvertInput } from './source.js';
import { newVp9Size } from './vp9-size.js';

/** Files up to this size, in bytes, and up to this duration, in seconds, are read whole. */
const WHOLE_BYTES = 32e6;
const WHOLE_SECONDS = 600;

/** Of longer ones, that many places. */
const PLACES = 40;

/** At most that much is read at each place, and more at the first: packets and bytes. */
const PLACE = { packets: 1000, bytes: 4e6 };
const FIRST_PLACE = { packets: 4000, bytes: 16e6 };

/** At most this many keyframes of a file are decoded. */
const MOST_LOOKS = 60;

/** What was found by looking ahead in a file. */
export interface Findings {
  /** The shape of the largest frames of the range, the first among equals; `undefined` if it is not known. */
  readonly largest: Shape | undefined;
  /** Whether a stream has no packets at all. */
  isEmpty(input: InputStream): boolean;
  /** Whether the format of a stream of sound changes on the way. */
  changes(input: InputStream): boolean;
}

const NOTHING: Findings = { largest: undefined, isEmpty: () => false, changes: () => false };

/**
 * Looks ahead in a file, for what has to be known before its conversion begins: reads the packets of a short file, and those at some
 * places of a long one, and decodes some keyframes.
 *
 * @param input - Nothing is found out about what can be read only once: cameras, generated videos and pipes.
 * @param range - The part of it that is converted.
 * @param isWanted - Whether to go on; called between two packets.
 */
export function lookAhead(input: ConvertInput, range: TimeRange, isWanted: () => boolean): Findings {
  if (typeof input !== 'string') return NOTHING;
  const stat = statSync(input);
  if (!stat.isFile()) return NOTHING;
  const reader = Reader.open(input);
  let scout: Scout | undefined;
  try {
    scout = new Scout(reader, range, isWanted);
    const { duration = 0 } = reader;
    if (stat.size <= WHOLE_BYTES && duration <= WHOLE_SECONDS) scout.readOn(WHOLE_BYTES);
    else scout.readPlaces(stat.size);
    return scout.findings;
  } finally {
    scout?.dispose();
    reader.close();
  }
}

/** Reads a file ahead of its conversion. */
class Scout {
  readonly #reader: Reader;
  readonly #range: TimeRange;
  readonly #isWanted: () => boolean;
  readonly #decoder: Decoder;
  readonly #shapes: ShapeReader;
  readonly #packet = new Packet();
  readonly #sounds: readonly InputStream[];
  /** The formats of the streams of sound that have packets, by the streams' indices. */
  readonly #formats = new Map<number, Set<string>>();
  #largest: Shape | undefined;
  /** When the next keyframe is decoded, in seconds. */
  #next = Number.NEGATIVE_INFINITY;

  constructor(reader: Reader, range: TimeRange, isWanted: () => boolean) {
    const { video, startTime } = reader;
    this.#reader = reader;
    // Where nothing is left out at the start, timestamps before it belong to the range, too.
    this.#range = range.from > startTime ? range : { ...range, from: Number.NEGATIVE_INFINITY };
    this.#isWanted = isWanted;
    this.#decoder = new Decoder(video, reader.name, { deinterlace: 'off' });
    this.#shapes = new ShapeReader(video);
    this.#sounds = reader.streams.filter(({ type }) => type === AVMEDIA_TYPE_AUDIO);
    for (const each of reader.streams)
      if (each !== video && !this.#sounds.includes(each)) each.stream.discard = AVDISCARD_ALL;
    this.#packet.alloc();
  }

  get findings(): Findings {
    const [largest, formats] = [this.#largest, this.#formats];
    return {
      largest,
      // Some containers have a table of their packets.
      isEmpty: ({ index, stream }) => stream.nbFrames <= 0n && !formats.has(index),
      changes: ({ index }) => (formats.get(index)?.size ?? 0) > 1,
    };
  }

  /** Reads on up to the end, or up to a number of bytes. */
  readOn(bytes: number): void {
    const { duration = 0, startTime } = this.#reader;
    const { from, to } = this.#range;
    const length = Math.min(duration, to - Math.max(from, startTime));
    this.#read({ packets: Number.POSITIVE_INFINITY, bytes }, length / MOST_LOOKS);
  }

  /**
   * Reads at some places.
   *
   * @param size - The file's, in bytes.
   */
  readPlaces(size: number): void {
    const { durationIsExact, restarts, startTime, duration = 0 } = this.#reader;
    const from = Math.max(this.#range.from, startTime);
    const length = Math.min(this.#range.to, startTime + duration) - from;
    // Elsewhere the same time may occur several times, or FFmpeg seeks it by reading on.
    const byTime = durationIsExact && !restarts;
    if (byTime && this.#range.from > startTime) this.#reader.seek(from);
    const { index } = this.#reader.video;
    const begin = this.#read(FIRST_PLACE, Number.POSITIVE_INFINITY, [
      index,
      ...this.#sounds.map((sound) => sound.index),
    ]);
    let furthest = begin;
    for (let place = 1; place < PLACES && this.#isWanted(); place++) {
      const part = place / PLACES;
      if (!(byTime ? this.#reader.seek(from + length * part) : this.#reader.seekBytes(size * part))) break;
      this.#next = Number.NEGATIVE_INFINITY;
      const end = this.#read(PLACE, Number.POSITIVE_INFINITY, [index, ...this.#formats.keys()]);
      furthest = Math.max(furthest, end);
    }
    if (furthest > begin || !byTime) return;
    // There is one keyframe, or no index: then FFmpeg goes to the start, whatever is sought.
    this.#reader.seek(from);
    this.#next = Number.NEGATIVE_INFINITY;
    this.readOn(WHOLE_BYTES);
  }

  /**
   * Reads packets.
   *
   * @param most - How many at most.
   * @param interval - Between two keyframes that are decoded, in seconds.
   * @param needed - Ends after a packet of each of these streams, of the video a keyframe; default: reads on.
   * @returns The time of the last keyframe.
   */
  #read(most: typeof PLACE, interval: number, needed?: readonly number[]): number {
    const { video, streams } = this.#reader;
    const packet = this.#packet;
    const missing = new Set(needed);
    let keyframe = Number.NEGATIVE_INFINITY;
    let [packets, bytes] = [0, 0];
    while (packets < most.packets && bytes < most.bytes && this.#isWanted() && this.#reader.read(packet)) {
      packets++;
      bytes += packet.size;
      const stream = streams[packet.streamIndex];
      const timestamp = known(packet.pts) ?? known(packet.dts);
      const time = stream && timestamp !== undefined ? seconds(timestamp, stream.timeBase) : undefined;
      const isOver = stream === video && time !== undefined && isAfter(time, this.#range);
      if (stream === video && !isOver) {
        this.#noteVideo(packet, time, interval);
        if (packet.isKeyframe) {
          keyframe = time ?? 0;
          missing.delete(video.index);
        }
      } else if (stream && this.#sounds.includes(stream)) {
        this.#noteSound(packet, stream, time);
        missing.delete(stream.index);
      }
      packet.unref();
      if (isOver || (needed && missing.size === 0)) break;
    }
    return keyframe;
  }

  #noteSound(packet: Packet, { index, parameters }: InputStream, time: number | undefined): void {
    const formats = this.#formats.get(index) ?? new Set();
    this.#formats.set(index, formats);
    if (time !== undefined && (isBefore(time, this.#range) || isAfter(time, this.#range))) return;
    const format = packet.data && soundFormat(parameters.codecId, packet.data);
    if (format) formats.add(format);
  }

  #noteVideo(packet: Packet, time: number | undefined, interval: number): void {
    const at = time ?? Math.max(this.#next, this.#range.from);
    const isNew = packet.getSideData(AV_PKT_DATA_NEW_EXTRADATA) !== null;
    if (isNew || (packet.isKeyframe && at >= this.#next)) {
      this.#next = at + interval;
      this.#noteShape(this.#decode(packet), at);
    } else if (this.#largest && this.#reader.video.parameters.codecId === AV_CODEC_ID_VP9) {
      const size = packet.data && newVp9Size(packet.data);
      if (size) this.#noteShape({ ...this.#largest, ...size }, at);
    }
  }

  #noteShape(shape: Shape | undefined, at: number): void {
    // What begins before the range counts if it is the last of its kind.
    if (shape && (!this.#largest || isBefore(at, this.#range) || area(shape) > area(this.#largest)))
      this.#largest = shape;
  }

  /** Decodes a keyframe by itself. */
  #decode(packet: Packet): Shape | undefined {
    const decoder = this.#decoder;
    decoder.send(packet);
    decoder.send(undefined);
    const shape = decoder.receive() ? this.#shapes.read(decoder.frame) : undefined;
    decoder.flush();
    return shape;
  }

  /** Frees everything. */
  dispose(): void {
    this.#decoder.dispose();
    this.#packet.free();
  }
}

function area({ width, height }: Shape): number {
  return width * height;
}
