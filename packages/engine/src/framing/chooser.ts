import type { FrameShape } from '../frame/frame.js';
import type { Rectangle } from '../frame/rectangle.js';
import { inverseRotation, turnRectangle } from '../frame/rotation.js';
import { PersonBounds } from './bounds.js';
import { around, type Crop, CropFollower, centred } from './crop.js';

/** What of the frames is shown. */
export interface Framing {
  /** How much nearer the person comes, 1..4. */
  readonly zoom: number;
  /** Whether the person is kept in the middle. */
  readonly follow: boolean;
}

/** After a pause nothing jumps, in microseconds. */
const LONGEST_STEP = 100_000;

/** Chooses which part of each frame is shown. */
export class CropChooser {
  readonly #rotation: FrameShape['rotation'];
  readonly #bounds: PersonBounds;
  readonly #follower = new CropFollower(centred(1));
  #lastTimestamp = Number.NEGATIVE_INFINITY;

  /** @param frame - What the frames are like. */
  constructor({ width, height, rotation }: Pick<FrameShape, 'width' | 'height' | 'rotation'>) {
    this.#rotation = rotation;
    this.#bounds = new PersonBounds(width, height);
  }

  /**
   * Chooses for a frame.
   *
   * @param marks - One for each 16x16 pixels of its matte; see `Matte.tiles`.
   * @param framing - How.
   * @param timestamp - Its time in microseconds.
   * @returns The part, in shares of the frame's sides as it is stored.
   */
  choose(marks: ArrayLike<number>, framing: Framing, timestamp: number): Rectangle {
    const { x, y, size } = this.#chooseUpright(marks, framing, timestamp);
    return turnRectangle({ x, y, width: size, height: size }, inverseRotation(this.#rotation));
  }

  #chooseUpright(marks: ArrayLike<number>, { zoom, follow }: Framing, timestamp: number): Crop {
    if (!follow) return centred(1 / zoom);
    const person = this.#bounds.find(marks);
    const wanted = person ? around(turnRectangle(person, this.#rotation), 1 / zoom) : centred(1 / zoom);
    const passed = Math.min(timestamp - this.#lastTimestamp, LONGEST_STEP);
    this.#lastTimestamp = timestamp;
    this.#follower.follow(wanted, passed);
    return this.#follower.current;
  }
}
