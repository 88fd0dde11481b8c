import { expect, it } from 'vitest';
import { loadLiteRtInNode } from '../../../node/src/litert.js';
import { findModel, type Segmentation } from '../../src/index.js';
import { createLiteRtGpuSegmenter } from '../../src/segmentation/gpu/litert.js';
import { range, shoot } from '../support/frames.js';
import { bundledModel, realSegmenter } from '../support/kernels.js';
import { describeOnGpu } from './support/device.js';
import { furthest } from './support/pictures.js';
import { BothWays, distanceOf, FRAME_TIME, type Pictures } from './support/ways.js';

describeOnGpu('real networks', (bench) => {
  it('see the same on both ways', async () => {
    const scenes = await shoot({ width: 512, height: 288 }, [0, 6, 12]);
    const options = { quality: 'low', background: { type: 'transparent' } } as const;
    using ways = await BothWays.create(bench, () => realSegmenter(), options);
    for (const [i, scene] of scenes.entries()) {
      const { luma, chroma, meanChroma, alpha } = distanceOf(await ways.show(scene, i * FRAME_TIME));
      expect(Math.max(luma, chroma, alpha)).toBeLessThanOrEqual(2);
      expect(meanChroma).toBeLessThan(0.01);
    }
  });

  it('see the same of somebody who keeps still, when the region is known', async () => {
    const scenes = await shoot(
      { width: 512, height: 288 },
      range(8).map(() => 0),
    );
    const options = { quality: 'medium', background: { type: 'transparent' } } as const;
    const close = () => realSegmenter('selfie-square');
    using ways = await BothWays.create(bench, () => realSegmenter(), options, close);
    const pictures: Pictures[] = [];
    for (const [i, scene] of scenes.entries()) pictures.push(await ways.show(scene, i * FRAME_TIME));
    const { luma, chroma, meanChroma, alpha } = distanceOf(...pictures.slice(-3));
    // The CPU saw the region a frame earlier; what was calmed over time differs a little at the edge for as long.
    expect(luma).toBeLessThanOrEqual(12);
    expect(chroma).toBeLessThanOrEqual(4);
    expect(meanChroma).toBeLessThan(0.01);
    expect(alpha).toBeLessThanOrEqual(48);
  });

  it('find the same on the GPU as on the CPU', async () => {
    const model = findModel('selfie-landscape');
    const [runtime, bytes] = await Promise.all([loadLiteRtInNode(), bundledModel(model.id)]);
    const theirs = await createLiteRtGpuSegmenter({ runtime, device: bench.device, model, bytes });
    const ours = await realSegmenter(model.id);
    const pixels = ours.width * ours.height;
    const picture = Float32Array.from({ length: pixels * 3 }, (_, i) => (1 + Math.sin(i / 700)) / 2);
    const found: Segmentation = {
      confidence: new Float32Array(pixels),
      classes: new Uint8Array(pixels),
      kept: new Uint8Array(pixels),
    };
    await ours.segment(picture, found);
    bench.device.queue.writeBuffer(theirs.input, 0, picture);
    const output = await bench.floats(await theirs.segment());
    // Float32 on both, in another order of sums.
    expect(furthest(output.subarray(0, pixels), found.confidence)).toBeLessThan(1e-3);
    ours.dispose();
    theirs.dispose();
  });
});
