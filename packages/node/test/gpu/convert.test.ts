import { type ConvertSettings, convert } from '@elsewhere/node';
import { AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { beforeAll, expect, it, vi } from 'vitest';
import { makeClip, tone } from '../../../cli/test/e2e/clips.js';
import { describeOnGpu } from '../../../engine/test/gpu/support/device.js';
import { runJob } from '../../src/worker/job.js';
import { FLAG } from '../../src/worker/protocol.js';
import { inspect, pictures, temporaryDirectory } from '../media/make.js';

const at = temporaryDirectory();
/** Small and lossless, with one network only, because the software GPU is slow. */
const OPTIONS: ConvertSettings = {
  background: { type: 'color', color: '#00b140' },
  quality: 'low',
  codec: 'ffv1',
};
const FRAMES = 6;

/** The mean difference of luma in each frame of two videos. */
function distances(one: string, other: string): readonly number[] {
  const others = pictures(other);
  return pictures(one).map(({ luma }, index) => {
    const there = others[index]?.luma ?? Buffer.alloc(0);
    return luma.reduce((sum, value, at) => sum + Math.abs(value - (there[at] ?? 0)), 0) / luma.length;
  });
}

function expectAlike(one: string, other: string): void {
  const apart = distances(one, other);
  expect(apart).toHaveLength(FRAMES);
  // LiteRT's two backends differ in the last digits of a confidence, and values near a threshold fall on either side.
  for (const mean of apart) expect(mean).toBeLessThan(1);
}

function soundOf(path: string): readonly string[] {
  return inspect(path)
    .streams.filter(({ type }) => type === AVMEDIA_TYPE_AUDIO)
    .flatMap(({ packets }) => packets.map(({ hash }) => hash));
}

describeOnGpu('a conversion on the GPU', () => {
  beforeAll(async () => {
    await makeClip(
      at('talk.mkv'),
      { width: 160, height: 90, frames: FRAMES },
      { audio: [tone(FRAMES / 25)] },
    );
    const { backend } = await convert(at('talk.mkv'), at('cpu.mkv'), { ...OPTIONS, backend: 'cpu' });
    expect(backend).toBe('cpu');
  });

  it('gives the same video as on the CPU, and does not change the audio', async () => {
    const report = await convert(at('talk.mkv'), at('gpu.mkv'), { ...OPTIONS, backend: 'gpu' });
    expect(report).toMatchObject({ backend: 'gpu', frames: FRAMES, warnings: [] });
    expect(report.statistics.frames).toBe(FRAMES);
    expectAlike(at('gpu.mkv'), at('cpu.mkv'));
    expect(soundOf(at('gpu.mkv'))).toEqual(soundOf(at('talk.mkv')));
  });

  it('continues on the CPU when the GPU is lost', async () => {
    const { requestDevice } = GPUAdapter.prototype;
    let device: GPUDevice | undefined;
    vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (
      this: GPUAdapter,
      ...options
    ) {
      device = await requestDevice.apply(this, options);
      return device;
    });
    const input = at('talk.mkv');
    const output = at('lost.mkv');
    const flags = new Int32Array(Object.keys(FLAG).length);
    const settings: ConvertSettings = { ...OPTIONS, backend: 'gpu' };
    const { backend, frames, warnings } = await runJob(
      { input, output, part: output, settings, flags },
      ({ frames: done }) => {
        if (done >= 2) device?.destroy();
      },
    );
    vi.restoreAllMocks();
    expect({ backend, frames }).toEqual({ backend: 'cpu', frames: FRAMES });
    expect(warnings).toEqual([
      { code: 'GPU_FAILED', message: expect.stringMatching(/^The GPU failed .* the CPU was used\.$/) },
    ]);
    expectAlike(at('lost.mkv'), at('cpu.mkv'));
    expect(soundOf(at('lost.mkv'))).toEqual(soundOf(at('talk.mkv')));
  });
});
