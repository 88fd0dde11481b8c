import type { Size } from '../items/scale.js';

/** The usual smooth step: 0 up to `low`, 1 from `high` on; a step if both are equal. */
export function smoothstep(low: number, high: number, value: number): number {
  if (low >= high) return value >= high ? 1 : 0;
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/**
 * The offsets of a sparse filter's taps: every `step` pixels on both sides, including the centre.
 *
 * @param radius - In pixels.
 * @param step - In pixels, at least 1.
 * @returns Integer offsets, in ascending order.
 */
export function sparseOffsets(radius: number, step: number): readonly number[] {
  const count = Math.floor(radius / step);
  return Array.from({ length: 2 * count + 1 }, (_, k) => Math.round((k - count) * step));
}

/** Smaller weights have no visible effect on a mask. */
const NEGLIGIBLE = 1e-7;

/**
 * A Gaussian of the Euclidean distance d of R, G, B in 0..1: exp(-0.5 d^2 / variance).
 *
 * @param variance - The variance of d.
 * @returns A weight for each squared distance in 0..255^2 until it is negligible; the last one is 0.
 */
export function colorWeights(variance: number): Float32Array {
  const scale = -0.5 / variance / 255 ** 2;
  const weights = new Float32Array(2 + Math.min(3 * 255 ** 2, Math.ceil(Math.log(NEGLIGIBLE) / scale)));
  for (let i = 0; i < weights.length - 1; i++) weights[i] = Math.exp(scale * i);
  return weights;
}

/** The weight, by {@link colorWeights}, of two pixels whose R, G, B start at the indices `a` and `b`. */
export function colorWeight(weights: Float32Array, rgb: Uint8Array, a: number, b: number): number {
  const red = (rgb[a] ?? 0) - (rgb[b] ?? 0);
  const green = (rgb[a + 1] ?? 0) - (rgb[b + 1] ?? 0);
  const blue = (rgb[a + 2] ?? 0) - (rgb[b + 2] ?? 0);
  return weights[Math.min(weights.length - 1, red * red + green * green + blue * blue)] ?? 0;
}

/** A rectangle of a map and the values that can reach it. */
export interface Block {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** The smallest value of the map within reach. */
  readonly low: number;
  /** The largest value of the map within reach. */
  readonly high: number;
}

const SIDE = 16;

/**
 * Splits a map into blocks, so that an averaging filter can skip those with a known result.
 *
 * @param map - Values, row by row.
 * @param reach - The filter's radius, in pixels horizontally and vertically.
 */
export function* blocks(
  map: Float32Array,
  { width, height }: Size,
  [across, down]: readonly [across: number, down: number],
): Generator<Block> {
  for (let top = 0; top < height; top += SIDE) {
    const bottom = Math.min(height, top + SIDE);
    for (let left = 0; left < width; left += SIDE) {
      const right = Math.min(width, left + SIDE);
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let y = Math.max(0, top - down); y < Math.min(height, bottom + down); y++) {
        const end = y * width + Math.min(width, right + across);
        for (let i = y * width + Math.max(0, left - across); i < end; i++) {
          const value = map[i] ?? 0;
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
      yield { left, top, right, bottom, low, high };
    }
  }
}

/** Sets a block of a map to one value. */
export function fillBlock(map: Float32Array, { width }: Size, block: Block, value: number): void {
  for (let y = block.top; y < block.bottom; y++) {
    map.fill(value, y * width + block.left, y * width + block.right);
  }
}

/** The mean of the square of `2 radius + 1` pixels around each pixel, or of the part of it inside the map. */
export function boxBlur(map: Float32Array, { width, height }: Size, radius: number): Float32Array {
  const rows = new Float32Array(map.length);
  for (let y = 0; y < height; y++) blurLine(map, rows, y * width, 1, width, radius);
  const result = new Float32Array(map.length);
  for (let x = 0; x < width; x++) blurLine(rows, result, x, width, height, radius);
  return result;
}

function blurLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
  radius: number,
): void {
  let [sum, count] = [0, 0];
  for (let i = -radius; i < length; i++) {
    if (i + radius < length) {
      sum += from[start + (i + radius) * step] ?? 0;
      count++;
    }
    if (i - radius > 0) {
      sum -= from[start + (i - radius - 1) * step] ?? 0;
      count--;
    }
    if (i >= 0) to[start + i * step] = sum / count;
  }
}
