import type { Rectangle } from '../frame/rectangle.js';

/** The part of the picture that is shown: in both directions the same share of it, so that its shape stays. */
export interface Crop {
  /** Left edge, in shares of the picture's width. */
  x: number;
  /** Top edge, in shares of the picture's height. */
  y: number;
  /** Share of width and height, above 0, at most 1. */
  size: number;
}

/** Nobody is brought nearer than this by themselves. */
const SMALLEST = 0.45;

/** How much of the height of what is shown a person takes at most, and how much of the width. */
const MOST_HEIGHT = 0.85;
const MOST_WIDTH = 0.85;

/** The room over a head, as a share of what is shown. */
const HEADROOM = 0.1;

/** The middle of a picture. */
export function centred(size: number): Crop {
  return { x: (1 - size) / 2, y: (1 - size) / 2, size };
}

/**
 * What to show so that a person is in the middle.
 *
 * @param person - The box around them in the upright picture.
 * @param largest - The largest share that may be shown.
 */
export function around({ x, y, width, height }: Rectangle, largest: number): Crop {
  const centre = x + width / 2;
  // Wide and high enough for the person, and narrow enough that they can be in the middle of it.
  const enough = Math.max(height / MOST_HEIGHT, width / MOST_WIDTH);
  const movable = Math.max(2 * Math.min(centre, 1 - centre), width / MOST_WIDTH);
  const size = Math.min(largest, Math.max(SMALLEST, Math.min(enough, movable)));
  const within = (start: number) => Math.min(1 - size, Math.max(0, start));
  return { x: within(centre - size / 2), y: within(y - HEADROOM * size), size };
}

/** A change of less than this, as a share of what is shown, is not followed. */
export const STILL = 0.05;

/** One that is followed ends at this distance. */
const ARRIVED = 0.005;

/** How fast it is followed, in microseconds. */
const TIME_CONSTANT = 350_000;

/** Follows a wanted crop as a calm hand moves a camera: not at all for little, else gently at both ends. */
export class CropFollower {
  readonly current: Crop;
  readonly #leader: Crop;
  readonly #goal: Crop;
  #isMoving = false;

  /** @param start - What is shown at first. */
  constructor(start: Crop) {
    this.current = { ...start };
    this.#leader = { ...start };
    this.#goal = { ...start };
  }

  /**
   * Goes on.
   *
   * @param wanted - What ought to be shown.
   * @param passed - Microseconds since the frame before.
   */
  follow(wanted: Crop, passed: number): void {
    if (!this.#isMoving && distance(wanted, this.#goal) > STILL) this.#isMoving = true;
    if (!this.#isMoving) return;
    Object.assign(this.#goal, wanted);
    const gain = 1 - Math.exp(-Math.max(0, passed) / TIME_CONSTANT);
    // One after the other: the speed does not jump.
    approach(this.#leader, this.#goal, gain);
    approach(this.current, this.#leader, gain);
    if (distance(this.current, this.#goal) < ARRIVED) this.#isMoving = false;
  }
}

function distance(a: Crop, b: Crop): number {
  const middle = (crop: Crop, start: 'x' | 'y') => crop[start] + crop.size / 2;
  const moved = Math.hypot(middle(a, 'x') - middle(b, 'x'), middle(a, 'y') - middle(b, 'y'));
  return Math.max(moved, Math.abs(a.size - b.size)) / b.size;
}

function approach(from: Crop, to: Crop, gain: number): void {
  from.x += gain * (to.x - from.x);
  from.y += gain * (to.y - from.y);
  from.size += gain * (to.size - from.size);
}
