import { REGION } from './constants.js';
import type { Sides } from './person-detection.js';
import { evenly, type Region, union, widen } from './region.js';

/**
 * Tracks the region of interest: it grows at once when people need more space, shrinks slowly when they need less, and stays
 * otherwise, because each change of the network's input changes its output a little.
 */
export class RoiTracker {
  /** The region of interest; none while it is unknown. */
  region: Region | undefined;
  readonly #frame: Pick<Region, 'width' | 'height'>;
  /** For how many frames the region has been too large. */
  #tooLarge = 0;

  /**
   * @param frame - The frames' size.
   */
  constructor({ width, height }: Pick<Region, 'width' | 'height'>) {
    this.#frame = { width, height };
  }

  /** Starts around a bounding box that was found in the whole frame. */
  start(box: Region): void {
    this.region = widen(box, evenly(REGION.margin), this.#frame);
    this.#tooLarge = 0;
  }

  /** Grows to include a bounding box that was found in the whole frame: someone may have come in beside the region. */
  include(box: Region): void {
    if (!this.region) this.start(box);
    else if (!contains(this.region, box)) {
      this.region = union(this.region, widen(box, evenly(REGION.margin), this.#frame));
    }
  }

  /** Forgets the region. */
  lose(): void {
    this.region = undefined;
  }

  /**
   * Follows what was found in the region.
   *
   * @param box - The bounding box of the people.
   * @param touches - On which sides of the region they reach its edge.
   */
  follow(box: Region, touches: Sides): void {
    const { region } = this;
    if (!region) {
      this.start(box);
      return;
    }
    const wanted = widen(box, evenly(REGION.movingMargin), this.#frame);
    const needed = widen(box, evenly(REGION.leastMargin), this.#frame);
    const extended = this.#extend(region, touches);
    if (extended !== region || !contains(region, needed)) {
      this.region = union(extended, wanted);
      this.#tooLarge = 0;
      return;
    }
    const isTooLarge = wanted.width * wanted.height < (1 - REGION.slack) * region.width * region.height;
    this.#tooLarge = isTooLarge ? this.#tooLarge + 1 : 0;
    if (this.#tooLarge <= REGION.patience) return;
    this.region = wanted;
    this.#tooLarge = 0;
  }

  /** The region, extended on the sides that people touch; the same object if those are the frame's edges. */
  #extend(region: Region, touches: Sides): Region {
    const { width, height } = this.#frame;
    const left = touches.left && region.x > 0;
    const top = touches.top && region.y > 0;
    const right = touches.right && region.x + region.width < width;
    const bottom = touches.bottom && region.y + region.height < height;
    if (!left && !top && !right && !bottom) return region;
    const more = (is: boolean) => (is ? REGION.extension : 0);
    const margins = { left: more(left), top: more(top), right: more(right), bottom: more(bottom) };
    return widen(region, margins, this.#frame);
  }
}

function contains(outer: Region, inner: Region): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
