import { expect, it } from 'vitest';
import { only, range } from '../support/frames.js';
import { DISC_BACKGROUNDS, discFrame, RASTERS, roundness, SPREADING } from '../support/pixel-aspect.js';
import { constant, FakeSegmenter } from '../support/segmenters.js';
import { BothBackends, distanceOf } from './support/both-backends.js';
import { describeOnGpu } from './support/device.js';

describeOnGpu('pixels that are not square, on the GPU', (bench) => {
  // One backend for all backgrounds of a raster: opening one takes longer than a frame.
  it.each(RASTERS.slice(1, 3))('backgrounds are round as displayed: $pixelAspectRatio', async (raster) => {
    const { pixelAspectRatio, rotation } = raster;
    const background = { type: 'color', color: 'black' } as const;
    using both = await BothBackends.create(bench, () => new FakeSegmenter(constant(0)), { background });
    for (const [name, shown, slack] of [...DISC_BACKGROUNDS, ...SPREADING]) {
      both.setBackground(shown);
      const outputs = await both.process({ frame: discFrame(raster, 8) }, 0);
      expect(Math.abs(roundness(outputs.gpu, pixelAspectRatio) - 1), name).toBeLessThan(slack);
      expect(distanceOf(outputs).luma, name).toBeLessThanOrEqual(3);
    }
    const { frame } = await both.gpu.process(discFrame(raster, 8), 1);
    expect(frame).toMatchObject({ pixelAspectRatio, rotation });
  });

  it('soft edges are those of the CPU backend', async () => {
    const raster = only(RASTERS.slice(1));
    const half = () =>
      new FakeSegmenter(({ confidence }) => {
        for (const i of range(confidence.length)) confidence[i] = i % 64 < 32 ? 1 : 0;
      });
    const options = { background: { type: 'transparent' }, edgeSoftness: 1 } as const;
    using both = await BothBackends.create(bench, half, options);
    expect(distanceOf(await both.process({ frame: discFrame(raster, 8) }, 0)).alpha).toBeLessThanOrEqual(3);
  });
});
