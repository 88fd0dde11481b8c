import type { ConversionProgress } from '@elsewhere/engine';
import { formatDuration } from './duration.js';
import { columnsOf, shorten } from './text.js';

/** The speed of the last seconds. */
export interface Speed {
  /** Frames per second; `undefined` before anything was measured. */
  readonly framesPerSecond: number | undefined;
  /** Estimated seconds until everything is done, if known. */
  readonly secondsLeft: number | undefined;
}

/** The seconds that a {@link SpeedMeter} looks back. */
const WINDOW_SECONDS = 8;

/** Measures the speed over a sliding window that starts with the first frames: loading the model does not count. */
export class SpeedMeter {
  readonly #samples: { time: number; frames: number; done: number | undefined }[] = [];

  /**
   * @param time - Seconds on any clock.
   * @param frames - Frames done so far.
   * @param done - How much of the whole is done, 0..1, if known.
   */
  add(time: number, frames: number, done: number | undefined): void {
    this.#samples.push({ time, frames, done });
    while (this.#samples.length > 2 && time - (this.#samples[1]?.time ?? time) >= WINDOW_SECONDS) {
      this.#samples.shift();
    }
  }

  /** The speed between the first and the last sample of the window. */
  get speed(): Speed {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    const elapsed = first && last ? last.time - first.time : 0;
    if (!first || !last || elapsed <= 0) return { framesPerSecond: undefined, secondsLeft: undefined };
    const done = last.done !== undefined && first.done !== undefined ? last.done - first.done : 0;
    return {
      framesPerSecond: (last.frames - first.frames) / elapsed,
      secondsLeft: done > 0 && last.done !== undefined ? ((1 - last.done) * elapsed) / done : undefined,
    };
  }
}

/**
 * How much of an input is done.
 *
 * @returns 0..1, or `undefined` if its duration is not known.
 */
export function doneOf({ seconds, totalSeconds }: ConversionProgress): number | undefined {
  return totalSeconds !== undefined && totalSeconds > 0 ? Math.min(1, seconds / totalSeconds) : undefined;
}

/** What a progress line shows. */
export interface ProgressView extends Speed {
  readonly name: string;
  /** 0..1; `undefined` for what has no known end. */
  readonly done: number | undefined;
  readonly frames: number;
  /** Seconds of the input that are done. */
  readonly seconds: number;
}

/**
 * The parts of a progress line, the most important first: `43 %`, `1290 frames`, `118 fps`, `0:14 left`.
 *
 * @param view - What to show.
 */
export function progressFacts({
  done,
  frames,
  seconds,
  framesPerSecond,
  secondsLeft,
}: ProgressView): string[] {
  const facts = [done === undefined ? formatDuration(seconds) : `${Math.floor(done * 100)} %`];
  facts.push(`${frames} ${frames === 1 ? 'frame' : 'frames'}`);
  if (framesPerSecond !== undefined) facts.push(`${formatRate(framesPerSecond)} fps`);
  if (secondsLeft !== undefined) facts.push(`${formatDuration(secondsLeft)} left`);
  return facts;
}

/**
 * Formats frames per second, with one decimal below 10.
 */
export function formatRate(rate: number): string {
  return rate < 9.95 ? rate.toFixed(1) : String(Math.round(rate));
}

/** The widest bar, in columns. */
const MAX_BAR = 28;
/** Narrower bars are left out. */
const MIN_BAR = 8;

/**
 * Draws one line: name, bar, percent, frames, fps, time left. Where the terminal is too narrow, the bar goes first, then
 * the facts from the last on.
 *
 * @param view - What to show.
 * @param columns - What the line may take.
 * @param colors - Whether it may have colours.
 */
export function progressLine(view: ProgressView, columns: number, colors: boolean): string {
  const facts = progressFacts(view);
  const name = shorten(view.name, Math.max(8, Math.floor(columns / 3)));
  while (facts.length > 1 && columnsOf([name, ...facts].join('  ')) > columns) facts.pop();
  const text = [name, ...facts].join('  ');
  const room = Math.min(MAX_BAR, columns - columnsOf(text) - 2);
  if (view.done === undefined || room < MIN_BAR) return shorten(text, columns);
  return [name, progressBar(view.done, room, colors), ...facts].join('  ');
}

/**
 * Draws a bar.
 *
 * @param done - 0..1.
 * @param columns - Its width.
 * @param colors - Whether it may have colours.
 */
export function progressBar(done: number, columns: number, colors: boolean): string {
  const full = Math.round(done * columns);
  const [before, after] = ['━'.repeat(full), (colors ? '━' : '─').repeat(columns - full)];
  return colors ? `\x1b[36m${before}\x1b[39m\x1b[2m${after}\x1b[22m` : before + after;
}

/** Decides when a plain line is printed: at every tenth of an input, every ten seconds for an input without an end. */
export class Milestones {
  #tenths = 0;
  #lastTime: number;

  /** @param start - The clock's seconds at the beginning. */
  constructor(start: number) {
    this.#lastTime = start;
  }

  /**
   * @param time - The clock's seconds now.
   * @param done - 0..1, if known.
   * @returns Whether to print a line.
   */
  reached(time: number, done: number | undefined): boolean {
    const waited = time - this.#lastTime;
    const tenths = done === undefined ? 0 : Math.floor(done * 10 + 1e-9);
    const due = done === undefined ? waited >= 10 : tenths > this.#tenths && tenths < 10 && waited >= 1;
    if (!due) return false;
    this.#lastTime = time;
    this.#tenths = tenths;
    return true;
  }
}
