import { at, clamp } from './sampling.reference.js';

/**
 * A rectangle of a map at another size, by bilinear interpolation between cell centres.
 *
 * @param x - Left edge of the rectangle in cells of the source, may be fractional and lie outside; so `y`, `width`,
 * `height`.
 * @param outside - The value of target cells whose centres lie outside the source.
 */
export function remap(
  source: Float32Array,
  sourceWidth: number,
  sourceHeight: number,
  x: number,
  y: number,
  width: number,
  height: number,
  target: Float32Array,
  targetWidth: number,
  targetHeight: number,
  outside: number,
): void {
  for (let row = 0; row < targetHeight; row++) {
    const v = y + ((row + 0.5) * height) / targetHeight;
    const top = clamp(Math.floor(v - 0.5), 0, sourceHeight - 1);
    const bottom = Math.min(top + 1, sourceHeight - 1);
    const down = clamp(v - 0.5 - top, 0, 1);
    for (let column = 0; column < targetWidth; column++) {
      const u = x + ((column + 0.5) * width) / targetWidth;
      const index = row * targetWidth + column;
      if (u < 0 || u > sourceWidth || v < 0 || v > sourceHeight) {
        target[index] = outside;
        continue;
      }
      const left = clamp(Math.floor(u - 0.5), 0, sourceWidth - 1);
      const right = Math.min(left + 1, sourceWidth - 1);
      const along = clamp(u - 0.5 - left, 0, 1);
      const between = (line: number) =>
        at(source, line * sourceWidth + left) * (1 - along) + at(source, line * sourceWidth + right) * along;
      target[index] = between(top) * (1 - down) + between(bottom) * down;
    }
  }
}
