import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as confidence from '../../kernels/confidence.reference.js';
import * as guided from '../../kernels/guided.reference.js';
import * as reference from '../../kernels/matte.reference.js';
import * as tensor from '../../kernels/tensor.reference.js';
import { classifyTiles } from '../../kernels/tiles.reference.js';
import { yuvToRgb } from '../../src/frame/color-space.js';
import type { GridPointer } from '../../src/kernels/exports.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { TILE, tileCount } from '../../src/kernels/layout.js';
import { coefficientsScratch, matteScratch } from '../../src/kernels/scratch.js';
import { EDGE_FALLBACK } from '../../src/matting/constants.js';
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

const grids = fc.record({
  columns: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 })),
  rows: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 30 })),
});

/** A limit of a curve as the kernels get it: a 32-bit float. */
const limits = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround),
  fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround),
);

/** The grid's rectangle in fractions of the frame: mostly inside, sometimes all of it, sometimes beyond it. */
const gridRectangles = fc.oneof(
  fc.constant({ x: 0, y: 0, width: 1, height: 1 }),
  fc.record({
    x: fc.double({ min: -0.3, max: 0.9, noNaN: true }),
    y: fc.double({ min: -0.3, max: 0.9, noNaN: true }),
    width: fc.double({ min: 0.05, max: 1.4, noNaN: true }),
    height: fc.double({ min: 0.05, max: 1.4, noNaN: true }),
  }),
);

function gridOf(
  { columns, rows }: { columns: number; rows: number },
  fractions: { x: number; y: number; width: number; height: number },
  width: number,
  height: number,
): reference.Grid {
  return {
    x: Math.fround(fractions.x * width),
    y: Math.fround(fractions.y * height),
    width: Math.fround(fractions.width * width),
    height: Math.fround(fractions.height * height),
    columns,
    rows,
  };
}

/** The same grid as a call's argument. */
function gridIn(bench: Workbench, { columns, rows, ...region }: reference.Grid): GridPointer {
  return bench.structs.grid({ width: columns, height: rows, region });
}

/** Confidences: patches of exactly 0 and exactly 1, and other values here and there. */
function patches(bench: Workbench, columns: number, roughness: number): (index: number) => number {
  const edge = bench.random() / 256;
  return (index) => {
    const value = bench.random();
    if (value < roughness) return bench.random() / 255;
    return (index % columns) / columns < edge ? 0 : 1;
  };
}

describe('tensor', () => {
  it('agrees with the reference within 1e-5, rotated or not', () => {
    const { yOffset, yScale, rv, gu, gv, bu } = yuvToRgb({ matrix: 'bt709', range: 'limited' });
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom(0, 90, 180, 270),
        fc.constantFrom([0, 1] as const, [-1, 1] as const),
        ({ width, height, seed, fill }, rotation, [low, high]) => {
          onWorkbench(kernels, seed, (bench) => {
            const next = fill(bench.random);
            const [y, u, v] = [bench.floats(width * height, next), bench.floats(width * height, next)].concat(
              bench.floats(width * height, bench.random),
            );
            if (!y || !u || !v) return;
            const target = bench.floats(width * height * 3, () => Number.NaN);
            const coefficients = [yOffset, yScale, rv, gu, gv, bu] as const;
            const colors = bench.structs.yuvToRgb.write({ yOffset, yScale, rv, gu, gv, bu });
            const { call } = bench;
            call.tensor(
              bench.structs.guide({ y, u, v, width, height }),
              rotation,
              colors,
              low,
              high,
              target.pointer,
            );
            tensor.tensor(
              y.before,
              u.before,
              v.before,
              width,
              height,
              rotation,
              ...coefficients,
              low,
              high,
              target.before,
            );
            expectFloats(target.data, target.before, 1e-5);
          });
        },
      ),
    );
  });
});

describe('confidence', () => {
  it('contrast agrees with the reference within 1e-5, and is exactly 0 and 1 outside its limits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer(), limits, (count, seed, [one, other]) => {
        // The smallest distance that the tolerance holds for: closer limits multiply the rounding error of their difference.
        const low = Math.min(one, other);
        const high = Math.fround(Math.max(one, other) + 0.01);
        onWorkbench(kernels, seed, (bench) => {
          const source = bench.floats(count, (i) => [low, high, Number.NaN][i] ?? bench.random() / 255);
          const target = bench.floats(count, () => Number.NaN);
          bench.call.curve(source.pointer, target.pointer, count, low, high);
          confidence.curve(source.before, target.before, count, low, high);
          if (count > 2) {
            expect(target.data[2]).toBe(0);
            target.before[2] = 0;
          }
          expectFloats(target.data, target.before, 1e-5);
          source.before.forEach((value, index) => {
            if (value <= low) expect(target.data[index]).toBe(0);
            if (value >= high) expect(target.data[index]).toBe(1);
          });
        });
      }),
    );
  });

  it('a map is clamped to 0..1, and reported as invalid if any value is NaN or further outside than the tolerance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.nat(),
        fc.constantFrom(
          ...[0.5, -0.0009, 1.0009, -0.0011, 1.0011, 1.7, -5, 1e30, -1e38],
          ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
        ),
        (count, fractions, value) => {
          onWorkbench(kernels, 3, (bench) => {
            const map = bench.floats(count, (i) => (i === fractions % count ? value : bench.random() / 255));
            const expected = confidence.confine(map.before, count, 0.001) ? 1 : 0;
            expect(bench.call.confine(map.pointer, count, 0.001)).toBe(expected);
            expect(expected).toBe(Math.abs(value - 0.5) < 0.501 ? 1 : 0);
            expectFloats(map.data, map.before, 0);
          });
        },
      ),
    );
  });

  it('halving agrees with the reference within 1e-3 of a sample', () => {
    fc.assert(
      fc.property(cases, ({ width, height, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const source = bench.floats(width * height, fill(bench.random));
          const target = bench.floats(Math.ceil(width / 2) * Math.ceil(height / 2), () => Number.NaN);
          bench.call.halve(source.pointer, width, height, target.pointer);
          confidence.halve(source.before, width, height, target.before);
          expectFloats(target.data, target.before, 1e-3);
        });
      }),
    );
  });
});

describe('guided filter', () => {
  const runs = fc.record({
    columns: fc.integer({ min: 1, max: 40 }),
    rows: fc.integer({ min: 1, max: 30 }),
    radius: fc.integer({ min: 1, max: 8 }),
    epsilon: fc.constantFrom(1e-2, 1e-3, 1e-4),
    seed: fc.integer(),
    kind: fc.constantFrom('noise', 'smooth', 'grey', 'flat'),
    fallback: fc.constantFrom(EDGE_FALLBACK, { low: 0, high: 0.4, outer: 0.1, inner: 0.5 }),
  });

  it('agrees with the reference: q within 0.005 at the cells', () => {
    fc.assert(
      fc.property(runs, ({ columns, rows, radius, epsilon, seed, kind, fallback }) => {
        onWorkbench(kernels, seed, (bench) => {
          const count = columns * rows;
          const level = bench.random();
          const wave = (phase: number) => (i: number) =>
            128 + 100 * Math.sin((i % columns) / 7 + phase) * Math.cos(i / columns / 9);
          const guide = {
            noise: [bench.random, bench.random, bench.random],
            smooth: [wave(0), wave(1), wave(2)],
            grey: [wave(0), () => 128, () => 128],
            flat: [() => level, () => 255 - level, () => 128],
          }[kind].map((fill) => bench.floats(count, fill));
          const [y, u, v] = guide;
          if (!y || !u || !v) return;
          const p = bench.floats(count, patches(bench, columns, 32));
          const target = bench.floats(count * 4, () => Number.NaN);
          const scratch = bench.scratch(coefficientsScratch(columns, rows, radius));
          bench.call.coefficients(
            bench.structs.guide({ y, u, v, width: columns, height: rows }),
            p.pointer,
            radius,
            epsilon,
            bench.structs.edgeFallback.write(fallback),
            target.pointer,
            scratch,
          );
          guided.coefficients(
            y.before,
            u.before,
            v.before,
            p.before,
            columns,
            rows,
            radius,
            epsilon,
            fallback,
            target.before,
          );
          const apply = (coefficients: Float32Array) =>
            Float32Array.from({ length: count }, (_, cell) =>
              [y, u, v].reduce(
                (sum, { before }, i) =>
                  sum + (coefficients[cell * 4 + i] ?? Number.NaN) * (before[cell] ?? 0),
                coefficients[cell * 4 + 3] ?? Number.NaN,
              ),
            );
          expectFloats(apply(target.data), apply(target.before), 0.005);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('stays finite where the guide is flat grey and epsilon is small', () => {
    onWorkbench(kernels, 7, (bench) => {
      const count = 128 * 72;
      const flat = bench.floats(count, () => 200.5);
      const p = bench.floats(count, patches(bench, 128, 64));
      const target = bench.floats(count * 4, () => Number.NaN);
      const scratch = bench.scratch(coefficientsScratch(128, 72, 8));
      const guide = bench.structs.guide({ y: flat, u: flat, v: flat, width: 128, height: 72 });
      const { call } = bench;
      const fallback = bench.structs.edgeFallback.write(EDGE_FALLBACK);
      call.coefficients(guide, p.pointer, 8, 1e-6, fallback, target.pointer, scratch);
      expect(target.data.every((value) => Number.isFinite(value) && Math.abs(value) < 10)).toBe(true);
    });
  });

  /** The filtered map of a person on the left, with this luma on both sides, noise, and an edge that the map has off by a cell. */
  function filteredEdge(person: number, wall: number): readonly number[][] {
    const [columns, rows] = [64, 40];
    const result: number[][] = [];
    onWorkbench(kernels, 11, (bench) => {
      const isPerson = (i: number) => i % columns < 32;
      const y = bench.floats(columns * rows, (i) => (isPerson(i) ? person : wall) + bench.random() / 32 - 4);
      const grey = bench.floats(columns * rows, () => 128);
      const p = bench.floats(columns * rows, (i) => Math.min(1, Math.max(0, (33 - (i % columns)) / 4 + 0.5)));
      const target = bench.floats(columns * rows * 4, () => Number.NaN);
      bench.call.coefficients(
        bench.structs.guide({ y, u: grey, v: grey, width: columns, height: rows }),
        p.pointer,
        2,
        1e-4,
        bench.structs.edgeFallback.write(EDGE_FALLBACK),
        target.pointer,
        bench.scratch(coefficientsScratch(columns, rows, 2)),
      );
      for (let row = 4; row < rows - 4; row++) {
        result.push(
          Array.from({ length: columns }, (_, column) => {
            const cell = row * columns + column;
            const [aY = 0, aU = 0, aV = 0, b = 0] = target.data.subarray(4 * cell);
            return aY * (y.data[cell] ?? 0) + 128 * (aU + aV) + b;
          }),
        );
      }
    });
    return result;
  }

  it('takes the edge from the frame where the colours tell both sides apart', () => {
    for (const row of filteredEdge(180, 80)) {
      expect(row[30]).toBeGreaterThan(0.8);
      expect(row[35]).toBeLessThan(0.2);
    }
  });

  it('takes a straight edge from the map where both sides have one colour', () => {
    const rows = filteredEdge(120, 120);
    for (const column of [29, 31, 33, 35, 37]) {
      const values = rows.map((row) => row[column] ?? Number.NaN);
      // Without the fallback up to 0.04: the noise of the frame shows in the matte.
      expect(Math.max(...values) - Math.min(...values)).toBeLessThan(0.005);
    }
    for (const row of rows) {
      expect(row[28]).toBeGreaterThan(0.9);
      expect(row[38]).toBeLessThan(0.1);
    }
  });
});

describe('classify', () => {
  it('is exact', () => {
    fc.assert(
      fc.property(
        cases,
        grids,
        gridRectangles,
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(0, 2, 40),
        ({ width, height, seed }, size, fractions, reach, roughness) => {
          const [frameWidth, frameHeight] = [width * 4, height * 3];
          const grid = gridOf(size, fractions, frameWidth, frameHeight);
          onWorkbench(kernels, seed, (bench) => {
            const p = bench.floats(grid.columns * grid.rows, patches(bench, grid.columns, roughness));
            const frame = bench.plane(frameWidth, frameHeight, 0);
            const tiles = bench.bytes(tileCount(frameWidth, frameHeight));
            bench.call.classify(p.pointer, gridIn(bench, grid), bench.matte(frame, tiles), reach);
            reference.classify(p.before, grid, frameWidth, frameHeight, reach, tiles.before);
            expect([...tiles.data]).toEqual([...tiles.before]);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('classifies non-finite values as mixed', () => {
    onWorkbench(kernels, 3, (bench) => {
      const p = bench.floats(16, () => 1);
      p.data[5] = Number.NaN;
      const frame = bench.plane(32, 32, 0);
      const grid = { columns: 4, rows: 4, x: 0, y: 0, width: 32, height: 32 };
      const tiles = bench.bytes(4);
      bench.call.classify(p.pointer, gridIn(bench, grid), bench.matte(frame, tiles), 4);
      expect([...tiles.data]).toEqual([1, 1, 1, 1]);
    });
  });
});

/** The class of a tile, from its alpha values. */
function kindOf(alpha: Uint8Array, stride: number, left: number, top: number, width: number, height: number) {
  const values = new Set<number>();
  for (let row = top; row < Math.min(top + TILE, height); row++) {
    for (let x = left; x < Math.min(left + TILE, width); x++) values.add(alpha[row * stride + x] ?? -1);
  }
  if (values.size > 1) return 1;
  const [value = 1] = values;
  return value === 0 || value === 255 ? value : 1;
}

function kindsOf(alpha: Uint8Array, stride: number, width: number, height: number): number[] {
  const kinds: number[] = [];
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      kinds.push(kindOf(alpha, stride, left, top, width, height));
    }
  }
  return kinds;
}

describe('matte', () => {
  it('agrees with the reference within rounding, and classifies the tiles by the result', () => {
    fc.assert(
      fc.property(
        cases,
        grids,
        gridRectangles,
        limits,
        fc.constantFrom(0.001, 0.03, 0.3),
        ({ width, height, extra, seed, fill }, size, fractions, [one, other], slope) => {
          const low = Math.min(one, other) * 0.5;
          const high = 0.5 + Math.max(one, other) * 0.5;
          const grid = gridOf(size, fractions, width, height);
          onWorkbench(kernels, seed, (bench) => {
            const y = bench.plane(width, height, extra, fill(bench.random));
            const u = bench.plane(Math.ceil(width / 2), Math.ceil(height / 2), extra);
            const v = bench.plane(Math.ceil(width / 2), Math.ceil(height / 2), extra, fill(bench.random));
            const coefficients = bench.floats(grid.columns * grid.rows * 4, (i) =>
              i % 4 === 3 ? bench.random() / 128 - 0.5 : (bench.random() / 128 - 1) * slope,
            );
            const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
            const alpha = bench.plane(width, height, extra);
            const scratch = bench.scratch(matteScratch(width));
            bench.call.matte(
              bench.frame(y, u, v),
              coefficients.pointer,
              gridIn(bench, grid),
              bench.matte(alpha, tiles),
              low,
              high,
              scratch,
            );
            reference.matte(
              y.before,
              u.before,
              v.before,
              y.stride,
              u.stride,
              width,
              height,
              coefficients.before,
              grid,
              tiles.before,
              low,
              high,
              alpha.before,
              alpha.stride,
            );
            expectPlane(alpha.data, alpha.before, alpha.stride, width, height, 1);
            expect([...tiles.data]).toEqual(kindsOf(alpha.data, alpha.stride, width, height));
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is 0 for non-finite values', () => {
    onWorkbench(kernels, 5, (bench) => {
      const y = bench.plane(40, 40, 0);
      const u = bench.plane(20, 20, 0);
      const grid = { columns: 4, rows: 4, x: 0, y: 0, width: 40, height: 40 };
      const coefficients = bench.floats(64, () => Number.NaN);
      const tiles = bench.bytes(tileCount(40, 40), () => 1);
      const alpha = bench.plane(40, 40, 0);
      const scratch = bench.scratch(matteScratch(40));
      const { call } = bench;
      call.matte(
        bench.frame(y, u, u),
        coefficients.pointer,
        gridIn(bench, grid),
        bench.matte(alpha, tiles),
        0.1,
        0.9,
        scratch,
      );
      expect([...tiles.data].every((kind) => kind === 0)).toBe(true);
    });
  });
});

describe('hard mask', () => {
  it('is exact', () => {
    fc.assert(
      fc.property(cases, grids, gridRectangles, ({ width, height, extra, seed }, size, fractions) => {
        const grid = gridOf(size, fractions, width, height);
        onWorkbench(kernels, seed, (bench) => {
          const p = bench.floats(grid.columns * grid.rows, patches(bench, grid.columns, 64));
          const tiles = bench.bytes(tileCount(width, height));
          const alpha = bench.plane(width, height, extra);
          bench.call.hardMask(p.pointer, gridIn(bench, grid), 0.5, bench.matte(alpha, tiles));
          reference.hardMask(p.before, grid, width, height, 0.5, alpha.before, alpha.stride, tiles.before);
          expectPlane(alpha.data, alpha.before, alpha.stride, width, height);
          expect([...tiles.data]).toEqual([...tiles.before]);
        });
      }),
      { numRuns: 150 },
    );
  });
});

describe('classifyTiles', () => {
  it('distinguishes tiles of all 0, of all 255, and mixed ones', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed }) => {
        onWorkbench(kernels, seed, (bench) => {
          const kinds = Array.from({ length: tileCount(width, height) }, () => bench.random() % 3);
          const across = Math.ceil(width / TILE);
          let i = 0;
          const alpha = bench.plane(width, height, extra, () => {
            const [x, y] = [i % width, Math.floor(i++ / width)];
            const kind = kinds[Math.floor(y / TILE) * across + Math.floor(x / TILE)];
            return kind === 2 ? (bench.random() < 3 ? 254 : 255) : (kind ?? 0) * 255;
          });
          const tiles = bench.bytes(tileCount(width, height));
          bench.call.classifyTiles(alpha.descriptor, tiles.pointer);
          expect([...tiles.data]).toEqual(classifyTiles(alpha.before, alpha.stride, width, height));
        });
      }),
      { numRuns: 100 },
    );
  });
});
