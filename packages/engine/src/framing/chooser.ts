import type { FrameShape, Rectangle } from '../frame/frame.js';
import { inverseRotation, turnRectangle } from '../frame/rotation.js';
import { PersonBounds } from './bounds.js';
import { around, type Crop, CropFollower, centred } from './crop.js';

/** The settings of framing. */
export interface Framing {
  /** Magnification, 1..4. */
  readonly zoom: number;
  /** Whether the person is kept in the middle of the frame. */
  readonly follow: boolean;
}

/** Whether only a part of each frame is shown. */
export function isFramed({ zoom, follow }: Framing): boolean {
  return zoom > 1 || follow;
}

/** Longer times between frames count as this, in microseconds, so that the crop does not jump after a pause. */
const LONGEST_STEP = 100_000;

/** Chooses the crop of each frame: the framing policy of both backends. */
export class CropChooser {
  readonly #rotation: FrameShape['rotation'];
  readonly #bounds: PersonBounds;
  readonly #follower = new CropFollower(centred(1));
  #lastTimestamp = Number.NEGATIVE_INFINITY;

  /** @param frame - Size, colour space and rotation of the frames. */
  constructor({ width, height, rotation }: Pick<FrameShape, 'width' | 'height' | 'rotation'>) {
    this.#rotation = rotation;
    this.#bounds = new PersonBounds(width, height);
  }

  /**
   * Chooses the crop of a frame.
   *
   * @param tiles - The class of each tile of its matte; see `Matte.tiles`.
   * @param framing - The settings.
   * @param timestamp - Its time in microseconds.
   * @returns The crop, in shares of the frame's sides as stored.
   */
  choose(tiles: ArrayLike<number>, framing: Framing, timestamp: number): Rectangle {
    const { x, y, size } = this.#chooseUpright(tiles, framing, timestamp);
    return turnRectangle({ x, y, width: size, height: size }, inverseRotation(this.#rotation));
  }

  #chooseUpright(tiles: ArrayLike<number>, { zoom, follow }: Framing, timestamp: number): Crop {
    if (!follow) return centred(1 / zoom);
    const person = this.#bounds.find(tiles);
    const wanted = person ? around(turnRectangle(person, this.#rotation), 1 / zoom) : centred(1 / zoom);
    const passed = Math.min(timestamp - this.#lastTimestamp, LONGEST_STEP);
    this.#lastTimestamp = timestamp;
    this.#follower.follow(wanted, passed);
    return this.#follower.current;
  }
}
