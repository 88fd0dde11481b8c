import type { Frame } from '@elsewhere/engine';
import { type Size, shrinkBytes } from '../items/scale.js';
import { frameToRgb } from '../items/yuv.js';
import { type Steadiness, SteadinessMeter } from './meter.js';
import { smallAlpha, smallFrame, smallSize } from './small.js';
import { StillWindow } from './still-window.js';

/** The moment of a clip at which most pixels of a matte toggled at once, at the small size. */
export interface Moment {
  readonly index: number;
  readonly toggled: number;
  readonly size: Size;
  readonly rgb: Uint8Array;
  readonly before: Uint8Array;
  readonly alpha: Uint8Array;
}

/** Measures how steady the mattes of all rows are on one item. */
export class ItemSteadiness {
  readonly #size: Size;
  readonly #window: StillWindow;
  readonly #meters = new Map<string, SteadinessMeter>();
  readonly #moments = new Map<string, Moment>();
  readonly #images: Uint8Array[] = [];
  readonly #fps: number;
  #judged = 0;

  /**
   * @param size - The size of the frames.
   * @param fps - Frames per second.
   */
  constructor(size: Size, fps: number) {
    this.#size = smallSize(size);
    this.#fps = fps;
    this.#window = new StillWindow(this.#size, fps);
  }

  /**
   * Adds a frame.
   *
   * @param frame - I420 without padding.
   * @param mattes - Its mattes by the names of rows: the same rows for each frame.
   */
  add(frame: Frame, mattes: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, matte] of mattes) {
      const meter = this.#meters.get(name) ?? new SteadinessMeter(this.#size, this.#fps);
      this.#meters.set(name, meter);
      meter.add(smallAlpha(matte, frame));
    }
    this.#images.push(shrinkBytes(frameToRgb(frame), frame, this.#size, 3));
    const still = this.#window.add(smallFrame(frame));
    if (this.#images.length > this.#window.delay) this.#judge(still);
  }

  #judge(still: Uint8Array | undefined): void {
    const rgb = this.#images.shift();
    const index = this.#judged++;
    for (const [name, meter] of this.#meters) {
      const judged = meter.judge(still);
      if (!rgb || !judged || judged.toggled <= (this.#moments.get(name)?.toggled ?? 0)) continue;
      this.#moments.set(name, { ...judged, index, size: this.#size, rgb });
    }
  }

  /** The results by the names of rows. */
  results(): ReadonlyMap<string, Steadiness> {
    const meters = [...this.#meters];
    // One area for all rows, so that their results can be compared.
    const area = meters.reduce((sum, [, meter]) => sum + meter.area, 0) / meters.length;
    const results = meters.map(([name, meter]) => [name, meter.result(area)] as const);
    return new Map(results.filter((entry): entry is [string, Steadiness] => entry[1] !== undefined));
  }

  /** The moment at which a row toggled most, if it did. */
  moment(name: string): Moment | undefined {
    return this.#moments.get(name);
  }
}
