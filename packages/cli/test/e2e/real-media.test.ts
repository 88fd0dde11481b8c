import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { convert, newDirectory } from './command.js';
import { type DecodedFrame, decode, inspect } from './inspect.js';
import { difference, expectColor, greyOf, LEFT_CORNER, lumaDifference, overlap } from './samples.js';

const MEDIA =
  process.env['ELSEWHERE_MEDIA'] ?? fileURLToPath(new URL('../../../../../shared/media', import.meta.url));

describe.skipIf(!existsSync(MEDIA))(
  'real people (need ../shared/media, which is not in the repository)',
  () => {
    const media = (name: string) => join(MEDIA, name);
    const fresh = (name: string) => join(newDirectory(), name);

    test('the matte of a keyed video is close to the exact one, and shifted mattes are not', async () => {
      const output = fresh('matte.mkv');
      const clip = 'video_with_alpha/keyed_d0_man';
      await convert(media(`${clip}/video.mp4`), output, [
        '--stage',
        'matte',
        // The bounds were measured with it; with `high` the overlap is 0.929.
        '--quality',
        'medium',
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
      // A matte that is shifted by a tenth of the width, inverted or empty is far beyond these bounds.
      const shifted = (matte: Uint8Array) => matte.map((_, index) => matte[index - 51] ?? 0);
      expect(score(overlap, shifted)).toBeLessThan(0.9);
      expect(score(overlap, (matte) => matte.map((value) => 255 - value))).toBeLessThan(0.1);
      expect(score(overlap, (matte) => matte.map(() => 0))).toBe(0);
    });

    test('the matte of a man in front of a bright door is close to the exact one', async () => {
      const output = fresh('matte.mkv');
      const clip = 'video_with_alpha/motion_captain_720p';
      const options = ['--stage', 'matte', '--codec', 'ffv1', '--duration', '0.2'];
      await convert(media(`${clip}/video.mp4`), output, options);
      const found = decode(output);
      const known = decode(media(`${clip}/alpha.mkv`), 6);
      expect(found).toHaveLength(6);
      // Measured: 0.99.
      for (const [index, frame] of found.entries())
        expect(overlap(greyOf(frame), alphaOf(known[index]))).toBeGreaterThan(0.96);
    });

    test('an upright phone video keeps its aspect ratio and its audio, and gets an image background', async () => {
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

    test('a part of a webcam recording in webm keeps every frame and its timestamps', async () => {
      const [input, output] = [media('videos/simpl/webrtc_2.webm'), fresh('out.webm')];
      const done = await convert(input, output, ['-b', '#00b140', '--start', '10', '--duration', '0.5']);
      const decoded = decode(output);
      expect(decoded).toHaveLength(done.frames);
      expect(done.frames).toBeGreaterThanOrEqual(12);
      expect(decoded[0]?.time).toBeLessThan(0.04);
      expectColor(decoded[5], { ...LEFT_CORNER, x: 0.45 }, [0, 177, 64], 10);
    });

    test('the background none changes nothing', async () => {
      const [input, output] = [media('videos/intel/asl_bird.mkv'), fresh('out.mkv')];
      const done = await convert(input, output, ['-b', 'none', '--codec', 'ffv1']);
      const [before, after] = [decode(input), decode(output)];
      expect(done.frames).toBe(63);
      expect(after).toHaveLength(before.length);
      for (const index of [0, 31, 62]) expect(lumaDifference(after[index], before[index])).toBe(0);
    });
  },
);

/** Alpha that is stored as a grey video uses the full range, whatever its tags say. */
function alphaOf(frame: DecodedFrame | undefined): Uint8Array {
  const samples = frame?.planes[0]?.samples;
  if (!(samples instanceof Uint8Array)) throw new Error('no alpha');
  return samples;
}
