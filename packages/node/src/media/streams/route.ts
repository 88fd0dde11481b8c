import type { ConversionWarning } from '@elsewhere/engine';
import type { TimeRange } from '@elsewhere/engine/internal';
import type { Dictionary, Packet } from 'node-av/lib';
import { fromSeconds, known } from '../ffmpeg.js';
import type { InputStream, Reader } from '../input/reader.js';
import type { Container } from '../output/containers.js';
import type { Writer } from '../output/writer.js';

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
  /** Whether the range starts after the start of the input. */
  readonly isTrimmed: boolean;
  /** Receives a warning for each stream that is left out or encoded anew. */
  readonly warnings: ConversionWarning[];
  /** Adds the video's track. Called when the video is next in the input's order of streams. */
  readonly addVideo: () => void;
}

/** Metadata that describes the bytes of the old file, not its contents. */
const STALE =
  /^(encoder|major_brand|minor_version|compatible_brands|duration|vendor_id|bps|number_of_(frames|bytes)|_statistics_.*)(-[a-z]{3})?$/i;

/** The metadata of an input, or of one of its streams, that is still true of the output. */
export function keptMetadata(dictionary: Dictionary | null): Record<string, string> {
  return Object.fromEntries(Object.entries(dictionary?.getAll() ?? {}).filter(([name]) => !STALE.test(name)));
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
