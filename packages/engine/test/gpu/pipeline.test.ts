import { expect, it } from 'vitest';
import { GpuPipeline } from '../../src/gpu/pipeline.js';
import { PlanesSink } from '../../src/gpu/planes-sink.js';
import { type Background, Pipeline } from '../../src/index.js';
import { wasm } from '../kernels/workbench.js';
import { pixelsOf, shoot } from '../support/frames.js';
import { ExactSegmenter } from '../support/segmenters.js';
import { BridgedSegmenter } from './support/bridge.js';
import { describeOnGpu } from './support/device.js';

describeOnGpu('the pipeline', (bench) => {
  it('gives the picture of the CPU', async () => {
    const shots = await shoot({ width: 320, height: 180 }, [0, 1, 2, 3]);
    const background: Background = { type: 'color', color: '#00b140' };
    const [cpuEyes, gpuEyes] = [new ExactSegmenter(), new ExactSegmenter()];
    const cpu = await Pipeline.create({ kernels: wasm, segmenter: cpuEyes, background });
    const gpu = await GpuPipeline.create({
      device: bench.device,
      kernels: wasm,
      segmenter: new BridgedSegmenter(bench.device, gpuEyes),
      background,
    });
    const sink = new PlanesSink(bench.device, 'I420');
    for (const [i, { frame, upright }] of shots.entries()) {
      cpuEyes.truth = upright;
      gpuEyes.truth = upright;
      const expected = pixelsOf((await cpu.process(frame, i * 33_333)).frame);
      const t = performance.now();
      const actual = pixelsOf(await gpu.process(frame, i * 33_333, sink));
      const diffs = expected.y.map((v, k) => Math.abs(v - (actual.y[k] ?? 0)));
      const mean = diffs.reduce((a, b) => a + b, 0) / diffs.length;
      console.log(i, mean, Math.max(...diffs), diffs.filter((d) => d > 8).length, performance.now() - t);
    }
    expect(1).toBe(1);
    cpu.dispose();
    gpu.dispose();
  });
});
