import type { Size } from '../items/scale.js';
import { HALF } from '../metrics/region.js';
import { findComponents } from './components.js';

/** A pixel becomes foreground above the first and background below the second alpha: .65 and .35 of 255. */
const ON = 166;
const OFF = 89;
/** Toggles within so many frames form one blob. */
const BLOB_FRAMES = 3;
/** From this share of the person's area a blob is a pop: an object that appears or vanishes. */
const POP = 0.005;

/**
 * Counts how often still pixels change between person and background, with hysteresis, so that a wavering edge does not
 * count.
 */
export class Toggles {
  readonly #size: Size;
  readonly #states: Uint8Array;
  /** The toggled pixels of each frame that counts. */
  readonly #toggled: Uint32Array[] = [];
  #isFirst = true;

  constructor(size: Size) {
    this.#size = size;
    this.#states = new Uint8Array(size.width * size.height);
  }

  /**
   * Adds the next frame.
   *
   * @param alpha - The matte.
   * @param still - 1 at still pixels; `undefined` if the frame does not count.
   * @returns The number of toggles.
   */
  add(alpha: Uint8Array, still: Uint8Array | undefined): number {
    const states = this.#states;
    const toggled: number[] = [];
    for (let i = 0; i < states.length; i++) {
      const value = alpha[i] ?? 0;
      const state = this.#isFirst ? (value >= HALF ? 1 : 0) : value >= ON ? 1 : value <= OFF ? 0 : states[i];
      if (state === states[i]) continue;
      states[i] = state ?? 0;
      if (!this.#isFirst && still?.[i] === 1) toggled.push(i);
    }
    this.#isFirst = false;
    if (still) this.#toggled.push(Uint32Array.from(toggled));
    return toggled.length;
  }

  /** The number of toggles. */
  count(): number {
    return this.#toggled.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * The number of toggles that are part of a pop.
   *
   * @param personArea - The mean area of the person, in pixels.
   */
  popped(personArea: number): number {
    const mask = new Uint8Array(this.#states.length);
    let sum = 0;
    for (const [frame, toggled] of this.#toggled.entries()) {
      if (toggled.length === 0) continue;
      const around = this.#toggled.slice(Math.max(0, frame - BLOB_FRAMES + 1), frame + BLOB_FRAMES);
      for (const pixels of around) for (const pixel of pixels) mask[pixel] = 1;
      const { labels, areas } = findComponents((i) => mask[i] === 1, this.#size);
      for (const pixel of toggled) {
        if ((areas[(labels[pixel] ?? 0) - 1] ?? 0) >= POP * personArea) sum++;
      }
      mask.fill(0);
    }
    return sum;
  }
}
