import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as reference from '../../kernels/blur.reference.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { cellCount, TILE, tileCount } from '../../src/kernels/layout.js';
import { blurBoxScratch, blurSpreadScratch } from '../../src/kernels/scratch.js';
import { cases, expectFloats, kernelsForTests, onWorkbench, tileKinds } from './workbench.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await kernelsForTests();
});

const shifts = fc.integer({ min: 1, max: 5 });

describe('blur', () => {
  it('gathers like the reference, within 0.01 of a sample', () => {
    fc.assert(
      fc.property(cases, shifts, ({ width, height, extra, seed, fill }, shift) => {
        onWorkbench(kernels, seed, (bench) => {
          const [chromaWidth, chromaHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
          const y = bench.plane(width, height, extra);
          const u = bench.plane(chromaWidth, chromaHeight, extra);
          const v = bench.plane(chromaWidth, chromaHeight, extra, fill(bench.random));
          const alpha = bench.plane(width, height, extra, fill(bench.random));
          const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const cells = bench.floats(
            4 * cellCount(width, shift) * cellCount(height, shift),
            () => Number.NaN,
          );
          bench.call.blurGather(bench.frame(y, u, v), alpha.descriptor, tiles.pointer, shift, cells.pointer);
          reference.blurGather(
            y.before,
            u.before,
            v.before,
            y.stride,
            u.stride,
            width,
            height,
            alpha.before,
            alpha.stride,
            tiles.before,
            shift,
            cells.before,
          );
          expectFloats(cells.data, cells.before, 0.01);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('filters like the reference, within 0.01 of a sample', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer(),
        (gridWidth, gridHeight, across, down, seed) => {
          onWorkbench(kernels, seed, (bench) => {
            const cells = bench.floats(4 * gridWidth * gridHeight, bench.random);
            const scratch = bench.scratch(blurBoxScratch(gridWidth, gridHeight, Math.max(across, down)));
            bench.call.blurBox(cells.pointer, gridWidth, gridHeight, across, down, scratch);
            reference.blurBox(cells.before, gridWidth, gridHeight, across, down);
            expectFloats(cells.data, cells.before, 0.01);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('spreads like the reference, within rounding, and uses the fallback colour where the weight is 0', () => {
    fc.assert(
      fc.property(cases, shifts, fc.boolean(), ({ width, height, extra, seed }, shift, flat) => {
        onWorkbench(kernels, seed, (bench) => {
          const [chromaWidth, chromaHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
          const [gridWidth, gridHeight] = [cellCount(width, shift), cellCount(height, shift)];
          const level = bench.random();
          let weight = 0;
          const cells = bench.floats(4 * gridWidth * gridHeight, (i) => {
            // The weight comes last, but the colours before it are multiplied by it, so the same one is used for four floats.
            if (i % 4 === 0) weight = bench.random() < 64 ? 0 : (bench.random() + 1) / 256;
            if (i % 4 === 3) return weight;
            return weight * (flat ? level : bench.random());
          });
          const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const planes = [
            bench.plane(width, height, extra),
            bench.plane(chromaWidth, chromaHeight, extra),
            bench.plane(chromaWidth, chromaHeight, extra),
          ] as const;
          const [y, u, v] = planes;
          const fallback = flat ? ([level, level, level] as const) : ([10, 200, 255] as const);
          const scratch = bench.scratch(blurSpreadScratch(gridWidth, gridHeight));
          const { call } = bench;
          call.blurSpread(cells.pointer, shift, tiles.pointer, bench.frame(y, u, v), ...fallback, scratch);
          reference.blurSpread(
            cells.before,
            gridWidth,
            gridHeight,
            shift,
            [y.before, u.before, v.before],
            [y.stride, u.stride, v.stride],
            width,
            height,
            fallback,
          );
          planes.forEach(({ data, before, stride }, plane) => {
            const subsampling = plane === 0 ? 1 : 2;
            const side = TILE / subsampling;
            for (let row = 0; row < Math.ceil(height / subsampling); row++) {
              for (let x = 0; x < Math.ceil(width / subsampling); x++) {
                const tile = Math.floor(row / side) * Math.ceil(width / TILE) + Math.floor(x / side);
                if (tiles.data[tile] === 255) continue;
                const actual = data[row * stride + x] ?? Number.NaN;
                const expected = before[row * stride + x] ?? Number.NaN;
                if (!(Math.abs(actual - expected) <= (flat ? 0 : 1))) {
                  expect.fail(`Plane ${plane} at ${x}, ${row}: ${actual} instead of ${expected}`);
                }
              }
            }
          });
        });
      }),
      { numRuns: 200 },
    );
  });

  it('does not let the person bleed into the camera background', () => {
    // A grey camera background (Y 100) with a white person in the middle: the result is grey, however strong the blur.
    const [width, height, shift] = [160, 96, 2];
    onWorkbench(kernels, 11, (bench) => {
      const y = bench.plane(width, height, 0, () => 100);
      const u = bench.plane(width / 2, height / 2, 0, () => 90);
      const v = bench.plane(width / 2, height / 2, 0, () => 160);
      const alpha = bench.plane(width, height, 0, () => 0);
      const tiles = bench.bytes(tileCount(width, height), () => 0);
      for (let row = 0; row < height; row++) {
        for (let x = 50; x < 110; x++) {
          y.data[row * y.stride + x] = 255;
          alpha.data[row * alpha.stride + x] = 255;
          tiles.data[(row >> 4) * (width / TILE) + (x >> 4)] = 1;
        }
      }
      const [gridWidth, gridHeight] = [cellCount(width, shift), cellCount(height, shift)];
      const cells = bench.floats(4 * gridWidth * gridHeight, () => 0);
      const boxScratch = bench.scratch(blurBoxScratch(gridWidth, gridHeight, 9));
      const spreadScratch = bench.scratch(blurSpreadScratch(gridWidth, gridHeight));
      const frame = bench.frame(y, u, v);
      const { call } = bench;
      call.blurGather(frame, alpha.descriptor, tiles.pointer, shift, cells.pointer);
      call.blurBox(cells.pointer, gridWidth, gridHeight, 9, 9, boxScratch);
      call.blurSpread(cells.pointer, shift, tiles.pointer, frame, 100, 90, 160, spreadScratch);
      for (let row = 0; row < height; row++) {
        for (let x = 0; x < width; x++) expect(y.data[row * y.stride + x]).toBe(100);
      }
    });
  });
});
