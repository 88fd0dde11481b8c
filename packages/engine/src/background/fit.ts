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

/** How much wider than its stored pixels suggest an image is displayed in relation to the frame, and where its tiles begin. */
export interface Fitting {
  /** The width over the height of the image's pixels, over that of the frame's. Default 1. */
  readonly stretch?: number;
  /** Where tiles start. Default: top left. */
  readonly corner?: Corner;
}

/**
 * Fits an image into a frame.
 *
 * @param fit - The rule, see {@link Fit}.
 * @param image - The image's size.
 * @param frame - The frame's size.
 * @param fitting - What else there is to consider.
 */
export function place(
  fit: Fit,
  image: Size,
  frame: Size,
  { stretch = 1, corner = { right: false, bottom: false } }: Fitting = {},
): Placement {
  const whole = (size: Size): Rectangle => ({ x: 0, y: 0, width: size.width, height: size.height });
  // In the frame's pixels, which need not be square.
  const imageWidth = image.width * stretch;
  switch (fit) {
    case 'stretch':
      return { source: whole(image), target: whole(frame) };
    case 'cover': {
      const scale = Math.max(frame.width / imageWidth, frame.height / image.height);
      const width = frame.width / scale / stretch;
      const height = frame.height / scale;
      const source = { x: (image.width - width) / 2, y: (image.height - height) / 2, width, height };
      return { source, target: whole(frame) };
    }
    case 'contain': {
      const scale = Math.min(frame.width / imageWidth, frame.height / image.height);
      const width = Math.min(frame.width, Math.max(1, Math.round(imageWidth * scale)));
      const height = Math.min(frame.height, Math.max(1, Math.round(image.height * scale)));
      const x = evenFloor((frame.width - width) / 2);
      const y = evenFloor((frame.height - height) / 2);
      return { source: whole(image), target: { x, y, width, height } };
    }
    case 'tile': {
      const { right, bottom } = corner;
      const width = Math.min(frame.width, Math.max(image.width > 1 ? 2 : 1, evenFloor(imageWidth)));
      const height = Math.min(frame.height, Math.max(image.height > 1 ? 2 : 1, evenFloor(image.height)));
      const shownWidth = Math.min(image.width, width / stretch);
      return {
        source: {
          x: right ? image.width - shownWidth : 0,
          y: bottom ? image.height - height : 0,
          width: shownWidth,
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

/** A size with the shape of the pixels. */
export interface ShapedSize extends Size {
  /** Width over height of a pixel. */
  readonly pixelAspectRatio: number;
}

/**
 * Fits an image that must be rotated first into a frame.
 *
 * @param fit - The rule, see {@link Fit}.
 * @param image - The image, before the rotation.
 * @param turn - Degrees clockwise by which it is rotated.
 * @param frame - The frame, as stored.
 */
export function placeTurned(fit: Fit, image: ShapedSize, turn: Rotation, frame: ShapedSize): Placement {
  const imageAspect = isSideways(turn) ? 1 / image.pixelAspectRatio : image.pixelAspectRatio;
  return place(fit, turnedSize(image, turn), frame, {
    stretch: imageAspect / frame.pixelAspectRatio,
    corner: { right: turn === 90 || turn === 180, bottom: turn === 180 || turn === 270 },
  });
}

/** An image's size after a clockwise rotation. */
export function turnedSize({ width, height }: Size, turn: Rotation): Size {
  return isSideways(turn) ? { width: height, height: width } : { width, height };
}

function evenFloor(value: number): number {
  return Math.floor(value / 2) * 2;
}
