import { createCpuBackend, type Frame, Pipeline, type Segmenter } from '@elsewhere/engine';
import { AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUVA444P10LE } from 'node-av/constants';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openBackground } from '../../src/background.js';
import { readOrientation } from '../../src/media/frames/orientation.js';
import { pixelAspectRatio } from '../../src/media/frames/pixel-aspect.js';
import { loadKernels } from '../../src/pipeline.js';
import { alphaOptions, makeVideo, temporaryDirectory } from './make.js';

const at = temporaryDirectory();

/** Finds nobody: the output is the background. */
const nobody: Segmenter = {
  ...{ width: 32, height: 32, valueRange: [0, 1], hasClasses: false },
  segment: async (_, { confidence }) => void confidence.fill(0),
  dispose() {},
};

function grey(width: number, height: number): Frame {
  const plane = (divisor: number) => ({
    data: new Uint8Array((width * height) / divisor ** 2).fill(128),
    stride: width / divisor,
  });
  return {
    ...{ format: 'I420', width, height, planes: [plane(1), plane(2), plane(2)] },
    ...{ colorSpace: { matrix: 'bt601', range: 'limited' }, rotation: 0 },
  };
}

describe('a background video', () => {
  /** Frame n has the luma 20 + 10 n. */
  const picture = "color=black:size=32x32:rate=10:duration=1,geq=lum='20+10*N':cb=128:cr=128";

  async function shown(path: string, times: readonly number[]): Promise<number[]> {
    const { background, dispose } = await openBackground({ type: 'video', source: path });
    if (background.type !== 'video') throw new Error('not a video');
    const { source } = background;
    const found = times.map((time) =>
      Math.round(((source.frameAt(time * 1e6)?.planes[0]?.data[0] ?? 0) - 20) / 10),
    );
    dispose();
    return found;
  }

  it('shows each frame at its time and starts again at its end', async () => {
    const path = makeVideo(at('loop.mkv'), { picture, encoder: 'ffv1' });
    const times = Array.from({ length: 35 }, (_, index) => index * 0.1 + 0.001);
    expect(await shown(path, times)).toEqual(times.map((_, index) => index % 10));
  });

  it('repeats frames, skips frames, and seeks back', async () => {
    const path = makeVideo(at('loop.mp4'), { picture, options: { preset: 'veryfast', qp: '0', bf: '2' } });
    expect(await shown(path, [0, 0.04, 0.09, 0.1, 0.55, 0.95, 0.25, 2.75, 0])).toEqual([
      0, 0, 0, 1, 5, 9, 2, 7, 0,
    ]);
  });
});

describe('a background video with alpha', () => {
  /** Magenta, opaque on the left and hidden on the right. */
  const picture =
    "color=magenta:size=64x32:rate=10:duration=0.3,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*lt(X,32)'";

  it.each([
    ['VP9', 'vp9.webm', 'libvpx-vp9', AV_PIX_FMT_YUVA420P],
    ['VP8', 'vp8.webm', 'libvpx', AV_PIX_FMT_YUVA420P],
    ['ProRes 4444', 'prores.mov', 'prores_ks', AV_PIX_FMT_YUVA444P10LE],
  ] as const)('shows black where it is transparent: %s', async (_, name, encoder, format) => {
    const path = makeVideo(at(name), { picture, encoder, format, options: alphaOptions(encoder) });
    const opened = await openBackground({ type: 'video', source: path });
    using pipeline = await Pipeline.create({
      backend: createCpuBackend({ kernels: await loadKernels(), segmenter: nobody }),
      background: opened.background,
    });
    const { frame: output, error } = await pipeline.process(grey(64, 32), 0);
    expect(error).toBeUndefined();
    const [y, u, v] = output.planes.map(({ data, stride }, plane) =>
      [8, 56].map((x) => data[plane === 0 ? 16 * stride + x : 8 * stride + x / 2] ?? -1),
    );
    // Magenta, then black. The encoders are not exact.
    expect(Math.abs((u?.[0] ?? 0) - 202)).toBeLessThan(14);
    expect(Math.abs((v?.[0] ?? 0) - 222)).toBeLessThan(14);
    expect([y?.[1], u?.[1], v?.[1]]).toEqual([16, 128, 128]);
    opened.dispose();
  });
});

describe('a background video whose pixels are not square', () => {
  it('has frames that say so, also when its container rotates it', async () => {
    const picture = 'color=black:size=32x24:rate=10:duration=0.2';
    const tags = { sampleAspectRatio: [4, 3] } as const;
    const turned = [0, 65_536, 0, -65_536, 0, 0, 0, 0, 1 << 30];
    for (const [name, matrix, expected] of [
      ['wide.mp4', undefined, 4 / 3],
      ['turned.mp4', turned, 3 / 4],
    ] as const) {
      const path = makeVideo(at(name), { picture, tags, ...(matrix && { matrix }) });
      const { background, dispose } = await openBackground({ type: 'video', source: path });
      if (background.type !== 'video') throw new Error('not a video');
      expect(background.source.frameAt(0)?.pixelAspectRatio).toBeCloseTo(expected, 9);
      dispose();
    }
  });

  it('means nothing where the ratio is absurd', () => {
    const ratios = [
      [0, 1],
      [1, 0],
      [1, 1000],
      [-4, 3],
      [16, 15],
    ] as const;
    expect(ratios.map(([num, den]) => pixelAspectRatio({ num, den }))).toEqual([1, 1, 1, 1, 16 / 15]);
  });
});

describe('a background image', () => {
  it('is upright, has alpha, and is no larger than needed', async () => {
    const jpeg = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    await sharp(jpeg).withMetadata({ orientation: 6 }).toFile(at('turned.jpg'));
    await sharp({ create: { width: 5000, height: 100, channels: 3, background: 'red' } })
      .png()
      .toFile(at('long.png'));
    const turned = await openBackground({ type: 'image', source: at('turned.jpg') });
    expect(turned.background).toMatchObject({ source: { width: 40, height: 60 } });
    expect(turned.background.type === 'image' && turned.background.source.data.length).toBe(40 * 60 * 4);
    const long = await openBackground({ type: 'image', source: at('long.png') });
    expect(long.background).toMatchObject({ source: { width: 4096, height: 82 } });
  });
});

describe('a display matrix', () => {
  const one = 65_536;
  const read = (a: number, b: number, c: number, d: number) => {
    const matrix = Buffer.alloc(36);
    [a, b, 0, c, d, 0, 0, 0, 16384].forEach(
      (value, index) => void matrix.writeInt32LE(value * one, index * 4),
    );
    const orientation = readOrientation(matrix);
    return orientation && [orientation.rotation, orientation.mirrored, orientation.chain];
  };
  it('gives rotation and mirroring', () => {
    expect(read(1, 0, 0, 1)).toBeUndefined();
    expect(readOrientation(null)).toBeUndefined();
    expect(read(0, 0, 0, 0)).toBeUndefined();
    expect(read(0, 1, -1, 0)).toEqual([90, false, 'transpose=clock']);
    expect(read(-1, 0, 0, -1)).toEqual([180, false, 'hflip,vflip']);
    expect(read(0, -1, 1, 0)).toEqual([270, false, 'transpose=cclock']);
    expect(read(-1, 0, 0, 1)).toEqual([0, true, 'hflip']);
  });
});
