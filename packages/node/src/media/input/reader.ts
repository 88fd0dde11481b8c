import { basename } from 'node:path';
import {
  AV_CODEC_ID_NONE,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_DISPOSITION_TIMED_THUMBNAILS,
  AVERROR_EACCES,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVERROR_EPERM,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  type AVMediaType,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants';
import {
  avGetCodecName,
  type CodecParameters,
  Dictionary,
  FormatContext,
  InputFormat,
  type Packet,
  type Stream,
} from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { fileUrl, fromSeconds, known, positive, type Ratio, reason, seconds, sleep } from '../ffmpeg.js';
import { type ConvertInput, DEFAULT_CAMERA } from './source.js';

/** One stream of an input, with what is asked of it often. */
export interface InputStream {
  readonly stream: Stream;
  readonly index: number;
  readonly type: AVMediaType;
  readonly parameters: CodecParameters;
  readonly timeBase: Ratio;
  readonly disposition: number;
}

/** Bytes that cannot be made sense of are skipped; after this many failures in a row that is the end. */
const MAX_READ_FAILURES = 16;

/** Containers that say in their head how long they are. The others are guesses, from a bit rate for example. */
const KNOWS_DURATION = /^(mov|matroska|avi|flv|asf)\b/;

/** An opened input: packets in the order of the file. */
export class Reader {
  /** FFmpeg's view of the input. */
  readonly format: FormatContext;
  /** The input for people. */
  readonly name: string;
  /** All streams. */
  readonly streams: readonly InputStream[];
  /** The stream of moving pictures. */
  readonly video: InputStream;
  /** Whether it goes on until it is stopped. */
  readonly live: boolean;
  /** Whether reading ended at bytes that could not be read, not at the end. */
  broken = false;
  /** Where the packets that were read end, in seconds from the input's own zero. */
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
   * @param input - What to open.
   * @returns The opened input, to be closed by the caller.
   * @throws {@link MediaError} with a sentence about what it is instead of a video.
   */
  static open(input: ConvertInput): Reader {
    const format = new FormatContext();
    try {
      const name = openFormat(format, input);
      const ret = format.findStreamInfoSync();
      if (ret < 0) throw unreadable(name, ret);
      return new Reader(format, name, typeof input !== 'string');
    } catch (error) {
      format.closeInputSync();
      throw error;
    }
  }

  /** When the input begins, in seconds of its own. */
  get startTime(): number {
    const start = known(this.format.startTime);
    return start === undefined ? 0 : Number(start) / 1e6;
  }

  /** How long the input says that it is, in seconds; `undefined` where it does not. */
  get duration(): number | undefined {
    const duration = known(this.format.duration);
    return duration === undefined || duration <= 0n || this.live ? undefined : Number(duration) / 1e6;
  }

  /** Whether {@link duration} is what the file says and not a guess. */
  get durationIsExact(): boolean {
    return KNOWS_DURATION.test(this.format.iformat?.name ?? '');
  }

  /** Frames a second, about; 25 where nothing says. */
  get frameRate(): Ratio {
    const { avgFrameRate, rFrameRate } = this.video.stream;
    return sane(avgFrameRate) ?? sane(rFrameRate) ?? { num: 25, den: 1 };
  }

  /** The lowest frame rate at which all frames have places, where there is one; else as {@link frameRate}. */
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
   * Goes to the last keyframe at or before a time.
   *
   * @param time - In seconds of the input's own.
   * @returns Whether it could.
   */
  seek(time: number): boolean {
    return (
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

function openFormat(format: FormatContext, input: ConvertInput): string {
  if (typeof input === 'string') {
    const name = basename(input);
    const options = Dictionary.fromObject({ protocol_whitelist: 'file,crypto,data' });
    const ret = format.openInputSync(fileUrl(input), null, options);
    if (ret < 0) throw unreadable(name, ret);
    if (format.iformat?.name === 'tty')
      throw new MediaError('INPUT_UNREADABLE', `${name} is text, not a video.`);
    return name;
  }
  if (input.type === 'lavfi') {
    const ret = format.openInputSync(input.graph, InputFormat.findInputFormat('lavfi'));
    if (ret < 0) {
      throw new MediaError(
        'INPUT_UNREADABLE',
        `FFmpeg does not understand the graph "${input.graph}": ${reason(ret)}.`,
      );
    }
    return 'the generated video';
  }
  const { device = DEFAULT_CAMERA } = input;
  const v4l2 = InputFormat.findInputFormat('v4l2');
  const ret = v4l2 ? format.openInputSync(device, v4l2) : -1;
  if (!v4l2 || ret < 0) {
    const why = v4l2 ? reason(ret) : 'there are no cameras on this system';
    throw new MediaError('DEVICE_UNAVAILABLE', `The camera ${device} cannot be opened: ${why}.`);
  }
  return `the camera ${device}`;
}

function unreadable(name: string, ret: number): MediaError {
  if (ret === AVERROR_EACCES || ret === AVERROR_EPERM) {
    return new MediaError('INPUT_UNREADABLE', `${name} cannot be read: permission denied.`);
  }
  return new MediaError(
    'INPUT_UNREADABLE',
    `${name} is not a video that can be read, or it is damaged: ${reason(ret)}.`,
  );
}

/** Pictures on covers and in thumbnails are not the video. */
export function isCover({ disposition }: InputStream): boolean {
  return (disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) !== 0;
}

function chooseVideo(streams: readonly InputStream[], name: string): InputStream {
  const area = ({ parameters }: InputStream) => parameters.width * parameters.height;
  const rank = (stream: InputStream) =>
    (stream.disposition & AV_DISPOSITION_DEFAULT ? 1e12 : 0) + area(stream);
  const videos = streams.filter((stream) => stream.type === AVMEDIA_TYPE_VIDEO && !isCover(stream));
  const [video] = videos.sort((a, b) => rank(b) - rank(a));
  if (!video) {
    const audio = streams.some(({ type }) => type === AVMEDIA_TYPE_AUDIO);
    const cover = streams.some((stream) => stream.type === AVMEDIA_TYPE_VIDEO);
    const only = audio ? ` It holds sound${cover ? ' and a cover picture' : ''} only.` : '';
    throw new MediaError('INPUT_NO_VIDEO', `There is no video in ${name}.${only}`);
  }
  const { codecId, width, height } = video.parameters;
  if (codecId === AV_CODEC_ID_NONE) {
    throw new MediaError(
      'INPUT_UNREADABLE',
      `The video in ${name} is encoded in a way that is not known here.`,
    );
  }
  if (width < 1 || height < 1) {
    throw new MediaError(
      'INPUT_UNSUPPORTED',
      `The video in ${name} (${avGetCodecName(codecId)}) has no size.`,
    );
  }
  return video;
}
