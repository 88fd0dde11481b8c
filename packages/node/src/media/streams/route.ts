import type { ConversionWarning } from '@elsewhere/engine';
import type { TimeRange } from '@elsewhere/engine/internal';
import type { Packet } from 'node-av/lib';
import { fromSeconds, known } from '../ffmpeg.js';
import type { Findings } from '../input/look-ahead.js';
import type { InputStream, Reader } from '../input/reader.js';
import type { Container } from '../output/containers.js';
import type { Writer } from '../output/writer.js';
import type { TagFilter } from './tags.js';

/** Carries one stream other than the video from the input to the output. */
export interface Route {
  /** Takes a packet of the input; its contents may be moved out of it. */
  take(packet: Packet): void;
  /** Whether the stream has passed the end of the range. */
  isPast(): boolean;
  /** Writes what is buffered. */
  finish(): void;
  /** Frees everything. */
  dispose(): void;
}

/** What all routes share. */
export interface RoutesContext {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly container: Container;
  readonly range: TimeRange;
  /** Chooses the tags that are carried over. */
  readonly tags: TagFilter;
  /** Whether the range starts after the start of the input. */
  readonly isTrimmed: boolean;
  /** Receives a warning for each stream that is left out or encoded anew. */
  readonly warnings: ConversionWarning[];
  /** What is known of the packets that are still to come. */
  readonly findings: Findings;
  /** Leaves out a damaged track, by its name. */
  readonly drop: (name: string, why: string) => void;
  /** Adds the video's track. Called when the video is next in the input's order of streams. */
  readonly addVideo: () => void;
}

/** Trims a subtitle that is shown across a limit of the range. */
export function clip(packet: Packet, pts: bigint, { from, to }: TimeRange, { timeBase }: InputStream): void {
  const first = fromSeconds(from, timeBase);
  const begin = pts < first ? first : pts;
  let end = pts + packet.duration;
  if (Number.isFinite(to)) {
    const last = fromSeconds(to, timeBase);
    if (end > last) end = last;
  }
  if (end <= begin || (begin === pts && end === pts + packet.duration)) return;
  packet.pts = begin;
  packet.dts = begin;
  packet.duration = end - begin;
}

/** Subtracts an offset from a timestamp; FFmpeg's "none" stays. */
export function shift(timestamp: bigint, offset: bigint): bigint {
  return known(timestamp) === undefined ? timestamp : timestamp - offset;
}
