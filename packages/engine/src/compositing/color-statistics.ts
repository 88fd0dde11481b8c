import { type YuvToRgb, yuvToRgb } from '../frame/color-space.js';
import type { FrameMemory, PlaneMemory } from '../frame/frame-memory.js';
import { type Oklab, rgbToOklab } from '../frame/oklab.js';

/** A frame is looked at in so many points across and down. */
const POINTS = { across: 32, down: 18 } as const;

/** Mean and spread of the colours of a picture, or of the person in it, in Oklab. */
export class ColorStatistics {
  /** The mean of L, a and b. */
  readonly mean: Oklab = [0, 0, 0];
  /** The standard deviation of L, a and b. */
  readonly spread: Oklab = [0, 0, 0];
  /** How much of the picture was counted, 0..1. */
  weight = 0;
  readonly #color: Oklab = [0, 0, 0];

  /**
   * Measures a frame.
   *
   * @param frame - The frame.
   * @param weights - How much each pixel counts, 0..255; without it all of them do.
   */
  measure(frame: FrameMemory, weights?: PlaneMemory): void {
    const { mean, spread } = this;
    const conversion = yuvToRgb(frame.colorSpace);
    mean.fill(0);
    spread.fill(0);
    let sum = 0;
    for (let j = 0; j < POINTS.down; j++) {
      const row = Math.floor(((j + 0.5) * frame.height) / POINTS.down);
      for (let i = 0; i < POINTS.across; i++) {
        const column = Math.floor(((i + 0.5) * frame.width) / POINTS.across);
        const weight = weights ? (weights.data[row * weights.stride + column] ?? 0) / 255 : 1;
        if (weight === 0) continue;
        const [l, a, b] = this.#at(frame, column, row, conversion);
        sum += weight;
        mean[0] += weight * l;
        mean[1] += weight * a;
        mean[2] += weight * b;
        spread[0] += weight * l * l;
        spread[1] += weight * a * a;
        spread[2] += weight * b * b;
      }
    }
    this.weight = sum / (POINTS.across * POINTS.down);
    if (sum === 0) return;
    for (const i of CHANNELS) {
      mean[i] /= sum;
      spread[i] = Math.sqrt(Math.max(0, spread[i] / sum - mean[i] ** 2));
    }
  }

  /**
   * Comes nearer to others.
   *
   * @param others - The others.
   * @param gain - How much of the way, 0..1.
   */
  approach({ mean, spread }: ColorStatistics, gain: number): void {
    for (const i of CHANNELS) {
      this.mean[i] += gain * (mean[i] - this.mean[i]);
      this.spread[i] += gain * (spread[i] - this.spread[i]);
    }
  }

  /** The colour of one pixel; the same array each time. */
  #at({ y, u, v }: FrameMemory, column: number, row: number, conversion: YuvToRgb): Readonly<Oklab> {
    const chroma = (row >> 1) * u.stride + (column >> 1);
    const luma = conversion.yScale * ((y.data[row * y.stride + column] ?? 0) - conversion.yOffset);
    const cb = (u.data[chroma] ?? 128) - 128;
    const cr = (v.data[chroma] ?? 128) - 128;
    const green = luma + conversion.gu * cb + conversion.gv * cr;
    rgbToOklab(luma + conversion.rv * cr, green, luma + conversion.bu * cb, this.#color);
    return this.#color;
  }
}

/** L, a and b. */
export const CHANNELS = [0, 1, 2] as const;
