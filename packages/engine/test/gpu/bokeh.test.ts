import { expect, it } from 'vitest';
import { bokeh } from '../../kernels/bokeh.reference.js';
import { GpuColorCells } from '../../src/background/gpu/cells.js';
import { GpuLens } from '../../src/background/gpu/lens.js';
import { yuvToRgb } from '../../src/frame/color-space.js';
import { DEFAULT_COLOR_SPACE } from '../../src/index.js';
import { randomBytes } from '../kernels/workbench.js';
import { at } from '../support/frames.js';
import { describeOnGpu } from './support/device.js';

describeOnGpu('bokeh on the GPU', (bench) => {
  it('agrees with the reference', async () => {
    const { yOffset, yScale } = yuvToRgb(DEFAULT_COLOR_SPACE);
    const random = randomBytes(4);
    for (const [width, height, radius] of [
      [64, 40, 1],
      [75, 43, 3.3],
      [75, 43, 6.8],
      [9, 5, 12],
      [2, 2, 0.4],
    ] as const) {
      const fine = new GpuColorCells(bench.device, { width, height }, 1);
      const cells = new GpuColorCells(bench.device, { width, height }, 2);
      const gathered = new Float32Array(fine.width * fine.height * 4);
      for (let i = 0; i < gathered.length; i += 4) {
        const weight = [0, 1, random() / 255][random() % 3] ?? 0;
        gathered.set([random() * weight, random() * weight, random() * weight, weight], i);
      }
      const expected = new Float32Array(cells.width * cells.height * 4);
      bokeh(gathered, fine.width, fine.height, radius, 0.7 * radius, yOffset, yScale, expected);
      bench.device.queue.writeBuffer(fine.buffer, 0, gathered);
      const radii = { across: radius, down: 0.7 * radius };
      const lens = new GpuLens(bench.device, fine, cells, radii, DEFAULT_COLOR_SPACE);
      await bench.run((pass) => lens.encode(pass));
      const found = await bench.floats(cells.buffer);
      const furthest = found.reduce((most, value, i) => {
        const wanted = at(expected, i);
        return Math.max(most, Math.abs(value - wanted) / Math.max(1, Math.abs(wanted)));
      }, 0);
      // Sums of some hundred values in float32.
      expect(furthest).toBeLessThan(1e-5);
    }
  });
});
