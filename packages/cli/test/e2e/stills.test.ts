import { join } from 'node:path';
import { createPresenter } from '@elsewhere/presenter';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { convert, newDirectory } from './command.js';
import { overlap } from './samples.js';

const [WIDTH, HEIGHT] = [321, 181];
const GREEN = [46, 139, 87];

let directory: string;
let alpha: Uint8Array;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = newDirectory();
  const frame = await createPresenter({ width: WIDTH, height: HEIGHT, room: 'wall', waving: 'never' }).frame(
    0,
  );
  ({ alpha } = frame);
  const still = () =>
    sharp(frame.image, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } }).removeAlpha();
  await still().png().toFile(at('me.png'));
  await still().jpeg({ quality: 95 }).toFile(at('me.jpg'));
  await still().webp({ quality: 95 }).toFile(at('me.webp'));
  await still().greyscale().jpeg({ quality: 95 }).toFile(at('grey.jpg'));
  // As a camera that is held upright stores it: rotated, with an orientation tag.
  await still().rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toFile(at('turned.jpg'));
});

describe('an image', () => {
  test.each(['me.png', 'me.jpg', 'me.webp', 'grey.jpg', 'turned.jpg'])('%s', async (name) => {
    const own = name.replace(/.*\./, '');
    for (const extension of name === 'me.png' ? ['png', 'jpg', 'webp'] : [own]) {
      const output = at(`${name}.${extension}`);
      expect(await convert(at(name), output, ['-b', 'seagreen'])).toMatchObject({ frames: 1 });
      const { data, info } = await sharp(output)
        .rotate()
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([WIDTH, HEIGHT]);
      const corner = (5 * WIDTH + 5) * 3;
      for (const [i, value] of GREEN.entries()) {
        expect(Math.abs((data[corner + i] ?? 0) - value)).toBeLessThanOrEqual(4);
      }
    }
  });

  test('has alpha with a transparent background', async () => {
    for (const extension of ['png', 'webp']) {
      const output = at(`cut-out.${extension}`);
      await convert(at('me.png'), output, ['-b', 'transparent']);
      const { data, info } = await sharp(output).raw().toBuffer({ resolveWithObject: true });
      expect(info.channels).toBe(4);
      expect(
        overlap(
          data.filter((_, i) => i % 4 === 3),
          alpha,
        ),
      ).toBeGreaterThan(0.93);
    }
  });
});
