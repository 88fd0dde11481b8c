import { expect, it } from 'vitest';
import { smoothstep } from '../../kernels/confidence.reference.js';
import { groups, Kernel } from '../../src/gpu/kernel.js';
import { storage } from '../../src/gpu/memory.js';
import { PRE_CURVE } from '../../src/matting/constants.js';
import { describeOnGpu } from './support/device.js';

describeOnGpu('a kernel', (bench) => {
  it('computes what its reference says, with the numbers that it is given', async () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i / 999);
    const constants = { LOW: PRE_CURVE.low, HIGH: PRE_CURVE.high };
    const kernel = new Kernel(bench.device, 'matting/curve', { constants });
    const target = storage(bench.device, values.byteLength, 'curved');
    const bound = kernel.bind({ 1: bench.buffer(values), 2: target });
    bench.run((pass) => bound.run(pass, groups(values.length, 64)));
    const curved = await bench.floats(target);
    const furthest = Math.max(
      ...curved.map((value, i) => Math.abs(value - smoothstep(PRE_CURVE.low, PRE_CURVE.high, i / 999))),
    );
    expect(furthest).toBeLessThan(1e-6);
  });
});
