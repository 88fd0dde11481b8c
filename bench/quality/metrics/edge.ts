import type { Size } from '../items/scale.js';
import { HALF } from './region.js';

/**
 * The edge of a matte at one half: foreground pixels with a background pixel above, below, left or right. The border of
 * the frame is not an edge.
 *
 * @param matte - Alpha, 0..255.
 * @returns The indices of the pixels, in ascending order.
 */
export function edgePixels(matte: Uint8Array, { width, height }: Size): Uint32Array {
  const found: number[] = [];
  const outside = (index: number) => (matte[index] ?? 0) < HALF;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if ((matte[i] ?? 0) < HALF) continue;
      const isEdge =
        (x > 0 && outside(i - 1)) ||
        (x < width - 1 && outside(i + 1)) ||
        (y > 0 && outside(i - width)) ||
        (y < height - 1 && outside(i + width));
      if (isEdge) found.push(i);
    }
  }
  return Uint32Array.from(found);
}

/**
 * All pixels at most `radius` (Euclidean) from some pixels.
 *
 * @param pixels - The indices of those pixels.
 * @param radius - In pixels, at least 0.
 * @returns 1 inside, 0 outside, one byte per pixel.
 */
export function neighbourhood(pixels: Uint32Array, { width, height }: Size, radius: number): Uint8Array {
  // A disk is a span in each row. Spans are recorded by their start and end, and summed up at the end.
  const reach = Math.floor(radius);
  const spans = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.floor(Math.sqrt(Math.max(0, radius * radius - (k - reach) ** 2))),
  );
  const stride = width + 1;
  const steps = new Int32Array(stride * height);
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    for (let k = Math.max(0, reach - y); k <= Math.min(2 * reach, reach + height - 1 - y); k++) {
      const span = spans[k] ?? 0;
      const row = (y + k - reach) * stride;
      const begin = row + Math.max(0, x - span);
      const end = row + Math.min(width, x + span + 1);
      steps[begin] = (steps[begin] ?? 0) + 1;
      steps[end] = (steps[end] ?? 0) - 1;
    }
  }
  const inside = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    let depth = 0;
    for (let x = 0; x < width; x++) {
      depth += steps[y * stride + x] ?? 0;
      if (depth > 0) inside[y * width + x] = 1;
    }
  }
  return inside;
}

/** The diagonal, in pixels. */
export function diagonal({ width, height }: Size): number {
  return Math.hypot(width, height);
}

/** Half the width of the band around the true edge, as a fraction of the diagonal. */
const BAND = 0.02;
/** The distance from the true edge within which flicker is measured, as a fraction of the diagonal. */
export const SURROUNDINGS = 0.04;
/** The distance up to which two edges match, as a fraction of the diagonal. */
const TOLERANCE = 0.0075;

/** The ground truth for metrics at the edge, computed once for all mattes of a frame. */
export interface TrueEdge {
  readonly pixels: Uint32Array;
  /** 1 within 2 % of the diagonal. */
  readonly band: Uint8Array;
  /** 1 within 4 % of the diagonal. */
  readonly surroundings: Uint8Array;
  /** 1 within 0.75 % of the diagonal. */
  readonly tolerance: Uint8Array;
}

/** Computes the {@link TrueEdge} of a true matte. */
export function trueEdge(truth: Uint8Array, size: Size): TrueEdge {
  const pixels = edgePixels(truth, size);
  const within = (share: number) => neighbourhood(pixels, size, share * diagonal(size));
  return {
    pixels,
    band: within(BAND),
    surroundings: within(SURROUNDINGS),
    tolerance: within(TOLERANCE),
  };
}

/**
 * Boundary F-score (Perazzi et al. 2016): the harmonic mean of the share of the matte's edge that lies on the true one
 * and the share of the true edge that lies on the matte's, both within the tolerance. 1 if neither has an edge.
 */
export function boundaryF(matte: Uint8Array, truth: TrueEdge, size: Size): number {
  const pixels = edgePixels(matte, size);
  if (pixels.length === 0 || truth.pixels.length === 0) return pixels.length === truth.pixels.length ? 1 : 0;
  const precision = shareInside(pixels, truth.tolerance);
  const around = neighbourhood(pixels, size, TOLERANCE * diagonal(size));
  const recall = shareInside(truth.pixels, around);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

function shareInside(pixels: Uint32Array, region: Uint8Array): number {
  let inside = 0;
  for (const pixel of pixels) inside += region[pixel] ?? 0;
  return inside / pixels.length;
}
