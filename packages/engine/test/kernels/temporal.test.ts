import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as confidence from '../../kernels/confidence.reference.js';
import * as motion from '../../kernels/motion.reference.js';
import * as reference from '../../kernels/steady.reference.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { TILE, tileCount } from '../../src/kernels/layout.js';
import { motionScratch } from '../../src/kernels/scratch.js';
import {
  cases,
  expectFloats,
  expectPlane,
  kernelsForTests,
  onWorkbench,
  tileKinds,
  type Workbench,
} from './workbench.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await kernelsForTests();
});

const counts = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1000, max: 20_000 }));

/** States: most of them known, some unknown. */
function states(bench: Workbench): () => number {
  return () => (bench.random() < 25 ? -1 : bench.random() / 255);
}

describe('exposure compensation', () => {
  const changes = fc.record({
    count: counts,
    seed: fc.integer(),
    gain: fc.double({ min: 0.6, max: 1.5, noNaN: true }),
    offset: fc.double({ min: -40, max: 40, noNaN: true }),
    centre: fc.constantFrom(0, 128),
    moved: fc.constantFrom(0, 30, 255),
  });

  it('agrees with the reference within 1e-3 of a sample', () => {
    fc.assert(
      fc.property(changes, ({ count, seed, gain, offset, centre, moved }) => {
        onWorkbench(kernels, seed, (bench) => {
          const before = bench.floats(count, bench.random);
          const plane = bench.floats(count, (i) =>
            bench.random() < moved
              ? bench.random()
              : gain * ((before.before[i] ?? 0) - centre) + centre + offset,
          );
          bench.call.matchExposure(plane.pointer, before.pointer, count, centre);
          motion.matchExposure(plane.before, before.before, count, centre);
          expectFloats(before.data, before.before, 1e-3);
        });
      }),
    );
  });

  it('is accurate within half a sample even if a fifth of the frame moves', () => {
    onWorkbench(kernels, 5, (bench) => {
      const count = 20_000;
      const before = bench.floats(count, bench.random);
      const wanted = before.before.map((value) => 1.06 * value - 4);
      const plane = bench.floats(count, (i) => (i % 5 === 0 ? bench.random() : (wanted[i] ?? 0)));
      bench.call.matchExposure(plane.pointer, before.pointer, count, 0);
      expectFloats(before.data, wanted, 0.5);
    });
  });

  it.each([
    ['a frame without contrast', 0, 100, 108],
    ['another frame without contrast', 128, 130, 118],
  ])('follows the mean of %s', (_, centre, from, to) => {
    onWorkbench(kernels, 5, (bench) => {
      const before = bench.floats(5000, () => from);
      const plane = bench.floats(5000, () => to);
      bench.call.matchExposure(plane.pointer, before.pointer, 5000, centre);
      expectFloats(before.data, plane.before, 1e-3);
    });
  });

  it.each([
    ['a jump of the mean', (value: number) => value + 25],
    ['a gain of a half', (value: number) => value / 2],
    ['non-finite values', () => Number.NaN],
  ])('does not follow %s', (_, change) => {
    onWorkbench(kernels, 5, (bench) => {
      const before = bench.floats(5000, bench.random);
      const plane = bench.floats(5000, (i) => change(before.before[i] ?? 0));
      bench.call.matchExposure(plane.pointer, before.pointer, 5000, 0);
      expect(before.data).toEqual(before.before);
    });
  });
});

describe('motion', () => {
  it('agrees with the reference within 1e-5, whatever unknown cells contain', () => {
    fc.assert(
      fc.property(cases, ({ width, height, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const count = width * height;
          const state = bench.floats(count, states(bench));
          const plane = (next: () => number) => bench.floats(count, next);
          const known = () =>
            bench.floats(count, (i) => ((state.before[i] ?? 0) < 0 ? Number.NaN : bench.random()));
          const [y, u, v] = [plane(fill(bench.random)), plane(bench.random), plane(fill(bench.random))];
          const [y0, u0, v0] = [known(), known(), known()];
          const target = bench.floats(count, () => Number.NaN);
          const scratch = bench.scratch(motionScratch(width, height));
          const mean = bench.call.motion(
            bench.structs.guide({ y, u, v, width, height }),
            bench.structs.reference({ y: y0, u: u0, v: v0, width, height }),
            state.pointer,
            target.pointer,
            scratch,
          );
          const expected = motion.motion(
            { y: y.before, u: u.before, v: v.before },
            { y: y0.before, u: u0.before, v: v0.before },
            state.before,
            target.before,
            width,
            height,
          );
          expect(mean).toBeCloseTo(expected, 5);
          expectFloats(target.data, target.before, 1e-5);
        });
      }),
    );
  });

  it('has quantiles that agree with the reference within 1e-6', () => {
    fc.assert(
      fc.property(
        counts,
        fc.integer(),
        fc.constantFrom(0.125, 0.3, 0.9).map(Math.fround),
        (count, seed, share) => {
          onWorkbench(kernels, seed, (bench) => {
            const values = bench.floats(count, () => (bench.random() * bench.random()) / 2 ** 18 - 0.01);
            const result = bench.call.quantile(values.pointer, count, share, 0.0625);
            expect(result).toBeCloseTo(motion.quantile(values.before, count, share, 0.0625), 6);
          });
        },
      ),
    );
  });

  it('has quantiles with the right number of values below them', () => {
    onWorkbench(kernels, 9, (bench) => {
      const values = bench.floats(30_001, () => bench.random() / 2560);
      const result = bench.call.quantile(values.pointer, 30_001, 0.3, 0.125);
      const below = values.before.filter((value) => value < result).length / 30_001;
      expect(below).toBeCloseTo(0.3, 1);
    });
  });
});

describe('the temporal filter', () => {
  it('agrees with the reference within 1e-5', () => {
    fc.assert(
      fc.property(
        counts,
        fc.integer(),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6 }),
        (count, seed, numbers) => {
          const [floor = 0, ceiling = 0, low = 0, hold = 0, rate = 0, driftLow = 0] = numbers.map(
            Math.fround,
          );
          const high = Math.fround(low + 0.1);
          const driftHigh = Math.fround(driftLow + 0.2);
          const rules = { floor, ceiling, low, high, hold, rate, driftLow, driftHigh };
          onWorkbench(kernels, seed, (bench) => {
            const gains = bench.structs.temporalGains.write(rules);
            const plane = (next: () => number) => bench.floats(count, next);
            const unit = () => bench.random() / 255;
            const now = plane(unit);
            const moving = plane(unit);
            const state = plane(states(bench));
            const drift = plane(() => unit() - 0.5);
            const activity = plane(unit);
            bench.call.temporal(
              now.pointer,
              moving.pointer,
              state.pointer,
              drift.pointer,
              activity.pointer,
              count,
              gains,
            );
            confidence.temporal(
              now.before,
              moving.before,
              state.before,
              drift.before,
              activity.before,
              count,
              rules,
            );
            for (const each of [state, drift, activity]) expectFloats(each.data, each.before, 1e-5);
          });
        },
      ),
    );
  });

  it('starts unknown cells with the confidence, whatever else they contain', () => {
    onWorkbench(kernels, 3, (bench) => {
      const nonsense = () => Number.NaN;
      const now = bench.floats(9, (i) => i / 9);
      const state = bench.floats(9, () => -1);
      const [moving, drift, activity] = [
        bench.floats(9, nonsense),
        bench.floats(9, nonsense),
        bench.floats(9, nonsense),
      ];
      const { call } = bench;
      const gains = bench.structs.temporalGains.write({
        ...{ floor: 0.1, ceiling: 0.9, low: 0.1, high: 0.2 },
        ...{ hold: 0.7, rate: 0.2, driftLow: 0.1, driftHigh: 0.3 },
      });
      const pointers = [now, moving, state, drift, activity].map(({ pointer }) => pointer);
      const [a = 0, b = 0, c = 0, d = 0, e = 0] = pointers;
      call.temporal(a, b, c, d, e, 9, gains);
      expect(state.data).toEqual(now.before);
      expect([...drift.data]).toEqual(new Array(9).fill(0));
      expect([...activity.data]).toEqual(new Array(9).fill(1));
    });
  });

  it('follows planes like the reference, within 1e-3 of a sample, and exactly where everything is active', () => {
    fc.assert(
      fc.property(counts, fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (count, seed, value) => {
        const floor = Math.fround(value);
        onWorkbench(kernels, seed, (bench) => {
          const source = bench.floats(count, bench.random);
          const activity = bench.floats(count, () => Math.min(1, bench.random() / 200));
          const target = bench.floats(count, (i) => (activity.before[i] === 1 ? Number.NaN : bench.random()));
          bench.call.follow(source.pointer, activity.pointer, target.pointer, count, floor);
          confidence.follow(source.before, activity.before, target.before, count, floor);
          expectFloats(target.data, target.before, 1e-3);
          activity.before.forEach((active, i) => {
            if (active === 1) expect(target.data[i]).toBe(source.before[i]);
          });
        });
      }),
    );
  });
});

describe('the steady filter', () => {
  const grids = fc.record({
    x: fc.double({ min: -0.3, max: 0.9, noNaN: true }),
    y: fc.double({ min: -0.3, max: 0.9, noNaN: true }),
    across: fc.double({ min: 0.05, max: 1.4, noNaN: true }),
    down: fc.double({ min: 0.05, max: 1.4, noNaN: true }),
    columns: fc.integer({ min: 1, max: 40 }),
    rows: fc.integer({ min: 1, max: 30 }),
  });
  const rules = fc.record({
    floor: fc.integer({ min: 1, max: 255 }),
    low: fc.integer({ min: 0, max: 255 }),
    slope: fc.integer({ min: 0, max: 255 }),
  });

  it('is exact, and classifies the tiles by the result', () => {
    fc.assert(
      fc.property(cases, grids, rules, ({ width, height, extra, seed, fill }, fractions, rule) => {
        onWorkbench(kernels, seed, (bench) => {
          const { columns, rows } = fractions;
          const grid = {
            x: Math.fround(fractions.x * width),
            y: Math.fround(fractions.y * height),
            width: Math.fround(fractions.across * width),
            height: Math.fround(fractions.down * height),
            columns,
            rows,
          };
          const alpha = bench.plane(width, height, extra, fill(bench.random));
          const previous = bench.plane(width, height, extra, fill(bench.random));
          const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const previousTiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const activity = bench.floats(columns * rows, () => bench.random() / 255);
          bench.call.steady(
            bench.matte(alpha, tiles),
            bench.matte(previous, previousTiles),
            activity.pointer,
            bench.structs.grid({ width: columns, height: rows, region: grid }),
            rule.floor,
            rule.low,
            rule.slope,
          );
          reference.steady(
            alpha.before,
            alpha.stride,
            previous.before,
            tiles.before,
            previousTiles.before,
            width,
            height,
            activity.before,
            grid,
            rule,
          );
          expectPlane(alpha.data, alpha.before, alpha.stride, width, height);
          expectPlane(previous.data, previous.before, alpha.stride, width, height);
          expect([...tiles.data]).toEqual([...tiles.before]);
          expect([...previousTiles.data]).toEqual([...previousTiles.before]);
        });
      }),
      { numRuns: 200 },
    );
  });

  /** The alpha in each frame of a tile that changes from `from` to `to`, with the given activity. */
  function course(from: number, to: number, frames: number, active = 0): number[] {
    const course: number[] = [];
    onWorkbench(kernels, 1, (bench) => {
      const alpha = bench.plane(TILE, TILE, 0, () => to);
      const previous = bench.plane(TILE, TILE, 0, () => from);
      const tiles = bench.bytes(1, () => 1);
      const previousTiles = bench.bytes(1, () => 1);
      const activity = bench.floats(1, () => active);
      const matte = bench.matte(alpha, tiles);
      const before = bench.matte(previous, previousTiles);
      const region = { x: 0, y: 0, width: TILE, height: TILE };
      const grid = bench.structs.grid({ width: 1, height: 1, region });
      for (let frame = 0; frame < frames; frame++) {
        for (let row = 0; row < TILE; row++)
          alpha.data.fill(to, row * alpha.stride, row * alpha.stride + TILE);
        tiles.data[0] = to === 0 || to === 255 ? to : 1;
        const { call } = bench;
        call.steady(matte, before, activity.pointer, grid, 77, 36, 3);
        course.push(alpha.data[0] ?? -1);
      }
    });
    return course;
  }

  it('follows small changes slowly and completely, and large or active ones at once', () => {
    expect(course(0, 200, 1)).toEqual([200]);
    expect(course(255, 0, 1)).toEqual([0]);
    expect(course(100, 110, 1, 1)).toEqual([110]);
    const slow = course(20, 0, 12);
    expect(slow[0]).toBe(13);
    expect(slow.at(-1)).toBe(0);
    expect(course(230, 255, 12).at(-1)).toBe(255);
  });
});
