import { expect, it } from 'vitest';
import { soften } from '../../kernels/soften.reference.js';
import { classifyTiles } from '../../kernels/tiles.reference.js';
import { GpuEdgeSoftener } from '../../src/matting/gpu/softness.js';
import { GpuTileClassifier } from '../../src/matting/gpu/tile-classes.js';
import { randomBytes } from '../kernels/workbench.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { channel, matteTexture } from './support/textures.js';

/** A random matte, with a range of background and one of foreground. */
function matteOf(width: number, height: number): Uint8Array {
  const random = randomBytes(width);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = (i % width) / width;
    return x < 0.3 ? 0 : x > 0.6 ? 255 : random();
  });
}

async function classesOf(bench: Bench, matte: ReturnType<typeof matteTexture>): Promise<number[]> {
  const marker = new GpuTileClassifier(bench.device, matte);
  await bench.run((pass) => marker.encode(pass));
  const words = await bench.words(marker.tiles);
  return [...new Uint8Array(words.buffer)];
}

const SIZES = [
  [96, 54],
  [97, 55],
  [33, 16],
  [1, 1],
] as const;

describeOnGpu('soft edges', (bench) => {
  it('is exactly that of the reference, and does not change the mixture', async () => {
    for (const [width, height] of SIZES) {
      for (const radius of [1, 5, 16]) {
        const mixture = matteOf(width, height);
        const tiles = new Uint8Array(Math.ceil(width / 16) * Math.ceil(height / 16)).fill(1);
        const expected = new Uint8Array(width * height);
        soften(mixture, width, tiles, width, height, radius, 17 - radius, expected);
        const softener = new GpuEdgeSoftener(bench.device, matteTexture(bench, { width, height }, mixture), {
          across: radius,
          down: 17 - radius,
        });
        await bench.run((pass) => softener.encode(pass));
        const pixels = await bench.pixels(softener.matte.texture);
        expect(channel(pixels, 0)).toEqual(mixture);
        expect(channel(pixels, 1)).toEqual(expected);
      }
    }
  });
});

describeOnGpu('the tile classes of a matte', (bench) => {
  it('are exactly those of the reference, from alpha', async () => {
    for (const [width, height] of SIZES) {
      const alpha = matteOf(width, height);
      const mixture = alpha.map((value) => 255 - value);
      const classes = await classesOf(bench, matteTexture(bench, { width, height }, mixture, alpha));
      const expected = classifyTiles(alpha, width, width, height);
      expect(classes.slice(0, expected.length)).toEqual(expected);
    }
  });
});
