import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { convert, newDirectory } from './command.js';
import { decode, inspect, type Picture } from './inspect.js';
import { difference, expectColor, greyOf, LEFT_CORNER, lumaDifference, overlap } from './pictures.js';

const MEDIA =
  process.env['ELSEWHERE_MEDIA'] ?? fileURLToPath(new URL('../../../../../shared/media', import.meta.url));

describe.skipIf(!existsSync(MEDIA))(
  'real people (need ../shared/media, which is not in the repository)',
  () => {
    const media = (name: string) => join(MEDIA, name);
    const fresh = (name: string) => join(newDirectory(), name);

    test("a keyed man's matte, and what it would be if it lay elsewhere", async () => {
      const output = fresh('matte.mkv');
      const clip = 'video_with_alpha/keyed_d0_man';
      await convert(media(`${clip}/video.mp4`), output, [
        '--stage',
        'matte',
        '--codec',
        'ffv1',
        '--duration',
        '1',
      ]);
      const [found, known] = [decode(output), decode(media(`${clip}/alpha.mkv`), 25)];
      expect(found).toHaveLength(25);
      const at = [0, 5, 12, 24];
      const score = (
        compare: (a: Uint8Array, b: Uint8Array) => number,
        change = (matte: Uint8Array) => matte,
      ) =>
        at
          .map((index) => compare(change(greyOf(found[index])), alphaOf(known[index])))
          .reduce((sum, one) => sum + one) / at.length;
      expect(score(overlap)).toBeGreaterThan(0.93);
      // Measured: 0.032.
      expect(score(difference)).toBeLessThan(0.045);
      // Shifted by a tenth of the width, inverted, empty: far beyond these bounds.
      const shifted = (matte: Uint8Array) => matte.map((_, place) => matte[place - 51] ?? 0);
      expect(score(overlap, shifted)).toBeLessThan(0.9);
      expect(score(overlap, (matte) => matte.map((value) => 255 - value))).toBeLessThan(0.1);
      expect(score(overlap, (matte) => matte.map(() => 0))).toBe(0);
    });

    test('a matte of a man before a bright door is close to the exact one', async () => {
      const output = fresh('matte.mkv');
      const clip = 'video_with_alpha/motion_captain_720p';
      const options = ['--stage', 'matte', '--codec', 'ffv1', '--duration', '0.2'];
      await convert(media(`${clip}/video.mp4`), output, options);
      const found = decode(output);
      const known = decode(media(`${clip}/alpha.mkv`), 6);
      expect(found).toHaveLength(6);
      // Measured: 0.99.
      for (const [index, picture] of found.entries())
        expect(overlap(greyOf(picture), alphaOf(known[index]))).toBeGreaterThan(0.96);
    });

    test('an upright telephone video keeps its shape and its sound, and gets a picture behind', async () => {
      const [input, output] = [media('videos/liveportrait/d13.mp4'), fresh('out.mp4')];
      const options = [
        '-b',
        media('backgrounds/line_nature01.jpg'),
        '--duration',
        '0.6',
        '--preset',
        'ultrafast',
      ];
      const done = await convert(input, output, options);
      expect(done).toMatchObject({ frames: 18, width: 720, height: 1280, warnings: [] });
      const [before, after] = [inspect(input), inspect(output)];
      expect(after.audio.map(({ codec }) => codec)).toEqual(before.audio.map(({ codec }) => codec));
      expect(decode(output)).toHaveLength(18);
    });

    test('a webcam in webm, from its middle: every frame, the same times', async () => {
      const [input, output] = [media('videos/simpl/webrtc_2.webm'), fresh('out.webm')];
      const done = await convert(input, output, ['-b', '#00b140', '--start', '10', '--duration', '0.5']);
      const pictures = decode(output);
      expect(pictures).toHaveLength(done.frames);
      expect(done.frames).toBeGreaterThanOrEqual(12);
      expect(pictures[0]?.time).toBeLessThan(0.04);
      expectColor(pictures[5], { ...LEFT_CORNER, x: 0.45 }, [0, 177, 64], 10);
    });

    test('no background is taken away by none', async () => {
      const [input, output] = [media('videos/intel/asl_bird.mkv'), fresh('out.mkv')];
      const done = await convert(input, output, ['-b', 'none', '--codec', 'ffv1']);
      const [before, after] = [decode(input), decode(output)];
      expect(done.frames).toBe(63);
      expect(after).toHaveLength(before.length);
      for (const index of [0, 31, 62]) expect(lumaDifference(after[index], before[index])).toBe(0);
    });
  },
);

/** Alpha that is stored as a grey video fills all its values, whatever its tags say. */
function alphaOf(picture: Picture | undefined): Uint8Array {
  const samples = picture?.planes[0]?.samples;
  if (!(samples instanceof Uint8Array)) throw new Error('no alpha');
  return samples;
}
