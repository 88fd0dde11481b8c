import { fromSeconds, type Ratio, seconds } from '../ffmpeg.js';
import type { Reader } from '../input/reader.js';
import type { Range } from '../input/source.js';
import type { Container } from './containers.js';

/** A last picture of unknown duration is not shown for longer than that, in seconds. */
const LONGEST_END = 5;

/** Gives the output's frames their times. */
export class OutputClock {
  /** Frames a second, about. */
  readonly frameRate: Ratio;
  /** Of the times that are given. */
  readonly timeBase: Ratio;
  readonly #reader: Reader;
  readonly #range: Range;
  readonly #exact: boolean;
  #first = true;
  #shift = 0n;
  #last = -1n;
  #lastTime = 0;
  #lastStep = 0n;
  #lastDuration = 0n;

  /**
   * @param container - The kind of file that is written.
   * @param reader - The input.
   * @param range - What is converted of it.
   */
  constructor({ timing }: Container, reader: Reader, range: Range) {
    this.#reader = reader;
    this.#range = range;
    this.#exact = timing === 'exact';
    this.frameRate = timing === 'grid' ? reader.gridRate : reader.frameRate;
    const { num, den } = this.frameRate;
    this.timeBase = this.#exact ? reader.video.timeBase : { num: den, den: num };
  }

  /**
   * The time of the next frame in the output.
   *
   * @param timestamp - Its time in the input.
   * @param duration - For how long it is shown in the input; 0 where that is not known.
   * @returns Its time in {@link timeBase}, later than the last one.
   */
  next(timestamp: bigint, duration: bigint): bigint {
    this.#lastTime = seconds(timestamp, this.#reader.video.timeBase);
    this.#lastDuration = duration;
    const time = this.#exact ? timestamp - fromSeconds(this.#range.from, this.timeBase) : this.#onGrid();
    const least = this.#last + 1n;
    this.#lastStep = this.#first ? 0n : time - this.#last;
    this.#first = false;
    this.#last = time > least ? time : least;
    return this.#last;
  }

  /** For how long the frame that came last is shown, in {@link timeBase}. */
  lastDuration(): bigint {
    if (!this.#exact) return 1n;
    const { timeBase, frameRate } = this;
    if (this.#lastDuration > 0n) return this.#lastDuration;
    const { duration, startTime, durationIsExact } = this.#reader;
    const left = duration === undefined || !durationIsExact ? 0 : startTime + duration - this.#lastTime;
    if (left > 0 && left < LONGEST_END)
      return fromSeconds(Math.min(left, this.#range.to - this.#lastTime), timeBase);
    return this.#lastStep > 0n ? this.#lastStep : fromSeconds(frameRate.den / frameRate.num, timeBase);
  }

  /** When the output ends: when the frame that came last is no longer shown, in seconds. */
  get end(): number {
    return seconds(this.#last + this.lastDuration(), this.timeBase);
  }

  #onGrid(): bigint {
    const place = fromSeconds(this.#lastTime - this.#range.from, this.timeBase);
    // A beginning that is late by less than a frame would be an empty frame.
    if (this.#first && place === 1n) this.#shift = 1n;
    return place - this.#shift;
  }
}
