import { createPresenter, type PresenterOptions } from '@elsewhere/presenter';
import { expect, it } from 'vitest';
import { findModel } from '../../src/index.js';
import { GpuNetwork } from '../../src/network/gpu/network.js';
import { PLAIN, networkMemory, runModel } from '../network/support/network-kernels.js';
import { largestError, randomModel } from '../network/support/random-model.js';
import { bundledModel } from '../support/kernels.js';
import { describeOnGpu } from './support/device.js';

describeOnGpu('network', (bench) => {
  it.each(['selfie-landscape', 'selfie-square'].flatMap((id) => [false, true].map((h) => [id, h] as const)))('%s halves %s', async (id, halves) => {
    const model = findModel(id);
    const bytes = await bundledModel(id);
    const { width, height } = model.input;
    const { image } = await createPresenter({ width, height }).frame(20);
    const input = Float32Array.from(image.filter((_, i) => i % 4 < 3), (b) => b / 255);
    const [expected] = await runModel(PLAIN, bytes, input, networkMemory());
    let t = performance.now();
    const network = new GpuNetwork(bench.device, bytes, halves);
    console.log('create', performance.now() - t, network.dispatches);
    bench.device.queue.writeBuffer(network.input, 0, input);
    for (let i = 0; i < 3; i++) {
      t = performance.now();
      let out: GPUBuffer | undefined;
      bench.run((pass) => { out = network.encode(pass); });
      const actual = await bench.floats(out!);
      let max = 0, sum = 0;
      expected!.forEach((v, i) => { const d = Math.abs(v - actual[i]!); if (!(d <= max)) max = d; sum += d; });
      console.log('run', performance.now() - t, 'max', max, 'mean', sum / expected!.length);
      network.release();
    }
    network.dispose();
  });
  it('random', async () => {
    const t = performance.now();
    let worst = 0;
    for (let seed = 0; seed < 150; seed++) {
      const { bytes, input, outputs, names } = randomModel(seed * 7919, 1 + (seed % 12));
      const network = new GpuNetwork(bench.device, bytes, false);
      bench.device.queue.writeBuffer(network.input, 0, input);
      let out: GPUBuffer | undefined;
      bench.run((pass) => { out = network.encode(pass); });
      const actual = await bench.floats(out!);
      network.outputs.forEach(({ first }, i) => {
        const e = outputs[i]!;
        const error = largestError(actual.subarray(first, first + e.data.length), e);
        worst = Math.max(worst, error);
        if (!(error < 2e-4)) console.log('seed', seed, 'output', i, 'error', error, names.join('\n'));
      });
      network.dispose();
    }
    console.log('random', performance.now() - t, 'worst', worst);
  });
});
