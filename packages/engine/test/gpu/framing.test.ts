import { expect, it } from 'vitest';
import { copyPlane } from '../../src/frame/frame.js';
import { FrameMemory } from '../../src/frame/frame-memory.js';
import { CropChooser } from '../../src/framing/chooser.js';
import { FramingStage } from '../../src/framing/cpu.js';
import { GpuFramer } from '../../src/framing/gpu/framer.js';
import { GpuFramingStage } from '../../src/framing/gpu/stage.js';
import { Commands } from '../../src/gpu/commands.js';
import type { Rotation } from '../../src/index.js';
import { loadKernels } from '../../src/kernels/kernels.js';
import { Matte } from '../../src/matting/matte.js';
import { pixelsOf, shoot } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { describeOnGpu } from './support/device.js';
import { furthest, planesOf } from './support/frames.js';
import { channel, channelsOf, frameTexture, matteTexture } from './support/textures.js';

async function presenter(rotation: Rotation = 0) {
  const [shot] = await shoot({ width: 160, height: 96 }, [20], { rotation });
  if (!shot) throw new Error('No shot');
  return shot;
}

describeOnGpu('framing', (bench) => {
  it('crops frame and matte like the CPU', async () => {
    for (const rotation of [0, 90] as const) {
      const { frame, alpha } = await presenter(rotation);
      const { width, height } = frame;
      const kernels = await loadKernels(kernelModule);
      const source = new FrameMemory(kernels, frame, 'I420');
      source.write(frame);
      const matte = new Matte(kernels, width, height, false);
      matte.alpha.write({ data: alpha, stride: width });
      const framing = { zoom: 1.7, follow: false };
      const expected = new FramingStage(kernels, source, false).run(source, matte, framing, 0);

      const whole = {
        source: frameTexture(bench, frame, channelsOf(pixelsOf(frame))),
        matte: matteTexture(bench, frame, alpha),
      };
      const framer = new GpuFramer(bench.device, whole);
      const part = new CropChooser(frame).choose(new Uint8Array(), framing, 0);
      await bench.run((pass) => framer.encode(pass, part));
      const planes = planesOf(await bench.pixels(framer.framed.source.texture), width, height);
      const { y, u, v } = pixelsOf(expected.source.frame);
      const differences = [furthest(planes.y, y), furthest(planes.u, u), furthest(planes.v, v)];
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
      const framedAlpha = channel(await bench.pixels(framer.framed.matte.texture), 0);
      const expectedAlpha = new Uint8Array(width * height);
      const tight = { data: expectedAlpha, stride: width };
      copyPlane(expected.matte.alpha, tight, { rowBytes: width, rows: height });
      expect(furthest(framedAlpha, expectedAlpha)).toBeLessThanOrEqual(1);
    }
  });

  it('follows the person as soon as their position is known', async () => {
    const { frame } = await presenter();
    const { width, height } = frame;
    // The person is on the left.
    const alpha = Uint8Array.from({ length: width * height }, (_, i) => (i % width < width / 4 ? 255 : 0));
    const whole = {
      source: frameTexture(bench, frame, channelsOf(pixelsOf(frame))),
      matte: matteTexture(bench, frame, alpha),
    };
    const stage = new GpuFramingStage(bench.device, whole);
    const commands = new Commands(bench.device, () => {});
    await bench.compiled();
    const covered = async (timestamp: number) => {
      const { matte } = stage.encode(commands, { zoom: 1.5, follow: true }, timestamp);
      commands.finish();
      stage.afterSubmit();
      const shown = channel(await bench.pixels(matte.texture), 0);
      return shown.reduce((sum, value) => sum + value, 0) / shown.length / 255;
    };
    const before = await covered(0);
    for (let frames = 1; frames < 40; frames++) await covered(frames * 100_000);
    expect(await covered(4_000_000)).toBeGreaterThan(before + 0.1);
  });
});
