import { describe, expect, it } from 'vitest';
import { type Background, DEFAULT_COLOR_SPACE, type Frame, type PipelineSettings } from '../src/index.js';
import { REGION } from '../src/segmentation/constants.js';
import { at, frameOf, pixelsOf } from './support/frames.js';
import { createTestPipeline } from './support/kernels.js';
import { FakeSegmenter } from './support/segmenters.js';

const FRAME_TIME = 33_333;
const [WIDTH, HEIGHT] = [640, 360];
const TRANSPARENT: Background = { type: 'transparent' };

/** A rectangle of the frame: left, top, width, height. */
type Patch = readonly [x: number, y: number, width: number, height: number];

/** Small, in a corner. */
const PERSON: Patch = [60, 60, 80, 100];
const OTHER: Patch = [480, 200, 80, 100];

/** A grey camera background with red people in front of it. */
function frameWith(people: readonly Patch[], { person = 180, behind = 60 } = {}): Frame {
  const [columns, rows] = [WIDTH / 2, HEIGHT / 2];
  const y = new Uint8Array(WIDTH * HEIGHT).fill(behind);
  const u = new Uint8Array(columns * rows).fill(128);
  const v = new Uint8Array(columns * rows).fill(128);
  for (const [left, top, width, height] of people) {
    for (let row = top; row < top + height; row++) {
      y.fill(person, row * WIDTH + left, row * WIDTH + left + width);
    }
    for (let row = top / 2; row < (top + height) / 2; row++) {
      u.fill(100, row * columns + left / 2, row * columns + (left + width) / 2);
      v.fill(200, row * columns + left / 2, row * columns + (left + width) / 2);
    }
  }
  return frameOf({
    width: WIDTH,
    height: HEIGHT,
    colorSpace: DEFAULT_COLOR_SPACE,
    y,
    u,
    v,
    alpha: undefined,
  });
}

/** Classifies red pixels as person. */
class RedSegmenter extends FakeSegmenter {
  /** The share of red pixels in each network input, 0..1: larger when the region of interest is closer. */
  readonly shares: number[] = [];

  constructor(width: number, height: number) {
    super(
      ({ confidence }, input) => {
        let red = 0;
        confidence.forEach((_, i) => {
          const isRed = at(input, 3 * i) - at(input, 3 * i + 2) > 0.2;
          confidence[i] = isRed ? 1 : 0;
          if (isRed) red++;
        });
        this.shares.push(red / confidence.length);
      },
      { width, height },
    );
  }
}

/** A pipeline with two segmenters. */
async function create(options: Partial<Pick<PipelineSettings, 'quality'>> = {}) {
  const landscape = new RedSegmenter(128, 72);
  const square = new RedSegmenter(96, 96);
  const pipeline = await createTestPipeline(landscape, {
    closeSegmenter: square,
    background: TRANSPARENT,
    ...options,
  });
  let timestamp = 0;
  const matteOf = async (frame: Frame) => {
    timestamp += FRAME_TIME;
    const { kind, error, frame: picture } = await pipeline.process(frame, timestamp);
    expect(error).toBeUndefined();
    expect(kind).toBe('processed');
    const { alpha } = pixelsOf(picture);
    if (!alpha) throw new Error('No alpha');
    return alpha;
  };
  return { landscape, square, pipeline, matteOf };
}

/** The mean of alpha in a patch, 0..1. */
function alphaIn(matte: Uint8Array, [left, top, width, height]: Patch): number {
  let sum = 0;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) sum += at(matte, y * WIDTH + x);
  }
  return sum / (255 * width * height);
}

/** The largest alpha that is further than `distance` from all patches. */
function largestBeyond(matte: Uint8Array, patches: readonly Patch[], distance: number): number {
  return matte.reduce((largest, value, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const isNear = patches.some(
      ([left, top, width, height]) =>
        x >= left - distance &&
        x < left + width + distance &&
        y >= top - distance &&
        y < top + height + distance,
    );
    return isNear ? largest : Math.max(largest, value);
  }, 0);
}

/** The share of the frame that a person covers. */
const SHARE = (80 * 100) / (WIDTH * HEIGHT);

describe('two networks', () => {
  it('use a region of interest around a small person', async () => {
    const { square, landscape, pipeline, matteOf } = await create();
    using _ = pipeline;
    const matte = await matteOf(frameWith([PERSON]));
    // The whole frame first, then the region of interest.
    expect(square.shares).toHaveLength(2);
    expect(at(square.shares, 0)).toBeLessThan(1.5 * SHARE);
    expect(at(square.shares, 1)).toBeGreaterThan(10 * SHARE);
    expect(alphaIn(matte, PERSON)).toBeGreaterThan(0.95);
    const { calls } = landscape;
    await matteOf(frameWith([PERSON]));
    expect(landscape.calls).toBe(calls);
    expect(at(square.shares, 2)).toBeGreaterThan(10 * SHARE);
  });

  it('find nobody outside the region of interest until the next survey', async () => {
    const { pipeline, matteOf } = await create();
    using _ = pipeline;
    expect(largestBeyond(await matteOf(frameWith([PERSON])), [PERSON], 40)).toBe(0);
    const two = frameWith([PERSON, OTHER]);
    for (let i = 0; i < 5; i++) {
      const matte = await matteOf(two);
      expect(largestBeyond(matte, [PERSON], 40)).toBe(0);
      expect(alphaIn(matte, PERSON)).toBeGreaterThan(0.95);
    }
    let matte = await matteOf(two);
    for (let i = 0; i < REGION.interval; i++) matte = await matteOf(two);
    expect(alphaIn(matte, OTHER)).toBeGreaterThan(0.95);
    expect(alphaIn(matte, PERSON)).toBeGreaterThan(0.95);
  });

  it('follow a walking person', async () => {
    const { pipeline, matteOf } = await create();
    using _ = pipeline;
    for (let i = 0; i < 20; i++) {
      const person: Patch = [60 + 6 * i, 60 + 2 * i, 80, 100];
      const matte = await matteOf(frameWith([person]));
      expect(alphaIn(matte, person)).toBeGreaterThan(0.9);
    }
  });

  it('both run at the quality highest, on the network input and on its mirror image', async () => {
    const { landscape, square, pipeline, matteOf } = await create({ quality: 'highest' });
    using _ = pipeline;
    for (let i = 0; i < 3; i++) {
      const calls = [landscape.calls, square.calls];
      const matte = await matteOf(frameWith([PERSON]));
      expect(alphaIn(matte, PERSON)).toBeGreaterThan(0.95);
      if (i > 0) expect([landscape.calls, square.calls]).toEqual(calls.map((count) => count + 2));
    }
    expect(landscape.shares.at(-1)).toBeGreaterThan(10 * SHARE);
    expect(square.shares.at(-1)).toBeGreaterThan(10 * SHARE);
  });

  it('are reduced to one at the quality low', async () => {
    const { landscape, square, pipeline, matteOf } = await create({ quality: 'low' });
    using _ = pipeline;
    for (let i = 0; i < 3; i++) {
      expect(alphaIn(await matteOf(frameWith([PERSON])), PERSON)).toBeGreaterThan(0.9);
    }
    expect(square.calls).toBe(0);
    expect(landscape.calls).toBe(3);
  });

  it('survey the whole frame after a scene change', async () => {
    const { square, pipeline, matteOf } = await create();
    using _ = pipeline;
    for (let i = 0; i < 3; i++) await matteOf(frameWith([PERSON]));
    expect(pipeline.statistics.resets).toBe(0);
    const seen = square.shares.length;
    // One person stands where one stood before: the region of interest alone would not show the other.
    const matte = await matteOf(frameWith([PERSON, OTHER], { person: 60, behind: 200 }));
    expect(pipeline.statistics.resets).toBe(1);
    expect(Math.min(...square.shares.slice(seen))).toBeLessThan(3 * SHARE);
    expect(alphaIn(matte, PERSON)).toBeGreaterThan(0.95);
    expect(alphaIn(matte, OTHER)).toBeGreaterThan(0.95);
  });

  it('produce an empty matte when nobody is there, and run the square network only for surveys and closer looks', async () => {
    const { landscape, square, pipeline, matteOf } = await create();
    using _ = pipeline;
    for (let i = 0; i < 10; i++) expect(largestBeyond(await matteOf(frameWith([])), [], 0)).toBe(0);
    expect(square.calls).toBe(2);
    expect(landscape.calls).toBeGreaterThanOrEqual(10);
    expect(pipeline.statistics.placeholders).toBe(0);
  });

  it('lose a person who leaves and find one who comes back', async () => {
    const { square, pipeline, matteOf } = await create();
    using _ = pipeline;
    await matteOf(frameWith([PERSON]));
    const { calls } = square;
    for (let i = 0; i < 10; i++) await matteOf(frameWith([]));
    expect(square.calls - calls).toBeLessThan(5);
    expect(largestBeyond(await matteOf(frameWith([])), [], 0)).toBe(0);
    let matte = await matteOf(frameWith([OTHER]));
    for (let i = 0; i < 2; i++) matte = await matteOf(frameWith([OTHER]));
    expect(alphaIn(matte, OTHER)).toBeGreaterThan(0.9);
  });

  describe.each([0, 90, 180, 270] as const)('in frames rotated by %d', (rotation) => {
    it.each(['medium', 'high', 'highest'] as const)(
      'find everybody in stored coordinates: %s',
      async (quality) => {
        const { pipeline, matteOf } = await create({ quality });
        using _ = pipeline;
        for (let i = 0; i < 4; i++) {
          const person: Patch = [60 + 10 * i, 60 + 4 * i, 80, 100];
          const matte = await matteOf({ ...frameWith([person]), rotation });
          expect(alphaIn(matte, person)).toBeGreaterThan(0.9);
          expect(largestBeyond(matte, [person], 40)).toBe(0);
        }
      },
    );
  });

  it('run without the square one when it loses the person in the region of interest', async () => {
    const { square, pipeline, matteOf } = await create();
    using _ = pipeline;
    const { behaviour } = square;
    square.behaviour = (output, ...input) => {
      void behaviour(output, ...input);
      if ((square.shares.at(-1) ?? 0) > 5 * SHARE) output.confidence.fill(0);
    };
    for (let i = 0; i < 5; i++) {
      expect(alphaIn(await matteOf(frameWith([PERSON])), PERSON)).toBeGreaterThan(0.9);
    }
    // It does not run until the next survey.
    expect(square.calls).toBe(2);
  });

  it('run without the square one when it does not detect the person', async () => {
    const { square, pipeline, matteOf } = await create();
    using _ = pipeline;
    square.behaviour = ({ confidence }) => {
      confidence.fill(0);
    };
    for (let i = 0; i < 5; i++) {
      expect(alphaIn(await matteOf(frameWith([PERSON])), PERSON)).toBeGreaterThan(0.9);
    }
    expect(square.calls).toBe(1);
  });

  it('output a placeholder when the second one fails, and continue afterwards', async () => {
    const { square, pipeline, matteOf } = await create();
    using _ = pipeline;
    await matteOf(frameWith([PERSON]));
    const { behaviour } = square;
    square.behaviour = () => {
      throw new Error('No');
    };
    const { kind, error } = await pipeline.process(frameWith([PERSON]), 2 * FRAME_TIME);
    expect(kind).toBe('placeholder');
    expect(error?.code).toBe('SEGMENTATION_FAILED');
    square.behaviour = behaviour;
    const next = await pipeline.process(frameWith([PERSON]), 3 * FRAME_TIME);
    expect(next.kind).toBe('processed');
  });
});

describe('the second network', () => {
  it('is disposed of with the pipeline, once', async () => {
    const { landscape, square, pipeline } = await create();
    pipeline.dispose();
    pipeline.dispose();
    expect([landscape.disposals, square.disposals]).toEqual([1, 1]);
  });

  it('is disposed of even if it never ran', async () => {
    const { square, pipeline } = await create({ quality: 'low' });
    pipeline.dispose();
    expect(square.disposals).toBe(1);
  });

  it.each<[string, Parameters<typeof createTestPipeline>[1]]>([
    ['an option out of range', { lightWrap: 2 }],
    ['an invalid background', { background: { type: 'color', color: 'no colour' } as unknown as Background }],
    ['invalid kernels', { kernels: new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) }],
  ])('is disposed of when the pipeline cannot be created: %s', async (_, options) => {
    const [landscape, square] = [new RedSegmenter(64, 36), new RedSegmenter(64, 64)];
    await expect(createTestPipeline(landscape, { closeSegmenter: square, ...options })).rejects.toThrow();
    expect([landscape.disposals, square.disposals]).toEqual([1, 1]);
  });
});
