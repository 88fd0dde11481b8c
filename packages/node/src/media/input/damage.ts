import type { ConversionWarning } from '@elsewhere/engine';
import type { TimeRange } from '@elsewhere/engine/internal';
import type { Reader } from './reader.js';

/** Smaller differences are due to rounding. In seconds. */
const NEGLIGIBLE = 0.25;

/** Measures what was lost of a damaged input. */
export class Damage {
  readonly #reader: Reader;
  readonly #range: TimeRange;
  #end: number | undefined;
  #gaps = 0;

  /**
   * @param reader - The input.
   * @param range - What is converted of it.
   */
  constructor(reader: Reader, range: TimeRange) {
    this.#reader = reader;
    this.#range = range;
  }

  /**
   * Records a decoded frame. Gaps between frames count as lost if the input turns out to be damaged.
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
   * Reports the damage, at the end.
   *
   * @param damaged - How many packets and frames the decoder has found damaged.
   * @param stopped - Whether the conversion was ended before the end of the input.
   * @returns Warnings, and the seconds that were lost as far as known.
   */
  report(
    damaged: number,
    stopped: boolean,
  ): { readonly lostSeconds: number | undefined; readonly warnings: readonly ConversionWarning[] } {
    const warnings: ConversionWarning[] = [];
    let lost = 0;
    const { name, broken, end, statedEnd, duration = 0, durationIsExact } = this.#reader;
    if (statedEnd !== undefined && (durationIsExact || broken) && !stopped) {
      const missing = Math.min(this.#range.to, statedEnd) - Math.max(end, this.#range.from);
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
      const many = damaged === 1 ? 'One frame was' : `${damaged} frames were`;
      const message = `${name} is damaged: ${many} damaged or could not be decoded.`;
      warnings.push({ code: 'INPUT_DAMAGED', message });
    }
    if (warnings.length === 0) return { lostSeconds: undefined, warnings };
    return { lostSeconds: Math.round((lost + this.#gaps) * 1000) / 1000, warnings };
  }
}
