import type { Rectangle, Rotation } from '../frame/frame.js';
import { isSideways } from '../frame/rotation.js';
import type { Fit } from './background.js';

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which part of an image goes to which part of the frame. With `tile`, both rectangles are one tile. */
export interface Placement {
  /** Within the image; may be fractional. */
  readonly source: Rectangle;
  /** Within the frame; starts at even pixels, so that chroma samples are not split. */
  readonly target: Rectangle;
}

/** The corner of a stored frame that is at the top left when it is upright: where tiles begin. */
export interface Corner {
  readonly right: boolean;
  readonly bottom: boolean;
}

/**
 * Fits an image into a frame.
 *
 * @param fit - The rule, see {@link Fit}.
 * @param image - The image's size.
 * @param frame - The frame's size.
 * @param corner - Where tiles start. Default: top left.
 */
export function place(
  fit: Fit,
  image: Size,
  frame: Size,
  { right, bottom }: Corner = { right: false, bottom: false },
): Placement {
  const whole = (size: Size): Rectangle => ({ x: 0, y: 0, width: size.width, height: size.height });
  switch (fit) {
    case 'stretch':
      return { source: whole(image), target: whole(frame) };
    case 'cover': {
      const scale = Math.max(frame.width / image.width, frame.height / image.height);
      const width = frame.width / scale;
      const height = frame.height / scale;
      const source = { x: (image.width - width) / 2, y: (image.height - height) / 2, width, height };
      return { source, target: whole(frame) };
    }
    case 'contain': {
      const scale = Math.min(frame.width / image.width, frame.height / image.height);
      const width = Math.min(frame.width, Math.max(1, Math.round(image.width * scale)));
      const height = Math.min(frame.height, Math.max(1, Math.round(image.height * scale)));
      const x = evenFloor((frame.width - width) / 2);
      const y = evenFloor((frame.height - height) / 2);
      return { source: whole(image), target: { x, y, width, height } };
    }
    case 'tile': {
      const width = Math.min(frame.width, Math.max(image.width > 1 ? 2 : 1, evenFloor(image.width)));
      const height = Math.min(frame.height, Math.max(image.height > 1 ? 2 : 1, evenFloor(image.height)));
      return {
        source: {
          x: right ? image.width - width : 0,
          y: bottom ? image.height - height : 0,
          width,
          height,
        },
        target: {
          x: right ? evenFloor(frame.width - width) : 0,
          y: bottom ? evenFloor(frame.height - height) : 0,
          width,
          height,
        },
      };
    }
  }
}

/**
 * Fits an image that must be rotated first into a frame.
 *
 * @param fit - The rule, see {@link Fit}.
 * @param image - The image's size, before the rotation.
 * @param turn - Degrees clockwise by which it is rotated.
 * @param frame - The frame's size, as stored.
 */
export function placeTurned(fit: Fit, image: Size, turn: Rotation, frame: Size): Placement {
  return place(fit, turnedSize(image, turn), frame, {
    right: turn === 90 || turn === 180,
    bottom: turn === 180 || turn === 270,
  });
}

/** An image's size after a clockwise rotation. */
export function turnedSize({ width, height }: Size, turn: Rotation): Size {
  return isSideways(turn) ? { width: height, height: width } : { width, height };
}

function evenFloor(value: number): number {
  return Math.floor(value / 2) * 2;
}
