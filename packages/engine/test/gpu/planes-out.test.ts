import { expect, it } from 'vitest';
import { yuvToRgb } from '../../src/frame/color-space.js';
import { CanvasPainter } from '../../src/frame/gpu/canvas.js';
import { PlaneReader } from '../../src/frame/gpu/planes-out.js';
import { FrameTexture, TEXTURE } from '../../src/gpu/memory.js';
import type { Frame } from '../../src/index.js';
import { randomBytes } from '../kernels/workbench.js';
import { COLOR_SPACES } from '../support/colors.js';
import { at, largestDifference, pixelsOf } from '../support/frames.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { furthest, planesOf, shapeOf } from './support/frames.js';

function randomTexels(width: number, height: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: width * height * 4 }, randomBytes(seed));
}

/** Submits the readback of a frame. */
async function send({ device, compiled }: Bench, reader: PlaneReader, frame: FrameTexture): Promise<void> {
  await compiled();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  reader.encode(pass, frame);
  pass.end();
  reader.copy(encoder);
  device.queue.submit([encoder.finish()]);
}

describeOnGpu('frames read back from the GPU', (bench) => {
  it('have the planes of their pixels, chroma as the mean of each 2x2', async () => {
    for (const [width, height] of [
      [96, 54],
      [97, 55],
      [1, 1],
      [3, 2],
    ] as const) {
      const texture = new FrameTexture(bench.device, shapeOf(width, height), 'frame');
      const texels = randomTexels(width, height, 7);
      bench.fill(texture.texture, texels);
      for (const format of ['I420', 'I420A'] as const) {
        const reader = new PlaneReader(bench.device, texture, format);
        await send(bench, reader, texture);
        const frame = await reader.read();
        expect(frame.format).toBe(format);
        const expected = planesOf(texels, width, height);
        const alpha = format === 'I420A' ? expected.alpha : undefined;
        expect(largestDifference(pixelsOf(frame), { ...expected, alpha })).toBe(0);
      }
    }
  });

  it('are read while the next is computed', async () => {
    const texture = new FrameTexture(bench.device, shapeOf(32, 16), 'frame');
    const reader = new PlaneReader(bench.device, texture, 'I420');
    let before: Frame | undefined;
    for (let seed = 1; seed < 5; seed++) {
      const texels = randomTexels(32, 16, seed);
      bench.fill(texture.texture, texels);
      await send(bench, reader, texture);
      // The previous result is still valid.
      if (before) {
        const expected = planesOf(randomTexels(32, 16, seed - 1), 32, 16);
        expect(largestDifference(pixelsOf(before), { ...expected, alpha: undefined })).toBe(0);
      }
      before = await reader.read();
    }
  });
});

describeOnGpu('frames on a canvas', (bench) => {
  it('have their colours, premultiplied', async () => {
    const [width, height] = [37, 19];
    for (const colorSpace of COLOR_SPACES) {
      const frame = new FrameTexture(bench.device, { ...shapeOf(width, height), colorSpace }, 'frame');
      const texels = randomTexels(width, height, 9);
      bench.fill(frame.texture, texels);
      const canvas = bench.device.createTexture({
        size: [width, height],
        format: 'rgba8unorm',
        usage: TEXTURE.RENDER_ATTACHMENT | TEXTURE.COPY_SRC,
      });
      const painter = new CanvasPainter(bench.device, 'rgba8unorm', colorSpace);
      await bench.compiled();
      const encoder = bench.device.createCommandEncoder();
      painter.paint(encoder, frame, canvas.createView());
      bench.device.queue.submit([encoder.finish()]);
      const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb(colorSpace);
      const expected = new Uint8Array(texels.length);
      for (let i = 0; i < texels.length; i += 4) {
        const [y, u, v, a] = [
          at(texels, i) - yOffset,
          at(texels, i + 1) - 128,
          at(texels, i + 2) - 128,
          at(texels, i + 3),
        ];
        const rgb = [rv * v, gu * u + gv * v, bu * u].map(
          (c) => a * Math.min(1, Math.max(0, yScale * y + c)),
        );
        expected.set([...rgb.map(Math.round), a], i);
      }
      expect(furthest(await bench.pixels(canvas), expected)).toBeLessThanOrEqual(1);
    }
  });
});
