import { describe, expect, it } from 'vitest';
import { around, CropFollower, centred } from '../src/framing/crop.js';
import type { Background, Frame, Rotation } from '../src/index.js';
import {
  type Gray,
  type Pixels,
  pixelsOf,
  range,
  rgbaFrame,
  type Shot,
  shoot,
  turned,
  turnedRgba,
} from './support/frames.js';
import { createTestPipeline } from './support/kernels.js';
import { ExactSegmenter } from './support/segmenters.js';

const FRAME_TIME = 33_333;
const SIZE = { width: 320, height: 180 } as const;
const BLACK: Background = { type: 'color', color: 'black' };
const WHITE = { y: 235 };

const shots = await shoot({ ...SIZE, room: 'magenta', waving: 'never' }, range(1));

function first(): Shot {
  const [shot] = shots;
  if (!shot) throw new Error('No shot');
  return shot;
}

/** The mean luma of a part of the frame, given as fractions of its sides. */
function mean({ width, height, y }: Pixels, [left, top, right, bottom]: readonly number[]): number {
  let [sum, count] = [0, 0];
  for (let row = Math.round((top ?? 0) * height); row < Math.round((bottom ?? 1) * height); row++) {
    for (let column = Math.round((left ?? 0) * width); column < Math.round((right ?? 1) * width); column++) {
      sum += y[row * width + column] ?? 0;
      count++;
    }
  }
  return sum / count;
}

/** The horizontal centre of all bright pixels, as a fraction of the width. */
function middleOf({ width, height, y }: Pixels): number {
  let [sum, weight] = [0, 0];
  for (let i = 0; i < width * height; i++) {
    const value = Math.max(0, (y[i] ?? 0) - 16);
    sum += value * ((i % width) + 0.5);
    weight += value;
  }
  return sum / weight / width;
}

/** A bright box in front of a dark wall, left of the middle, as a rotated camera stores it. */
function personOnTheLeft(rotation: Rotation): { readonly frame: Frame; readonly upright: Gray } {
  const { width, height } = SIZE;
  const data = new Uint8Array(width * height);
  for (let y = 45; y < height; y++) data.fill(255, y * width + 40, y * width + 136);
  const rgba = Uint8Array.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : 40 + (data[i >> 2] ?? 0) / 2,
  );
  const back = ((360 - rotation) % 360) as Rotation;
  const [across, down] = back % 180 === 0 ? [width, height] : [height, width];
  return {
    frame: rgbaFrame(turnedRgba(rgba, width, height, back), across, down, { rotation }),
    upright: { width, height, data },
  };
}

function uprightGray(data: Uint8Array, width: number, height: number, rotation: Rotation) {
  const gray = turned({ width, height, data }, rotation);
  return { width: gray.width, height: gray.height, y: gray.data };
}

describe('the crop', () => {
  const person = { x: 0.1, y: 0.2, width: 0.3, height: 0.8 };

  it('centres the person and leaves headroom', () => {
    const { x, y, size } = around(person, 1);
    expect(x + size / 2).toBeCloseTo(0.25);
    expect(y).toBeLessThan(person.y);
    expect(size).toBeLessThan(0.6);
  });

  it('is no larger than the limit, and stays within the frame', () => {
    expect(around(person, 0.4).size).toBe(0.4);
    for (const x of [0, 0.2, 0.5, 0.7]) {
      const crop = around({ ...person, x }, 1);
      expect(crop.x).toBeGreaterThanOrEqual(0);
      expect(crop.x + crop.size).toBeLessThanOrEqual(1 + 1e-9);
      expect(crop.y + crop.size).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it('follows large changes gradually and ignores small ones', () => {
    const follower = new CropFollower(centred(1));
    follower.follow({ x: 0.01, y: 0.01, size: 0.98 }, FRAME_TIME);
    expect(follower.current).toEqual(centred(1));
    const goal = around(person, 1);
    const steps = range(120).map(() => {
      const before = follower.current.size;
      follower.follow(goal, FRAME_TIME);
      return before - follower.current.size;
    });
    expect(follower.current.size).toBeCloseTo(goal.size, 1);
    expect(follower.current.x).toBeCloseTo(goal.x, 1);
    const jumps = steps.map((step, i) => Math.abs(step - (steps[i - 1] ?? 0)));
    expect(Math.max(...jumps)).toBeLessThan(0.02);
  });
});

describe('a pipeline', () => {
  const process = async (settings: object, frame: Frame, upright = first().upright, frames = 1) => {
    const segmenter = new ExactSegmenter();
    segmenter.truth = upright;
    const pipeline = await createTestPipeline(segmenter, { background: BLACK, stage: 'matte', ...settings });
    let pixels: Pixels | undefined;
    for (let i = 0; i < frames; i++) {
      const outcome = await pipeline.process(frame, i * FRAME_TIME);
      if (i === frames - 1) pixels = pixelsOf(outcome.frame);
    }
    pipeline.dispose();
    if (!pixels) throw new Error('No frame');
    return pixels;
  };

  it('zooms into the middle, frame and matte alike', async () => {
    const plain = await process({}, first().frame);
    const zoomed = await process({ zoom: 2 }, first().frame);
    for (const [left, top] of [
      [0, 0],
      [0.5, 0],
      [0, 0.5],
      [0.5, 0.5],
    ] as const) {
      const part = [left, top, left + 0.5, top + 0.5];
      const source = part.map((edge) => 0.25 + edge / 2);
      expect(mean(zoomed, part)).toBeCloseTo(mean(plain, source), -0.5);
    }
  });

  it('zooms the camera background, and does not zoom a new background', async () => {
    const { frame } = first();
    const camera = { background: { type: 'none' }, stage: 'composite' } as const;
    const [near, far] = [await process({ ...camera, zoom: 4 }, frame), pixelsOf(frame)];
    expect(mean(near, [0, 0, 1, 1])).toBeCloseTo(mean(far, [0.375, 0.375, 0.625, 0.625]), -0.5);
    const data = Uint8Array.from(range(256), (i) => (i % 4 === 3 || i % 32 < 16 ? 255 : 0));
    const image: Background = { type: 'image', source: { width: 8, height: 8, data }, fit: 'stretch' };
    const nobody = { width: 320, height: 180, data: new Uint8Array(320 * 180) };
    const shown = await process({ background: image, stage: 'composite', zoom: 3 }, frame, nobody);
    expect(mean(shown, [0, 0, 0.45, 1])).toBeCloseTo(WHITE.y, -0.5);
    expect(mean(shown, [0.55, 0, 1, 1])).toBeCloseTo(16, -0.5);
  });

  it.each([0, 90, 180, 270] as const)(
    'centres the person in frames rotated by %i degrees',
    async (rotation) => {
      const { frame, upright } = personOnTheLeft(rotation);
      const shown = await process({ follow: true }, frame, upright, 90);
      const { width, height, y } = shown;
      const middle = middleOf({ ...shown, ...uprightGray(y, width, height, rotation) });
      expect(middle).toBeCloseTo(0.5, 1);
      // Larger as well, as far as the frame allows.
      const still = await process({}, frame, upright);
      expect(mean(shown, [0, 0, 1, 1])).toBeGreaterThan(mean(still, [0, 0, 1, 1]));
    },
  );

  it('shows all steps in one frame', async () => {
    const { frame } = first();
    const steps = await process({ stage: 'steps', background: { type: 'color', color: 'white' } }, frame);
    const cell = (column: number, row: number) =>
      mean(steps, [column / 3, 1 / 6 + row / 3, (column + 1) / 3, 1 / 6 + (row + 1) / 3]);
    expect(mean(steps, [0, 0, 1, 0.16])).toBe(16);
    expect(cell(0, 0)).toBeCloseTo(mean(pixelsOf(frame), [0, 0, 1, 1]), -0.5);
    const [foreground, backdrop] = [cell(0, 1), cell(1, 1)];
    // Foreground and backdrop add up to the composite.
    expect(Math.abs(foreground + backdrop - 16 - cell(2, 1))).toBeLessThan(4);
    expect(cell(2, 0)).toBeCloseTo(16 + (219 * (235 - backdrop)) / 219, -1);
  });

  it('changes brightness and warmth of the person only', async () => {
    const { frame, upright } = first();
    const show = async (settings: object) => process({ stage: 'composite', ...settings }, frame, upright);
    const [plain, bright, dark] = [
      await show({}),
      await show({ brightness: 0.5 }),
      await show({ brightness: -0.5 }),
    ];
    expect(mean(bright, [0, 0, 1, 1])).toBeGreaterThan(mean(plain, [0, 0, 1, 1]) + 2);
    expect(mean(dark, [0, 0, 1, 1])).toBeLessThan(mean(plain, [0, 0, 1, 1]) - 2);
    expect(bright.y[0]).toBe(plain.y[0]);
    const warm = await show({ warmth: 1 });
    const total = (plane: Uint8Array) => plane.reduce((sum, value) => sum + value, 0) / plane.length;
    expect(total(warm.v)).toBeGreaterThan(total(plain.v) + 0.5);
    expect(total(warm.u)).toBeLessThan(total(plain.u) - 0.5);
    expect(warm.u[0]).toBe(plain.u[0]);
  });
});
