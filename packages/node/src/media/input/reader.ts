import { isSideways } from '@elsewhere/engine/internal';
import {
  AV_CODEC_ID_NONE,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_DISPOSITION_TIMED_THUMBNAILS,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  type AVMediaType,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants';
import { avGetCodecName, type CodecParameters, FormatContext, type Packet, type Stream } from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { fromSeconds, known, positive, type Ratio, seconds, sleep } from '../ffmpeg.js';
import { readOrientation } from '../frames/orientation.js';
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

/** An open input: packets in the order of the file. */
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
  /** The end of the packets that were read, in seconds of the input's own clock. */
  end = Number.NEGATIVE_INFINITY;

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

  /** When the input starts, in seconds of its own clock. */
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

  /** The average frame rate; 25 where it is not known. */
  get frameRate(): Ratio {
    const { avgFrameRate, rFrameRate } = this.video.stream;
    return sane(avgFrameRate) ?? sane(rFrameRate) ?? { num: 25, den: 1 };
  }

  /** The lowest frame rate on whose grid all frames lie, if there is one, or else {@link frameRate}. */
  get gridRate(): Ratio {
    return sane(this.video.stream.rFrameRate) ?? this.frameRate;
  }

  /**
   * Reads the next packet.
   *
   * @param packet - Receives it; the caller frees its contents.
   * @returns Whether there was one.
   */
  read(packet: Packet): boolean {
    for (let failures = 0; failures < MAX_READ_FAILURES; failures++) {
      const ret = this.format.readFrameSync(packet);
      if (ret >= 0) {
        this.#note(packet);
        return true;
      }
      if (ret === AVERROR_EOF) return false;
      if (ret === AVERROR_EAGAIN) {
        failures--;
        sleep(2);
      }
    }
    this.broken = true;
    return false;
  }

  /**
   * Seeks to the last keyframe at or before a time.
   *
   * @param time - In seconds of the input's own clock.
   * @returns Whether that was possible; if not, the input is to be opened again.
   */
  seek(time: number): boolean {
    return (
      !CANNOT_SEEK.test(this.format.iformat?.name ?? '') &&
      this.format.seekFrameSync(
        this.video.index,
        fromSeconds(time, this.video.timeBase),
        AVSEEK_FLAG_BACKWARD,
      ) >= 0
    );
  }

  /** Closes the input. */
  close(): void {
    this.format.closeInputSync();
  }

  #note(packet: Packet): void {
    const timestamp = known(packet.pts) ?? known(packet.dts);
    const stream = this.streams[packet.streamIndex];
    if (timestamp === undefined || !stream) return;
    const at = seconds(timestamp + packet.duration, stream.timeBase);
    if (at > this.end) this.end = at;
  }
}

function sane({ num, den }: Ratio): Ratio | undefined {
  return positive({ num, den }) && num / den <= 240 ? { num, den } : undefined;
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
