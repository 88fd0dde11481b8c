import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Clip, makeClip } from './clips.js';
import { convert, elsewhere, newDirectory } from './command.js';
import { type DecodedFrame, decode } from './inspect.js';
import { difference, greyOf, overlap } from './samples.js';

const MEDIA =
  process.env['ELSEWHERE_MEDIA'] ?? fileURLToPath(new URL('../../../../../shared/media', import.meta.url));
const DEEPLAB = join(MEDIA, 'models/deeplabv3_257_mv_gpu.tflite');
const FRAMES = 6;

let directory: string;
let talk: Clip;
let alpha: Uint8Array;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = newDirectory();
  talk = await makeClip(at('talk.mp4'), { frames: FRAMES, waving: 'never', room: 'wall' });
  ({ alpha } = await talk.presenter.frame(FRAMES - 1));
});

/** The last frame of a stage, lossless. */
async function show(stage: string, ...options: string[]): Promise<DecodedFrame> {
  const output = at(`${[stage, ...options].join('').replace(/[^\w]/g, '')}.mkv`);
  await convert(talk.path, output, ['--stage', stage, '--codec', 'ffv1', ...options]);
  const frame = decode(output)[FRAMES - 1];
  if (!frame) throw new Error('too few frames');
  return frame;
}

const BLUE = ['-b', '#1e90ff'];

describe('the stages', () => {
  test('mask is white where the person is, and black elsewhere', async () => {
    const grey = greyOf(await show('mask'));
    expect(new Set(grey)).toEqual(new Set([0, 255]));
    expect(overlap(grey, alpha)).toBeGreaterThan(0.93);
  });

  test('matte is close to the exact alpha, with soft edges', async () => {
    const grey = greyOf(await show('matte'));
    expect(overlap(grey, alpha)).toBeGreaterThan(0.93);
    expect(difference(grey, alpha)).toBeLessThan(0.02);
    expect(grey.some((value) => value > 60 && value < 200)).toBe(true);
  });

  test('segmentation is grey, at the resolution of the network', async () => {
    expect(overlap(greyOf(await show('segmentation')), alpha)).toBeGreaterThan(0.9);
  });

  test('foreground and backdrop add up to the composite with hard masks', async () => {
    const hard = ['--mask', 'hard', ...BLUE];
    const [foreground, backdrop, composite] = await Promise.all([
      show('foreground', ...hard),
      show('backdrop', ...hard),
      show('composite', ...hard),
    ]);
    // Black is 16 for luma and 128 for chroma. Chroma samples across an edge are rounded in both.
    const black = [16, 128, 128];
    for (const [index, base] of black.entries()) {
      const sum = foreground.planes[index]?.samples.map(
        (value, i) => value + (backdrop.planes[index]?.samples[i] ?? 0) - base,
      );
      const expected = composite.planes[index]?.samples;
      const worst = Math.max(...(sum ?? []).map((value, i) => Math.abs(value - (expected?.[i] ?? 0))));
      expect(worst).toBeLessThanOrEqual(index === 0 ? 0 : 1);
    }
  });
});

describe.skipIf(!existsSync(DEEPLAB))(
  'DeepLab v3 (needs ../shared/media, because it does not recognise drawings)',
  () => {
    const clip = join(MEDIA, 'video_with_alpha/motion_captain_720p');

    test('segmentation shows classes in the Pascal VOC colours: (192, 128, 128) for a person', async () => {
      const still = join(MEDIA, 'stills/tfjs_portrait/image/tfjs_portrait.jpg');
      await convert(still, at('classes.png'), ['-m', DEEPLAB, '--stage', 'segmentation']);
      const { data, info } = await sharp(at('classes.png'))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const middle = (Math.floor(info.height * 0.7) * info.width + (info.width >> 1)) * 3;
      const person = [192, 128, 128];
      person.forEach((value, i) => {
        expect(Math.abs((data[middle + i] ?? 0) - value)).toBeLessThanOrEqual(3);
      });
    });

    test("reproduces the article's method: hard masks of the network's classes", async () => {
      const output = at('article.mkv');
      const options = [
        '-m',
        DEEPLAB,
        '--mask',
        'hard',
        '--stage',
        'mask',
        '--codec',
        'ffv1',
        '--duration',
        '0.1',
      ];
      await convert(join(clip, 'video.mp4'), output, options);
      const grey = greyOf(decode(output)[0]);
      expect(new Set(grey)).toEqual(new Set([0, 255]));
      expect(overlap(grey, greyOf(decode(join(clip, 'alpha.mkv'), 1)[0]))).toBeGreaterThan(0.75);
    });

    test('keeps the requested classes only', async () => {
      const output = at('dogs.mkv');
      const options = ['-m', DEEPLAB, '-k', 'dog', '--stage', 'mask', '--codec', 'ffv1', '--duration', '0.1'];
      await convert(join(clip, 'video.mp4'), output, options);
      const grey = greyOf(decode(output)[0]);
      expect(grey.filter((value) => value > 0).length).toBeLessThan(grey.length * 0.02);
      const outcome = await elsewhere([talk.path, '-m', DEEPLAB, '-k', 'unicorn', '-o', at('x.mp4')]);
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toMatch(/unicorn.*person/);
    });
  },
);
