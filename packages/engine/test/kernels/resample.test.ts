import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as reference from '../../kernels/resample.reference.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { resampleScratch } from '../../src/kernels/scratch.js';
import { cases, expectFloats, expectPlane, kernelsForTests, onWorkbench, sides } from './workbench.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await kernelsForTests();
});

/** A rectangle in fractions of a plane: part of it, all of it, or partly outside. */
const rectangles = fc.oneof(
  fc.constant({ x: 0, y: 0, width: 1, height: 1 }),
  fc.record({
    x: fc.double({ min: -0.4, max: 0.9, noNaN: true }),
    y: fc.double({ min: -0.4, max: 0.9, noNaN: true }),
    width: fc.double({ min: 0.02, max: 1.5, noNaN: true }),
    height: fc.double({ min: 0.02, max: 1.5, noNaN: true }),
  }),
);

const targets = fc.record({ targetWidth: sides, targetHeight: sides });

describe('thumbnail', () => {
  it('agrees with the reference within a tenth of a sample', () => {
    fc.assert(
      fc.property(
        cases,
        rectangles,
        targets,
        ({ width, height, extra, seed, fill }, rectangle, { targetWidth, targetHeight }) => {
          const x = Math.fround(rectangle.x * width);
          const y = Math.fround(rectangle.y * height);
          const w = Math.fround(rectangle.width * width);
          const h = Math.fround(rectangle.height * height);
          onWorkbench(kernels, seed, (bench) => {
            const source = bench.plane(width, height, extra, fill(bench.random));
            const target = bench.floats(targetWidth * targetHeight, () => Number.NaN);
            const scratch = bench.scratch(resampleScratch(width, targetWidth, targetHeight));
            bench.call.thumbnail(
              source.descriptor,
              bench.structs.rectangle.write({ x, y, width: w, height: h }),
              target.pointer,
              targetWidth,
              targetHeight,
              scratch,
            );
            reference.thumbnail(
              source.before,
              source.stride,
              width,
              height,
              x,
              y,
              w,
              h,
              target.before,
              targetWidth,
              targetHeight,
            );
            expectFloats(target.data, target.before, 0.1);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does not overflow when many rows are reduced to one', () => {
    onWorkbench(kernels, 1, (bench) => {
      const source = bench.plane(20, 1000, 0, () => 255);
      const target = bench.floats(1, () => Number.NaN);
      const scratch = bench.scratch(resampleScratch(20, 1, 1));
      bench.call.thumbnail(
        source.descriptor,
        bench.structs.rectangle.write({ x: 0, y: 0, width: 20, height: 1000 }),
        target.pointer,
        1,
        1,
        scratch,
      );
      expect(target.data[0]).toBeCloseTo(255, 3);
    });
  });
});

describe('resize', () => {
  it('agrees with the reference within rounding', () => {
    fc.assert(
      fc.property(
        cases,
        rectangles,
        targets,
        ({ width, height, extra, seed, fill }, rectangle, { targetWidth, targetHeight }) => {
          const x = Math.fround(rectangle.x * width);
          const y = Math.fround(rectangle.y * height);
          const w = Math.fround(rectangle.width * width);
          const h = Math.fround(rectangle.height * height);
          onWorkbench(kernels, seed, (bench) => {
            const source = bench.plane(width, height, extra, fill(bench.random));
            const target = bench.plane(targetWidth, targetHeight, extra);
            const scratch = bench.scratch(resampleScratch(width, targetWidth, targetHeight));
            bench.call.resize(
              source.descriptor,
              bench.structs.rectangle.write({ x, y, width: w, height: h }),
              target.descriptor,
              scratch,
            );
            reference.resize(
              source.before,
              source.stride,
              width,
              height,
              x,
              y,
              w,
              h,
              target.before,
              target.stride,
              targetWidth,
              targetHeight,
            );
            expectPlane(target.data, target.before, target.stride, targetWidth, targetHeight, 1);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps flat planes flat and copies planes of the same size', () => {
    fc.assert(
      fc.property(cases, targets, ({ width, height, extra, seed }, { targetWidth, targetHeight }) => {
        onWorkbench(kernels, seed, (bench) => {
          const value = bench.random();
          const flat = bench.plane(width, height, extra, () => value);
          const source = bench.plane(width, height, extra);
          const resized = bench.plane(targetWidth, targetHeight, extra);
          const copied = bench.plane(width, height, extra + 1);
          const scratch = bench.scratch(resampleScratch(width, targetWidth, targetHeight));
          const whole = bench.structs.rectangle.write({ x: 0, y: 0, width, height });
          const { call } = bench;
          call.resize(flat.descriptor, whole, resized.descriptor, scratch);
          resized.before.fill(value);
          expectPlane(resized.data, resized.before, resized.stride, targetWidth, targetHeight);
          call.resize(source.descriptor, whole, copied.descriptor, scratch);
          for (let row = 0; row < height; row++) {
            expect(copied.data.subarray(row * copied.stride, row * copied.stride + width)).toEqual(
              source.before.subarray(row * source.stride, row * source.stride + width),
            );
          }
        });
      }),
    );
  });
});
