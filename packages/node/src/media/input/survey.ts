import { statSync } from 'node:fs';
import { isAfter, type TimeRange } from '@elsewhere/engine/internal';
import { AV_PKT_FLAG_DISCARD, AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { known, seconds } from '../ffmpeg.js';
import { type InputStream, Reader } from './reader.js';
import type { ConvertInput } from './source.js';

/** Sound that begins or goes on later than this is silent until then, in seconds: less is rounding, or a decoder's delay. */
const PAUSE = 0.03;

/** Reads packets of a file ahead of its conversion, for what has to be known before the output begins. */
export class Survey {
  /** `undefined` for what can be read only once: cameras, generated videos and pipes. */
  readonly #path: string | undefined;
  readonly #range: TimeRange;
  #paused: ReadonlySet<number> | undefined;
  #found: ReadonlySet<number> | undefined;

  /**
   * @param range - The part of it that is converted.
   */
  constructor(input: ConvertInput, range: TimeRange) {
    this.#path = typeof input === 'string' && statSync(input).isFile() ? input : undefined;
    this.#range = range;
  }

  /** Whether a stream has no packets at all. */
  isEmpty({ index, stream }: InputStream): boolean {
    // Some containers have a table of their packets.
    if (this.#path === undefined || stream.nbFrames > 0n) return false;
    this.#found ??= this.#findSound();
    return !this.#found.has(index);
  }

  /** Whether the packets of a stream begin later than the range, or leave a gap in it. */
  pauses({ index }: InputStream): boolean {
    this.#paused ??= this.#findPauses();
    return this.#paused.has(index);
  }

  /** The streams of sound that have packets. Reads the whole file only if there is one without. */
  #findSound(): ReadonlySet<number> {
    const found = new Set<number>();
    this.#read((packet, { type }, streams) => {
      if (type === AVMEDIA_TYPE_AUDIO) found.add(packet.streamIndex);
      return streams.some((stream) => stream.type === AVMEDIA_TYPE_AUDIO && !found.has(stream.index));
    });
    return found;
  }

  #findPauses(): ReadonlySet<number> {
    const ends = new Map<number, number>();
    const paused = new Set<number>();
    this.#read((packet, { index, timeBase }) => {
      const timestamp = known(packet.pts) ?? known(packet.dts);
      if (timestamp === undefined || packet.hasFlags(AV_PKT_FLAG_DISCARD)) return true;
      const start = seconds(timestamp, timeBase);
      const end = start + seconds(packet.duration, timeBase);
      if (isAfter(start, this.#range) || end < this.#range.from) return true;
      const before = ends.get(index) ?? this.#range.from;
      if (start - before > PAUSE) paused.add(index);
      ends.set(index, Math.max(before, end));
      return true;
    });
    return paused;
  }

  /** Reads packets until `take` returns false. */
  #read(take: (packet: Packet, stream: InputStream, streams: readonly InputStream[]) => boolean): void {
    if (this.#path === undefined) return;
    const reader = Reader.open(this.#path);
    const packet = new Packet();
    packet.alloc();
    try {
      for (let goes = true; goes && reader.read(packet); packet.unref()) {
        const stream = reader.streams[packet.streamIndex];
        if (stream) goes = take(packet, stream, reader.streams);
      }
    } finally {
      packet.free();
      reader.close();
    }
  }
}
