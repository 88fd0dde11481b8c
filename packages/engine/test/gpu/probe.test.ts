import { expect, it } from 'vitest';
import { ColorProbe } from '../../src/compositing/color-samples.js';
import { GpuColorProbe, samplesOf } from '../../src/compositing/gpu/probe.js';
import { FrameMemory } from '../../src/frame/frame-memory.js';
import { Matte } from '../../src/matting/matte.js';
import { kernelsForTests } from '../kernels/workbench.js';
import { pixelsOf, shoot } from '../support/frames.js';
import { describeOnGpu } from './support/device.js';
import { channelsOf, frameTexture, matteTexture } from './support/textures.js';

describeOnGpu('the colour samples of person and backdrop', (bench) => {
  it('are exactly those of the CPU backend', async () => {
    const kernels = await kernelsForTests();
    for (const [width, height] of [
      [96, 54],
      [131, 77],
    ] as const) {
      const [shot, other] = await shoot({ width, height }, [20, 90]);
      if (!shot || !other) throw new Error('No shot');
      const [source, backdrop] = [shot, other].map(({ frame }) => {
        const memory = new FrameMemory(kernels, frame, 'I420');
        memory.write(frame);
        return memory;
      });
      if (!source || !backdrop) throw new Error('No frames');
      const matte = new Matte(kernels, width, height, false);
      matte.mixture.write({ data: shot.alpha, stride: width });
      const expected = new ColorProbe().sample(source, matte, backdrop);

      const texture = ({ frame }: typeof shot) => frameTexture(bench, frame, channelsOf(pixelsOf(frame)));
      const probe = new GpuColorProbe(bench.device);
      const [seen, mask, behind] = [texture(shot), matteTexture(bench, source, shot.alpha), texture(other)];
      await bench.run((pass) => probe.encode(pass, seen, mask, behind));
      const { buffer } = await bench.words(probe.samples);
      if (!(buffer instanceof ArrayBuffer)) throw new Error('No bytes');
      expect(samplesOf(buffer, source.colorSpace)).toEqual(expected);
    }
  });
});
