import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as colors from '../../kernels/colors.reference.js';
import * as reference from '../../kernels/components.reference.js';
import { fuse } from '../../kernels/confidence.reference.js';
import { remap } from '../../kernels/remap.reference.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { COLOR_BINS, MAX_COMPONENTS } from '../../src/kernels/layout.js';
import { colorsScratch, componentRuns } from '../../src/kernels/scratch.js';
import { at } from '../support/frames.js';
import { expectFloats, kernelsForTests, onWorkbench, sides, type TestFloats } from './workbench.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await kernelsForTests();
});

const ENTRY = 5;
const THRESHOLD = 0.3;

/** The same memory, as 32-bit integers. */
function ints({ pointer, data }: Pick<TestFloats, 'pointer'> & { data: ArrayBufferView }): Int32Array {
  return new Int32Array(data.buffer, pointer, data.byteLength / 4);
}

/** Whether a cell belongs to the pattern. */
type Pattern = (x: number, y: number, width: number, height: number) => boolean;

/** A spiral of one cell's width, whose turns are connected only in the middle. */
const spiral: Pattern = (x, y, width, height) => {
  const ring = Math.min(x, y, width - 1 - x, height - 1 - y);
  // Each ring is open next to its first corner, where the line steps inwards.
  const isStep = x === ring && y === ring + 1;
  return (ring % 2 === 0) !== isStep;
};

const patterns: Readonly<Record<string, Pattern>> = {
  nothing: () => false,
  everything: () => true,
  checkerboard: (x, y) => ((x + y) & 1) === 0,
  'isolated cells': (x, y) => (x & 1) === 0 && (y & 1) === 0,
  spiral,
  'the gap of a spiral': (...cell) => !spiral(...cell),
  'a comb, joined below': (x, y, _, height) => (x & 1) === 0 || y === height - 1,
  'a comb, joined above': (x, y) => (x & 1) === 0 || y === 0,
  'stairs to the left': (x, y, width) => x + y === width - 1 || x + y === width,
  'a bowl in a bowl': (x, y, width, height) =>
    Math.min(x, width - 1 - x, height - 1 - y) % 2 === 0 && y >= Math.min(x, width - 1 - x),
};

/** Compares kernel and reference on a map. Returns the number of components. */
function compareComponents(
  width: number,
  height: number,
  above: boolean,
  seed: number,
  fill: (random: () => number) => (index: number) => number,
): number {
  let count = 0;
  onWorkbench(kernels, seed, (bench) => {
    const cells = width * height;
    const map = bench.floats(cells, fill(bench.random));
    const runs = bench.bytes(componentRuns(width, height));
    const table = bench.bytes(MAX_COMPONENTS * ENTRY * 4);
    count = bench.call.components(map.pointer, width, height, THRESHOLD, above, runs.pointer, table.pointer);
    const expected = new Int32Array(cells);
    const parts = reference.components(map.before, width, height, THRESHOLD, above, expected);
    expect(count).toBe(parts.length);
    expect(map.data).toEqual(map.before);
    const entries = parts.flatMap(({ area, left, top, right, bottom }) => [area, left, top, right, bottom]);
    expect(Array.from(ints(table).subarray(0, count * ENTRY))).toEqual(entries);

    const values = bench.floats(Math.max(1, count), (i) => [-1, 0, 0.5, 1][(i + bench.random()) & 3] ?? 0);
    bench.call.fillComponents(map.pointer, width, height, runs.pointer, values.pointer);
    reference.fillComponents(map.before, expected, values.before);
    expect(map.data).toEqual(map.before);
  });
  return count;
}

describe('components and fillComponents', () => {
  it('agree with the reference on noise of any density', () => {
    fc.assert(
      fc.property(
        sides,
        sides,
        fc.boolean(),
        fc.integer(),
        fc.integer({ min: 0, max: 256 }),
        (width, height, above, seed, density) => {
          compareComponents(width, height, above, seed, (random) => () => {
            const exact = random() < 16;
            if (exact) return Math.fround(THRESHOLD);
            return random() < density ? 0.31 + random() / 512 : random() / 1024;
          });
        },
      ),
    );
  });

  describe.each(Object.entries(patterns))('%s', (_, pattern) => {
    it.each([
      [1, 1],
      [1, 9],
      [9, 1],
      [2, 3],
      [17, 13],
      [31, 33],
      [65, 48],
      [80, 80],
    ])('agree with the reference: %dx%d', (width, height) => {
      for (const above of [true, false]) {
        compareComponents(width, height, above, 7, () => (index) => {
          const belongs = pattern(index % width, Math.floor(index / width), width, height);
          return belongs === above ? 1 : 0;
        });
      }
    });
  });

  it('find one component in a spiral', () => {
    const [width, height] = [33, 33];
    const count = compareComponents(
      width,
      height,
      true,
      1,
      () => (index) => (spiral(index % width, Math.floor(index / width), width, height) ? 1 : 0),
    );
    expect(count).toBe(1);
  });

  it('count no more components than the limit, and leave the cells of the others unchanged', () => {
    const [width, height] = [81, 79];
    const isolated = (index: number) =>
      (index % width) % 2 === 0 && Math.floor(index / width) % 2 === 0 ? 1 : 0;
    expect(41 * 40).toBeGreaterThan(MAX_COMPONENTS);
    expect(compareComponents(width, height, true, 3, () => isolated)).toBe(MAX_COMPONENTS);
  });

  it('number the early cells of a component that is connected late, also beyond the limit', () => {
    // The teeth are found one by one, more of them than the limit, and turn out to be one component.
    const [width, height] = [2 * MAX_COMPONENTS + 101, 3];
    const comb = (index: number) => ((index % width) % 2 === 0 || index >= 2 * width ? 1 : 0);
    expect(compareComponents(width, height, true, 3, () => comb)).toBe(1);
  });
});

describe('remap', () => {
  const rectangles = fc.record({
    x: fc.double({ min: -1.2, max: 1.2, noNaN: true }),
    y: fc.double({ min: -1.2, max: 1.2, noNaN: true }),
    width: fc.double({ min: 0.01, max: 3, noNaN: true }),
    height: fc.double({ min: 0.01, max: 3, noNaN: true }),
  });
  const sizes = fc.record({ width: sides, height: sides });
  /** The distance from the source's edge, in cells, within which rounding decides whether a cell is inside. */
  const NEAR = 1e-3;

  it('agrees with the reference within 1e-4, inside, across the edges and outside', () => {
    fc.assert(
      fc.property(
        sizes,
        sizes,
        rectangles,
        fc.constantFrom(-1, 0),
        fc.integer(),
        (from, to, rectangle, outside, seed) => {
          onWorkbench(kernels, seed, (bench) => {
            const x = Math.fround(rectangle.x * from.width);
            const y = Math.fround(rectangle.y * from.height);
            const width = Math.fround(rectangle.width * from.width);
            const height = Math.fround(rectangle.height * from.height);
            const source = bench.floats(from.width * from.height, () => bench.random() / 255);
            const target = bench.floats(to.width * to.height, () => Number.NaN);
            const size = [to.width, to.height] as const;
            const mapping = [from.width, from.height, x, y, width, height] as const;
            const region = bench.structs.rectangle.write({ x, y, width, height });
            bench.call.remap(
              source.pointer,
              from.width,
              from.height,
              region,
              target.pointer,
              ...size,
              outside,
            );
            remap(source.before, ...mapping, target.before, ...size, outside);
            const isNear = (position: number, length: number) =>
              Math.abs(position) < NEAR || Math.abs(position - length) < NEAR;
            target.before.forEach((_, index) => {
              const u = x + (((index % to.width) + 0.5) * width) / to.width;
              const v = y + ((Math.floor(index / to.width) + 0.5) * height) / to.height;
              if (isNear(u, from.width) || isNear(v, from.height)) {
                expect(target.data[index]).not.toBeNaN();
                target.before[index] = at(target.data, index);
              }
            });
            expectFloats(target.data, target.before, 1e-4);
            expect(source.data).toEqual(source.before);
          });
        },
      ),
    );
  });

  it('changes nothing when the rectangle is the source', () => {
    fc.assert(
      fc.property(sizes, fc.integer(), ({ width, height }, seed) => {
        onWorkbench(kernels, seed, (bench) => {
          const source = bench.floats(width * height, () => bench.random() / 255);
          const target = bench.floats(width * height, () => Number.NaN);
          const whole = bench.structs.rectangle.write({ x: 0, y: 0, width, height });
          bench.call.remap(source.pointer, width, height, whole, target.pointer, width, height, -1);
          expectFloats(target.data, source.before, 1e-5 * Math.max(width, height));
        });
      }),
    );
  });
});

describe('fuse', () => {
  it('agrees with the reference within 2e-4, also in place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.boolean(),
        fc.constantFrom(1e-4, 1e-3, 0.05),
        fc.constantFrom('elsewhere', 'first', 'second'),
        fc.integer(),
        (count, leads, doubt, where, seed) => {
          onWorkbench(kernels, seed, (bench) => {
            const confidence = () => [0, 1][bench.random() & 7] ?? bench.random() / 255;
            const first = bench.floats(count, confidence);
            const second = bench.floats(count, confidence);
            const elsewhere = bench.floats(count, () => Number.NaN);
            const target = { elsewhere, first, second }[where];
            const expected = new Float32Array(count);
            fuse(first.before, second.before, expected, count, leads, doubt);
            bench.call.fuse(first.pointer, second.pointer, target.pointer, count, leads, doubt);
            expectFloats(target.data, expected, 2e-4);
          });
        },
      ),
    );
  });
});

describe('colour models', () => {
  const [LOW, HIGH] = [0.1, 0.9];
  const sizes = fc.record({ width: sides, height: sides });
  /** Confidences, including the exact limits. */
  const confidence = (random: () => number) => () =>
    [0, 1, Math.fround(LOW), Math.fround(HIGH)][random() & 7] ?? random() / 255;

  it('count like the reference, in each quarter of the cells', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 3 }), fc.integer(), ({ width, height }, phase, seed) => {
        onWorkbench(kernels, seed, (bench) => {
          // Whole numbers: bins of Y are 64/3 wide, so that only the borders 0, 64, 128 and 192 are whole.
          const [y, u, v] = [0, 1, 2].map(() => bench.floats(width * height, bench.random));
          if (!y || !u || !v) return;
          const map = bench.floats(width * height, confidence(bench.random));
          const histogram = bench.floats(2 * COLOR_BINS, () => bench.random() & 3);
          const limits = [width, height, phase, LOW, HIGH] as const;
          bench.call.countColors(
            bench.structs.guide({ y, u, v, width, height }),
            map.pointer,
            phase,
            LOW,
            HIGH,
            histogram.pointer,
          );
          colors.countColors(y.before, u.before, v.before, map.before, ...limits, histogram.before);
          expect(histogram.data).toEqual(histogram.before);
        });
      }),
    );
  });

  it('count each cell once in four phases', () => {
    onWorkbench(kernels, 5, (bench) => {
      const [width, height] = [7, 5];
      const plane = bench.floats(width * height, bench.random);
      const map = bench.floats(width * height, () => 1);
      const histogram = bench.floats(2 * COLOR_BINS, () => 0);
      for (let phase = 0; phase < 4; phase++) {
        const guide = bench.structs.guide({ y: plane, u: plane, v: plane, width, height });
        bench.call.countColors(guide, map.pointer, phase, LOW, HIGH, histogram.pointer);
      }
      expect(histogram.data.reduce((sum, count) => sum + count, 0)).toBe(width * height);
    });
  });

  it('compute weights like the reference, within 1e-3', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('both', 'person', 'background', 'none'),
        fc.integer({ min: 0, max: 255 }),
        fc.integer(),
        (seen, density, seed) => {
          onWorkbench(kernels, seed, (bench) => {
            const counts = { both: [1, 1], person: [1, 0], background: [0, 1], none: [0, 0] }[seen];
            const histogram = bench.floats(2 * COLOR_BINS, (i) =>
              bench.random() > density ? 0 : bench.random() * (counts[i & 1] ?? 0),
            );
            const weights = bench.floats(COLOR_BINS, () => Number.NaN);
            const scratch = bench.scratch(colorsScratch());
            bench.call.weighColors(histogram.pointer, weights.pointer, 0.9, 2e-5, 20, scratch);
            colors.weighColors(histogram.before, weights.before, 0.9, 2e-5, 20);
            expectFloats(weights.data, weights.before, 1e-3);
            expectFloats(histogram.data, histogram.before, 1e-4);
            if (seen !== 'both') expect(weights.data.every((weight) => weight === 1)).toBe(true);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are applied like the reference, within 1e-5, also in place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.boolean(), fc.integer(), (count, inPlace, seed) => {
        onWorkbench(kernels, seed, (bench) => {
          const [y, u, v] = [0, 1, 2].map(() => bench.floats(count, bench.random));
          if (!y || !u || !v) return;
          const map = bench.floats(count, confidence(bench.random));
          const target = inPlace ? map : bench.floats(count, () => Number.NaN);
          const weights = bench.floats(COLOR_BINS, () => Math.exp(bench.random() / 85 - 1.5));
          const expected = new Float32Array(count);
          const [low, high] = [0.1, 0.9];
          const before = [y.before, u.before, v.before, map.before] as const;
          colors.applyColors(...before, expected, count, low, high, weights.before);
          bench.call.applyColors(
            bench.structs.guide({ y, u, v, width: count, height: 1 }),
            map.pointer,
            target.pointer,
            low,
            high,
            weights.pointer,
          );
          expectFloats(target.data, expected, 1e-5);
          map.before.forEach((p, index) => {
            if (p <= Math.fround(low) || p >= Math.fround(high)) expect(target.data[index]).toBe(p);
          });
        });
      }),
    );
  });
});
