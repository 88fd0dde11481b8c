import { isSideways } from '@elsewhere/engine/internal';
import {
  AV_CODEC_ID_NONE,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_DISPOSITION_TIMED_THUMBNAILS,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVFMT_TS_DISCONT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  type AVMediaType,
  AVSEEK_FLAG_BACKWARD,
  AVSEEK_FLAG_BYTE,
} from 'node-av/constants';
import { avGetCodecName, type CodecParameters, FormatContext, Packet, type Stream } from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { fromSeconds, known, positive, type Ratio, seconds, sleep } from '../ffmpeg.js';
import { readOrientation } from '../frames/orientation.js';
import { RecordingClock, type Stamp, type StreamClock } from '../timeline/index.js';
import { openInput } from './open.js';
import type { ConvertInput } from './source.js';

/** One stream of an input; properties that FFmpeg computes at each access are read once. */
export interface InputStream {
  readonly stream: Stream;
  readonly index: number;
  readonly type: AVMediaType;
  readonly parameters: CodecParameters;
  readonly timeBase: Ratio;
  readonly disposition: number;
}

/** Unreadable bytes are skipped; after this many failures in a row, the input ends. */
const MAX_READ_FAILURES = 16;

/** Containers that state their duration. For the others FFmpeg guesses, from a bit rate for example. */
const KNOWS_DURATION = /^(mov|matroska|avi|flv|asf)\b/;

/** Formats of animated images: FFmpeg seeks in them without an error, and then finds no frame, or half of one. */
const CANNOT_SEEK = /^(gif|apng|webp_anim|jpegxl_anim)$/;

/** The average frame rate of an insane file would be higher. */
const MAX_FRAME_RATE = 10_000;

/** A grid finer than this is used only where there are as many frames. */
const MAX_GRID_RATE = 240;

/** An open input: packets in the order of the file, on one time line. */
export class Reader {
  readonly format: FormatContext;
  /** The input's name in messages. */
  readonly name: string;
  /** All streams. */
  readonly streams: readonly InputStream[];
  /** The stream that is converted. */
  readonly video: InputStream;
  /** Whether it has no end of its own. */
  readonly live: boolean;
  /** Whether reading ended before the end, at unreadable bytes. */
  broken = false;
  /** The end of the packets that were read, in seconds of the time line. */
  end = Number.NEGATIVE_INFINITY;
  /** Whether timestamps of this kind of input restart as a rule. A time cannot be sought there: it may occur several times. */
  readonly restarts: boolean;
  /** Packets that were read ahead. */
  readonly #ahead: Packet[] = [];
  #clock: RecordingClock;

  private constructor(format: FormatContext, name: string, live: boolean) {
    this.format = format;
    this.name = name;
    this.live = live;
    this.streams = format.streams.map((stream) => ({
      stream,
      index: stream.index,
      type: stream.codecpar.codecType,
      parameters: stream.codecpar,
      timeBase: { num: stream.timeBase.num, den: stream.timeBase.den },
      disposition: stream.disposition,
    }));
    this.video = chooseVideo(this.streams, name);
    this.restarts = !live && ((format.iformat?.flags ?? 0) & AVFMT_TS_DISCONT) !== 0;
    this.#clock = this.#newClock();
  }

  /**
   * Opens an input.
   *
   * @returns The open input, to be closed by the caller.
   * @throws {@link MediaError} `INPUT_UNREADABLE`, `INPUT_NO_VIDEO`, `INPUT_UNSUPPORTED` or `DEVICE_UNAVAILABLE`; `EngineError`
   * `INPUT_TOO_LARGE`.
   */
  static open(input: ConvertInput): Reader {
    const format = new FormatContext();
    try {
      const name = openInput(format, input);
      return new Reader(format, name, typeof input !== 'string');
    } catch (error) {
      format.closeInputSync();
      throw error;
    }
  }

  /** The size of the frames by the header: upright, with square pixels. */
  get displaySize(): { readonly width: number; readonly height: number } {
    const { parameters, stream } = this.video;
    const { num, den } = stream.sampleAspectRatio;
    const width = num > den && den > 0 ? Math.round((parameters.width * num) / den) : parameters.width;
    const height = num < den && num > 0 ? Math.round((parameters.height * den) / num) : parameters.height;
    const turn = readOrientation(parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX))?.rotation ?? 0;
    return isSideways(turn) ? { width: height, height: width } : { width, height };
  }

  /** Whether it is an animated AVIF or HEIC, in which the first frame is a stream of its own, too. */
  get isImageSequence(): boolean {
    return /^(avis|msf1|hev[cmsx])$/.test(this.format.metadata?.get('major_brand') ?? '');
  }

  /** The clock of the input: where it jumps. */
  get clock(): RecordingClock {
    return this.#clock;
  }

  /** When the input starts, in seconds of its own clock, which those of the time line are up to the first jump. */
  get startTime(): number {
    const start = known(this.format.startTime);
    return start === undefined ? 0 : Number(start) / 1e6;
  }

  /** The input's stated duration in seconds, if any. */
  get duration(): number | undefined {
    const duration = known(this.format.duration);
    return duration === undefined || duration <= 0n || this.live ? undefined : Number(duration) / 1e6;
  }

  /** Whether {@link duration} is stated by the file, not guessed. */
  get durationIsExact(): boolean {
    return KNOWS_DURATION.test(this.format.iformat?.name ?? '');
  }

  /**
   * When the input ends by what it states, in seconds of the time line as far as it has been read. Some files that start later than at
   * 0 count their duration from 0 and others from their start: the earlier end is certain.
   */
  get statedEnd(): number | undefined {
    const { duration, startTime } = this;
    if (duration === undefined) return undefined;
    const countsFromZero = this.durationIsExact && startTime > 0 && duration > startTime;
    return this.#clock.position(countsFromZero ? duration : startTime + duration);
  }

  /** The average frame rate; 25 where it is not known. */
  get frameRate(): Ratio {
    const { avgFrameRate, rFrameRate } = this.video.stream;
    return sane(avgFrameRate, MAX_FRAME_RATE) ?? sane(rFrameRate, MAX_GRID_RATE) ?? { num: 25, den: 1 };
  }

  /** The lowest frame rate on whose grid all frames lie, if there is one, or else {@link frameRate}. */
  get gridRate(): Ratio {
    const { num, den } = this.frameRate;
    // The rate of a grid is a guess of FFmpeg's: far above the average it is the unit of the timestamps.
    return sane(this.video.stream.rFrameRate, Math.max(MAX_GRID_RATE, (1.5 * num) / den)) ?? this.frameRate;
  }

  /**
   * Reads the next packet. Its timestamps are on the time line.
   *
   * @param packet - Receives it; the caller frees its contents.
   * @returns Whether there was one.
   */
  read(packet: Packet): boolean {
    const ready = this.#ahead.shift();
    if (ready) {
      packet.ref(ready);
      ready.free();
    } else if (!this.#readRaw(packet)) return false;
    const stream = this.streams[packet.streamIndex];
    if (!stream) return true;
    const offset = this.#clock.place(stampOf(packet, stream), this.#peek);
    if (offset !== 0) {
      const ticks = fromSeconds(offset, stream.timeBase);
      packet.pts = shift(packet.pts, ticks);
      packet.dts = shift(packet.dts, ticks);
    }
    const timestamp = known(packet.pts) ?? known(packet.dts);
    if (timestamp !== undefined)
      this.end = Math.max(this.end, seconds(timestamp + packet.duration, stream.timeBase));
    return true;
  }

  /**
   * Seeks to the last keyframe at or before a time. The time line begins anew there.
   *
   * @param time - In seconds of the input's own clock.
   * @returns Whether that was possible; if not, the input is to be opened again.
   */
  seek(time: number): boolean {
    this.#forget();
    this.#clock = this.#newClock();
    return (
      !CANNOT_SEEK.test(this.format.iformat?.name ?? '') &&
      this.format.seekFrameSync(
        this.video.index,
        fromSeconds(time, this.video.timeBase),
        AVSEEK_FLAG_BACKWARD,
      ) >= 0
    );
  }

  /**
   * Seeks to a position in the file. The time line begins anew there.
   *
   * @param position - In bytes.
   * @returns Whether that was possible.
   */
  seekBytes(position: number): boolean {
    this.#forget();
    this.#clock = this.#newClock();
    const at = BigInt(Math.floor(position));
    return this.format.seekFrameSync(this.video.index, at, AVSEEK_FLAG_BYTE) >= 0;
  }

  /** Closes the input. */
  close(): void {
    this.#forget();
    this.format.closeInputSync();
  }

  #newClock(): RecordingClock {
    return new RecordingClock(
      this.streams.map((stream) => this.#clockOf(stream)),
      this.restarts,
    );
  }

  #clockOf({ type, stream, parameters, timeBase, disposition }: InputStream): StreamClock {
    const { num, den } = this.frameRate;
    const bits = stream.ptsWrapBits;
    return {
      leads:
        (type === AVMEDIA_TYPE_VIDEO || type === AVMEDIA_TYPE_AUDIO) &&
        (disposition & AV_DISPOSITION_ATTACHED_PIC) === 0,
      // Where timestamps restart, decoding times are stored. Elsewhere FFmpeg may guess them, and they go back after a jump.
      reorder: type === AVMEDIA_TYPE_VIDEO && !this.restarts ? (parameters.videoDelay * den) / num : 0,
      wrap: bits > 0 && bits < 60 ? (2 ** bits * timeBase.num) / timeBase.den : Number.POSITIVE_INFINITY,
    };
  }

  #readRaw(packet: Packet): boolean {
    for (let failures = 0; failures < MAX_READ_FAILURES; failures++) {
      const ret = this.format.readFrameSync(packet);
      if (ret >= 0) return true;
      if (ret === AVERROR_EOF) return false;
      if (ret === AVERROR_EAGAIN) {
        failures--;
        sleep(2);
      }
    }
    this.broken = true;
    return false;
  }

  readonly #peek = (index: number): Stamp | undefined => {
    while (this.#ahead.length <= index) {
      const packet = new Packet();
      packet.alloc();
      if (!this.#readRaw(packet)) {
        packet.free();
        return undefined;
      }
      this.#ahead.push(packet);
    }
    const packet = this.#ahead[index];
    const stream = packet && this.streams[packet.streamIndex];
    return packet && stream
      ? stampOf(packet, stream)
      : { stream: -1, decode: undefined, show: undefined, duration: 0 };
  };

  #forget(): void {
    for (const packet of this.#ahead.splice(0)) packet.free();
  }
}

function stampOf({ dts, pts, duration }: Packet, { index, timeBase }: InputStream): Stamp {
  const [decode, show] = [known(dts), known(pts)];
  return {
    stream: index,
    decode: decode === undefined ? undefined : seconds(decode, timeBase),
    show: show === undefined ? undefined : seconds(show, timeBase),
    duration: seconds(duration, timeBase),
  };
}

/** Adds to a timestamp; FFmpeg's "none" stays. */
function shift(timestamp: bigint, ticks: bigint): bigint {
  return known(timestamp) === undefined ? timestamp : timestamp + ticks;
}

function sane({ num, den }: Ratio, most: number): Ratio | undefined {
  return positive({ num, den }) && num / den <= most ? { num, den } : undefined;
}

/** Whether a video stream is a cover image or thumbnails. */
export function isCover({ disposition }: InputStream): boolean {
  return (disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) !== 0;
}

function chooseVideo(streams: readonly InputStream[], name: string): InputStream {
  const area = ({ parameters }: InputStream) => parameters.width * parameters.height;
  // An animated AVIF has a still, too: a stream of one frame is not the video where there is another.
  const rank = (input: InputStream) =>
    (input.stream.nbFrames === 1n ? 0 : 2e12) +
    (input.disposition & AV_DISPOSITION_DEFAULT ? 1e12 : 0) +
    area(input);
  const videos = streams.filter((stream) => stream.type === AVMEDIA_TYPE_VIDEO && !isCover(stream));
  const [video] = videos.sort((a, b) => rank(b) - rank(a));
  if (!video) {
    const audio = streams.some(({ type }) => type === AVMEDIA_TYPE_AUDIO);
    const cover = streams.some((stream) => stream.type === AVMEDIA_TYPE_VIDEO);
    const only = audio ? ` It contains only audio${cover ? ' and a cover image' : ''}.` : '';
    throw new MediaError('INPUT_NO_VIDEO', `${name} contains no video.${only}`);
  }
  const { codecId, width, height } = video.parameters;
  if (codecId === AV_CODEC_ID_NONE) {
    throw new MediaError('INPUT_UNREADABLE', `The video in ${name} has an unknown codec.`);
  }
  if (width < 1 || height < 1) {
    throw new MediaError(
      'INPUT_UNSUPPORTED',
      `The video in ${name} (${avGetCodecName(codecId)}) has no size.`,
    );
  }
  return video;
}
