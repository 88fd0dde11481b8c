import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Orientation, readOrientation, turnBetween } from '../src/media/frames/orientation.js';
import { isSameShape, place, type Shape, uprightShape } from '../src/media/frames/shape.js';

/** A display matrix that rotates counter-clockwise, as FFmpeg's does, and may mirror. */
function orientation(a: number, b: number, c: number, d: number) {
  const matrix = Buffer.alloc(36);
  [a, b, 0, c, d].forEach((value, index) => {
    matrix.writeInt32LE(value * 65_536, index * 4);
  });
  matrix.writeInt32LE(1 << 30, 32);
  return readOrientation(matrix);
}

const UPRIGHT: Orientation | undefined = undefined;
const SIDEWAYS = orientation(0, 1, -1, 0);
const BACK = orientation(0, -1, 1, 0);
const DOWN = orientation(-1, 0, 0, -1);
const MIRRORED = orientation(-1, 0, 0, 1);
const ORIENTATIONS = [UPRIGHT, SIDEWAYS, BACK, DOWN, MIRRORED, orientation(0, 1, 1, 0)];

function shape(
  width: number,
  height: number,
  num = 1,
  den = 1,
  turn: Orientation | undefined = UPRIGHT,
): Shape {
  return { width, height, sampleAspectRatio: { num, den }, orientation: turn };
}

describe('a frame in a canvas of another shape', () => {
  it.each<[what: string, frame: Shape, canvas: Shape, placement: object]>([
    ['the same', shape(640, 360), shape(640, 360), { width: 640, height: 360, x: 0, y: 0 }],
    ['a phone that is turned', shape(360, 640), shape(640, 360), { width: 202, height: 360, x: 220, y: 0 }],
    ['a smaller start', shape(160, 90), shape(640, 360), { width: 640, height: 360, x: 0, y: 0 }],
    ['nearly the same aspect', shape(854, 480), shape(1280, 720), { width: 1280, height: 720, x: 0, y: 0 }],
    ['4:3 in 16:9', shape(640, 480), shape(1280, 720), { width: 960, height: 720, x: 160, y: 0 }],
    ['16:9 in 4:3', shape(640, 360), shape(640, 480), { width: 640, height: 360, x: 0, y: 60 }],
    [
      'a broadcast that goes from 4:3 to 16:9 with the same pixels',
      shape(720, 576, 64, 45),
      shape(720, 576, 16, 15),
      { width: 720, height: 432, x: 0, y: 72 },
    ],
    ['and back', shape(720, 576, 16, 15), shape(720, 576, 64, 45), { width: 540, height: 576, x: 90, y: 0 }],
    ['pixels of an unknown shape', shape(320, 180, 0, 1), shape(640, 360), { width: 640, height: 360 }],
    [
      'the same, stored sideways',
      shape(640, 360, 1, 1, SIDEWAYS),
      shape(640, 360, 1, 1, SIDEWAYS),
      { turn: undefined, width: 640, height: 360, x: 0, y: 0 },
    ],
    [
      'upright in a canvas that is displayed sideways',
      shape(360, 640),
      shape(640, 360, 1, 1, SIDEWAYS),
      { width: 640, height: 360, x: 0, y: 0 },
    ],
    [
      'sideways in an upright canvas',
      shape(640, 360, 1, 1, SIDEWAYS),
      shape(640, 360),
      { width: 202, height: 360, x: 220, y: 0 },
    ],
  ])('%s', (_, frame, canvas, placement) => expect(place(frame, canvas)).toMatchObject(placement));

  it('keeps its aspect, fills the canvas in one direction, and stays within it', () => {
    const side = fc.integer({ min: 50, max: 1000 }).map((value) => value * 2);
    const ratio = fc.constantFrom([1, 1], [16, 15], [64, 45], [4, 3], [3, 4], [8, 9]);
    const turn = fc.constantFrom(...ORIENTATIONS);
    const any = fc
      .tuple(side, side, ratio, turn)
      .map(([width, height, [num, den], at]) => shape(width, height, num, den, at));
    const aspect = ({ width, height, sampleAspectRatio: { num, den } }: Shape) =>
      (width * num) / den / height;
    fc.assert(
      fc.property(any, any, (frame, canvas) => {
        const { width, height, x, y } = place(frame, canvas);
        expect(width === canvas.width || height === canvas.height).toBe(true);
        expect(x + width).toBeLessThanOrEqual(canvas.width + 1);
        expect(y + height).toBeLessThanOrEqual(canvas.height + 1);
        const shown = aspect(uprightShape({ ...canvas, width, height }));
        // Bars have even sizes.
        const slack = 3 / Math.max(2, Math.min(width, height));
        expect(Math.abs(shown / aspect(uprightShape(frame)) - 1)).toBeLessThan(slack);
      }),
    );
  });
});

describe('orientations', () => {
  it('turn into each other by filters, and a shape is the same only if they are', () => {
    for (const from of ORIENTATIONS) {
      for (const to of ORIENTATIONS) {
        expect(turnBetween(from, to) === undefined).toBe(from === to);
        expect(isSameShape(shape(2, 2, 1, 1, from), shape(2, 2, 1, 1, to))).toBe(from === to);
      }
    }
    expect(turnBetween(SIDEWAYS, UPRIGHT)).toBe('transpose=clock');
    expect(turnBetween(UPRIGHT, SIDEWAYS)).toBe('transpose=cclock');
    expect(turnBetween(DOWN, MIRRORED)).toBe('hflip,vflip,hflip');
    expect(isSameShape(shape(2, 2, 0, 1), shape(2, 2, 1, 1))).toBe(true);
  });
});
