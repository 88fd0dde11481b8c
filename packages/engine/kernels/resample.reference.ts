import { at, clamp, toByte } from './sampling.reference.js';

/** The source samples that make up one target sample, in one direction. The weights' sum is 1. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * A box filter: target sample `i` is the mean of the source over a box around its centre, as wide as a target sample but
 * at least one source sample. Scaling down gives exact area averages, scaling up bilinear interpolation. Parts of a box
 * outside the rectangle or the plane do not count; for a box completely outside, the nearest sample does.
 *
 * @param index - Of the target sample.
 * @param count - Of target samples.
 * @param origin - Where the rectangle begins, in source samples.
 * @param length - How long the rectangle is, in source samples.
 * @param planeLength - How long the source plane is.
 */
function taps(index: number, count: number, origin: number, length: number, planeLength: number): Taps {
  const scale = length / count;
  const box = Math.max(1, scale);
  const low = clamp(origin, 0, planeLength);
  const high = clamp(origin + length, 0, planeLength);
  const centre = origin + (index + 0.5) * scale;
  const begin = clamp(centre - box / 2, low, high);
  const end = clamp(centre + box / 2, low, high);
  if (end - begin < 1e-6) return { first: clamp(Math.floor(begin), 0, planeLength - 1), weights: [1] };
  const first = Math.floor(begin);
  const weights: number[] = [];
  for (let sample = first; sample < end; sample++) {
    weights.push((Math.min(end, sample + 1) - Math.max(begin, sample)) / (end - begin));
  }
  return { first, weights };
}

function resample(
  source: Uint8Array,
  stride: number,
  planeWidth: number,
  planeHeight: number,
  x: number,
  y: number,
  width: number,
  height: number,
  targetWidth: number,
  targetHeight: number,
  write: (column: number, row: number, value: number) => void,
): void {
  for (let row = 0; row < targetHeight; row++) {
    const vertical = taps(row, targetHeight, y, height, planeHeight);
    for (let column = 0; column < targetWidth; column++) {
      const horizontal = taps(column, targetWidth, x, width, planeWidth);
      let sum = 0;
      vertical.weights.forEach((rowWeight, j) => {
        horizontal.weights.forEach((columnWeight, i) => {
          sum += rowWeight * columnWeight * at(source, (vertical.first + j) * stride + horizontal.first + i);
        });
      });
      write(column, row, sum);
    }
  }
}

/** A rectangle of a plane at another size, in sample units 0..255. */
export function thumbnail(
  source: Uint8Array,
  stride: number,
  planeWidth: number,
  planeHeight: number,
  x: number,
  y: number,
  width: number,
  height: number,
  target: Float32Array,
  targetWidth: number,
  targetHeight: number,
): void {
  const write = (column: number, row: number, value: number) => {
    target[row * targetWidth + column] = value;
  };
  resample(source, stride, planeWidth, planeHeight, x, y, width, height, targetWidth, targetHeight, write);
}

/** A rectangle of a plane at another size, rounded. */
export function resize(
  source: Uint8Array,
  stride: number,
  planeWidth: number,
  planeHeight: number,
  x: number,
  y: number,
  width: number,
  height: number,
  target: Uint8Array,
  targetStride: number,
  targetWidth: number,
  targetHeight: number,
): void {
  const write = (column: number, row: number, value: number) => {
    target[row * targetStride + column] = toByte(value);
  };
  resample(source, stride, planeWidth, planeHeight, x, y, width, height, targetWidth, targetHeight, write);
}
