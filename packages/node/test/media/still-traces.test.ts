import { readFileSync, writeFileSync } from 'node:fs';
import { convert } from '@elsewhere/node';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readLocation } from '../../src/media/stills/exif.js';
import { locationOf } from '../../src/media/stills/metadata.js';
import { temporaryDirectory } from './make.js';

const at = temporaryDirectory();
const GPS = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '48/1 8/1 1464/100',
  GPSLongitudeRef: 'E',
  GPSLongitude: '11/1 34/1 3180/100',
};

/** An image of noise, which no encoder writes by chance. */
function noise(width: number, height: number): Promise<Buffer> {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'gray',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A photograph as phones write it: with a place, a thumbnail in its XMP, and a preview behind its end. */
async function photograph(): Promise<{ path: string; images: Buffer[] }> {
  const [thumbnail, preview] = [await noise(40, 30), await noise(60, 40)];
  const photo = await sharp(await noise(160, 120))
    .withExif({
      IFD0: { Artist: 'Me', Make: 'Maker', ImageDescription: 'A talk' },
      IFD2: { DateTimeOriginal: '2021:02:03 04:05:06', UserComment: thumbnail.toString('base64') },
      IFD3: GPS,
    })
    .jpeg()
    .toBuffer();
  const xmp = Buffer.from(
    `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><xmp:Thumbnails>${thumbnail.toString('base64')}</xmp:Thumbnails></x:xmpmeta>`,
  );
  const segment = Buffer.concat([
    Buffer.from([0xff, 0xe1, (xmp.length + 2) >> 8, (xmp.length + 2) & 255]),
    xmp,
  ]);
  const raw = Buffer.concat([
    Buffer.from([0xff, 0xe2, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 255]),
    thumbnail,
  ]);
  const path = at('photo.jpg');
  writeFileSync(path, Buffer.concat([photo.subarray(0, 2), segment, raw, photo.subarray(2), preview]));
  return { path, images: [thumbnail, preview] };
}

/** Whether any 16 bytes of an image's data are in a file. */
function showsAnyOf(file: string, image: Buffer): boolean {
  const bytes = readFileSync(file);
  const data = image.subarray(image.length - 400, image.length - 2);
  for (let start = 0; start + 16 <= data.length; start++) {
    const run = data.subarray(start, start + 16);
    if (bytes.includes(run) || bytes.includes(run.toString('base64').slice(0, 20))) return true;
  }
  return false;
}

describe('a photograph', () => {
  it('comes without thumbnails, previews and its place, unless the place is asked for', async () => {
    const { path, images } = await photograph();
    expect(images.every((image) => showsAnyOf(path, image))).toBe(true);
    for (const extension of ['jpg', 'png', 'webp', 'tif']) {
      const output = at(`photo-out.${extension}`);
      const { warnings } = await convert(path, output, { background: { type: 'none' } });
      expect(warnings.map(({ code }) => code)).toEqual(['LOCATION_DROPPED']);
      expect(
        images.some((image) => showsAnyOf(output, image)),
        extension,
      ).toBe(false);
      const { exif, xmp } = await sharp(output).metadata();
      expect(xmp).toBeUndefined();
      expect(exif).toBeUndefined();
    }
    const kept = await convert(path, at('kept.jpg'), { background: { type: 'none' }, keepLocation: true });
    expect(kept.warnings).toEqual([]);
    const { exif } = await sharp(at('kept.jpg')).metadata();
    expect(readLocation(exif ?? Buffer.alloc(0))).toEqual(GPS);
    expect(images.some((image) => showsAnyOf(at('kept.jpg'), image))).toBe(false);
  });

  it('has a place in other ways, too', async () => {
    const image = await noise(32, 32);
    const segment = (marker: number, bytes: Buffer) =>
      Buffer.concat([Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]), bytes]);
    const xmp = 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude="48,8.2N"/>';
    for (const [name, extra] of [
      ['xmp.jpg', segment(0xe1, Buffer.from(xmp))],
      ['plain.jpg', Buffer.alloc(0)],
    ] as const) {
      writeFileSync(at(name), Buffer.concat([image.subarray(0, 2), extra, image.subarray(2)]));
      expect((await locationOf(at(name))).isStated, name).toBe(name !== 'plain.jpg');
    }
  });

  it('is converted if its metadata is damaged', () => {
    const exif = Buffer.from('Exif\0\0II*\0\xff\xff\0\0', 'latin1');
    expect(readLocation(exif)).toEqual({});
    expect(readLocation(Buffer.alloc(0))).toEqual({});
  });
});
