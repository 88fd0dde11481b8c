import { createPresenter } from '@elsewhere/presenter';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Background,
  DEFAULT_COLOR_SPACE,
  EngineError,
  type Frame,
  type Outcome,
  type Pipeline,
  type RgbaImage,
  STAGES,
  type VideoSource,
} from '../src/index.js';
import { readLogits } from '../src/segmentation/classes.js';
import { type Rgb, roundedYuvOf } from './support/colors.js';
import {
  at,
  largestDifference,
  only,
  type Pixels,
  pixelsOf,
  plainFrame,
  range,
  rgbaFrame,
  type Shot,
  shoot,
} from './support/frames.js';
import { createTestPipeline, kernelsWithMemory, observeMemory, realSegmenter } from './support/kernels.js';
import { coverage, dilated } from './support/metrics.js';
import { type Behaviour, constant, ExactSegmenter, FakeSegmenter } from './support/segmenters.js';

const FRAME_TIME = 33_333;
const [WIDTH, HEIGHT] = [160, 90];

/** An image without any magenta. */
const image: RgbaImage = {
  width: 8,
  height: 8,
  data: Uint8Array.from({ length: 256 }, (_, i) => at([30, 140, 70, 255], i & 3)),
};
const video: VideoSource = { frameAt: () => plainFrame(24, 16, [20, 90, 160]) };

const BACKGROUNDS: readonly Background[] = [
  { type: 'none' },
  { type: 'blur' },
  { type: 'bokeh' },
  { type: 'image', source: image },
  { type: 'video', source: video },
  { type: 'color', color: '#00b140' },
  { type: 'transparent' },
];
const byType = BACKGROUNDS.map((background) => [background.type, background] as const);
/** Backgrounds that may show the camera background or its colours in a processed frame. */
const fromCamera: ReadonlySet<Background['type']> = new Set(['none', 'blur', 'bokeh']);
const replacing = byType.filter(([type]) => !fromCamera.has(type));

/** The presenter in front of saturated magenta, which nothing else here contains. */
let shots: readonly Shot[];

beforeAll(async () => {
  shots = await shoot({ width: WIDTH, height: HEIGHT, room: 'magenta', waving: 'always' }, range(6));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Magenta is 214 and 230 here. Half-way from grey is far from every colour of the presenter and of the backgrounds. */
function isMagenta(u: number, v: number): boolean {
  return u > 128 + 43 && v > 128 + 51;
}

/** How many chroma samples show the camera background, where `mask` (of luma size) is 0 or not given. */
function leakedSamples({ width, u, v }: Pixels, mask?: Uint8Array): number {
  const across = Math.ceil(width / 2);
  let count = 0;
  u.forEach((sample, i) => {
    const luma = Math.floor(i / across) * 2 * width + (i % across) * 2;
    if (isMagenta(sample, at(v, i)) && !(mask && at(mask, luma) > 0)) count++;
  });
  return count;
}

function shotAt(index: number): Shot {
  return only(shots.slice(index % shots.length));
}

/** A failed frame: a placeholder of the frame's shape without any camera pixel, and an error that says what failed. */
function expectPlaceholder(outcome: Outcome, code: string, background: Background, frame: Frame): void {
  expect(outcome.kind).toBe('placeholder');
  expect(outcome.error).toBeInstanceOf(EngineError);
  expect(outcome.error?.code).toBe(code);
  expect(outcome.error?.message).toMatch(/^[A-Z].+: .+/);
  expect([outcome.frame.width, outcome.frame.height, outcome.frame.rotation]).toEqual([
    frame.width,
    frame.height,
    frame.rotation,
  ]);
  const pixels = pixelsOf(outcome.frame);
  expect(leakedSamples(pixels)).toBe(0);
  expect(new Set(pixels.u).size, 'the background is one colour, or an image or video of one').toBe(1);
  expect(new Set(pixels.y).size).toBe(1);
  if (background.type === 'color') {
    expect([pixels.y[0], pixels.u[0], pixels.v[0]]).toEqual(roundedYuvOf([0, 177, 64], DEFAULT_COLOR_SPACE));
  }
  if (background.type === 'transparent') {
    expect(outcome.frame.format).toBe('I420A');
    expect(new Set(pixels.alpha)).toEqual(new Set([0]));
    expect(pixels.y[0]).toBe(16);
  } else {
    expect(outcome.frame.format).toBe('I420');
  }
}

/** A processed frame: the camera background shows only within the soft edge of the person. */
function expectProcessed(outcome: Outcome, background: Background, shot: Shot): void {
  expect(outcome.error).toBeUndefined();
  expect(outcome.kind).toBe('processed');
  if (fromCamera.has(background.type)) return;
  const pixels = pixelsOf(outcome.frame);
  // A pixel of the network input covers 1.25 pixels; the guided filter's windows are 2 of 2 cells.
  expect(leakedSamples(pixels, dilated(shot.alpha, WIDTH, HEIGHT, 7))).toBe(0);
  // The person is there, and unchanged in the middle.
  const centre = shot.alpha.findIndex((value, i) => value === 255 && i > WIDTH * 70 + 70);
  expect(at(pixels.y, centre)).toBe(at(pixelsOf(shot.frame).y, centre));
}

async function processShot(pipeline: Pipeline, segmenter: ExactSegmenter, index: number): Promise<Outcome> {
  const shot = shotAt(index);
  segmenter.truth = shot.upright;
  return pipeline.process(shot.frame, index * FRAME_TIME);
}

/** A segmenter that returns the exact alpha, except in calls for which there is another behaviour. */
function exactExcept(behaviourOf: (call: number) => Behaviour | undefined): ExactSegmenter {
  const segmenter = new ExactSegmenter();
  const { behaviour } = segmenter;
  segmenter.behaviour = (output, input, call) => (behaviourOf(call) ?? behaviour)(output, input, call);
  return segmenter;
}

describe('leakedSamples', () => {
  it('finds the whole camera background when it is shown', async () => {
    using pipeline = await createTestPipeline(new ExactSegmenter(), { background: { type: 'none' } });
    for (const shot of shots) {
      const { frame } = await pipeline.process(shot.frame, 0);
      const seen = leakedSamples(pixelsOf(frame)) / (80 * 45);
      const expected = 1 - coverage(shot.alpha);
      expect(expected).toBeGreaterThan(0.5);
      expect(Math.abs(seen - expected)).toBeLessThan(0.05);
    }
  });

  it('finds it under a matte that is only slightly transparent', async () => {
    using pipeline = await createTestPipeline(new FakeSegmenter(constant(1)), {
      background: { type: 'color', color: 'gray' },
    });
    const { frame } = await pipeline.process(shotAt(0).frame, 0);
    expect(leakedSamples(pixelsOf(frame))).toBeGreaterThan(1000);
  });

  it('finds nothing in the presenter, in other camera backgrounds or in the new backgrounds', async () => {
    const samples = { all: 0, magenta: 0 };
    for (const room of ['office', 'living', 'wall', 'kitchen', 'gray']) {
      for (const seed of [0, 1, 2, 3]) {
        const { image } = await createPresenter({ width: WIDTH, height: HEIGHT, room, seed }).frame(seed * 9);
        const pixels = pixelsOf(rgbaFrame(image, WIDTH, HEIGHT));
        samples.all += pixels.u.length;
        samples.magenta += leakedSamples(pixels);
      }
    }
    expect(samples.magenta / samples.all).toBeLessThan(0.0005);
    using pipeline = await createTestPipeline(new FakeSegmenter(constant(0)));
    for (const [type, background] of replacing) {
      pipeline.setBackground(background);
      expect(leakedSamples(pixelsOf((await pipeline.process(shotAt(0).frame, 0)).frame)), type).toBe(0);
    }
  });
});

describe('a network that fails', () => {
  const failures: [how: string, behaviour: Behaviour][] = [
    [
      'throws',
      () => {
        throw new Error('lost device');
      },
    ],
    ['rejects', () => Promise.reject(new Error('lost device'))],
    [
      'rejects late',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        throw new Error('lost device');
      },
    ],
    [
      'throws after writing half of the output',
      (output) => {
        output.confidence.fill(1, 0, output.confidence.length / 2);
        throw new Error('lost device');
      },
    ],
    [
      'throws a value that is not an Error',
      () => {
        throw 'lost device';
      },
    ],
  ];

  describe.each(byType.filter(([type]) => type !== 'none'))('with the background %s', (_type, background) => {
    it.each(failures)(
      'outputs placeholders for the failed frames and continues when it %s',
      async (_how, failure) => {
        const segmenter = exactExcept((call) => (call === 2 || call === 3 ? failure : undefined));
        using pipeline = await createTestPipeline(segmenter, { background });
        for (const index of range(6)) {
          const outcome = await processShot(pipeline, segmenter, index);
          if (index === 2 || index === 3) {
            expectPlaceholder(outcome, 'SEGMENTATION_FAILED', background, shotAt(index).frame);
            expect(outcome.error?.message).toContain('lost device');
            const { cause } = outcome.error ?? {};
            expect(cause instanceof Error ? cause.message : cause).toBe('lost device');
          } else {
            expectProcessed(outcome, background, shotAt(index));
          }
        }
        // The state from before the failure is reset once.
        expect(pipeline.statistics).toMatchObject({ frames: 4, placeholders: 2, resets: 1 });
      },
    );

    it('outputs only placeholders when it never works', async () => {
      const segmenter = exactExcept(() => constant(Number.NaN));
      segmenter.behaviour = () => Promise.reject(new Error('no memory'));
      using pipeline = await createTestPipeline(segmenter, { background });
      for (const index of range(4)) {
        expectPlaceholder(
          await processShot(pipeline, segmenter, index),
          'SEGMENTATION_FAILED',
          background,
          shotAt(index).frame,
        );
      }
      expect(pipeline.statistics).toMatchObject({ frames: 0, placeholders: 4, resets: 0 });
    });

    it('outputs a placeholder of the new size when it fails on the first frame of another size', async () => {
      const segmenter = exactExcept((call) =>
        call === 1 ? () => Promise.reject(new Error('gone')) : undefined,
      );
      using pipeline = await createTestPipeline(segmenter, { background });
      await processShot(pipeline, segmenter, 0);
      const other = plainFrame(71, 133, [255, 0, 255], { rotation: 90 });
      expectPlaceholder(await pipeline.process(other, FRAME_TIME), 'SEGMENTATION_FAILED', background, other);
    });
  });

  it("shows no camera background at any stage, in frames of the stage's own format", async () => {
    for (const [type, background] of byType) {
      for (const stage of STAGES) {
        if (type === 'none' && stage === 'composite') continue;
        const segmenter = exactExcept((call) =>
          call === 1 ? () => Promise.reject(new Error('gone')) : undefined,
        );
        using pipeline = await createTestPipeline(segmenter, { background, stage });
        const good = (await processShot(pipeline, segmenter, 0)).frame.format;
        const outcome = await processShot(pipeline, segmenter, 1);
        expect(outcome.kind).toBe('placeholder');
        expect(leakedSamples(pixelsOf(outcome.frame))).toBe(0);
        expect(outcome.frame.format, `${stage} over ${type}`).toBe(good);
      }
    }
  });

  it('outputs placeholders with a hard mask, too', async () => {
    for (const [, background] of replacing) {
      const segmenter = exactExcept((call) =>
        call === 1 ? () => Promise.reject(new Error('gone')) : undefined,
      );
      using pipeline = await createTestPipeline(segmenter, { background, mask: 'hard' });
      await processShot(pipeline, segmenter, 0);
      expectPlaceholder(
        await processShot(pipeline, segmenter, 1),
        'SEGMENTATION_FAILED',
        background,
        shotAt(1).frame,
      );
      expect((await processShot(pipeline, segmenter, 2)).kind).toBe('processed');
    }
  });
});

describe('a network that returns invalid values', () => {
  const everywhere = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -5, 1.7];

  it.each(everywhere)(
    '%d everywhere shows no camera background, and does not affect the next frame',
    async (value) => {
      for (const mask of ['soft', 'hard'] as const) {
        for (const [, background] of replacing) {
          const segmenter = exactExcept((call) => (call === 1 || call === 2 ? constant(value) : undefined));
          using pipeline = await createTestPipeline(segmenter, { background, mask });
          for (const index of range(5)) {
            const outcome = await processShot(pipeline, segmenter, index);
            if (index === 1 || index === 2) expect(leakedSamples(pixelsOf(outcome.frame))).toBe(0);
            else if (mask === 'soft') expectProcessed(outcome, background, shotAt(index));
            else expect(outcome.kind).toBe('processed');
          }
        }
      }
    },
  );

  const positions = everywhere.flatMap((value) =>
    (['the camera background', 'the person'] as const).map((where) => [value, where] as const),
  );

  it.each(positions)('%d in one pixel of %s does not persist', async (value, where) => {
    // The frame stays the same, because the temporal filter keeps most of its state where nothing moves.
    const shot = shotAt(0);
    // Only the neighbourhood of the pixel may be wrong. Nowhere else may the camera background show in any frame.
    const near = dilated(shot.alpha, WIDTH, HEIGHT, 7).map((a, i) =>
      i % WIDTH < 20 && i < WIDTH * 20 ? 255 : a,
    );
    const last = async (isWrong: boolean) => {
      const segmenter = new ExactSegmenter();
      segmenter.truth = shot.upright;
      const { behaviour } = segmenter;
      segmenter.behaviour = async (output, input, call) => {
        await behaviour(output, input, call);
        if (call !== 1 || !isWrong) return;
        const found = output.confidence.findIndex((confidence, i) => i > 128 * 50 && confidence === 1);
        output.confidence[where === 'the person' ? found + 8 : 128 * 4 + 4] = value;
      };
      using pipeline = await createTestPipeline(segmenter, {
        background: { type: 'color', color: '#00b140' },
      });
      let result = pixelsOf(shot.frame);
      for (const index of range(60)) {
        result = pixelsOf((await pipeline.process(shot.frame, index * FRAME_TIME)).frame);
        expect(leakedSamples(result, near), `frame ${index}`).toBe(0);
      }
      return result;
    };
    // 0.92 to the power of 57 is 0.01: by then an outlier is far below the contrast curve.
    expect(largestDifference(await last(true), await last(false))).toBeLessThanOrEqual(1);
  });

  const green: Background = { type: 'color', color: '#00b140' };

  it('clamps what rounding has put beside 0..1', async () => {
    const segmenter = new ExactSegmenter();
    const { behaviour } = segmenter;
    segmenter.behaviour = async (output, input, call) => {
      await behaviour(output, input, call);
      output.confidence.forEach((value, i) => {
        output.confidence[i] = (value - 0.5) * 1.0018 + 0.5;
      });
    };
    using pipeline = await createTestPipeline(segmenter, { background: green });
    for (const index of range(3)) {
      expectProcessed(await processShot(pipeline, segmenter, index), green, shotAt(index));
    }
  });

  it.each(everywhere)(
    '%d for the mirrored input, and its opposite for the other: a placeholder',
    async (value) => {
      // The mean of both is 0.5, a confidence.
      const segmenter = exactExcept((call) => constant(call % 2 ? value : 1 - value));
      using pipeline = await createTestPipeline(segmenter, {
        ...{ background: green, quality: 'highest', closeSegmenter: new ExactSegmenter() },
      });
      const outcome = await processShot(pipeline, segmenter, 0);
      expectPlaceholder(outcome, 'SEGMENTATION_FAILED', green, shotAt(0).frame);
    },
  );

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, 1e30, -1e30])('%d as a logit is refused', (value) => {
    const output = { confidence: new Float32Array(2), classes: new Uint8Array(2), kept: new Uint8Array(2) };
    const read = () => readLogits(Float32Array.of(0, 1, 2, value), [false, true], output);
    expect(read).toThrow(expect.objectContaining({ code: 'SEGMENTATION_FAILED' }));
  });
});

describe('a background that fails', () => {
  it('outputs a placeholder while a video throws, and continues with the next good frame', async () => {
    let asked = 0;
    const source: VideoSource = {
      frameAt(timestamp) {
        if (asked++ > 0 && timestamp === 2 * FRAME_TIME) throw new Error('cannot decode');
        return video.frameAt(timestamp);
      },
    };
    const segmenter = new ExactSegmenter();
    const background: Background = { type: 'video', source };
    using pipeline = await createTestPipeline(segmenter, { background });
    for (const index of range(5)) {
      const outcome = await processShot(pipeline, segmenter, index);
      if (index === 2) {
        expectPlaceholder(outcome, 'BACKGROUND_FAILED', background, shotAt(2).frame);
        expect(outcome.error?.message).toContain('cannot decode');
      } else expectProcessed(outcome, background, shotAt(index));
    }
    expect(pipeline.statistics).toMatchObject({ frames: 4, placeholders: 1 });
  });

  it('outputs placeholders as long as a video throws, until another background is set', async () => {
    const source: VideoSource = {
      frameAt() {
        throw new Error('cannot decode');
      },
    };
    const segmenter = new ExactSegmenter();
    using pipeline = await createTestPipeline(segmenter, { background: { type: 'video', source } });
    for (const index of range(3)) {
      expectPlaceholder(
        await processShot(pipeline, segmenter, index),
        'BACKGROUND_FAILED',
        { type: 'video', source },
        shotAt(index).frame,
      );
    }
    const color: Background = { type: 'color', color: '#00b140' };
    pipeline.setBackground(color);
    expectProcessed(await processShot(pipeline, segmenter, 3), color, shotAt(3));
    expect(pipeline.statistics).toMatchObject({ frames: 1, placeholders: 3 });
  });

  /** Malformed frames of a video. */
  const malformed: [what: string, frame: () => object][] = [
    ['no planes', () => ({ planes: [] })],
    ['one plane', () => ({ planes: [{ data: new Uint8Array(24 * 16), stride: 24 }] })],
    ['empty planes', () => ({ planes: range(3).map(() => ({ data: new Uint8Array(), stride: 24 })) })],
    [
      'short chroma',
      () => ({
        planes: [24, 12, 12].map((stride, i) => ({ data: new Uint8Array(i ? 3 : 24 * 16), stride })),
      }),
    ],
    ['strides of 0', () => ({ planes: range(3).map(() => ({ data: new Uint8Array(24 * 16), stride: 0 })) })],
    [
      'strides of NaN',
      () => ({ planes: range(3).map(() => ({ data: new Uint8Array(24 * 16), stride: Number.NaN })) }),
    ],
    [
      'an unknown format',
      () => ({ format: 'I422', planes: [{ data: new Uint8Array(24 * 16 * 4), stride: 96 }] }),
    ],
    ['a size of 0', () => ({ width: 0, height: 0 })],
    ['a width of NaN', () => ({ width: Number.NaN })],
    ['no colour space', () => ({ colorSpace: undefined })],
  ];

  it.each(malformed)(
    'does not show earlier contents of the memory when a video returns a frame with %s',
    async (_what, change) => {
      const source: VideoSource = {
        frameAt: () => Object.assign({}, plainFrame(24, 16, [9, 9, 9]), change()),
      };
      const background: Background = { type: 'video', source };
      using pipeline = await createTestPipeline(new FakeSegmenter(constant(0)), {
        background: { type: 'color', color: 'blue' },
      });
      // Fills the memory that is free afterwards with magenta.
      for (const size of [400, 300, 200, 100])
        await pipeline.process(plainFrame(size, size, [255, 0, 255]), 0);
      pipeline.setBackground(background);
      for (const index of range(3)) {
        const frame = plainFrame(24 + index, 16, [255, 0, 255]);
        expectPlaceholder(
          await pipeline.process(frame, index * FRAME_TIME),
          'BACKGROUND_FAILED',
          background,
          frame,
        );
      }
    },
  );

  it("does not show earlier contents of the memory when an image's buffer is detached", async () => {
    const data = Uint8Array.from({ length: 64 * 64 * 4 }, (_, i) => at([30, 140, 70, 255], i & 3));
    const background: Background = { type: 'image', source: { width: 64, height: 64, data } };
    using pipeline = await createTestPipeline(new FakeSegmenter(constant(0)), { background });
    for (const size of [400, 300, 200, 100]) await pipeline.process(plainFrame(size, size, [255, 0, 255]), 0);
    // The host transfers the buffer to a worker, which detaches it here.
    structuredClone(data.buffer, { transfer: [data.buffer] });
    expect(data.length).toBe(0);
    const frame = plainFrame(80, 60, [255, 0, 255]);
    expectPlaceholder(await pipeline.process(frame, 0), 'BACKGROUND_FAILED', background, frame);
  });
});

describe('memory that runs out', () => {
  const huge = () => plainFrame(1600, 1200, [255, 0, 255]);

  it('refuses a frame that is too large, frees everything and continues with smaller frames', async () => {
    const observed = observeMemory();
    const segmenter = new ExactSegmenter();
    const background: Background = { type: 'color', color: '#00b140' };
    using pipeline = await createTestPipeline(segmenter, {
      background,
      kernels: await kernelsWithMemory(5 * 2 ** 20),
    });
    expectProcessed(await processShot(pipeline, segmenter, 0), background, shotAt(0));
    const before = observed.memory.usedBytes;
    for (const index of range(5)) {
      await expect(pipeline.process(huge(), index)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
      expect(observed.memory.usedBytes).toBe(0);
      expectProcessed(await processShot(pipeline, segmenter, index), background, shotAt(index));
      expect(observed.memory.usedBytes).toBe(before);
    }
    expect(pipeline.statistics).toMatchObject({ frames: 6, placeholders: 0 });
  });

  it('outputs placeholders for an image that is too large, again and again, without leaking memory', async () => {
    const observed = observeMemory();
    const segmenter = new ExactSegmenter();
    const color: Background = { type: 'color', color: '#00b140' };
    const source: RgbaImage = { width: 1200, height: 1200, data: new Uint8Array(1200 * 1200 * 4).fill(90) };
    const image: Background = { type: 'image', source };
    using pipeline = await createTestPipeline(segmenter, {
      background: color,
      kernels: await kernelsWithMemory(5 * 2 ** 20),
    });
    expectProcessed(await processShot(pipeline, segmenter, 0), color, shotAt(0));
    const before = observed.memory.usedBytes;
    for (const index of range(8, 1)) {
      pipeline.setBackground(image);
      expectPlaceholder(
        await processShot(pipeline, segmenter, index),
        'BACKGROUND_FAILED',
        image,
        shotAt(index).frame,
      );
      pipeline.setBackground(color);
      expectProcessed(await processShot(pipeline, segmenter, index), color, shotAt(index));
      expect(observed.memory.usedBytes).toBe(before);
    }
  });

  it('shows no camera background and leaks no memory wherever the allocation fails', async () => {
    const observed = observeMemory();
    const outcomes = new Set<string>();
    for (const [type, background] of byType.filter(([name]) => name !== 'none')) {
      for (const format of ['I420', 'NV12'] as const) {
        for (const pages of range(30, 3)) {
          const segmenter = new ExactSegmenter();
          const pipeline = await createTestPipeline(segmenter, {
            background,
            kernels: await kernelsWithMemory(pages * 65536),
          });
          const frame = plainFrame(WIDTH, HEIGHT, [255, 0, 255], { format });
          segmenter.truth = { width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT) };
          for (const index of range(2)) {
            try {
              const { kind, frame: result } = await pipeline.process(frame, index * FRAME_TIME);
              outcomes.add(kind);
              if (!fromCamera.has(type) || kind === 'placeholder')
                expect(leakedSamples(pixelsOf(result))).toBe(0);
            } catch (error) {
              outcomes.add('refused');
              expect(error).toMatchObject({ code: 'OUT_OF_MEMORY' });
            }
          }
          pipeline.dispose();
          expect(observed.memory.usedBytes, `${type}, ${pages} pages`).toBe(0);
        }
      }
    }
    expect([...outcomes].sort()).toEqual(['placeholder', 'processed', 'refused']);
  });

  it('leaks no memory in placeholders for the background none', async () => {
    const observed = observeMemory();
    const outcomes = new Set<string>();
    // Planes are larger than the pages in which the memory grows, so that allocation can fail between any two planes.
    const frame = plainFrame(640, 360, [255, 0, 255]);
    for (const pages of range(60, 3)) {
      const segmenter = new FakeSegmenter(() => Promise.reject(new Error('gone')), {
        width: 128,
        height: 72,
      });
      const pipeline = await createTestPipeline(segmenter, {
        background: { type: 'none' },
        stage: 'mask',
        kernels: await kernelsWithMemory(pages * 65536),
      });
      for (const index of range(4)) {
        try {
          const { kind, frame: result } = await pipeline.process(frame, index * FRAME_TIME);
          outcomes.add(kind);
          expect(leakedSamples(pixelsOf(result))).toBe(0);
        } catch (error) {
          outcomes.add('refused');
          expect(error).toMatchObject({ code: 'OUT_OF_MEMORY' });
        }
      }
      pipeline.dispose();
      expect(observed.memory.usedBytes, `${pages} pages`).toBe(0);
    }
    expect([...outcomes].sort()).toEqual(['placeholder', 'refused']);
  });
});

describe('a misused pipeline', () => {
  const background: Background = { type: 'color', color: '#00b140' };

  /** A network whose result the test releases. */
  function gated(): {
    readonly segmenter: FakeSegmenter;
    readonly open: () => void;
    readonly fail: () => void;
  } {
    let [open, fail] = [() => {}, () => {}];
    const segmenter = new FakeSegmenter((output) => {
      output.confidence.fill(0);
      return new Promise<void>((resolve, reject) => {
        open = resolve;
        fail = () => reject(new Error('too late'));
      });
    });
    return { segmenter, open: () => open(), fail: () => fail() };
  }

  it('rejects a second frame while the first is in flight, and still outputs the first', async () => {
    const { segmenter, open } = gated();
    using pipeline = await createTestPipeline(segmenter, { background });
    const frame = plainFrame(32, 32, [255, 0, 255]);
    const first = pipeline.process(frame, 0);
    for (const other of [frame, plainFrame(48, 16, [255, 0, 255])]) {
      await expect(pipeline.process(other, 1)).rejects.toMatchObject({ code: 'BUSY' });
    }
    open();
    const outcome = await first;
    expect(outcome.kind).toBe('processed');
    expect(outcome.frame.width).toBe(32);
    expect(leakedSamples(pixelsOf(outcome.frame))).toBe(0);
    const next = pipeline.process(frame, FRAME_TIME);
    open();
    expect((await next).kind).toBe('processed');
    expect(pipeline.statistics).toMatchObject({ frames: 2, placeholders: 0, resets: 0 });
    expect(segmenter.calls).toBe(2);
  });

  it.each(['open', 'fail'] as const)(
    'rejects the frame that is in flight when it is disposed of (%s)',
    async (end) => {
      const observed = observeMemory();
      const gate = gated();
      const pipeline = await createTestPipeline(gate.segmenter, { background });
      const processing = pipeline.process(plainFrame(32, 32, [255, 0, 255]), 0);
      pipeline.dispose();
      gate[end]();
      await expect(processing).rejects.toMatchObject({ code: 'DISPOSED' });
      expect(gate.segmenter.disposals).toBe(1);
      expect(observed.memory.usedBytes).toBe(0);
      expect(pipeline.statistics).toMatchObject({ frames: 0, placeholders: 0 });
    },
  );

  it('can be disposed of while a real network is running', async () => {
    for (const wait of [false, true]) {
      const pipeline = await createTestPipeline(await realSegmenter(), { background });
      const processing = pipeline.process(shotAt(0).frame, 0);
      if (wait) await Promise.resolve();
      pipeline.dispose();
      await expect(processing).rejects.toMatchObject({ code: 'DISPOSED' });
    }
    using pipeline = await createTestPipeline(await realSegmenter(), { background });
    expect((await pipeline.process(shotAt(0).frame, 0)).kind).toBe('processed');
  });

  it('rejects every call after it is disposed of', async () => {
    const pipeline = await createTestPipeline(new ExactSegmenter(), { background });
    await pipeline.process(shotAt(0).frame, 0);
    pipeline.dispose();
    await expect(pipeline.process(shotAt(0).frame, 1)).rejects.toMatchObject({ code: 'DISPOSED' });
    const disposed = expect.objectContaining({ code: 'DISPOSED' });
    expect(() => pipeline.setBackground(background)).toThrow(disposed);
    expect(() => pipeline.reset()).toThrow(disposed);
    expect(() => pipeline.dispose()).not.toThrow();
    expect(pipeline.statistics.frames).toBe(1);
  });

  it('rejects invalid frames, and continues with the next valid one', async () => {
    const segmenter = new ExactSegmenter();
    using pipeline = await createTestPipeline(segmenter, { background });
    const good = shotAt(0).frame;
    const wrong: object[] = [
      { width: 0 },
      { planes: [] },
      { format: 'I422' },
      { rotation: 45 },
      { colorSpace: { matrix: 'rgb', range: 'full' } },
      { colorSpace: undefined },
    ];
    for (const [index, change] of wrong.entries()) {
      await expect(
        pipeline.process({ ...good, ...change }, index),
        JSON.stringify(change),
      ).rejects.toMatchObject({
        code: 'FRAME_INVALID',
      });
      expectProcessed(await processShot(pipeline, segmenter, index), background, shotAt(index));
    }
    expect(pipeline.statistics).toMatchObject({ frames: wrong.length, placeholders: 0 });
  });

  it('works after reset() and setBackground() while a frame is in flight', async () => {
    const { segmenter, open } = gated();
    using pipeline = await createTestPipeline(segmenter, { background });
    const frame = plainFrame(32, 32, [255, 0, 255]);
    for (const [index, [, other]] of replacing.entries()) {
      const processing = pipeline.process(frame, index * FRAME_TIME);
      pipeline.setBackground(other);
      pipeline.reset();
      open();
      const outcome = await processing;
      expect(outcome.kind).toBe('processed');
      expect(leakedSamples(pixelsOf(outcome.frame))).toBe(0);
    }
  });
});

describe('every output frame', () => {
  it('shows no camera background throughout 120 frames with failures and changes of size and background', async () => {
    const problems: Rgb[] = [];
    const segmenter = exactExcept((call) =>
      call % 7 === 3
        ? () => Promise.reject(new Error('temporary failure'))
        : call % 11 === 5
          ? constant(Number.NaN)
          : undefined,
    );
    using pipeline = await createTestPipeline(segmenter, { background: { type: 'color', color: 'white' } });
    const nobody = (width: number, height: number) => ({
      width,
      height,
      data: new Uint8Array(width * height),
    });
    const counts = { processed: 0, placeholder: 0 };
    for (const index of range(120)) {
      const [, background] = only(replacing.slice(index % replacing.length));
      if (index % 2) pipeline.setBackground(background);
      const [width, height] = only(
        (
          [
            [64, 36],
            [65, 37],
            [128, 30],
          ] as const
        ).slice(Math.floor(index / 10) % 3),
      );
      segmenter.truth = nobody(width, height);
      const format = index % 3 ? 'I420' : 'NV12';
      const outcome = await pipeline.process(
        plainFrame(width, height, [255, 0, 255], { format }),
        index * FRAME_TIME,
      );
      counts[outcome.kind]++;
      const pixels = pixelsOf(outcome.frame);
      if (leakedSamples(pixels) > 0) problems.push([index, width, height]);
    }
    expect(problems).toEqual([]);
    expect(counts.placeholder).toBeGreaterThanOrEqual(17);
    expect(pipeline.statistics).toMatchObject({ frames: counts.processed, placeholders: counts.placeholder });
  });
});
