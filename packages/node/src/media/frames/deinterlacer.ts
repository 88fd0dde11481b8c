import {
  AV_CODEC_ID_FFVHUFF,
  AV_CODEC_ID_HUFFYUV,
  AV_CODEC_ID_MAGICYUV,
  AV_CODEC_ID_PNG,
  AV_CODEC_ID_UTVIDEO,
  AV_CODEC_ID_V210,
  AV_FRAME_FLAG_INTERLACED,
  AV_FRAME_FLAG_TOP_FIELD_FIRST,
  type AVCodecID,
  type AVPixelFormat,
} from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Ratio } from '../ffmpeg.js';
import { knownRange } from './color.js';
import { FrameFilter } from './filter.js';

/**
 * Codecs whose frames do not say whether they are interlaced: their container does. The frames of others do, each for itself, and
 * have the last word.
 */
const SILENT_CODECS: ReadonlySet<AVCodecID> = new Set([
  AV_CODEC_ID_FFVHUFF,
  AV_CODEC_ID_HUFFYUV,
  AV_CODEC_ID_MAGICYUV,
  AV_CODEC_ID_PNG,
  AV_CODEC_ID_UTVIDEO,
  AV_CODEC_ID_V210,
]);

/** The order of fields as a container states it: FFmpeg's `AVFieldOrder`. */
const [PROGRESSIVE, TOP_FIRST, TOP_FIRST_SHOWN] = [1, 2, 5];

/** What a {@link Deinterlacer} needs to know of a stream. */
export interface DeinterlacerOptions {
  /** `auto`: interlaced frames; `on`: every frame; `off`: none. */
  readonly mode: 'auto' | 'on' | 'off';
  readonly codec: AVCodecID;
  /** FFmpeg's `AVFieldOrder`, as the container or the codec's header states it. */
  readonly fieldOrder: number;
  /** The container's sample aspect ratio. */
  readonly sampleAspectRatio: Ratio;
}

/**
 * Makes progressive frames of interlaced ones, one of each, at their times (bwdif). Progressive frames pass unchanged. Nothing is
 * filtered until the first interlaced frame comes; from then on, each frame comes out when the next one is known.
 */
export class Deinterlacer {
  /** Whether any frame was interlaced. */
  active = false;
  readonly #options: DeinterlacerOptions;
  readonly #stated: 'top' | 'bottom' | undefined;
  #filter: FrameFilter | undefined;
  #width = 0;
  #height = 0;
  #format = -1;

  constructor(options: DeinterlacerOptions) {
    this.#options = options;
    const { fieldOrder, codec } = options;
    const isStated = fieldOrder > PROGRESSIVE && SILENT_CODECS.has(codec);
    if (isStated)
      this.#stated = fieldOrder === TOP_FIRST || fieldOrder === TOP_FIRST_SHOWN ? 'top' : 'bottom';
  }

  /**
   * Whether a frame has to be given to {@link send}, instead of being used as it is.
   *
   * @param frame - As it was decoded.
   */
  takes(frame: Frame): boolean {
    if (this.#options.mode === 'off') return false;
    return this.#filter !== undefined || this.#options.mode === 'on' || this.#isInterlaced(frame);
  }

  /** Whether a frame can be sent now; if not, {@link finish} first and receive what is left. */
  accepts({ width, height, format }: Frame): boolean {
    return !this.#filter || (width === this.#width && height === this.#height && format === this.#format);
  }

  /**
   * Takes a frame.
   *
   * @param frame - Its `pts` is its time, and comes back as that of the frame that is made of it.
   */
  send(frame: Frame): void {
    if (this.#isInterlaced(frame)) {
      this.active = true;
      if (this.#stated) {
        frame.setFlags(AV_FRAME_FLAG_INTERLACED);
        if (this.#stated === 'top') frame.setFlags(AV_FRAME_FLAG_TOP_FIELD_FIRST);
      }
    }
    this.#filter ??= this.#open(frame);
    this.#filter.send(frame);
  }

  /**
   * Receives the next frame.
   *
   * @param frame - Receives it.
   * @returns Whether there was one.
   */
  receive(frame: Frame): boolean {
    if (!this.#filter?.receive(frame)) return false;
    // The filter counts in fields.
    frame.pts /= 2n;
    frame.duration /= 2n;
    return true;
  }

  /** Ends the sequence: the last frame can be received. */
  finish(): void {
    this.#filter?.send(undefined);
  }

  /** Forgets all frames. */
  reset(): void {
    this.#filter?.dispose();
    this.#filter = undefined;
  }

  #isInterlaced(frame: Frame): boolean {
    return this.#stated !== undefined || frame.hasFlags(AV_FRAME_FLAG_INTERLACED);
  }

  #open(frame: Frame): FrameFilter {
    this.#width = frame.width;
    this.#height = frame.height;
    this.#format = frame.format;
    const { mode, sampleAspectRatio } = this.#options;
    return new FrameFilter(
      {
        width: frame.width,
        height: frame.height,
        format: frame.format as AVPixelFormat,
        sampleAspectRatio: sampleAspectRatio.num > 0 ? sampleAspectRatio : frame.sampleAspectRatio,
        colorSpace: frame.colorSpace,
        colorRange: knownRange(frame.colorRange),
      },
      `bwdif=mode=send_frame:parity=auto:deint=${mode === 'on' ? 'all' : 'interlaced'}`,
    );
  }
}
