import type { Rectangle, Rotation } from './frame.js';

/** Values of the pixels of an image. */
interface Pixels {
  readonly [index: number]: number;
}

/**
 * Rotates an image clockwise.
 *
 * @param source - `width * height` values in rows of `sourceStride`.
 * @param sourceStride - Values from one row to the next.
 * @param width - Of the source.
 * @param height - Of the source.
 * @param rotation - Degrees clockwise; at 90 and 270 the target is `height` wide and `width` high.
 * @param target - Receives the rotated image.
 * @param targetStride - Values from one row to the next.
 */
export function rotate(
  source: Pixels,
  sourceStride: number,
  width: number,
  height: number,
  rotation: Rotation,
  target: { [index: number]: number },
  targetStride: number,
): void {
  const [start, right, down] = turningSteps(width, height, rotation, targetStride);
  for (let y = 0; y < height; y++) {
    let to = start + y * down;
    const row = y * sourceStride;
    for (let x = 0; x < width; x++) {
      target[to] = source[row + x] ?? 0;
      to += right;
    }
  }
}

/**
 * Where the first pixel of an image goes that is rotated clockwise, and the distances of its neighbours in the same row and
 * column from there.
 *
 * @param width - Of the image.
 * @param height - Of the image.
 * @param rotation - Degrees clockwise.
 * @param stride - From one row of the rotated image to the next.
 */
export function turningSteps(
  width: number,
  height: number,
  rotation: Rotation,
  stride: number,
): readonly [start: number, right: number, down: number] {
  switch (rotation) {
    case 0:
      return [0, 1, stride];
    case 90:
      return [height - 1, stride, -1];
    case 180:
      return [(height - 1) * stride + width - 1, -1, -stride];
    case 270:
      return [(width - 1) * stride, -stride, 1];
  }
}

/** The rotation that undoes one. */
export function inverseRotation(rotation: Rotation): Rotation {
  return ((360 - rotation) % 360) as Rotation;
}

/** Whether a rotation exchanges width and height. */
export function isSideways(rotation: Rotation): boolean {
  return rotation === 90 || rotation === 270;
}

/** A rectangle after a clockwise rotation of the image; in shares of the image's sides from the top left. */
export function turnRectangle({ x, y, width, height }: Rectangle, rotation: Rotation): Rectangle {
  switch (rotation) {
    case 0:
      return { x, y, width, height };
    case 90:
      return { x: 1 - y - height, y: x, width: height, height: width };
    case 180:
      return { x: 1 - x - width, y: 1 - y - height, width, height };
    case 270:
      return { x: y, y: 1 - x - width, width: height, height: width };
  }
}
