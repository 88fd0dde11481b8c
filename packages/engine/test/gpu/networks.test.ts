import { expect, it, vi } from 'vitest';
import { loadLiteRtInNode } from '../../../node/src/litert.js';
import { createGpuBackend } from '../../src/backend/gpu.js';
import { Commands } from '../../src/gpu/commands.js';
import { PlanesSink } from '../../src/gpu/sink.js';
import { findModel, Pipeline, type Segmentation } from '../../src/index.js';
import { createNetworkGpuSegmenter } from '../../src/network/gpu/segmenter.js';
import { createLiteRtGpuSegmenter } from '../../src/segmentation/gpu/litert.js';
import { range, shoot } from '../support/frames.js';
import { bundledModel, kernelModule, realSegmenter } from '../support/kernels.js';
import { BothBackends, distanceOf, FRAME_TIME, type Outputs } from './support/both-backends.js';
import { furthest } from './support/cells.js';
import { describeOnGpu } from './support/device.js';

describeOnGpu('real networks', (bench) => {
  it('give the same output on both backends', async () => {
    const scenes = await shoot({ width: 512, height: 288 }, [0, 6, 12]);
    const options = { quality: 'low', background: { type: 'transparent' } } as const;
    using backends = await BothBackends.create(bench, () => realSegmenter(), options);
    for (const [i, scene] of scenes.entries()) {
      const { luma, chroma, meanChroma, alpha } = distanceOf(await backends.process(scene, i * FRAME_TIME));
      expect(Math.max(luma, chroma, alpha)).toBeLessThanOrEqual(2);
      expect(meanChroma).toBeLessThan(0.01);
    }
  });

  it('give the same output for a still person when the region of interest is known', async () => {
    const scenes = await shoot(
      { width: 512, height: 288 },
      range(8).map(() => 0),
    );
    const options = { quality: 'medium', background: { type: 'transparent' } } as const;
    const close = () => realSegmenter('selfie-square');
    using backends = await BothBackends.create(bench, () => realSegmenter(), options, close);
    const outputs: Outputs[] = [];
    for (const [i, scene] of scenes.entries()) outputs.push(await backends.process(scene, i * FRAME_TIME));
    const { luma, chroma, meanChroma, alpha } = distanceOf(...outputs.slice(-3));
    // The CPU uses the region a frame earlier, so the temporally filtered edge differs slightly for a while.
    expect(luma).toBeLessThanOrEqual(12);
    expect(chroma).toBeLessThanOrEqual(4);
    expect(meanChroma).toBeLessThan(0.01);
    expect(alpha).toBeLessThanOrEqual(48);
  });

  it('are submitted with the rest of the frame, in 43 dispatches', async () => {
    const { device } = bench;
    const scenes = await shoot({ width: 96, height: 54 }, [0, 1]);
    const sink = new PlanesSink(device, 'I420');
    const model = findModel('selfie-landscape');
    const segmenter = await createNetworkGpuSegmenter({ device, model, bytes: await bundledModel(model.id) });
    const backend = createGpuBackend({ device, kernels: kernelModule, segmenter, sink });
    const pipeline = await Pipeline.create({
      backend,
      background: { type: 'color', color: 'red' },
      quality: 'low',
    });
    const networks = vi.spyOn(segmenter, 'segment');
    const submit = vi.spyOn(device.queue, 'submit');
    const dispatch = vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups');
    const counts: number[] = [];
    for (const [i, { frame }] of scenes.entries()) {
      await pipeline.process(frame, i * FRAME_TIME);
      counts.push(networks.mock.calls.length, submit.mock.calls.length, dispatch.mock.calls.length);
      vi.clearAllMocks();
    }
    // 36 are the pipeline's own.
    expect(counts).toEqual([1, 1, 79, 1, 1, 79]);
    vi.restoreAllMocks();
    pipeline.dispose();
    sink.dispose();
  });

  it('have the same confidence map with LiteRT on the GPU as on the CPU', async () => {
    const model = findModel('selfie-landscape');
    const [runtime, bytes] = await Promise.all([loadLiteRtInNode(), bundledModel(model.id)]);
    const theirs = await createLiteRtGpuSegmenter({ runtime, device: bench.device, model, bytes });
    const ours = await realSegmenter(model.id);
    const pixels = ours.width * ours.height;
    const input = Float32Array.from({ length: pixels * 3 }, (_, i) => (1 + Math.sin(i / 700)) / 2);
    const found: Segmentation = {
      confidence: new Float32Array(pixels),
      classes: new Uint8Array(pixels),
      kept: new Uint8Array(pixels),
    };
    await ours.segment(input, found);
    bench.device.queue.writeBuffer(theirs.input, 0, input);
    const commands = new Commands(bench.device, () => {});
    const output = await bench.floats(await theirs.segment(commands));
    commands.dispose();
    // Float32 on both, with sums in another order.
    expect(furthest(output.subarray(0, pixels), found.confidence)).toBeLessThan(1e-3);
    ours.dispose();
    theirs.dispose();
  });
});
