import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Background, EngineError, type Outcome, STAGES, type Stage } from '../src/index.js';
import { at, only, plainFrame, range } from './support/frames.js';
import { createTestPipeline, observeMemory } from './support/kernels.js';
import { constant, FakeSegmenter } from './support/segmenters.js';

const FRAME_TIME = 33_333;

const image = { width: 9, height: 7, data: new Uint8Array(9 * 7 * 4).fill(200) };
/** A video whose frames change size from time to time. */
const video = {
  frameAt: (timestamp: number) =>
    plainFrame(20 + (Math.round(timestamp / FRAME_TIME) % 3) * 8, 16, [9, 200, 9]),
};
const BACKGROUNDS: readonly Background[] = [
  { type: 'color', color: 'red' },
  { type: 'blur', strength: 1 },
  { type: 'image', source: image },
  { type: 'transparent' },
  { type: 'video', source: video, fit: 'contain' },
  { type: 'none' },
  { type: 'image', source: image, fit: 'tile' },
  { type: 'blur', strength: 0 },
  { type: 'bokeh', strength: 0.1 },
];

/** Finds a person in the upper half of the frame. */
const half = () =>
  new FakeSegmenter((output) => {
    output.confidence.fill(0).fill(1, 0, 1152);
  });

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the kernels' memory", () => {
  it('stays at the same level throughout 300 frames with changes of background, size, rotation and format', async () => {
    const observed = observeMemory();
    using pipeline = await createTestPipeline(half());
    const sizes = [
      [160, 90],
      [161, 91],
      [90, 160],
      [32, 18],
    ] as const;
    const levels: number[] = [];
    const totals: number[] = [];
    for (const index of range(300)) {
      pipeline.setBackground(only(BACKGROUNDS.slice(Math.floor(index / 2) % BACKGROUNDS.length)));
      const [width, height] = only(sizes.slice(Math.floor(index / 5) % sizes.length));
      const rotation = only(([0, 90, 180, 270] as const).slice(Math.floor(index / 20) % 4));
      const format = index % 4 === 3 ? 'NV12' : 'I420';
      await pipeline.process(
        plainFrame(width, height, [90, 30, 120], { rotation, format }),
        index * FRAME_TIME,
      );
      if (index % 60 !== 59) continue;
      // The same state each time: a new size, a colour, one frame.
      pipeline.setBackground({ type: 'color', color: 'blue' });
      await pipeline.process(plainFrame(200, 100, [90, 30, 120]), index * FRAME_TIME);
      levels.push(observed.memory.usedBytes);
      totals.push(observed.memory.totalBytes);
    }
    expect(levels).toHaveLength(5);
    expect(new Set(levels).size, levels.join()).toBe(1);
    // The memory grows in the first rounds, and not any more afterwards.
    expect(new Set(totals.slice(2)).size, totals.join()).toBe(1);
    expect(at(levels, 0)).toBeGreaterThan(100_000);
    pipeline.dispose();
    expect(observed.memory.usedBytes).toBe(0);
  });

  it.each(STAGES)(
    'is freed completely by dispose(), at the stage %s and with every background',
    async (stage: Stage) => {
      const observed = observeMemory();
      for (const background of BACKGROUNDS) {
        for (const mask of ['soft', 'hard'] as const) {
          const pipeline = await createTestPipeline(half(), { background, stage, mask });
          for (const index of range(3)) {
            await pipeline.process(
              plainFrame(50, 34, [90, 30, 120], { format: 'NV12', rotation: 90 }),
              index * FRAME_TIME,
            );
          }
          pipeline.dispose();
          expect(observed.memory.usedBytes, background.type).toBe(0);
        }
      }
    },
  );

  it('is not allocated from while frames keep their shape', async () => {
    for (const background of BACKGROUNDS.filter(({ type }) => type !== 'video')) {
      const observed = observeMemory();
      using pipeline = await createTestPipeline(half(), { background });
      for (const index of range(2))
        await pipeline.process(plainFrame(64, 36, [90, 30, 120]), index * FRAME_TIME);
      const { allocations } = observed;
      for (const index of range(20, 2))
        await pipeline.process(plainFrame(64, 36, [90, 30, 120]), index * FRAME_TIME);
      expect(observed.allocations, background.type).toBe(allocations);
      vi.restoreAllMocks();
    }
  });

  it('does not leak in frames that fail', async () => {
    const observed = observeMemory();
    const segmenter = new FakeSegmenter(constant(0));
    let fails = false;
    const source = {
      frameAt: () => {
        if (fails) throw new Error('no frame');
        return plainFrame(8, 8, [1, 2, 3]);
      },
    };
    using pipeline = await createTestPipeline(segmenter, { background: { type: 'video', source } });
    const levels = new Set<number>();
    for (const index of range(30)) {
      fails = index % 3 === 1;
      segmenter.behaviour =
        index % 3 === 2 ? () => Promise.reject(new EngineError('SEGMENTATION_FAILED', 'no')) : constant(0);
      const { kind } = await pipeline.process(plainFrame(64, 36, [90, 30, 120]), index * FRAME_TIME);
      expect(kind).toBe(index % 3 === 0 ? 'processed' : 'placeholder');
      if (index > 2) levels.add(observed.memory.usedBytes);
    }
    expect(levels.size).toBe(1);
  });
});

describe('the outcome', () => {
  it('is one object, reused for each frame and describing the latest', async () => {
    const segmenter = new FakeSegmenter(constant(0));
    using pipeline = await createTestPipeline(segmenter, { background: { type: 'color', color: 'red' } });
    const outcomes = new Set<Outcome>();
    for (const index of range(12)) {
      segmenter.behaviour = index % 3 === 1 ? () => Promise.reject(new Error('no')) : constant(0);
      if (index === 6) pipeline.setBackground({ type: 'transparent' });
      const size = index < 9 ? 64 : 48;
      const outcome = await pipeline.process(plainFrame(size, 36, [90, 30, 120]), index * FRAME_TIME);
      outcomes.add(outcome);
      expect(outcome.kind).toBe(index % 3 === 1 ? 'placeholder' : 'processed');
      expect(outcome.error === undefined).toBe(index % 3 !== 1);
      expect(outcome.frame.width).toBe(size);
    }
    expect(outcomes.size).toBe(1);
  });

  it('has the same frame object as long as nothing changes', async () => {
    using pipeline = await createTestPipeline(half(), { background: { type: 'blur' } });
    const frames = new Set();
    for (const index of range(5)) {
      frames.add((await pipeline.process(plainFrame(64, 36, [90, 30, 120]), index * FRAME_TIME)).frame);
    }
    expect(frames.size).toBe(1);
  });
});
