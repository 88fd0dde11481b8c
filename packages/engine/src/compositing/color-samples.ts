import type { ColorSpace } from '../frame/color-space.js';
import type { FrameMemory, PlaneMemory } from '../frame/frame-memory.js';
import type { Matte } from '../matting/matte.js';

/** A frame is sampled at this many points across and down. */
export const POINTS = { across: 32, down: 18 } as const;

/** Bytes of the samples of a frame: Y, U and V of each point, and its weight. */
export const SAMPLES_BYTES: number = POINTS.across * POINTS.down * 4;

/** Samples of a person and of the background. */
export interface ColorSamples {
  /** Y, U, V and the matte of each point. */
  readonly person: Uint8Array;
  /** Y, U, V and 255 of each point. */
  readonly background: Uint8Array;
  readonly colorSpace: ColorSpace;
}

/** Takes samples of frames in the kernels' memory. */
export class ColorProbe {
  readonly #person = new Uint8Array(SAMPLES_BYTES);
  readonly #background = new Uint8Array(SAMPLES_BYTES);

  /**
   * Samples a frame.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - The background, in the frame's colour space.
   * @returns The samples, valid until the next call.
   */
  sample(source: FrameMemory, { mixture }: Matte, backdrop: FrameMemory): ColorSamples {
    take(source, mixture, this.#person);
    take(backdrop, undefined, this.#background);
    return { person: this.#person, background: this.#background, colorSpace: source.colorSpace };
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
