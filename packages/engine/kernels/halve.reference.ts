import { at } from './sampling.reference.js';

/** 2x2 means; where an odd width or height cuts the square, the mean of what is there. */
export function halve(source: Float32Array, width: number, height: number, target: Float32Array): void {
  const targetWidth = Math.ceil(width / 2);
  for (let row = 0; row < Math.ceil(height / 2); row++) {
    for (let column = 0; column < targetWidth; column++) {
      const x0 = column * 2;
      const y0 = row * 2;
      const x1 = Math.min(x0 + 1, width - 1);
      const y1 = Math.min(y0 + 1, height - 1);
      target[row * targetWidth + column] =
        (at(source, y0 * width + x0) +
          at(source, y0 * width + x1) +
          at(source, y1 * width + x0) +
          at(source, y1 * width + x1)) /
        4;
    }
  }
}
