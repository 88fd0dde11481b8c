import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type Written, write } from './recording.js';

const RATE = 48_000;

/** Packets of 1024 samples that follow each other, without those missing. */
function packets(count: number, missing: readonly number[] = [], from = 0): Block[] {
  return Array.from({ length: count }, (_, index) => ({
    time: (from + index * 1024) / RATE,
    from: from + index * 1024,
    count: 1024,
  })).filter((_, index) => !missing.includes(index));
}

/** Fails unless all samples lie where they belong, within `slack`. */
function expectInPlace({ pieces }: Written, slack = 0): void {
  expect(pieces.filter(({ at, from }) => Math.abs(at - from) > slack)).toEqual([]);
}

describe('converted sound', () => {
  /** What the packets are like, how many samples are silent, and how many there are. */
  const table: Record<
    string,
    {
      readonly blocks: readonly Block[];
      readonly silent: number;
      readonly length: number;
      readonly end?: number;
    }
  > = {
    'that runs on': { blocks: packets(10), silent: 0, length: 10_240 },
    'that begins later': { blocks: packets(10, [], 33_600), silent: 33_600, length: 43_840 },
    'with four packets lost': { blocks: packets(20, [7, 8, 9, 10]), silent: 4096, length: 20_480 },
    'with single packets lost again and again': {
      blocks: packets(100, [9, 19, 29, 39, 49, 59, 69, 79, 89]),
      silent: 9 * 1024,
      length: 102_400,
    },
    'that begins before the picture': { blocks: packets(10, [], -1500), silent: 0, length: 8740 },
    'that ends after it': { blocks: packets(10), silent: 0, length: 5000, end: 5000 },
    'without timestamps after the first': {
      blocks: packets(10).map((block, index) => (index > 0 ? { ...block, time: undefined } : block)),
      silent: 0,
      length: 10_240,
    },
  };
  it.each(Object.entries(table))('%s', (_what, { blocks, silent: count, length, end }) => {
    const track = write(blocks, end === undefined ? {} : { length: end });
    expectInPlace(track);
    expect(track).toMatchObject({ silent: count, length });
  });

  it('of which parts overlap keeps the first', () => {
    const track = write([...packets(20), ...packets(10, [], 10 * 1024), ...packets(10, [], 20 * 1024)]);
    expectInPlace(track);
    expect(track).toMatchObject({ silent: 0, length: 30 * 1024 });
  });

  it('is not cut by rounded timestamps, and stays where it belongs', () => {
    const rounded = packets(500, [100]).map(({ time = 0, ...block }) => ({
      ...block,
      time: Math.round(time * 1000) / 1000,
    }));
    const track = write(rounded, { tick: 0.001 });
    expectInPlace(track, 48);
    // One gap, which a timestamp rounded to a millisecond bounds.
    expect(Math.abs(track.silent - 1024)).toBeLessThan(96);
  });

  it('is not cut by timestamps that jitter', () => {
    const jitter = packets(500).map(({ time = 0, ...block }, index) => ({
      ...block,
      time: time + (((index * 7919) % 17) - 8) / 1000,
    }));
    const track = write(jitter);
    expect(track.silent).toBeLessThan(1024);
    expectInPlace(track, 600);
  });

  it('follows a clock that runs slower than its samples say', () => {
    // 100 ppm: 0.1 s in 1000 s.
    const drifting = packets(3000).map(({ time = 0, ...block }) => ({ ...block, time: time * 1.0001 }));
    const track = write(drifting);
    expect(track.length / RATE).toBeCloseTo((3000 * 1024 * 1.0001) / RATE, 2);
  });

  it('goes on where its rate changes', () => {
    const slow = Array.from({ length: 10 }, (_, index) => ({
      time: 10_240 / RATE + (index * 1024) / 44_100,
      from: 0,
      count: 1024,
      rate: 44_100,
    }));
    // Here the samples are not resampled: the second part begins right where the first ends.
    const track = write([...packets(10), ...slow]);
    expect(track).toMatchObject({ silent: 0, length: 20_480 });
  });

  it('is in place to a sample and complete, whatever is missing', () => {
    const gap = fc.oneof(fc.constant(0), fc.integer({ min: 513, max: 200_000 }));
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap, count: fc.integer({ min: 1, max: 12 }) }), { minLength: 1, maxLength: 12 }),
        (runs) => {
          let at = 0;
          let sound = 0;
          const blocks = runs.flatMap(({ gap: before, count }) => {
            at += before;
            const run = packets(count, [], at);
            at += count * 1024;
            sound += count * 1024;
            return run;
          });
          const track = write(blocks);
          expectInPlace(track);
          expect(track).toMatchObject({ length: at, silent: at - sound });
        },
      ),
      { numRuns: 100 },
    );
  });
});
