import { at, clamp } from './sampling.reference.js';

/**
 * Planes of YUV in sample units into interleaved RGB: the inverse of the YUV definition (see `yuvToRgb` in
 * `src/frame/color-space.ts`), clamped to 0..1, then laid out between `low` and `high`. The result is rotated clockwise.
 */
export function tensor(
  y: Float32Array,
  u: Float32Array,
  v: Float32Array,
  width: number,
  height: number,
  rotation: number,
  yOffset: number,
  yScale: number,
  rv: number,
  gu: number,
  gv: number,
  bu: number,
  low: number,
  high: number,
  target: Float32Array,
): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const index = row * width + column;
      const luma = yScale * (at(y, index) - yOffset);
      const cb = at(u, index) - 128;
      const cr = at(v, index) - 128;
      const rgb = [luma + rv * cr, luma + gu * cb + gv * cr, luma + bu * cb];
      const pixel = turnedIndex(column, row, width, height, rotation);
      rgb.forEach((value, channel) => {
        target[pixel * 3 + channel] = low + (high - low) * clamp(value, 0, 1);
      });
    }
  }
}

/** Where a pixel comes to lie in the rotated result. */
function turnedIndex(column: number, row: number, width: number, height: number, rotation: number): number {
  switch (rotation) {
    case 90:
      return column * height + (height - 1 - row);
    case 180:
      return (height - 1 - row) * width + (width - 1 - column);
    case 270:
      return (width - 1 - column) * height + row;
    default:
      return row * width + column;
  }
}
