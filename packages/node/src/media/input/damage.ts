import type { ConversionWarning } from '@elsewhere/engine';
import type { Reader } from './reader.js';
import type { Range } from './source.js';

/** Differences below this many seconds come of rounding. */
const NEGLIGIBLE = 0.25;

/** Keeps account of what was lost of a damaged input. */
export class Damage {
  readonly #reader: Reader;
  readonly #range: Range;
  #end: number | undefined;
  #gaps = 0;

  /**
   * @param reader - The input.
   * @param range - What is converted of it.
   */
  constructor(reader: Reader, range: Range) {
    this.#reader = reader;
    this.#range = range;
  }

  /**
   * Takes note of a decoded picture. Holes between pictures count as lost if it turns out that the input is damaged.
   *
   * @param time - When it is shown, in seconds.
   * @param duration - For how long, in seconds.
   */
  note(time: number, duration: number): void {
    const hole = this.#end === undefined ? 0 : time - this.#end;
    if (hole > duration / 2) this.#gaps += hole;
    this.#end = Math.max(time + duration, this.#end ?? Number.NEGATIVE_INFINITY);
  }

  /**
   * What is to be said at the end.
   *
   * @param damaged - How much damage the decoder has met.
   * @param stopped - Whether the end of the input was not reached on purpose.
   * @returns Warnings, and seconds lost as far as known.
   */
  report(
    damaged: number,
    stopped: boolean,
  ): { readonly lostSeconds: number | undefined; readonly warnings: readonly ConversionWarning[] } {
    const warnings: ConversionWarning[] = [];
    let lost = 0;
    const { name, broken, end, startTime, duration, durationIsExact } = this.#reader;
    if (duration !== undefined && (durationIsExact || broken) && !stopped) {
      const missing = Math.min(this.#range.to, startTime + duration) - Math.max(end, this.#range.from);
      if (missing > NEGLIGIBLE) {
        lost += missing;
        const message = `${name} ends early: ${missing.toFixed(1)} of its ${duration.toFixed(1)} seconds are missing.`;
        warnings.push({ code: 'INPUT_TRUNCATED', message });
      }
    }
    if (broken && warnings.length === 0) {
      const message = `${name} is damaged: what comes after second ${end.toFixed(1)} cannot be read.`;
      warnings.push({ code: 'INPUT_DAMAGED', message });
    }
    if (damaged > 0) {
      const many = damaged === 1 ? 'One picture was' : `${damaged} pictures were`;
      const message = `${name} is damaged: ${many} damaged or could not be decoded.`;
      warnings.push({ code: 'INPUT_DAMAGED', message });
    }
    if (warnings.length === 0) return { lostSeconds: undefined, warnings };
    return { lostSeconds: Math.round((lost + this.#gaps) * 1000) / 1000, warnings };
  }
}
