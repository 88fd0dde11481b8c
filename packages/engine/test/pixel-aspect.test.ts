import { describe, expect, it } from 'vitest';
import { softReach } from '../src/matting/softness.js';
import { aspectOf } from '../src/segmentation/roi-selection.js';
import { pixelsOf } from './support/frames.js';
import { createTestPipeline } from './support/kernels.js';
import { DISC_BACKGROUNDS, discFrame, RASTERS, roundness, SPREADING } from './support/pixel-aspect.js';
import { constant, FakeSegmenter } from './support/segmenters.js';

const nobody = () => new FakeSegmenter(constant(0));

describe.each(RASTERS)('with pixels of $pixelAspectRatio at rotation $rotation', (raster) => {
  const { pixelAspectRatio, rotation } = raster;

  it.each([...DISC_BACKGROUNDS, ...SPREADING])('%s is round as displayed', async (_, background, slack) => {
    using pipeline = await createTestPipeline(nobody(), { background });
    const { frame, error } = await pipeline.process(discFrame(raster, 8), 0);
    expect(error).toBeUndefined();
    expect(frame).toMatchObject({ rotation, pixelAspectRatio });
    expect(Math.abs(roundness(pixelsOf(frame), pixelAspectRatio) - 1)).toBeLessThan(slack);
  });

  it('zooming keeps proportions', async () => {
    using pipeline = await createTestPipeline(nobody(), { background: { type: 'none' }, zoom: 2 });
    const { frame } = await pipeline.process(discFrame(raster, 30), 0);
    expect(Math.abs(roundness(pixelsOf(frame), pixelAspectRatio) - 1)).toBeLessThan(0.03);
  });

  it('frames that are scaled down keep proportions', async () => {
    const maxSize = { width: 200, height: 200 };
    using pipeline = await createTestPipeline(nobody(), { background: { type: 'none' }, maxSize });
    const { frame } = await pipeline.process(discFrame(raster, 60), 0);
    expect(frame.pixelAspectRatio).toBe(pixelAspectRatio);
    expect(Math.abs(roundness(pixelsOf(frame), pixelAspectRatio) - 1)).toBeLessThan(0.03);
  });
});

it('placeholders have the shape of the frames', async () => {
  using pipeline = await createTestPipeline(nobody(), { background: { type: 'color', color: 'red' } });
  const shape = discFrame({ width: 240, height: 180, pixelAspectRatio: 4 / 3, rotation: 90 }, 8);
  expect(pipeline.placeholder(shape, 0).frame.pixelAspectRatio).toBe(4 / 3);
});

it('edges are softened equally far in all directions as displayed', () => {
  const frame = { width: 720, height: 1080, pixelAspectRatio: 2 };
  expect(softReach(0.8, frame)).toEqual({ across: 5, down: 10 });
  expect(softReach(0.8, { width: 1440, height: 1080 })).toEqual({ across: 10, down: 10 });
  expect(softReach(0, frame)).toBeUndefined();
});

it('the network is selected by the shape of a region as displayed', () => {
  const region = { width: 120, height: 100 };
  expect([aspectOf(region, false, 4 / 3), aspectOf(region, true, 4 / 3)]).toEqual([1.6, 1 / 1.6]);
});
