import type { ColorSpace } from '../frame/color-space.js';
import type { FrameMemory, PlaneMemory } from '../frame/frame-memory.js';
import type { Matte } from '../matting/matte.js';

/** A picture is looked at in so many points across and down. */
export const POINTS = { across: 32, down: 18 } as const;

/** Bytes of the samples of a picture: Y, U and V of each point, and how much it counts. */
export const SAMPLES_BYTES: number = POINTS.across * POINTS.down * 4;

/** What is seen of a person and of their new place. */
export interface ColorSamples {
  /** Of each point Y, U, V and the matte. */
  readonly person: Uint8Array;
  /** Of each point Y, U, V and 255. */
  readonly place: Uint8Array;
  readonly colorSpace: ColorSpace;
}

/** Takes samples of frames in the kernels' memory. */
export class ColorProbe {
  readonly #person = new Uint8Array(SAMPLES_BYTES);
  readonly #place = new Uint8Array(SAMPLES_BYTES);

  /**
   * Looks at a frame.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - The new place, in the frame's colour space.
   * @returns What is seen, valid until the next call.
   */
  look(source: FrameMemory, { mixture }: Matte, backdrop: FrameMemory): ColorSamples {
    take(source, mixture, this.#person);
    take(backdrop, undefined, this.#place);
    return { person: this.#person, place: this.#place, colorSpace: source.colorSpace };
  }
}

function take(
  { width, height, y, u, v }: FrameMemory,
  weights: PlaneMemory | undefined,
  target: Uint8Array,
): void {
  for (let j = 0, i = 0; j < POINTS.down; j++) {
    const row = Math.floor(((j + 0.5) * height) / POINTS.down);
    for (let k = 0; k < POINTS.across; k++, i += 4) {
      const column = Math.floor(((k + 0.5) * width) / POINTS.across);
      const chroma = (row >> 1) * u.stride + (column >> 1);
      target[i] = y.data[row * y.stride + column] ?? 0;
      target[i + 1] = u.data[chroma] ?? 128;
      target[i + 2] = v.data[chroma] ?? 128;
      target[i + 3] = weights ? (weights.data[row * weights.stride + column] ?? 0) : 255;
    }
  }
}
