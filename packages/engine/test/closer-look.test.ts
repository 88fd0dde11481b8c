import { describe, expect, it } from 'vitest';
import { nobodyFound } from '../src/conversion.js';
import type { Frame, Pipeline, Segmentation } from '../src/index.js';
import { CloserLook, type Search } from '../src/segmentation/closer-look.js';
import { at, pixelsOf, rgbaFrame } from './support/frames.js';
import { createTestPipeline } from './support/kernels.js';
import { FakeSegmenter } from './support/segmenters.js';

const [WIDTH, HEIGHT] = [640, 360];

/** A screen with a red presenter as wide as the share of it, or nobody. */
function screen(share: number, [left, top]: readonly [number, number]): Frame {
  const [width, height] = [share * WIDTH, share * WIDTH];
  const rgba = Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % WIDTH, Math.floor(i / 4 / WIDTH)];
    const isPerson = x >= left && x < left + width && y >= top && y < top + height;
    return [isPerson ? 230 : 210, isPerson ? 30 : 210, isPerson ? 30 : 210, 255][i & 3] ?? 0;
  });
  return rgbaFrame(rgba, WIDTH, HEIGHT);
}

/** A network that sees red, if there is enough of it in its input: small people are not found. */
function shortSighted(width: number, height: number, least = 0.05): FakeSegmenter {
  return new FakeSegmenter(
    (output: Segmentation, input) => {
      const red = output.confidence.map((_, i) => (at(input, 3 * i) - at(input, 3 * i + 1) > 0.4 ? 1 : 0));
      const share = red.reduce((a, b) => a + b, 0) / red.length;
      output.confidence.set(share >= least ? red : red.fill(0));
    },
    { width, height },
  );
}

async function withNetworks(
  search: Search,
  close = shortSighted(128, 128),
): Promise<[Pipeline, FakeSegmenter[]]> {
  const segmenters = [shortSighted(256, 144), close];
  const [segmenter = close] = segmenters;
  const options = { closeSegmenter: close, search, quality: 'high' } as const;
  const background = { type: 'color', color: 'black' } as const;
  return [await createTestPipeline(segmenter, { ...options, background }), segmenters];
}

/** Whether the presenter is shown in the middle of where they are. */
async function isShown(
  pipeline: Pipeline,
  frame: Frame,
  time: number,
  x: number,
  y: number,
): Promise<boolean> {
  const { frame: output, error } = await pipeline.process(frame, time * 1e6);
  expect(error).toBeUndefined();
  return at(pixelsOf(output).y, y * WIDTH + x) > 40;
}

describe('somebody small in a big frame', () => {
  const [x, y] = [560, 280];
  const presenter = screen(0.12, [x - 38, y - 38]);
  const empty = screen(0, [0, 0]);

  it('is found in the first frame of a file, and is not lost by the next surveys', async () => {
    const [pipeline] = await withNetworks('thorough');
    for (let i = 0; i < 70; i++)
      expect(await isShown(pipeline, presenter, i / 30, x, y), `frame ${i}`).toBe(true);
    expect(pipeline.statistics.emptyFrames).toBe(0);
    pipeline.dispose();
  });

  it('is found in a file when they come, wherever that is, and once more after they have moved', async () => {
    const [pipeline] = await withNetworks('thorough');
    for (let i = 0; i < 10; i++) await pipeline.process(empty, i * 33_333);
    expect(pipeline.statistics.emptyFrames).toBe(10);
    let time = 10;
    for (const [left, top] of [
      [20, 20],
      [500, 20],
      [260, 150],
    ] as const) {
      const frame = screen(0.12, [left, top]);
      let waited = 0;
      while (!(await isShown(pipeline, frame, time++ / 30, left + 38, top + 38))) waited++;
      expect(waited).toBeLessThanOrEqual(16);
    }
    pipeline.dispose();
  });

  it('is found in live video within a quarter of a minute, with one look a second', async () => {
    const [pipeline, [landscape, square]] = await withNetworks('sparse');
    for (let i = 0; i < 60; i++) await pipeline.process(empty, i * 100_000);
    const [before, squareBefore] = [landscape?.calls ?? 0, square?.calls ?? 0];
    for (let i = 60; i < 90; i++) await pipeline.process(empty, i * 100_000);
    // Both networks on the whole frame, and three looks of the square network.
    expect((landscape?.calls ?? 0) - before).toBe(30);
    expect((square?.calls ?? 0) - squareBefore).toBe(33);
    let waited = 0;
    while (!(await isShown(pipeline, presenter, 9 + waited / 10, x, y))) waited++;
    expect(waited).toBeLessThanOrEqual(161);
    pipeline.dispose();
  });

  it('is nobody if only one network sees them', async () => {
    const blind = new FakeSegmenter(({ confidence }) => void confidence.fill(0), { width: 256, height: 144 });
    const options = { closeSegmenter: shortSighted(128, 128), search: 'thorough', quality: 'high' } as const;
    using pipeline = await createTestPipeline(blind, {
      ...options,
      background: { type: 'color', color: 'black' },
    });
    for (let i = 0; i < 12; i++) expect(await isShown(pipeline, presenter, i / 30, x, y)).toBe(false);
    expect(pipeline.statistics.emptyFrames).toBe(12);
  });
});

describe('CloserLook', () => {
  it('covers the frame with parts on even pixels', () => {
    const frame = { width: 641, height: 363 };
    const look = new CloserLook(frame, 'thorough');
    look.begin(Number.POSITIVE_INFINITY);
    const seen = new Set<number>();
    let count = 0;
    for (; look.isDue; count++) {
      const { x, y, width, height } = look.region;
      expect([x % 2, y % 2]).toEqual([0, 0]);
      for (let row = y; row < y + height; row += 3)
        for (let i = x; i < x + width; i += 3) seen.add(row * 1000 + i);
      expect([x + width <= 641, y + height <= 363]).toEqual([true, true]);
      look.take({ square: 0, landscape: 0, fused: 0, mean: 0, box: undefined });
    }
    expect(count).toBe(16);
  });
});

describe('the warning that nobody was found', () => {
  it.each([
    [0, 10, undefined],
    [4.9, 10, undefined],
    [5, 10, '5.0 of its 10.0 seconds'],
    [10, 10, 'the whole video (10.0 seconds)'],
  ])('%d of %d seconds', (empty, all, expected) => {
    expect(nobodyFound(empty, all)?.message).toEqual(expected && expect.stringContaining(expected));
  });
});
