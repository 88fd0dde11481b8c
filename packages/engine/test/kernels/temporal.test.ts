import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as motion from '../../kernels/motion.reference.js';
import * as reference from '../../kernels/steady.reference.js';
import * as filter from '../../kernels/temporal.reference.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { TILE, tileCount } from '../../src/kernels/layout.js';
import { motionScratch } from '../../src/kernels/scratch.js';
import { MEMORY } from '../../src/matting/constants.js';
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
          const place = bench.floats(count, bench.random);
          bench.call.matchExposure(plane.pointer, before.pointer, place.pointer, count, centre);
          motion.matchExposure(plane.before, before.before, place.before, count, centre);
          expectFloats(before.data, before.before, 1e-3);
          expectFloats(place.data, place.before, 1e-3);
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
      const place = bench.floats(count, (i) => before.before[i] ?? 0);
      bench.call.matchExposure(plane.pointer, before.pointer, place.pointer, count, 0);
      expectFloats(before.data, wanted, 0.5);
      expect(place.data).toEqual(before.data);
    });
  });

  it.each([
    ['a frame without contrast', 0, 100, 108],
    ['another frame without contrast', 128, 130, 118],
  ])('follows the mean of %s', (_, centre, from, to) => {
    onWorkbench(kernels, 5, (bench) => {
      const before = bench.floats(5000, () => from);
      const plane = bench.floats(5000, () => to);
      bench.call.matchExposure(
        plane.pointer,
        before.pointer,
        bench.floats(5000, () => 0).pointer,
        5000,
        centre,
      );
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
      const place = bench.floats(5000, bench.random);
      bench.call.matchExposure(plane.pointer, before.pointer, place.pointer, 5000, 0);
      expect(before.data).toEqual(before.before);
      expect(place.data).toEqual(place.before);
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

  it('counts the values above a limit exactly', () => {
    fc.assert(
      fc.property(counts, fc.integer(), fc.integer({ min: 0, max: 255 }), (count, seed, limit) => {
        onWorkbench(kernels, seed, (bench) => {
          const values = bench.floats(count, bench.random);
          const share = motion.shareAbove(values.before, count, limit);
          expect(bench.call.shareAbove(values.pointer, count, limit)).toBeCloseTo(share, 6);
        });
      }),
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
  /** The rule of the product, with what depends on noise and camera. */
  const rule = { ...MEMORY, low: 0.01, high: 0.035, hold: 0.7, luma: 5, chroma: 5, longest: 240 };

  /** Planes of every kind of cell: new, young and old, of either side, with and without a place. */
  function planesOf(bench: Workbench, count: number) {
    const plane = (next: () => number) => bench.floats(count, next);
    const evidence = () => bench.random() / 25.5 - 5;
    return {
      state: plane(states(bench)),
      activity: plane(() => bench.random() / 255),
      evidence: plane(evidence),
      age: plane(() => Math.floor(bench.random() / 4)),
      recent: plane(evidence),
      label: plane(() => (bench.random() < 128 ? 1 : -1)),
      placeY: plane(() => bench.random() / 16),
      placeU: plane(() => 126 + bench.random() / 64),
      placeV: plane(() => 126 + bench.random() / 64),
      placeEvidence: plane(() => Math.min(0, evidence())),
    };
  }

  it.each([
    ['with', true],
    ['without', false],
  ])('agrees with the reference within 1e-4 %s an output of the network', (_, isObserved) => {
    fc.assert(
      fc.property(counts, fc.integer(), (count, seed) => {
        onWorkbench(kernels, seed, (bench) => {
          const planes = planesOf(bench, count);
          const look = () => {
            const [y, u, v] = [
              bench.floats(count, () => bench.random() / 16),
              bench.floats(count, () => 126 + bench.random() / 64),
              bench.floats(count, () => 126 + bench.random() / 64),
            ];
            return { y, u, v, width: count, height: 1 };
          };
          const [guide, calm] = [look(), look()];
          const confidence = bench.floats(count, () => bench.random() / 255);
          const moving = bench.floats(count, () => bench.random() / 4000);
          const pointers = Object.fromEntries(
            Object.entries(planes).map(([name, { pointer }]) => [name, pointer]),
          );
          bench.call.temporal(
            bench.structs.guide(guide),
            bench.structs.reference(calm),
            isObserved ? confidence.pointer : 0,
            moving.pointer,
            bench.structs.temporalPlanes.write(pointers as Record<keyof typeof planes, number>),
            bench.structs.temporalRule.write(rule),
          );
          const before = ({ y, u, v }: typeof guide) => ({ y: y.before, u: u.before, v: v.before });
          const expected = Object.fromEntries(
            Object.entries(planes).map(([name, plane]) => [name, plane.before]),
          ) as unknown as filter.TemporalMemory;
          filter.temporal(
            before(guide),
            before(calm),
            isObserved ? confidence.before : undefined,
            moving.before,
            expected,
            count,
            rule,
          );
          // What a cell without history contains beside its state and activity does not matter.
          const { state } = expected;
          for (const [name, plane] of Object.entries(planes)) {
            const always = name === 'state' || name === 'activity';
            const masked = (values: Float32Array) =>
              values.map((value, i) => (always || (state[i] ?? 0) >= 0 ? value : 0));
            expectMost(masked(plane.data), masked(plane.before), 1e-4);
          }
        });
      }),
    );
  });

  /** Floats agree but for at most one in 2000, in which rounding has decided otherwise. */
  function expectMost(data: Float32Array, wanted: Float32Array, tolerance: number): void {
    const apart = data.filter((value, i) => !(Math.abs(value - (wanted[i] ?? 0)) <= tolerance)).length;
    expect(apart).toBeLessThanOrEqual(Math.ceil(data.length / 2000));
  }

  it('starts unknown cells with the confidence, whatever else they contain', () => {
    onWorkbench(kernels, 3, (bench) => {
      const nonsense = () => bench.floats(9, () => Number.NaN);
      const now = bench.floats(9, (i) => 0.1 + i / 12);
      const state = bench.floats(9, () => -1);
      const [activity, evidence, age, recent, label] = [1, 2, 3, 4, 5].map(() => nonsense().pointer);
      const [placeY, placeU, placeV, placeEvidence] = [1, 2, 3, 4].map(() => nonsense().pointer);
      const memory = { activity, evidence, age, recent, label, placeY, placeU, placeV, placeEvidence };
      const look = () => {
        const [y, u, v] = [nonsense(), nonsense(), nonsense()];
        return { y, u, v, width: 9, height: 1 };
      };
      bench.call.temporal(
        bench.structs.guide(look()),
        bench.structs.reference(look()),
        now.pointer,
        nonsense().pointer,
        bench.structs.temporalPlanes.write({
          ...(memory as Record<keyof typeof memory, number>),
          state: state.pointer,
        }),
        bench.structs.temporalRule.write(rule),
      );
      expectFloats(state.data, now.before, 1e-5);
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
          filter.follow(source.before, activity.before, target.before, count, floor);
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
