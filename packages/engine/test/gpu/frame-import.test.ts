import { expect, it } from 'vitest';
import { resize } from '../../kernels/resample.reference.js';
import { FrameImporter } from '../../src/frame/frame-import.js';
import { GpuFrameImporter } from '../../src/frame/gpu/frame-import.js';
import { PlaneUploader } from '../../src/frame/gpu/planes.js';
import { GpuResizer } from '../../src/frame/gpu/resize.js';
import { Texture } from '../../src/gpu/memory.js';
import type { Frame, PixelSize, Rotation } from '../../src/index.js';
import { loadKernels } from '../../src/kernels/kernels.js';
import { randomBytes } from '../kernels/workbench.js';
import { frameOf, pixelsOf } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { furthest, planesOf, presenterPixels, randomPixels } from './support/frames.js';
import { channel } from './support/textures.js';

async function importedOnGpu(bench: Bench, frame: Frame, mirror: boolean, maxSize?: PixelSize) {
  const uploader = new PlaneUploader(bench.device, frame);
  const frameImport = new GpuFrameImporter(bench.device, frame, maxSize);
  uploader.upload(frame);
  await bench.run((pass) => frameImport.encode(pass, uploader, mirror));
  return planesOf(
    await bench.pixels(frameImport.frame.texture),
    frameImport.frame.width,
    frameImport.frame.height,
  );
}

async function importedOnCpu(frame: Frame, mirror: boolean, maxSize?: PixelSize) {
  const frameImport = new FrameImporter(await loadKernels(kernelModule), frame, maxSize);
  frameImport.write(frame, mirror);
  return pixelsOf(frameImport.frame.frame);
}

describeOnGpu('frame import on the GPU', (bench) => {
  it('mirrors like the CPU, also rotated frames', async () => {
    for (const rotation of [0, 90, 180, 270] as Rotation[]) {
      // With odd sides, mirroring would change which pixels share a chroma sample.
      const frame = frameOf(randomPixels(66, 38), { rotation });
      const expected = await importedOnCpu(frame, true);
      const { y, u, v } = await importedOnGpu(bench, frame, true);
      expect(Math.max(furthest(y, expected.y), furthest(u, expected.u), furthest(v, expected.v))).toBe(0);
    }
  });

  it('scales down like the CPU', async () => {
    const maxSize = { width: 120, height: 120 };
    const pixels = await presenterPixels(202, 114);
    for (const mirror of [false, true]) {
      for (const rotation of [0, 90] as const) {
        const frame = frameOf(pixels, { rotation });
        const expected = await importedOnCpu(frame, mirror, maxSize);
        const result = await importedOnGpu(bench, frame, mirror, maxSize);
        expect([result.width, result.height]).toEqual([expected.width, expected.height]);
        expect(furthest(result.y, expected.y)).toBeLessThanOrEqual(1);
        expect(furthest(result.u, expected.u)).toBeLessThanOrEqual(1);
        expect(furthest(result.v, expected.v)).toBeLessThanOrEqual(1);
      }
    }
  });
});

describeOnGpu('resizing', (bench) => {
  it('agrees with the reference for any part and size', async () => {
    const [width, height] = [53, 41];
    const source = new Texture(bench.device, { width, height }, 'source');
    const texels = Uint8Array.from({ length: width * height * 4 }, randomBytes(5));
    bench.fill(source.texture, texels);
    for (const [x, y, w, h, targetWidth, targetHeight] of [
      [0, 0, 53, 41, 53, 41],
      [0, 0, 53, 41, 20, 11],
      [3.25, 7.5, 20.5, 12.75, 64, 48],
      [-10, -4.5, 80, 60, 33, 70],
      [60, 10, 20, 20, 9, 9],
      [0, 0, 53, 41, 1, 1],
    ] as const) {
      const target = new Texture(bench.device, { width: targetWidth, height: targetHeight }, 'target');
      const resizer = new GpuResizer(bench.device, target);
      await bench.run((pass) => resizer.encode(pass, source, { x, y, width: w, height: h }));
      const result = await bench.pixels(target.texture);
      for (const index of [0, 1, 2, 3] as const) {
        const expected = new Uint8Array(targetWidth * targetHeight);
        resize(
          channel(texels, index),
          width,
          width,
          height,
          x,
          y,
          w,
          h,
          expected,
          targetWidth,
          targetWidth,
          targetHeight,
        );
        expect(furthest(channel(result, index), expected)).toBeLessThanOrEqual(1);
      }
    }
  });
});
