import { isSideways } from '@elsewhere/engine/internal';
import { AV_FRAME_DATA_DISPLAYMATRIX, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Ratio } from '../ffmpeg.js';
import type { InputStream } from '../input/reader.js';
import { type Orientation, readOrientation, turnBetween } from './orientation.js';
import { pixelAspectRatio } from './pixel-aspect.js';

/** What a frame's pixels are and how they are displayed. */
export interface Shape {
  /** As stored, in pixels. */
  readonly width: number;
  /** As stored, in pixels. */
  readonly height: number;
  /** Of the stored pixels; `0/1` where unknown. */
  readonly sampleAspectRatio: Ratio;
  /** How stored frames are rotated for display; `undefined`: not at all. */
  readonly orientation: Orientation | undefined;
}

/** Reads the shapes of a stream's frames, which may change on the way. */
export class ShapeReader {
  readonly #stated: Ratio;
  readonly #orientation: Orientation | undefined;
  #first: Ratio | undefined;

  /**
   * @param stream - What its container states has precedence over what frames say.
   */
  constructor({ stream, parameters }: InputStream) {
    this.#stated = stream.sampleAspectRatio;
    this.#orientation = readOrientation(parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
  }

  /**
   * The shape of a frame.
   *
   * @param frame - As it was decoded.
   */
  read(frame: Frame): Shape {
    const own = frame.sampleAspectRatio;
    this.#first ??= own;
    // A container states it once: it means frames like the first.
    const isStated = this.#stated.num > 0 && (own.num <= 0 || isSameRatio(own, this.#first));
    return {
      width: frame.width,
      height: frame.height,
      sampleAspectRatio: isStated ? this.#stated : own,
      orientation: this.#orientation ?? readOrientation(frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX)),
    };
  }
}

/** Whether two frames are stored and displayed alike. */
export function isSameShape(a: Shape, b: Shape): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    isSameRatio(a.sampleAspectRatio, b.sampleAspectRatio) &&
    turnBetween(a.orientation, b.orientation) === undefined
  );
}

function isSameRatio(a: Ratio, b: Ratio): boolean {
  return pixelAspectRatio(a) === pixelAspectRatio(b);
}

/** The shape of a frame whose pixels have been rotated for display. */
export function uprightShape(shape: Shape): Shape {
  return { ...turned(shape, shape.orientation), orientation: undefined };
}

/** Where a frame is placed in another one, in pixels of the other as stored. */
export interface Placement {
  /** FFmpeg filters that rotate the frame to the other's orientation; `undefined`: none. */
  readonly turn: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Where a frame is placed in a canvas, as large as possible, with what it shows in its own shape.
 *
 * @param shape - The frame.
 * @param canvas - What it is placed in.
 */
export function place(shape: Shape, canvas: Shape): Placement {
  const turn = turnBetween(shape.orientation, canvas.orientation);
  const upright = uprightShape(shape);
  // As it is stored in the canvas's orientation.
  const stored = canvas.orientation && isSideways(canvas.orientation.rotation) ? swapped(upright) : upright;
  const ratio =
    (stored.width * pixelAspectRatio(stored.sampleAspectRatio)) /
    stored.height /
    pixelAspectRatio(canvas.sampleAspectRatio);
  const { width, height } = canvas;
  // Less than two pixels of a bar are none.
  const wide = ratio * height >= width - 2 ? width : Math.max(2, even(ratio * height));
  const high = width / ratio >= height - 2 ? height : Math.max(2, even(width / ratio));
  return { turn, width: wide, height: high, x: even((width - wide) / 2), y: even((height - high) / 2) };
}

function turned(shape: Shape, orientation: Orientation | undefined): Shape {
  return orientation && isSideways(orientation.rotation) ? swapped(shape) : shape;
}

function swapped(shape: Shape): Shape {
  const { width, height, sampleAspectRatio } = shape;
  const { num, den } = sampleAspectRatio;
  return {
    ...shape,
    width: height,
    height: width,
    sampleAspectRatio: num > 0 ? { num: den, den: num } : sampleAspectRatio,
  };
}

/** The nearest even number: chroma has half the size. */
function even(value: number): number {
  return Math.round(value / 2) * 2;
}
