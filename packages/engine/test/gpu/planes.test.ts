import { expect, it } from 'vitest';
import { at, toByte } from '../../kernels/sampling.reference.js';
import { type Row, recoloring, rgbToYuvMatrix } from '../../src/frame/color-space.js';
import { PlaneUploader } from '../../src/frame/gpu/planes.js';
import { FrameTexture } from '../../src/gpu/memory.js';
import type { ColorSpace, Frame } from '../../src/index.js';
import { randomBytes } from '../kernels/workbench.js';
import { COLOR_SPACES } from '../support/colors.js';
import { frameOf } from '../support/frames.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { furthest, randomPixels, shapeOf, texels } from './support/frames.js';

/** The texture's contents after frames have been uploaded one after the other. */
async function uploaded(bench: Bench, frames: readonly Frame[], colorSpace?: ColorSpace, flip = false) {
  const [first] = frames;
  if (!first) throw new Error('No frame');
  const uploader = new PlaneUploader(bench.device, first, colorSpace);
  const target = new FrameTexture(bench.device, first, 'target');
  for (const frame of frames) {
    uploader.upload(frame);
    await bench.run((pass) => uploader.encode(pass, target, { x: flip, y: flip }));
  }
  return bench.pixels(target.texture);
}

describeOnGpu('frames uploaded to the GPU', (bench) => {
  for (const format of ['I420', 'NV12'] as const) {
    it(`of ${format}, of any size and stride, are unchanged`, async () => {
      for (const [width, height, padding] of [
        [96, 54, 0],
        [97, 55, 7],
        [1, 1, 0],
        [2, 3, 1],
      ] as const) {
        const pixels = randomPixels(width, height);
        const frame = frameOf(pixels, { format, padding });
        expect(furthest(await uploaded(bench, [frame]), texels(pixels))).toBe(0);
      }
    });
  }

  it('may change their format', async () => {
    const [first, second] = [randomPixels(34, 22, 1), randomPixels(34, 22, 2)];
    const frames = [frameOf(first), frameOf(second, { format: 'NV12' })];
    expect(furthest(await uploaded(bench, frames), texels(second))).toBe(0);
  });

  it('are flipped if requested', async () => {
    const pixels = randomPixels(31, 17);
    const turned = texels(pixels);
    const words = new Uint32Array(turned.buffer).reverse();
    const result = await uploaded(bench, [frameOf(pixels)], undefined, true);
    expect(furthest(result, new Uint8Array(words.buffer))).toBe(0);
  });

  it('are converted to another colour space like on the CPU, up to rounding', async () => {
    const pixels = randomPixels(48, 32);
    for (const to of COLOR_SPACES) {
      const change = recoloring(pixels.colorSpace, to);
      const before = texels(pixels);
      const expected = before.slice();
      for (let i = 0; change && i < expected.length; i += 4) {
        const [yy, yu, yv, y0, uu, uv, u0, vu, vv, v0] = change;
        const [y, u, v] = [at(before, i), at(before, i + 1), at(before, i + 2)];
        expected.set(
          [yy * y + yu * u + yv * v + y0, uu * u + uv * v + u0, vu * u + vv * v + v0].map(toByte),
          i,
        );
      }
      // If the sum is exactly at one half, float32 may round differently.
      expect(furthest(await uploaded(bench, [frameOf(pixels)], to), expected)).toBeLessThanOrEqual(1);
    }
  });

  it('of RGBA and BGRA are composited over black', async () => {
    const [width, height] = [33, 21];
    const data = Uint8Array.from({ length: width * height * 4 }, randomBytes(3));
    for (const format of ['RGBA', 'BGRA'] as const) {
      for (const colorSpace of COLOR_SPACES) {
        const planes = [{ data, stride: width * 4 }];
        const frame: Frame = { ...shapeOf(width, height), colorSpace, format, planes };
        const { yOffset, y, u, v } = rgbToYuvMatrix(colorSpace);
        const expected = new Uint8Array(data.length);
        for (let i = 0; i < data.length; i += 4) {
          const [red, blue] = format === 'RGBA' ? [i, i + 2] : [i + 2, i];
          const opacity = at(data, i + 3) / 255;
          const sum = (row: Row, offset: number) =>
            toByte(
              opacity * (row[0] * at(data, red) + row[1] * at(data, i + 1) + row[2] * at(data, blue)) +
                offset,
            );
          expected.set([sum(y, yOffset), sum(u, 128), sum(v, 128), 255], i);
        }
        expect(furthest(await uploaded(bench, [frame]), expected)).toBeLessThanOrEqual(1);
      }
    }
  });
});
