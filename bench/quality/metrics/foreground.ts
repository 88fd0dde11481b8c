import { type Size, toBytes } from '../items/scale.js';

/** Keeps the equations solvable where alpha is constant. */
const REGULARISATION = 1e-5;
/** Levels up to this size get more iterations. */
const SMALL = 32;
const SMALL_ROUNDS = 10;
const LARGE_ROUNDS = 2;

/** A level of the pyramid: colours of both layers, 0..255, three per pixel. */
interface Level extends Size {
  readonly foreground: Float32Array;
  readonly background: Float32Array;
}

/**
 * The person's own colours, by multi-level foreground estimation (Germer et al. 2020): at each size from 1x1 up, the
 * colours of both layers must mix to the image and change little where alpha changes little. Slow and accurate: the
 * reference for composites.
 *
 * @param rgb - R, G, B of the image.
 * @param alpha - The true alpha, 0..255.
 * @returns R, G, B of the person alone: the image itself where alpha is 255; undefined values where alpha is 0.
 */
export function estimateForeground(rgb: Uint8Array, alpha: Uint8Array, size: Size): Uint8Array {
  const steps = Math.ceil(Math.log2(Math.max(size.width, size.height)));
  let level: Level = {
    width: 1,
    height: 1,
    foreground: Float32Array.from(mean(rgb)),
    background: Float32Array.from(mean(rgb)),
  };
  for (let step = 0; step <= steps; step++) {
    const grown = (side: number) => Math.round(side ** (step / Math.max(1, steps)));
    const target = { width: grown(size.width), height: grown(size.height) };
    const next: Level = {
      ...target,
      foreground: nearest(level.foreground, level, target, 3),
      background: nearest(level.background, level, target, 3),
    };
    const rounds = Math.max(target.width, target.height) <= SMALL ? SMALL_ROUNDS : LARGE_ROUNDS;
    const pixels = nearest(rgb, size, target, 3);
    const shares = nearest(alpha, size, target, 1).map((value) => value / 255);
    for (let round = 0; round < rounds; round++) solve(next, pixels, shares);
    level = next;
  }
  const result = toBytes(level.foreground);
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] === 255) for (let at = 3 * i; at < 3 * i + 3; at++) result[at] = rgb[at] ?? 0;
  }
  return result;
}

function mean(rgb: Uint8Array): readonly number[] {
  const sums = [0, 0, 0];
  for (let at = 0; at < rgb.length; at++) sums[at % 3] = (sums[at % 3] ?? 0) + (rgb[at] ?? 0);
  return sums.map((sum) => (3 * sum) / rgb.length);
}

function nearest(data: Float32Array | Uint8Array, from: Size, to: Size, channels: number): Float32Array {
  const result = new Float32Array(to.width * to.height * channels);
  for (let y = 0, at = 0; y < to.height; y++) {
    const row = Math.floor(((y + 0.5) * from.height) / to.height) * from.width;
    for (let x = 0; x < to.width; x++) {
      const source = (row + Math.floor(((x + 0.5) * from.width) / to.width)) * channels;
      for (let channel = 0; channel < channels; channel++, at++) result[at] = data[source + channel] ?? 0;
    }
  }
  return result;
}

/** One iteration over all pixels, each solved for its own two colours with its neighbours' fixed. */
function solve(
  { width, height, foreground, background }: Level,
  rgb: Float32Array,
  alpha: Float32Array,
): void {
  const sums = new Float64Array(6);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const share = alpha[i] ?? 0;
      const rest = 1 - share;
      sums.fill(0);
      let weights = 0;
      for (let side = 0; side < 4; side++) {
        const neighbour = neighbourOf(i, x, y, side, width, height);
        const weight = REGULARISATION + Math.abs(share - (alpha[neighbour] ?? 0));
        weights += weight;
        for (let channel = 0; channel < 3; channel++) {
          sums[channel] = (sums[channel] ?? 0) + weight * (foreground[3 * neighbour + channel] ?? 0);
          sums[channel + 3] = (sums[channel + 3] ?? 0) + weight * (background[3 * neighbour + channel] ?? 0);
        }
      }
      const ff = share * share + weights;
      const fb = share * rest;
      const bb = rest * rest + weights;
      const determinant = ff * bb - fb * fb;
      for (let channel = 0; channel < 3; channel++) {
        const color = rgb[3 * i + channel] ?? 0;
        const f = share * color + (sums[channel] ?? 0);
        const b = rest * color + (sums[channel + 3] ?? 0);
        foreground[3 * i + channel] = clamp((bb * f - fb * b) / determinant);
        background[3 * i + channel] = clamp((ff * b - fb * f) / determinant);
      }
    }
  }
}

/** The index of a neighbour to the left, right, above or below; at the border, of the pixel itself. */
function neighbourOf(i: number, x: number, y: number, side: number, width: number, height: number): number {
  if (side === 0) return x > 0 ? i - 1 : i;
  if (side === 1) return x < width - 1 ? i + 1 : i;
  if (side === 2) return y > 0 ? i - width : i;
  return y < height - 1 ? i + width : i;
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}
