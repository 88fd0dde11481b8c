import { describe, expect, it } from 'vitest';
import { imageSizeOf, imageTypeOf, isAnimated } from '../src/media/image-header.js';

const text = (value: string) => Array.from(value, (letter) => letter.charCodeAt(0));
const u16 = (value: number) => [value >> 8, value & 255];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];
const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);

const chunk = (type: string, data: readonly number[]) => [
  ...u32(data.length),
  ...text(type),
  ...data,
  ...u32(0),
];
const png = (...chunks: readonly number[][]) => [
  ...[0x89, ...text('PNG'), 13, 10, 26, 10],
  ...chunk('IHDR', [...u32(16_384), ...u32(9000), 8, 6, 0, 0, 0]),
  ...chunks.flat(),
];
const box = (type: string, data: readonly number[]) => [...u32(8 + data.length), ...text(type), ...data];
const webp = (type: string, data: readonly number[]) => [
  ...text('RIFF'),
  ...little(4 + 8 + data.length, 4),
  ...text(`WEBP${type}`),
  ...little(data.length, 4),
  ...data,
];
const extended = (flags: number) => webp('VP8X', [flags, 0, 0, 0, ...little(299, 3), ...little(199, 3)]);
/** With an extension, and with colours of its own in each frame. */
const gif = (frames: number) => [
  ...text('GIF89a'),
  ...[...little(300, 2), ...little(200, 2), 0x80, 0, 0, ...[0, 0, 0, 255, 255, 255]],
  ...[0x21, 0xff, 3, ...text('abc'), 2, 1, 2, 0],
  ...Array.from({ length: frames }, () => [
    ...[0x2c, 0, 0, 0, 0, ...little(300, 2), ...little(200, 2), 0x80, ...[0, 0, 0, 9, 9, 9]],
    ...[2, 3, 1, 2, 3, 0],
  ]).flat(),
  0x3b,
];
const jpeg = [
  ...[0xff, 0xd8, 0xff, 0xe1, ...u16(6), 0xff, 0xc0, 0xff, 0xc0],
  ...[0xff, 0xff, 0xc2, ...u16(17), 8, ...u16(200), ...u16(300), 3],
];
const avif = (brand: string) => [
  ...box('ftyp', [...text(brand), ...u32(0)]),
  ...box('meta', [
    ...u32(0),
    ...box('ispe', [...u32(0), ...u32(100), ...u32(50)]),
    ...box('ispe', [...u32(0), ...u32(300), ...u32(200)]),
  ]),
];
const bmp = [...text('BM'), ...little(0, 16), ...little(300, 4), ...little(-200, 4)];
const APNG = png(chunk('acTL', [...u32(2), ...u32(0)]), chunk('IDAT', []));

describe('the size of an image', () => {
  it.each([
    ['PNG', png(chunk('IDAT', [])), { width: 16_384, height: 9000 }],
    ['JPEG behind a profile and fill bytes', jpeg, { width: 300, height: 200 }],
    ['GIF', gif(1), { width: 300, height: 200 }],
    ['WebP', extended(0), { width: 300, height: 200 }],
    ['WebP, lossless', webp('VP8L', [0x2f, ...little(299 + (199 << 14), 4)]), { width: 300, height: 200 }],
    [
      'WebP, lossy',
      webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, ...little(300, 2), ...little(200, 2)]),
      { width: 300, height: 200 },
    ],
    ['AVIF, of its largest image', avif('avif'), { width: 300, height: 200 }],
    ['BMP, from top to bottom', bmp, { width: 300, height: 200 }],
  ])('%s', (_, bytes, size) => {
    expect(imageSizeOf(Uint8Array.from(bytes))).toEqual(size);
  });

  it.each([
    ['another format', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['nothing', []],
  ])('is unknown of %s', (_, bytes) => {
    expect(imageSizeOf(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('is unknown of a header that is not whole', () => {
    for (let length = 0; length < 20; length++) {
      expect(imageSizeOf(Uint8Array.from(jpeg.slice(0, length))), `${length} bytes`).toBeUndefined();
    }
  });
});

describe('an image that moves', () => {
  it.each([
    ['image/png', APNG],
    ['image/gif', gif(2)],
    ['image/webp', extended(2)],
    ['image/avif', avif('avis')],
  ])('%s', (type, bytes) => {
    expect(isAnimated(Uint8Array.from(bytes))).toBe(true);
    expect(imageTypeOf(Uint8Array.from(bytes))).toBe(type);
  });

  it.each([
    ['a PNG', png(chunk('IDAT', []))],
    ['a PNG with one frame', png(chunk('acTL', [...u32(1), ...u32(0)]), chunk('IDAT', []))],
    ['a GIF with one frame', gif(1)],
    ['a WebP', extended(0x10)],
    ['an AVIF', avif('avif')],
    ['a JPEG', jpeg],
    ['nothing', []],
  ])('is not %s', (_, bytes) => {
    expect(isAnimated(Uint8Array.from(bytes))).toBe(false);
  });
});
