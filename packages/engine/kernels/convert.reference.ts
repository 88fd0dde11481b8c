import { at, toByte } from './sampling.reference.js';

/** A weighted sum of three components and a constant. */
export type Affine = readonly [first: number, second: number, third: number, constant: number];

function apply([first, second, third, constant]: Affine, values: readonly [number, number, number]): number {
  return first * values[0] + second * values[1] + third * values[2] + constant;
}

/**
 * An image over black as I420: each pixel's R, G, B times alpha; chroma from the mean of the 2x2 pixels (at an odd
 * width or height the last column or row counts twice).
 */
export function rgbaToI420(
  rgba: Uint8Array,
  width: number,
  height: number,
  planes: readonly [y: Uint8Array, u: Uint8Array, v: Uint8Array],
  strideY: number,
  strideC: number,
  toY: Affine,
  toU: Affine,
  toV: Affine,
): void {
  const [y, u, v] = planes;
  const color = (column: number, row: number): [number, number, number] => {
    const pixel = (Math.min(row, height - 1) * width + Math.min(column, width - 1)) * 4;
    const alpha = at(rgba, pixel + 3) / 255;
    return [at(rgba, pixel) * alpha, at(rgba, pixel + 1) * alpha, at(rgba, pixel + 2) * alpha];
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      y[row * strideY + column] = toByte(apply(toY, color(column, row)));
    }
  }
  for (let row = 0; row < Math.ceil(height / 2); row++) {
    for (let column = 0; column < Math.ceil(width / 2); column++) {
      const [a, b, c, d] = [
        color(column * 2, row * 2),
        color(column * 2 + 1, row * 2),
        color(column * 2, row * 2 + 1),
        color(column * 2 + 1, row * 2 + 1),
      ];
      const mean: [number, number, number] = [
        (a[0] + b[0] + c[0] + d[0]) / 4,
        (a[1] + b[1] + c[1] + d[1]) / 4,
        (a[2] + b[2] + c[2] + d[2]) / 4,
      ];
      u[row * strideC + column] = toByte(apply(toU, mean));
      v[row * strideC + column] = toByte(apply(toV, mean));
    }
  }
}

/** Another matrix or range, in place: luma from its own sample and the nearest chroma, chroma from chroma alone. */
export function recolor(
  planes: readonly [y: Uint8Array, u: Uint8Array, v: Uint8Array],
  strideY: number,
  strideC: number,
  width: number,
  height: number,
  toY: Affine,
  toU: readonly [u: number, v: number, constant: number],
  toV: readonly [u: number, v: number, constant: number],
): void {
  const [y, u, v] = planes;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const luma = row * strideY + column;
      const chroma = (row >> 1) * strideC + (column >> 1);
      y[luma] = toByte(apply(toY, [at(y, luma), at(u, chroma), at(v, chroma)]));
    }
  }
  for (let row = 0; row < Math.ceil(height / 2); row++) {
    for (let column = 0; column < Math.ceil(width / 2); column++) {
      const chroma = row * strideC + column;
      const values: [number, number, number] = [0, at(u, chroma), at(v, chroma)];
      u[chroma] = toByte(apply([0, ...toU], values));
      v[chroma] = toByte(apply([0, ...toV], values));
    }
  }
}
