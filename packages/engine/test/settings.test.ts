import { describe, expect, it } from 'vitest';
import { fitted } from '../src/frame/frame-import.js';
import {
  type Background,
  DEFAULT_COLOR_SPACE,
  EngineError,
  type Frame,
  type PipelineSettings,
} from '../src/index.js';
import { roundedYuvOf } from './support/colors.js';
import {
  at,
  frameOf,
  largestDifference,
  only,
  pixelsOf,
  plainFrame,
  range,
  shoot,
} from './support/frames.js';
import { createTestPipeline, type TestPipelineOptions } from './support/kernels.js';
import { constant, ExactSegmenter, FakeSegmenter } from './support/segmenters.js';

const FRAME_TIME = 33_333;
const GREEN: Background = { type: 'color', color: '#00b140' };
const SIZE = { width: 160, height: 90 } as const;

const shots = await shoot({ ...SIZE, room: 'magenta', waving: 'always' }, range(6));

/** A pipeline with two networks that do not find anybody. */
async function withTwoNetworks(options: TestPipelineOptions = {}) {
  const wide = new FakeSegmenter(constant(0));
  const square = new FakeSegmenter(constant(0), { width: 64, height: 64 });
  const pipeline = await createTestPipeline(wide, { background: GREEN, closeSegmenter: square, ...options });
  return { pipeline, wide, square };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof EngineError ? error.code : String(error);
  }
  return 'nothing';
};

describe('the quality', () => {
  it('selects the networks from the next frame on', async () => {
    const { pipeline, wide, square } = await withTwoNetworks();
    const frame = plainFrame(160, 90, [90, 90, 90]);
    let time = 0;
    const calls = async (frames: number) => {
      [wide.calls, square.calls] = [0, 0];
      for (let i = 0; i < frames; i++) await pipeline.process(frame, time++ * FRAME_TIME);
      return [wide.calls, square.calls];
    };
    // The survey of the whole frame, and a closer look at a part of it: nobody is there.
    expect(await calls(1)).toEqual([1, 2]);
    pipeline.setOptions({ quality: 'low' });
    expect(await calls(6)).toEqual([6, 0]);
    pipeline.setOptions({ quality: 'lowest' });
    expect(await calls(6)).toEqual([3, 0]);
    pipeline.setOptions({ quality: 'medium' });
    expect(at(await calls(1), 1)).toBeGreaterThan(0);
    pipeline.dispose();
    expect([wide.disposals, square.disposals]).toEqual([1, 1]);
  });

  it('lowest runs the network at once after a scene change, a seek or a failure', async () => {
    const segmenter = new FakeSegmenter(constant(0));
    const pipeline = await createTestPipeline(segmenter, { background: GREEN, quality: 'lowest' });
    const [dark, bright] = [plainFrame(160, 90, [20, 20, 20]), plainFrame(160, 90, [220, 220, 220])];
    await pipeline.process(dark, 1 * FRAME_TIME);
    expect(segmenter.calls).toBe(1);
    await pipeline.process(bright, 2 * FRAME_TIME); // the network would have skipped this frame
    expect(segmenter.calls).toBe(2);
    await pipeline.process(bright, 100 * FRAME_TIME);
    expect(segmenter.calls).toBe(3);
    segmenter.behaviour = () => {
      throw new Error('No.');
    };
    await pipeline.process(bright, 101 * FRAME_TIME);
    expect((await pipeline.process(bright, 102 * FRAME_TIME)).kind).toBe('placeholder');
    segmenter.behaviour = constant(0);
    const { calls } = segmenter;
    expect((await pipeline.process(bright, 103 * FRAME_TIME)).kind).toBe('processed');
    expect(segmenter.calls).toBe(calls + 1);
    pipeline.dispose();
  });

  it('lowest skips no frames when they are far apart in time, because people have moved', async () => {
    const segmenter = new FakeSegmenter(constant(0));
    const pipeline = await createTestPipeline(segmenter, { background: GREEN, quality: 'lowest' });
    const frame = plainFrame(160, 90, [20, 20, 20]);
    for (let i = 1; i <= 6; i++) await pipeline.process(frame, i * 40_000);
    expect(segmenter.calls).toBe(3);
    for (let i = 1; i <= 6; i++) await pipeline.process(frame, 240_000 + i * 60_000);
    expect(segmenter.calls).toBe(9);
    pipeline.dispose();
  });

  it('lowest computes the matte from the current frame, also when the network skips it', async () => {
    const segmenter = new ExactSegmenter();
    const pipeline = await createTestPipeline(segmenter, {
      background: GREEN,
      quality: 'lowest',
      stage: 'matte',
    });
    const wrong: number[] = [];
    for (const [index, shot] of shots.entries()) {
      segmenter.truth = shot.upright;
      const { y } = pixelsOf((await pipeline.process(shot.frame, (index + 1) * FRAME_TIME)).frame);
      const difference = y.reduce(
        (sum, value, i) => sum + Math.abs((value - 16) / 219 - at(shot.alpha, i) / 255),
        0,
      );
      wrong.push(difference / y.length);
    }
    expect(segmenter.calls).toBe(3);
    for (const part of wrong) expect(part).toBeLessThan(0.03);
    pipeline.dispose();
  });
});

describe('setOptions', () => {
  it.each<Partial<PipelineSettings>>([
    { lightWrap: 2 },
    { colorMatch: -1 },
    { edgeSoftness: Number.NaN },
    { maxSize: { width: 0, height: 90 } },
    { maxSize: { width: 160.5, height: 90 } },
  ])('refuses %j and changes nothing', async (settings) => {
    const { pipeline } = await withTwoNetworks({ mirror: true });
    expect(codeOf(() => pipeline.setOptions({ mirror: false, ...settings }))).toBe('OPTION_INVALID');
    const frame = halves();
    const { u } = pixelsOf((await pipeline.process(frame, 0)).frame);
    expect(u.length).toBeGreaterThan(0);
    pipeline.dispose();
    await expect(withTwoNetworks(settings)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('restores the output when edge softness returns to 0', async () => {
    const segmenter = new ExactSegmenter();
    const pipeline = await createTestPipeline(segmenter, { background: GREEN });
    const shot = only(shots);
    segmenter.truth = shot.upright;
    let time = 0;
    const output = async () => pixelsOf((await pipeline.process(shot.frame, time++ * 10e6)).frame);
    const sharp = await output();
    pipeline.setOptions({ edgeSoftness: 1 });
    expect(largestDifference(sharp, await output())).toBeGreaterThan(20);
    pipeline.setOptions({ edgeSoftness: 0 });
    expect(largestDifference(sharp, await output())).toBe(0);
    pipeline.dispose();
  });

  it('throws while a frame is in flight, and after dispose()', async () => {
    const { pipeline } = await withTwoNetworks();
    const processing = pipeline.process(plainFrame(160, 90, [90, 90, 90]), 0);
    expect(codeOf(() => pipeline.setOptions({ quality: 'low' }))).toBe('BUSY');
    await processing;
    pipeline.dispose();
    expect(codeOf(() => pipeline.setOptions({ quality: 'low' }))).toBe('DISPOSED');
  });
});

/** Dark on the left, bright on the right, with odd sides. */
function halves(rotation: Frame['rotation'] = 0): Frame {
  const [width, height] = [37, 21];
  const chroma = { width: 19, height: 11 };
  const y = Uint8Array.from(
    { length: width * height },
    (_, i) => ((i % width) * 5 + Math.floor(i / width)) & 255,
  );
  const u = Uint8Array.from({ length: chroma.width * chroma.height }, (_, i) => 100 + (i % chroma.width));
  const v = Uint8Array.from(
    { length: chroma.width * chroma.height },
    (_, i) => 120 + Math.floor(i / chroma.width),
  );
  return frameOf({ width, height, colorSpace: DEFAULT_COLOR_SPACE, y, u, v, alpha: undefined }, { rotation });
}

describe('a mirrored frame', () => {
  it.each([0, 90, 180, 270] as const)(
    'has left and right of the upright image exchanged, at %i degrees',
    async (rotation) => {
      const { pipeline } = await withTwoNetworks({ background: { type: 'none' }, mirror: true });
      const frame = halves(rotation);
      const before = pixelsOf(frame);
      const after = pixelsOf((await pipeline.process(frame, 0)).frame);
      const sideways = rotation % 180 === 90;
      const { width, height } = before;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const from = sideways ? (height - 1 - row) * width + column : row * width + (width - 1 - column);
          expect(after.y[row * width + column]).toBe(before.y[from]);
        }
      }
      pipeline.setOptions({ mirror: false });
      expect(largestDifference(before, pixelsOf((await pipeline.process(frame, 1)).frame))).toBe(0);
      pipeline.dispose();
    },
  );

  it('does not mirror the background', async () => {
    const halfRed = [range(4).map(() => [250, 0, 0, 255]), range(4).map(() => [0, 0, 250, 255])].flat(2);
    const data = Uint8Array.from([...halfRed, ...halfRed]);
    const background: Background = { type: 'image', source: { width: 8, height: 2, data }, fit: 'stretch' };
    const { pipeline } = await withTwoNetworks({ background, mirror: true });
    const { v } = pixelsOf((await pipeline.process(plainFrame(160, 90, [90, 90, 90]), 0)).frame);
    expect(v[0]).toBeGreaterThan(180);
    expect(v[79]).toBeLessThan(128);
    pipeline.dispose();
  });
});

describe('the maximum size', () => {
  it.each([
    [
      [1280, 720, 0],
      [640, 640],
      [640, 360],
    ],
    [
      [1280, 720, 90],
      [640, 640],
      [640, 360],
    ],
    [
      [1280, 720, 90],
      [360, 360],
      [360, 202],
    ],
    [
      [1280, 720, 0],
      [1280, 720],
      [1280, 720],
    ],
    [
      [641, 361, 0],
      [641, 361],
      [641, 361],
    ],
    [
      [641, 361, 0],
      [320, 320],
      [320, 180],
    ],
    [
      [4000, 2, 0],
      [100, 100],
      [100, 2],
    ],
    [
      [1440, 1080, 0, 4 / 3],
      [640, 640],
      [480, 360],
    ],
    [
      [1440, 1080, 90, 4 / 3],
      [640, 640],
      [480, 360],
    ],
  ] as const)('fits %j into %j as %j', (frame, [maxWidth, maxHeight], expected) => {
    const [width, height, rotation, pixelAspectRatio = 1] = frame;
    const shape = { width, height, rotation, pixelAspectRatio, colorSpace: DEFAULT_COLOR_SPACE };
    const size = fitted(shape, { width: maxWidth, height: maxHeight });
    expect([size.width, size.height]).toEqual(expected);
  });

  it('limits frames and placeholders', async () => {
    const { pipeline } = await withTwoNetworks({ maxSize: { width: 80, height: 80 } });
    const frame = plainFrame(160, 90, [90, 90, 90]);
    for (const outcome of [await pipeline.process(frame, 0), pipeline.placeholder(frame, 1)]) {
      const pixels = pixelsOf(outcome.frame);
      expect([pixels.width, pixels.height]).toEqual([80, 46]);
      expect([pixels.y[0], pixels.u[0], pixels.v[0]]).toEqual(
        roundedYuvOf([0, 177, 64], DEFAULT_COLOR_SPACE),
      );
    }
    pipeline.setOptions({ maxSize: undefined });
    expect((await pipeline.process(frame, 2)).frame.width).toBe(160);
    pipeline.dispose();
  });

  it('keeps the content of the frame', async () => {
    const { pipeline } = await withTwoNetworks({
      background: { type: 'none' },
      maxSize: { width: 80, height: 80 },
    });
    const { y, u, v } = pixelsOf((await pipeline.process(plainFrame(160, 90, [200, 40, 90]), 0)).frame);
    const [luma, blue, red] = roundedYuvOf([200, 40, 90], DEFAULT_COLOR_SPACE);
    expect(new Set(y)).toEqual(new Set([luma]));
    expect(new Set(u)).toEqual(new Set([blue]));
    expect(new Set(v)).toEqual(new Set([red]));
    pipeline.dispose();
  });
});

describe('a placeholder without a frame', () => {
  const shape = { width: 64, height: 48, colorSpace: DEFAULT_COLOR_SPACE, rotation: 0 } as const;

  it('is the background, also before the first frame, and runs no network', async () => {
    const { pipeline, wide } = await withTwoNetworks();
    const { kind, error, frame } = pipeline.placeholder(shape, 0);
    expect([kind, error]).toEqual(['placeholder', undefined]);
    const { y, u, v } = pixelsOf(frame);
    expect([new Set(y).size, new Set(u).size, new Set(v).size]).toEqual([1, 1, 1]);
    expect([y[0], u[0], v[0]]).toEqual(roundedYuvOf([0, 177, 64], DEFAULT_COLOR_SPACE));
    expect(wide.calls).toBe(0);
    expect(pipeline.statistics.placeholders).toBe(1);
    pipeline.dispose();
  });

  it.each(['none', 'blur'] as const)(
    'shows nothing of earlier frames with the background %s',
    async (type) => {
      const { pipeline } = await withTwoNetworks({ background: { type } });
      await pipeline.process(only(shots).frame, 0);
      const { y, u, v } = pixelsOf(pipeline.placeholder(only(shots).frame, 1).frame);
      for (const plane of [y, u, v]) expect(new Set(plane).size).toBe(1);
      pipeline.dispose();
    },
  );

  it('is refused for an invalid size, while a frame is in flight, and after dispose()', async () => {
    const { pipeline } = await withTwoNetworks();
    expect(codeOf(() => pipeline.placeholder({ ...shape, width: 0 }, 0))).toBe('FRAME_INVALID');
    const processing = pipeline.process(plainFrame(160, 90, [90, 90, 90]), 0);
    expect(codeOf(() => pipeline.placeholder(shape, 0))).toBe('BUSY');
    await processing;
    pipeline.dispose();
    expect(codeOf(() => pipeline.placeholder(shape, 0))).toBe('DISPOSED');
  });
});

describe('frames in RGB', () => {
  it.each(['RGBA', 'BGRA'] as const)('%s with padding keeps its colours', async (format) => {
    const { pipeline } = await withTwoNetworks({ background: { type: 'none' } });
    const [width, height, stride] = [33, 17, 200];
    const color = [200, 40, 90] as const;
    const order = format === 'RGBA' ? [0, 1, 2] : [2, 1, 0];
    const data = new Uint8Array(stride * height).fill(0xa5);
    for (let row = 0; row < height; row++) {
      for (let x = 0; x < width; x++) {
        const pixel = [...order.map((channel) => at(color, channel)), 255];
        data.set(pixel, row * stride + 4 * x);
      }
    }
    const frame: Frame = {
      format,
      width,
      height,
      planes: [{ data, stride }],
      colorSpace: DEFAULT_COLOR_SPACE,
      rotation: 0,
    };
    const { y, u, v } = pixelsOf((await pipeline.process(frame, 0)).frame);
    const [luma, blue, red] = roundedYuvOf(color, DEFAULT_COLOR_SPACE);
    expect(new Set(y)).toEqual(new Set([luma]));
    expect(new Set(u)).toEqual(new Set([blue]));
    expect(new Set(v)).toEqual(new Set([red]));
    pipeline.dispose();
  });
});
