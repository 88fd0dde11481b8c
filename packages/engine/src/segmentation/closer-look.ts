import { CLOSER } from './constants.js';
import type { Region } from './region.js';
import { evenly, widen } from './region.js';

/**
 * How thoroughly people are looked for whom the networks do not find in the whole frame, because they are small in it:
 * - `sparse`: one part of the frame a second, in turn; for live video.
 * - `thorough`: all parts in the first frame of a scene, then one part in each frame, until somebody is found; for files.
 */
export type Search = 'sparse' | 'thorough';

/** What both networks see in a region, and together. */
export interface Sight {
  /** The share of the region that is a person to the square network, to the landscape network, and to both fused. */
  readonly square: number;
  readonly landscape: number;
  readonly fused: number;
  /** The mean confidence of both fused, where they see a person. */
  readonly mean: number;
  /** The bounding box, in luma pixels of the frame. */
  readonly box: Region | undefined;
}

/** The sides of a part, as shares of the frame's: the networks find people from about a fifth of their input's width on. */
const SIDE = 3 / 8;

/** Parts side by side, and one below the other; they overlap. */
const COUNT = 4;

/**
 * Where the parts begin, in shares of the frame's sides. The corners come first: that is where presenters are in recordings of a
 * screen.
 */
const PARTS: readonly (readonly [x: number, y: number])[] = (() => {
  const last = COUNT - 1;
  const all = Array.from({ length: COUNT ** 2 }, (_, i) => [i % COUNT, Math.floor(i / COUNT)] as const);
  const isCorner = ([x, y]: readonly [number, number]) => x % last === 0 && y % last === 0;
  return [...all.filter(isCorner), ...all.filter((each) => !isCorner(each))]
    .map(([x, y]) => [last - x, last - y].map((step) => (step / last) * (1 - SIDE)))
    .map(([x = 0, y = 0]) => [x, y] as const);
})();

/**
 * Looks closer where the whole frame shows nobody: at parts of it in turn, then once more at what may be a person there. Both
 * networks have to agree both times: screens are full of things that one of them takes for people.
 */
export class CloserLook {
  readonly #frame: Pick<Region, 'width' | 'height'>;
  readonly #search: Search;
  #next = 0;
  /** Parts still to be looked at in this frame. */
  #left = 0;
  /** Microseconds since the last look at a part. */
  #since = Number.POSITIVE_INFINITY;
  /** What may be a person. */
  #candidate: Region | undefined;

  /**
   * @param frame - Its size, as stored.
   * @param search - How often to look.
   */
  constructor({ width, height }: Pick<Region, 'width' | 'height'>, search: Search) {
    this.#frame = { width, height };
    this.#search = search;
  }

  /**
   * Begins a frame.
   *
   * @param elapsed - Microseconds since the previous frame; infinity if there is none.
   */
  begin(elapsed: number): void {
    // After a seek there may be anybody.
    this.#since = elapsed >= 0 ? this.#since + elapsed : Number.POSITIVE_INFINITY;
    if (this.#search === 'thorough') this.#left = Number.isFinite(elapsed) ? 1 : PARTS.length;
    else this.#left = this.#since >= CLOSER.interval ? 1 : 0;
  }

  /** Whether there is something to look at in this frame. */
  get isDue(): boolean {
    return this.#left > 0 || this.#candidate !== undefined;
  }

  /** Where to look. */
  get region(): Region {
    const { width, height } = this.#frame;
    const [x, y] = PARTS[this.#next] ?? [0, 0];
    const part = { x: x * width, y: y * height, width: SIDE * width, height: SIDE * height };
    return this.#candidate ?? widen(part, evenly(0), this.#frame);
  }

  /** Whether one network sees enough that the other one is worth running. */
  isWorthwhile(share: number): boolean {
    return share >= CLOSER.least;
  }

  /**
   * Takes in what was seen at {@link CloserLook.region}.
   *
   * @returns Whether it is a person.
   */
  take({ square, landscape, fused, mean, box }: Sight): boolean {
    if (this.#candidate) {
      const isAgreed = Math.min(square, landscape) >= CLOSER.agreement * Math.max(square, landscape);
      const isPerson = isAgreed && fused >= CLOSER.share && mean >= CLOSER.confirmed;
      this.#candidate = undefined;
      if (!isPerson) this.#advance();
      return isPerson;
    }
    this.#since = 0;
    this.#left--;
    if (box && fused >= CLOSER.least && mean >= CLOSER.likely) {
      this.#candidate = widen(box, evenly(CLOSER.margin), this.#frame);
    } else this.#advance();
    return false;
  }

  /** Forgets what it has begun. */
  reset(): void {
    this.#candidate = undefined;
    this.#since = Number.POSITIVE_INFINITY;
  }

  #advance(): void {
    this.#next = (this.#next + 1) % PARTS.length;
  }
}
