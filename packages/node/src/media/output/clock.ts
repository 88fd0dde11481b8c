import type { TimeRange } from '@elsewhere/engine/internal';
import { fromSeconds, type Ratio, seconds } from '../ffmpeg.js';
import type { Reader } from '../input/reader.js';
import type { Container } from './containers.js';

/** The longest time for which a last frame of unknown duration is shown, in seconds. */
const LONGEST_END = 5;

/** Computes the timestamps of the output's frames. */
export class OutputClock {
  /** The average frame rate. */
  readonly frameRate: Ratio;
  /** Of the output's timestamps. */
  readonly timeBase: Ratio;
  readonly #reader: Reader;
  readonly #range: TimeRange;
  readonly #exact: boolean;
  #first = true;
  /** How late the first frame is, in seconds. */
  #shift = 0;
  #last = -1n;
  #lastTime = 0;
  #lastStep = 0n;
  #lastDuration = 0n;

  /**
   * @param container - Decides whether times are exact, or lie on a grid.
   * @param reader - The input.
   * @param range - The part of it that is converted.
   */
  constructor({ timing }: Container, reader: Reader, range: TimeRange) {
    this.#reader = reader;
    this.#range = range;
    this.#exact = timing === 'exact';
    this.frameRate = timing === 'grid' ? reader.gridRate : reader.frameRate;
    const { num, den } = this.frameRate;
    this.timeBase = this.#exact ? reader.video.timeBase : { num: den, den: num };
  }

  /**
   * The timestamp of the next frame in the output.
   *
   * @param timestamp - Its timestamp in the input.
   * @param duration - Its duration in the input; 0 where that is not known.
   * @returns Its timestamp in {@link timeBase}, later than the last one.
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

  /** The duration of the last frame, in {@link timeBase}. */
  lastDuration(): bigint {
    if (!this.#exact) return 1n;
    const { timeBase, frameRate } = this;
    if (this.#lastDuration > 0n) return this.#lastDuration;
    const { statedEnd, durationIsExact } = this.#reader;
    const left = statedEnd === undefined || !durationIsExact ? 0 : statedEnd - this.#lastTime;
    if (left > 0 && left < LONGEST_END)
      return fromSeconds(Math.min(left, this.#range.to - this.#lastTime), timeBase);
    return this.#lastStep > 0n ? this.#lastStep : fromSeconds(frameRate.den / frameRate.num, timeBase);
  }

  /** The end of the last frame in seconds: the output's duration. */
  get end(): number {
    return seconds(this.#last + this.lastDuration(), this.timeBase);
  }

  #onGrid(): bigint {
    const time = this.#lastTime - this.#range.from;
    // A first frame that is late by less than a frame would leave the first position of the grid empty.
    if (this.#first && fromSeconds(time, this.timeBase) === 1n) this.#shift = time;
    return fromSeconds(time - this.#shift, this.timeBase);
  }
}
