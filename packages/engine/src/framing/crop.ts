import type { Rectangle } from '../frame/frame.js';

/** The part of the upright frame that is shown: the same share in both directions, so that the aspect ratio stays. */
export interface Crop {
  /** Left edge, in shares of the frame's width. */
  x: number;
  /** Top edge, in shares of the frame's height. */
  y: number;
  /** Share of width and height, above 0, at most 1. */
  size: number;
}

/** Following alone crops no further than this. */
const SMALLEST = 0.45;

/** The largest share of the crop's height and width that a person takes. */
const MOST_HEIGHT = 0.85;
const MOST_WIDTH = 0.85;

/** The space above a head, as a share of the crop. */
const HEADROOM = 0.1;

/** The centred crop. */
export function centred(size: number): Crop {
  return { x: (1 - size) / 2, y: (1 - size) / 2, size };
}

/**
 * The crop with a person in the middle.
 *
 * @param person - Their bounding box in the upright frame.
 * @param largest - The largest size allowed.
 */
export function around({ x, y, width, height }: Rectangle, largest: number): Crop {
  const centre = x + width / 2;
  // Large enough for the person, and narrow enough that they can be in the middle of it.
  const enough = Math.max(height / MOST_HEIGHT, width / MOST_WIDTH);
  const movable = Math.max(2 * Math.min(centre, 1 - centre), width / MOST_WIDTH);
  const size = Math.min(largest, Math.max(SMALLEST, Math.min(enough, movable)));
  const within = (start: number) => Math.min(1 - size, Math.max(0, start));
  return { x: within(centre - size / 2), y: within(y - HEADROOM * size), size };
}

/** A change of less than this share of the crop is not followed. */
export const STILL = 0.05;

/** Following ends at this distance. */
const ARRIVED = 0.005;

/** The time constant of each of two low-pass filters, in microseconds. */
const TIME_CONSTANT = 350_000;

/** Follows a target crop as a calm hand moves a camera: small changes are ignored, others begin and end gently. */
export class CropFollower {
  readonly current: Crop;
  readonly #leader: Crop;
  readonly #goal: Crop;
  #isMoving = false;

  /** @param start - The first crop. */
  constructor(start: Crop) {
    this.current = { ...start };
    this.#leader = { ...start };
    this.#goal = { ...start };
  }

  /**
   * Advances.
   *
   * @param wanted - The target.
   * @param passed - Microseconds since the previous frame.
   */
  follow(wanted: Crop, passed: number): void {
    if (!this.#isMoving && distance(wanted, this.#goal) > STILL) this.#isMoving = true;
    if (!this.#isMoving) return;
    Object.assign(this.#goal, wanted);
    const gain = 1 - Math.exp(-Math.max(0, passed) / TIME_CONSTANT);
    // Two filters in series, so that the speed does not jump.
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
