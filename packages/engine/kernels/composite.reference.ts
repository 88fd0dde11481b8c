import { at, sum2x2 } from './sampling.reference.js';

const TILE = 16;

/** `alpha` in 0..255 of the foreground over the background, rounded. */
function blend(foreground: number, background: number, alpha: number): number {
  return Math.round((foreground * alpha + background * (255 - alpha)) / 255);
}

/** The foreground's luma over the background's. Tiles of 0 and 255 are taken as such, whatever the alpha there. */
export function compositeLuma(
  foreground: Uint8Array,
  background: Uint8Array,
  target: Uint8Array,
  stride: number,
  alpha: Uint8Array,
  alphaStride: number,
  tiles: Uint8Array,
  width: number,
  height: number,
): void {
  const across = Math.ceil(width / TILE);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const kind = at(tiles, Math.floor(row / TILE) * across + Math.floor(column / TILE));
      const index = row * stride + column;
      const a = kind === 1 ? at(alpha, row * alphaStride + column) : kind;
      target[index] = blend(at(foreground, index), at(background, index), a);
    }
  }
}

/** One chroma plane, with the rounded mean of the four alphas over each sample. */
export function compositeChroma(
  foreground: Uint8Array,
  background: Uint8Array,
  target: Uint8Array,
  stride: number,
  alpha: Uint8Array,
  alphaStride: number,
  tiles: Uint8Array,
  width: number,
  height: number,
): void {
  const across = Math.ceil(width / TILE);
  for (let row = 0; row < Math.ceil(height / 2); row++) {
    for (let column = 0; column < Math.ceil(width / 2); column++) {
      const kind = at(tiles, Math.floor((2 * row) / TILE) * across + Math.floor((2 * column) / TILE));
      const index = row * stride + column;
      const a =
        kind === 1 ? Math.floor((sum2x2(alpha, alphaStride, width, height, column, row) + 2) / 4) : kind;
      target[index] = blend(at(foreground, index), at(background, index), a);
    }
  }
}
