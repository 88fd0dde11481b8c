import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openBackground } from '../../src/background.js';
import { readOrientation } from '../../src/media/frames/orientation.js';
import { makeVideo, temporaryDirectory } from './make.js';

const at = temporaryDirectory();

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
