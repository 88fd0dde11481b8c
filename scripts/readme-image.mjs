// Renders docs/backgrounds.jpg, the image at the top of the README: node scripts/readme-image.mjs (after npm run build).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convert } from '@elsewhere/node';
import { createPresenter, framePng } from '@elsewhere/presenter';
import sharp from 'sharp';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const size = { width: 1280, height: 720 };
const [width, height, gap] = [560, 315, 6];

const directory = await mkdtemp(join(tmpdir(), 'elsewhere-image-'));
try {
  const [before, background] = [join(directory, 'before.png'), join(directory, 'background.png')];
  await writeFile(
    before,
    await framePng(createPresenter({ ...size, waving: 'always', seed: 1, room: 'kitchen' }), 40),
  );
  await writeFile(
    background,
    await framePng(createPresenter({ ...size, people: 0, room: 'living', seed: 2 }), 0),
  );
  const versions = {
    elsewhere: { background: { type: 'image', source: background } },
    blur: { background: { type: 'blur', strength: 0.6 } },
    matte: { stage: 'matte' },
  };
  const panels = [before];
  for (const [name, options] of Object.entries(versions)) {
    const panel = join(directory, `${name}.png`);
    await convert(before, panel, options);
    panels.push(panel);
  }
  const tiles = panels.map(async (panel, index) => ({
    input: await sharp(panel).resize(width, height).toBuffer(),
    left: (index % 2) * (width + gap),
    top: Math.floor(index / 2) * (height + gap),
  }));
  const canvas = { width: 2 * width + gap, height: 2 * height + gap, channels: 3, background: 'white' };
  await sharp({ create: canvas })
    .composite(await Promise.all(tiles))
    .jpeg({ quality: 84, mozjpeg: true })
    .toFile(join(root, 'docs/backgrounds.jpg'));
} finally {
  await rm(directory, { recursive: true });
}
