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

interface OwnTrack extends Track {
  /** The muxer's time base, known once the header is written. */
  muxed: Ratio;
  last: bigint | undefined;
}

/** Writes a file: first tracks are added, then packets are written in any order across tracks. */
export class Writer {
  /** Whether the container stores the encoders' parameters in its header. */
  readonly globalHeader: boolean;
  readonly #format: FormatContext;
  readonly #name: string;
  readonly #options: Readonly<Record<string, string>>;
  readonly #strict: boolean;
  /** Whether the output is a device, which the muxer opens itself. */
  readonly #device: boolean;
  readonly #tracks: OwnTrack[] = [];
  /** Packets that were written before the header. */
  #waiting: { readonly track: Track; readonly packet: Packet }[] = [];
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
    this.#name = name;
    this.#device = container.muxer === 'v4l2';
    this.#options = { ...container.options, ...options };
    this.#format = new FormatContext();
    this.#check(this.#format.allocOutputContext2(null, container.muxer, url));
    const { oformat } = this.#format;
    this.globalHeader = oformat?.hasFlags(AVFMT_GLOBALHEADER) ?? false;
    this.#strict = !(oformat?.hasFlags(AVFMT_TS_NONSTRICT) ?? false);
    try {
      if (!this.#device) this.#check(this.#format.openOutputSync());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Sets the file's metadata. */
  setMetadata(metadata: Readonly<Record<string, string>>): void {
    this.#format.metadata = Dictionary.fromObject({ ...metadata });
  }

  /** The longest time that packets of one track wait for those of another, in seconds. */
  set maxWait(value: number) {
    this.#format.maxInterleaveDelta = BigInt(Math.round(value * 1e6));
  }

  /**
   * Adds a track, before {@link start}. The caller fills in `stream.codecpar`.
   *
   * @param timeBase - Of the packets that will be written.
   */
  add(timeBase: Ratio, metadata: Readonly<Record<string, string>> = {}): Track {
    const stream = this.#format.newStream(null);
    stream.timeBase = rational(timeBase);
    stream.metadata = Dictionary.fromObject({ ...metadata });
    const track = { stream, index: stream.index, timeBase, muxed: timeBase, last: undefined };
    this.#tracks.push(track);
    return track;
  }

  /** Writes the header, and the packets that were written before it. */
  start(): void {
    const ret = this.#format.writeHeaderSync(Dictionary.fromObject({ ...this.#options }));
    if (ret < 0 && this.#device) {
      throw new MediaError(
        'DEVICE_UNAVAILABLE',
        `The virtual camera ${this.#name} cannot be opened: ${reason(ret)}.`,
      );
    }
    this.#check(ret);
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
    packet.rescaleTs({ ...own.timeBase }, { ...own.muxed });
    packet.streamIndex = own.index;
    packet.pos = -1n;
    this.#order(own, packet);
    this.#check(this.#format.interleavedWriteFrameSync(packet));
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
    if (!this.#device) this.#format.closeOutputSync();
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

/** No encoder reorders frames by this many seconds. */
const MAX_REORDER = 1000;

/** libx265 leaves the decoding timestamps of a stream of one or two frames uninitialised. */
function mendDecodingTime(packet: Packet, timeBase: number): void {
  const [pts, dts] = [known(packet.pts), known(packet.dts)];
  if (pts === undefined || dts === undefined) return;
  if (Math.abs(Number(pts - dts)) * timeBase > MAX_REORDER) packet.dts = pts;
}
