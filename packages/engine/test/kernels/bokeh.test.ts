import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as reference from '../../kernels/bokeh.reference.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { bokehScratch } from '../../src/kernels/scratch.js';
import { kernelsForTests, onWorkbench, randomBytes } from './workbench.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await kernelsForTests();
});

const sides = fc.integer({ min: 1, max: 40 });

/** Cells as `blurGather` writes them: any colours and weights, some weights 0. */
function fillOf(random: () => number): (index: number) => number {
  let weight = 0;
  return (index) => {
    // The weight comes last, but the colours before it are multiplied by it, so the same one is used for four floats.
    if (index % 4 === 0) weight = random() < 64 ? 0 : (random() + 1) / 256;
    return index % 4 === 3 ? weight : weight * random();
  };
}

describe('bokeh', () => {
  it('agrees with the reference, within 0.02 of a sample', () => {
    fc.assert(
      fc.property(
        sides,
        sides,
        fc.double({ min: 1, max: 9, noNaN: true }),
        fc.double({ min: 1, max: 9, noNaN: true }),
        fc.constantFrom([16, 1 / 219] as const, [0, 1 / 255] as const),
        fc.integer(),
        (width, height, across, down, [black, scale], seed) => {
          onWorkbench(kernels, seed, (bench) => {
            const [gridWidth, gridHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
            const fine = bench.floats(4 * width * height, fillOf(bench.random));
            const cells = bench.floats(4 * gridWidth * gridHeight, () => Number.NaN);
            const scratch = bench.scratch(bokehScratch(gridWidth, gridHeight, across, down));
            const { call } = bench;
            call.bokeh(fine.pointer, width, height, across, down, black, scale, cells.pointer, scratch);
            reference.bokeh(fine.before, width, height, across, down, black, scale, cells.before);
            expect(fine.data).toEqual(fine.before);
            for (let i = 0; i < cells.data.length; i++) {
              const weight = cells.before[i | 3] ?? Number.NaN;
              const error = Math.abs((cells.data[i] ?? Number.NaN) - (cells.before[i] ?? Number.NaN));
              const allowed = i % 4 === 3 ? 1e-5 * (1 + weight) : 0.02 * (0.01 + weight);
              if (!(error <= allowed))
                expect.fail(`Float ${i}: ${cells.data[i]} instead of ${cells.before[i]}`);
            }
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('turns a bright point into a disc of the given radius', () => {
    const [size, radius] = [48, 7.3];
    const fine = new Float32Array(4 * (2 * size) ** 2);
    for (let i = 0; i < fine.length; i += 4) fine.set([30, 128, 128, 1], i);
    const cell = 4 * (size * 2 * size + size);
    for (const beside of [0, 4, 8 * size, 8 * size + 4]) fine.set([235, 128, 128, 1], cell + beside);
    const cells = new Float32Array(4 * size * size);
    reference.bokeh(fine, 2 * size, 2 * size, radius, radius, 16, 1 / 219, cells);
    const lumaAt = (x: number, y: number) => {
      const at = 4 * (y * size + x);
      return (cells[at] ?? 0) / (cells[at + 3] ?? 0);
    };
    const inside = lumaAt(size / 2, size / 2);
    expect(inside).toBeGreaterThan(30 + 10);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const distance = Math.hypot(x - size / 2, y - size / 2);
        // Flat up to the edge, and 0 beyond.
        if (distance < radius - 1) expect(lumaAt(x, y)).toBeCloseTo(inside, 3);
        if (distance > radius + 1) expect(lumaAt(x, y)).toBeCloseTo(30, 3);
      }
    }
  });

  it('has a disc of the right area, height and width', () => {
    const radius = fc.double({ min: 2, max: 12, noNaN: true });
    fc.assert(
      fc.property(radius, radius, (across, down) => {
        const rows = reference.discRows(across, down);
        const widths = rows.map(({ whole, share, height }) => height * (2 * whole - 1 + 2 * share));
        const area = widths.reduce((sum, width, d) => sum + (d === 0 ? 1 : 2) * width, 0);
        expect(Math.abs(area / (Math.PI * across * down) - 1)).toBeLessThan(0.05);
        const [middle] = widths;
        const heights = rows.reduce((sum, { height }, d) => sum + (d === 0 ? 1 : 2) * height, 0);
        expect(heights).toBeCloseTo(2 * down, 6);
        expect(middle).toBeCloseTo(2 * across, 6);
      }),
    );
  });

  it('gives a bright point more than its share of the area, and black less', () => {
    const random = randomBytes(5);
    const [width, height] = [24, 16];
    const fine = new Float32Array(4 * width * height);
    for (let i = 0; i < fine.length; i += 4) fine.set([random() < 26 ? 235 : 16, 128, 128, 1], i);
    const mean = fine.reduce((sum, value, i) => (i % 4 === 0 ? sum + value : sum), 0) / (width * height);
    const cells = new Float32Array(width * height);
    reference.bokeh(fine, width, height, 40, 40, 16, 1 / 219, cells);
    expect((cells[0] ?? 0) / (cells[3] ?? 0)).toBeGreaterThan(mean + 20);
  });
});
