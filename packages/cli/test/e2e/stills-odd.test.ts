import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPresenter } from '@elsewhere/presenter';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { contentsOf, convert, elsewhere, expectRefusal, newDirectory } from './command.js';
import { overlap } from './samples.js';

const [WIDTH, HEIGHT] = [320, 180];

let directory: string;
let alpha: Uint8Array;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = newDirectory();
  const frame = await createPresenter({ width: WIDTH, height: HEIGHT, room: 'wall', waving: 'never' }).frame(
    0,
  );
  ({ alpha } = frame);
  const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 4 as const } };
  const still = () => sharp(frame.image, raw).removeAlpha();
  await still().png().toFile(at('me.png'));
  await still().toColourspace('cmyk').jpeg({ quality: 95 }).toFile(at('cmyk.jpg'));
  await still().toColourspace('rgb16').png().toFile(at('deep.png'));
  await still().png({ palette: true, colours: 64 }).toFile(at('palette.png'));
  await still().resize(1, 1).png().toFile(at('one.png'));
  await still().resize(3, 400, { fit: 'fill' }).png().toFile(at('thin.png'));
  await still().resize(5120, 2880).jpeg({ quality: 60 }).toFile(at('huge.jpg'));
  await sharp(frame.foreground, raw).png().toFile(at('cut-out.png'));
  // The thumbnail that cameras embed in their files shows the camera background.
  await still()
    .withExif({ IFD0: { Artist: 'Somebody', Copyright: 'secret' } })
    .jpeg()
    .toFile(at('exif.jpg'));
});

/** The pixels of an image, and its size. */
async function read(
  path: string,
): Promise<{ data: Buffer; width: number; height: number; channels: number }> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

describe('an unusual image', () => {
  test.each([
    ['cmyk.jpg', WIDTH, HEIGHT],
    ['deep.png', WIDTH, HEIGHT],
    ['palette.png', WIDTH, HEIGHT],
    ['one.png', 1, 1],
    ['thin.png', 3, 400],
    ['huge.jpg', 5120, 2880],
    ['cut-out.png', WIDTH, HEIGHT],
  ] as const)('%s', async (name, width, height) => {
    const output = at(`out-${name.replace(/\..*/, '')}.png`);
    await convert(at(name), output, ['--stage', 'matte']);
    const { width: wide, height: high } = await sharp(output).metadata();
    expect([wide, high]).toEqual([width, height]);
    if (width < WIDTH) return;
    const matte = await sharp(output).resize(WIDTH, HEIGHT).extractChannel(0).raw().toBuffer();
    expect(overlap(matte, alpha)).toBeGreaterThan(0.9);
  });

  test('the metadata that the camera wrote is not in the result', async () => {
    await convert(at('exif.jpg'), at('clean.jpg'), ['-b', 'seagreen']);
    expect(readFileSync(at('exif.jpg'), 'latin1')).toContain('Somebody');
    expect(readFileSync(at('clean.jpg'), 'latin1')).not.toMatch(/Somebody|secret|Exif/);
  });

  test('the result has a default name, with a format that has alpha', async () => {
    const outcome = await elsewhere(['cmyk.jpg', '-b', 'transparent'], { cwd: directory });
    expect(outcome).toMatchObject({ code: 0, stdout: 'cmyk.elsewhere.png\n' });
    expect((await read(at('cmyk.elsewhere.png'))).channels).toBe(4);
  });

  test('options for videos are reported as unused', async () => {
    const argv = ['me.png', '-o', 'still.png', '--start', '1', '--crf', '20'];
    const outcome = await elsewhere(argv, { cwd: directory });
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toMatch(/Only videos have start, crf/);
  });

  test.each([
    [3, /photo\.bmp is damaged, or neither a video nor an image of a supported format/, ['photo.bmp']],
    [4, /jpg.*transparency.*png/, ['me.png', '-b', 'transparent', '-o', 'out.jpg']],
    [4, /input is a still image, but out\.mp4 is not an image file/, ['me.png', '-o', 'out.mp4']],
    [4, /codec h264 is for videos/, ['me.png', '--codec', 'h264', '-o', 'out.png']],
    [3, /cut\.png/, ['cut.png']],
    [3, /garbage\.webp/, ['garbage.webp']],
    [3, /empty\.jpg is empty/, ['empty.jpg']],
    [3, /video\.jpg/, ['video.jpg']],
    [3, /vast\.png.*pixel/, ['vast.png']],
  ] as const)('exit code %i and %s for %j', async (code, sentence, argv) => {
    writeFileSync(at('cut.png'), readFileSync(at('me.png')));
    truncateSync(at('cut.png'), 2000);
    writeFileSync(at('garbage.webp'), Buffer.from('RIFF\x10\0\0\0WEBPVP8 garbage', 'latin1'));
    writeFileSync(at('photo.bmp'), 'BM, more or less');
    writeFileSync(at('empty.jpg'), '');
    writeFileSync(at('video.jpg'), Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1'));
    writeFileSync(at('vast.png'), vastPng());
    const before = contentsOf(directory);
    expectRefusal(await elsewhere(argv, { cwd: directory }), code, sentence);
    expect(contentsOf(directory)).toEqual(before);
  });
});

/** The header of a PNG file that claims to have 60000x60000 pixels: a decompression bomb. */
function vastPng(): Buffer {
  const bytes = readFileSync(at('me.png'));
  bytes.writeUInt32BE(60_000, 16);
  bytes.writeUInt32BE(60_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
