import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { convert } from '@elsewhere/node';
import sharp from 'sharp';
import { makeVideo, pictures } from '../../packages/node/test/media/make.js';
import { assertNotRoom, assertOnly, assertPlain, outcomeOf, USED } from './check.js';
import type { Case } from './kind.js';
import { mutate } from './mutate.js';
import { writeNobody } from './nobody.js';

const [WIDTH, HEIGHT] = [96, 64];

/** A still picture with edges, in the formats that people have. */
async function samples(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) {
    mkdirSync(folder);
    const svg = Buffer.from(
      `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "x">]><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${WIDTH}" height="${HEIGHT}"><defs><g id="g"><circle cx="9" cy="9" r="8" fill="red"/></g></defs><rect width="50" height="64" fill="#226"/><use xlink:href="#g"/><text x="3" y="40">&a;</text><path d="M0 0L96 64" stroke="#fff" stroke-width="3"/></svg>`,
    );
    writeFileSync(join(folder, 'drawn.svg'), svg);
    const picture = () => sharp(svg);
    await picture().png().toFile(join(folder, 'p.png'));
    await picture()
      .flatten()
      .jpeg()
      .withExif({ IFD0: { Orientation: '6' } })
      .toFile(join(folder, 'p.jpg'));
    await picture().webp().toFile(join(folder, 'p.webp'));
    await picture().webp({ lossless: true }).toFile(join(folder, 'lossless.webp'));
    await picture().gif().toFile(join(folder, 'p.gif'));
    await picture().tiff().toFile(join(folder, 'p.tiff'));
    await picture().heif({ compression: 'av1' }).toFile(join(folder, 'p.avif'));
    for (const [name, encoder] of [
      ['p.bmp', 'bmp'],
      ['p.tga', 'targa'],
      ['p.jp2', 'jpeg2000'],
    ] as const) {
      try {
        makeVideo(join(folder, name), { encoder, picture: 'testsrc2=size=96x64:rate=1:duration=1' });
      } catch {
        // This FFmpeg does not write it.
      }
    }
  }
  return readdirSync(folder).map((name) => join(folder, name));
}

/** The room: stripes. */
const ROOM = `nullsrc=size=${WIDTH}x${HEIGHT}:rate=25:duration=0.12,geq=lum='if(mod(floor(X/8),2),40,210)':cb=128:cr=128`;

/** A damaged picture: half of them as inputs, half of them as backgrounds of a recording; nobody is found. */
export const image: Case = async (random, { shared, folder }) => {
  const [first = '', ...rest] = await samples(join(shared, 'image'));
  const path = random.pick(first, ...rest);
  const damaged = join(folder, `damaged${extname(path)}`);
  writeFileSync(damaged, mutate(random, readFileSync(path), [readFileSync(random.pick(first, ...rest))]));
  const model = writeNobody(folder);
  const results = join(folder, 'results');
  mkdirSync(results);
  if (random.fraction() < 0.5) {
    const output = join(results, 'result.png');
    const outcome = await outcomeOf(async () => {
      const background = { type: 'color', color: '#00b140' } as const;
      await convert(damaged, output, { model, background, backend: 'cpu' });
    });
    assertOnly(results, outcome === USED ? ['result.png'] : []);
    if (outcome === USED) assertPlain(await sharp(output).extractChannel(1).raw().toBuffer(), 4);
    return outcome;
  }
  const room = join(shared, 'room.mkv');
  if (!existsSync(room)) makeVideo(room, { picture: ROOM });
  const output = join(results, 'result.mkv');
  const outcome = await outcomeOf(async () => {
    await convert(room, output, { model, background: { type: 'image', source: damaged }, backend: 'cpu' });
  });
  assertOnly(results, outcome === USED ? ['result.mkv'] : []);
  if (outcome === USED) {
    const [before] = pictures(room);
    for (const { luma } of pictures(output)) assertNotRoom(luma, before?.luma ?? Buffer.alloc(0));
  }
  return outcome;
};
