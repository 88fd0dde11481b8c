import { devNull } from 'node:os';
import {
  AVERROR_EACCES,
  AVERROR_EIO,
  AVERROR_ENOENT,
  AVERROR_ENOSPC,
  AVERROR_EPIPE,
  AVFMT_GLOBALHEADER,
  AVFMT_TS_NONSTRICT,
} from 'node-av/constants';
import { Dictionary, FormatContext, type Packet, type Stream } from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { known, type Ratio, rational, reason } from '../ffmpeg.js';
import type { Container } from './containers.js';

/** One stream of an output. */
export interface Track {
  readonly stream: Stream;
  readonly index: number;
  /** The time base of the packets that are given to {@link Writer.write}. */
  readonly timeBase: Ratio;
}

interface OwnTrack {
  stream: Stream;
  readonly index: number;
  readonly timeBase: Ratio;
  /** Its name in messages, if the file may do without it. */
  readonly title: string | undefined;
  /** Whether the container refused it. */
  refused: boolean;
  /** Packets that the container refused. */
  lost: number;
  /** The muxer's time base, known once the header is written. */
  muxed: Ratio;
  last: bigint | undefined;
}

/** These are the disk's, not the packet's. */
const DISK_ERRORS: readonly number[] = [
  AVERROR_EACCES,
  AVERROR_EIO,
  AVERROR_ENOENT,
  AVERROR_ENOSPC,
  AVERROR_EPIPE,
];

/** Writes a file: first tracks are added, then packets are written in any order across tracks. */
export class Writer {
  /** Whether the container stores the encoders' parameters in its header. */
  readonly globalHeader: boolean;
  #format: FormatContext;
  readonly #url: string;
  readonly #muxer: string;
  readonly #name: string;
  readonly #options: Readonly<Record<string, string>>;
  readonly #strict: boolean;
  readonly #tracks: OwnTrack[] = [];
  /** Packets that were written before the header. */
  #waiting: { readonly track: Track; readonly packet: Packet }[] = [];
  #metadata: Readonly<Record<string, string>> = {};
  #maxWait: number | undefined;
  #started = false;
  #closed = false;

  /**
   * @param url - Where to write, as FFmpeg takes it.
   * @param name - The output's name in messages.
   * @param options - More options for the muxer.
   * @throws {@link MediaError} if it cannot be written there.
   */
  constructor(
    url: string,
    name: string,
    container: Container,
    options: Readonly<Record<string, string>> = {},
  ) {
    this.#url = url;
    this.#muxer = container.muxer;
    this.#name = name;
    this.#options = { ...container.options, ...options };
    this.#format = this.#newFormat();
    const { oformat } = this.#format;
    this.globalHeader = oformat?.hasFlags(AVFMT_GLOBALHEADER) ?? false;
    this.#strict = !(oformat?.hasFlags(AVFMT_TS_NONSTRICT) ?? false);
    try {
      this.#check(this.#format.openOutputSync());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Sets the file's metadata. */
  setMetadata(metadata: Readonly<Record<string, string>>): void {
    this.#metadata = metadata;
    this.#format.metadata = Dictionary.fromObject({ ...metadata });
  }

  /** The longest time that packets of one track wait for those of another, in seconds. */
  set maxWait(value: number) {
    this.#maxWait = value;
    this.#format.maxInterleaveDelta = BigInt(Math.round(value * 1e6));
  }

  /**
   * Adds a track, before {@link start}. The caller fills in `stream.codecpar`.
   *
   * @param timeBase - Of the packets that will be written.
   * @param title - Its name in messages, if the file may do without it: see {@link refusals}.
   */
  add(timeBase: Ratio, metadata: Readonly<Record<string, string>> = {}, title?: string): Track {
    const stream = this.#format.newStream(null);
    stream.timeBase = rational(timeBase);
    stream.metadata = Dictionary.fromObject({ ...metadata });
    const index = this.#tracks.length;
    this.#tracks.push({
      stream,
      index,
      timeBase,
      title,
      refused: false,
      lost: 0,
      muxed: timeBase,
      last: undefined,
    });
    return { stream, index, timeBase };
  }

  /** What the container refused of the tracks that the file may do without: whole tracks, or numbers of packets. */
  get refusals(): readonly { readonly title: string; readonly packets: number | 'all' }[] {
    return this.#tracks.flatMap(({ title, refused, lost }) =>
      title !== undefined && (refused || lost > 0) ? [{ title, packets: refused ? 'all' : lost }] : [],
    );
  }

  /** Writes the header, and the packets that were written before it. */
  start(): void {
    this.#leaveOut();
    this.#check(this.#writeHeader());
    for (const track of this.#tracks) {
      const { num, den } = track.stream.timeBase;
      track.muxed = { num, den };
    }
    this.#started = true;
    for (const { track, packet } of this.#waiting) {
      this.write(track, packet);
      packet.free();
    }
    this.#waiting = [];
  }

  /**
   * Writes a packet, or keeps a copy of it until the header is written.
   *
   * @param track - The packet's track.
   * @param packet - Timestamps in the track's `timeBase`, 0 being the start of the output. Its contents are moved out of it.
   */
  write(track: Track, packet: Packet): void {
    const own = this.#tracks[track.index];
    if (!own) throw new Error(`The output has no track ${track.index}.`);
    if (!this.#started) {
      const copy = packet.clone();
      if (copy) this.#waiting.push({ track, packet: copy });
      return;
    }
    if (own.refused) return;
    packet.rescaleTs({ ...own.timeBase }, { ...own.muxed });
    packet.streamIndex = own.stream.index;
    packet.pos = -1n;
    this.#order(own, packet);
    const ret = this.#format.interleavedWriteFrameSync(packet);
    if (ret < 0 && own.title !== undefined && !DISK_ERRORS.includes(ret)) own.lost++;
    else this.#check(ret);
  }

  /** Completes the file. */
  finish(): void {
    this.#check(this.#format.writeTrailerSync());
    this.close();
  }

  /** Closes the file, complete or not. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { packet } of this.#waiting) packet.free();
    this.#waiting = [];
    this.#release();
  }

  #newFormat(): FormatContext {
    const format = new FormatContext();
    this.#check(format.allocOutputContext2(null, this.#muxer, this.#url));
    return format;
  }

  #writeHeader(): number {
    return this.#format.writeHeaderSync(Dictionary.fromObject({ ...this.#options }));
  }

  /** Leaves out the tracks that the container refuses, of those that the file may do without. */
  #leaveOut(): void {
    for (const track of this.#tracks) track.refused = track.title !== undefined && !this.#holds(track);
    const kept = this.#tracks.filter(({ refused }) => !refused);
    if (kept.length === this.#tracks.length) return;
    const before = this.#format;
    this.#format = this.#newFormat();
    this.#format.metadata = Dictionary.fromObject({ ...this.#metadata });
    if (this.#maxWait !== undefined) this.maxWait = this.#maxWait;
    this.#check(this.#format.openOutputSync());
    for (const track of kept) track.stream = addCopy(this.#format, track);
    before.closeOutputSync();
    before.freeContext();
  }

  /** Tries whether the container holds a track: some muxers refuse it with its first packet, or when the file is completed. */
  #holds(track: OwnTrack): boolean {
    const format = new FormatContext();
    try {
      const opened = format.allocOutputContext2(null, this.#muxer, `file:${devNull}`) >= 0;
      if (!opened) return true;
      const stream = addCopy(format, track);
      if (format.openOutputSync() < 0) return true;
      if (format.writeHeaderSync(null) < 0) return false;
      const first = this.#waiting.find((waiting) => waiting.track.index === track.index)?.packet.clone();
      if (!first) return true;
      first.rescaleTs({ ...track.timeBase }, stream.timeBase);
      first.streamIndex = 0;
      const ret = format.interleavedWriteFrameSync(first);
      first.free();
      return ret >= 0 && format.writeTrailerSync() >= 0;
    } finally {
      format.closeOutputSync();
      format.freeContext();
    }
  }

  #release(): void {
    this.#format.closeOutputSync();
    this.#format.freeContext();
  }

  /** Decoding timestamps of a track must increase; those of a damaged input may not. */
  #order(track: OwnTrack, packet: Packet): void {
    mendDecodingTime(packet, track.stream.timeBase.toDouble());
    const dts = known(packet.dts);
    if (dts === undefined) return;
    const least = track.last === undefined ? dts : track.last + (this.#strict ? 1n : 0n);
    if (dts < least) {
      packet.dts = least;
      const pts = known(packet.pts);
      if (pts !== undefined && pts < least) packet.pts = least;
    }
    track.last = dts < least ? least : dts;
  }

  #check(ret: number): void {
    if (ret >= 0) return;
    if (ret === AVERROR_ENOSPC) {
      throw new MediaError('DISK_FULL', `There is no space left to write ${this.#name}.`);
    }
    if (ret === AVERROR_EACCES || ret === AVERROR_ENOENT || ret === AVERROR_EIO || ret === AVERROR_EPIPE) {
      throw new MediaError('OUTPUT_UNWRITABLE', `${this.#name} cannot be written: ${reason(ret)}.`);
    }
    throw new MediaError('OUTPUT_UNSUPPORTED', `${this.#name} cannot hold this: ${reason(ret)}.`);
  }
}

/** Adds a track to another file. */
function addCopy(format: FormatContext, { stream: from, timeBase }: OwnTrack): Stream {
  const to = format.newStream(null);
  from.codecpar.copy(to.codecpar);
  to.timeBase = rational(timeBase);
  to.metadata = Dictionary.fromObject(from.metadata?.getAll() ?? {});
  to.disposition = from.disposition;
  to.sampleAspectRatio = from.sampleAspectRatio;
  to.avgFrameRate = from.avgFrameRate;
  return to;
}

/** No encoder reorders frames by this many seconds. */
const MAX_REORDER = 1000;

/** libx265 leaves the decoding timestamps of a stream of one or two frames uninitialised. */
function mendDecodingTime(packet: Packet, timeBase: number): void {
  const [pts, dts] = [known(packet.pts), known(packet.dts)];
  if (pts === undefined || dts === undefined) return;
  if (Math.abs(Number(pts - dts)) * timeBase > MAX_REORDER) packet.dts = pts;
}
