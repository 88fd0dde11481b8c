import { type ColorSpace, type YuvToRgb, yuvToRgb } from '../frame/color-space.js';
import { type Oklab, rgbToOklab } from '../frame/oklab.js';

/** Mean and spread of the colours of a frame, or of the person in it, in Oklab. */
export class ColorStatistics {
  /** The mean of L, a and b. */
  readonly mean: Oklab = [0, 0, 0];
  /** The standard deviation of L, a and b. */
  readonly spread: Oklab = [0, 0, 0];
  /** The share of the frame that was counted, 0..1. */
  weight = 0;
  readonly #color: Oklab = [0, 0, 0];

  /**
   * Measures the samples of a frame.
   *
   * @param samples - Y, U, V and the weight, 0..255, of each point.
   * @param colorSpace - Of the samples.
   */
  measure(samples: Uint8Array, colorSpace: ColorSpace): void {
    const { mean, spread } = this;
    const conversion = yuvToRgb(colorSpace);
    mean.fill(0);
    spread.fill(0);
    let sum = 0;
    for (let i = 0; i < samples.length; i += 4) {
      const weight = (samples[i + 3] ?? 0) / 255;
      if (weight === 0) continue;
      const [l, a, b] = this.#at(samples, i, conversion);
      sum += weight;
      mean[0] += weight * l;
      mean[1] += weight * a;
      mean[2] += weight * b;
      spread[0] += weight * l * l;
      spread[1] += weight * a * a;
      spread[2] += weight * b * b;
    }
    this.weight = (4 * sum) / samples.length;
    if (sum === 0) return;
    for (const i of CHANNELS) {
      mean[i] /= sum;
      spread[i] = Math.sqrt(Math.max(0, spread[i] / sum - mean[i] ** 2));
    }
  }

  /**
   * Moves towards other statistics.
   *
   * @param others - The others.
   * @param gain - The share of the difference, 0..1.
   */
  approach({ mean, spread }: ColorStatistics, gain: number): void {
    for (const i of CHANNELS) {
      this.mean[i] += gain * (mean[i] - this.mean[i]);
      this.spread[i] += gain * (spread[i] - this.spread[i]);
    }
  }

  /** The colour of one point; the same array each time. */
  #at(samples: Uint8Array, i: number, conversion: YuvToRgb): Readonly<Oklab> {
    const luma = conversion.yScale * ((samples[i] ?? 0) - conversion.yOffset);
    const cb = (samples[i + 1] ?? 128) - 128;
    const cr = (samples[i + 2] ?? 128) - 128;
    const green = luma + conversion.gu * cb + conversion.gv * cr;
    rgbToOklab(luma + conversion.rv * cr, green, luma + conversion.bu * cb, this.#color);
    return this.#color;
  }
}

/** L, a and b. */
export const CHANNELS = [0, 1, 2] as const;
