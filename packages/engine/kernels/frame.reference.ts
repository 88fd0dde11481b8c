import { at } from './sampling.reference.js';

/** NV12's plane of alternating U and V into two planes. */
export function deinterleave(
  source: Uint8Array,
  sourceStride: number,
  u: Uint8Array,
  v: Uint8Array,
  stride: number,
  width: number,
  height: number,
): void {
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      u[row * stride + x] = at(source, row * sourceStride + 2 * x);
      v[row * stride + x] = at(source, row * sourceStride + 2 * x + 1);
    }
  }
}

/** Two chroma planes into NV12's plane of alternating U and V. */
export function interleave(
  u: Uint8Array,
  v: Uint8Array,
  stride: number,
  target: Uint8Array,
  targetStride: number,
  width: number,
  height: number,
): void {
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      target[row * targetStride + 2 * x] = at(u, row * stride + x);
      target[row * targetStride + 2 * x + 1] = at(v, row * stride + x);
    }
  }
}

/** Left and right exchanged, in place. */
export function mirror(plane: Uint8Array, stride: number, width: number, height: number): void {
  for (let row = 0; row < height; row++) plane.subarray(row * stride, row * stride + width).reverse();
}

/** Top and bottom exchanged, in place. */
export function turnOver(plane: Uint8Array, stride: number, width: number, height: number): void {
  const before = plane.slice();
  for (let row = 0; row < height; row++) {
    const from = (height - 1 - row) * stride;
    plane.set(before.subarray(from, from + width), row * stride);
  }
}
