import type { Size } from '../items/scale.js';
import type { SmallFrame } from './small.js';

/** How much luma, and chroma, of a pixel may vary within the window, in steps of 256. */
const RANGES = [7, 5, 5] as const;
/** Half the length of the window, in seconds; at least 3 frames. */
const REACH = 0.2;

/**
 * Finds the pixels of a clip that are still: nothing happens in them, nor right beside them, for some frames before and
 * after. With a moving camera only flat areas are.
 */
export class StillWindow {
  /** How many frames later the result for a frame is known. */
  readonly delay: number;
  readonly #size: Size;
  readonly #frames: SmallFrame[] = [];

  /**
   * @param size - The size of the small frames.
   * @param fps - Frames per second.
   */
  constructor(size: Size, fps: number) {
    this.#size = size;
    this.delay = Math.max(3, Math.round(REACH * fps));
  }

  /**
   * Adds the next frame.
   *
   * @returns 1 at the still pixels of the frame `delay` frames ago; `undefined` if the window is not full yet.
   */
  add(frame: SmallFrame): Uint8Array | undefined {
    this.#frames.push(frame);
    if (this.#frames.length <= 2 * this.delay) return undefined;
    const still = this.#find();
    this.#frames.shift();
    return still;
  }

  #find(): Uint8Array {
    const { width, height } = this.#size;
    const quiet = new Uint8Array(width * height).fill(1);
    for (const [plane, most] of RANGES.entries()) {
      for (let i = 0; i < quiet.length; i++) {
        if (quiet[i] === 0) continue;
        let [low, high] = [255, 0];
        for (const frame of this.#frames) {
          const value = frame[plane]?.[i] ?? 0;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        if (high - low > most) quiet[i] = 0;
      }
    }
    return erode3(quiet, this.#size);
  }
}

/** Keeps the pixels whose 3x3 neighbours are all set. */
function erode3(mask: Uint8Array, { width, height }: Size): Uint8Array {
  const result = new Uint8Array(mask.length);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      let all = 1;
      for (let row = i - width; row <= i + width; row += width) {
        all &= (mask[row - 1] ?? 0) & (mask[row] ?? 0) & (mask[row + 1] ?? 0);
      }
      result[i] = all;
    }
  }
  return result;
}
