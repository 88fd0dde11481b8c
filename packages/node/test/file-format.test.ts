import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { recognize } from '../src/media/input/file-format.js';

/** Bytes as Latin-1. */
const bytes = (text: string) => Buffer.from(text, 'latin1');

function found(contents: Buffer): string {
  const { kind, name } = recognize({
    size: contents.length,
    read: (position, length) => contents.subarray(position, position + length),
  });
  return name ? `${kind} ${name}` : kind;
}

function big(value: number, length = 4): Buffer {
  const number = Buffer.alloc(length);
  number.writeUIntBE(value, 0, length);
  return number;
}

const box = (type: string, ...contents: Buffer[]) => {
  const body = Buffer.concat(contents);
  return Buffer.concat([big(body.length + 8), bytes(type), body]);
};

/** HEIF with tracks of these numbers of samples. */
const heif = (brand: string, ...samples: number[]) =>
  Buffer.concat([
    box('ftyp', bytes(`${brand}\0\0\0\0mif1`)),
    box('meta', Buffer.alloc(40)),
    ...samples.map((count) =>
      box(
        'moov',
        box('trak', box('mdia', box('minf', box('stbl', box('stsz', Buffer.alloc(8), big(count)))))),
      ),
    ),
    box('mdat', Buffer.alloc(100)),
  ]);

const pngPart = (type: string, contents: Buffer) =>
  Buffer.concat([big(contents.length), bytes(type), contents, Buffer.alloc(4)]);
const png = (...parts: Buffer[]) =>
  Buffer.concat([
    bytes('\x89PNG\r\n\x1a\n'),
    pngPart('IHDR', Buffer.alloc(13)),
    ...parts,
    pngPart('IDAT', Buffer.alloc(9)),
  ]);

const webpPart = (type: string, contents: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(contents.length);
  return Buffer.concat([bytes(type), length, contents, Buffer.alloc(contents.length % 2)]);
};
const webp = (...parts: Buffer[]) => Buffer.concat([bytes('RIFF\0\0\0\0WEBP'), ...parts]);
const animatedWebp = (frames: number) =>
  webp(
    webpPart('VP8X', bytes('\x02\0\0\0\x3f\0\0\x23\0\0')),
    webpPart('ANIM', Buffer.alloc(6)),
    ...Array.from({ length: frames }, () => webpPart('ANMF', Buffer.alloc(33))),
  );

/** A GIF with a palette and a comment, of so many frames with palettes of their own. */
const gif = (frames: number) =>
  Buffer.concat([
    bytes('GIF89a\x40\0\x24\0\x91\0\0'),
    Buffer.alloc(12),
    bytes('!\xfe\x05hello\0'),
    ...Array.from({ length: frames }, () =>
      Buffer.concat([
        bytes('!\xf9\x04\0\x0a\0\0\0,\0\0\0\0\x40\0\x24\0\x80'),
        Buffer.alloc(6),
        bytes('\x02\x03abc\x02de\0'),
      ]),
    ),
    bytes(';'),
  ]);

const jpegPart = (marker: number, contents: string) =>
  Buffer.concat([Buffer.from([0xff, marker]), big(contents.length + 2, 2), bytes(contents)]);
const jpeg = (...parts: Buffer[]) =>
  Buffer.concat([
    bytes('\xff\xd8'),
    ...parts,
    jpegPart(0xda, 'scan'),
    bytes('data\xff\0data\xff\xd0data\xff\xd9'),
  ]);
const jfif = jpegPart(0xe0, 'JFIF\0');

const targa = (type: number, palette = 0) => {
  const header = Buffer.alloc(18);
  header.set([0, palette, type]);
  header.writeUInt16LE(8, 12);
  header.writeUInt16LE(4, 14);
  header[16] = 24;
  return Buffer.concat([header, Buffer.alloc(96)]);
};

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';

describe('a file is recognised by its bytes', () => {
  it.each<[string, string, Buffer]>([
    ['JPEG', 'image jpeg', jpeg(jfif)],
    ['a JPEG of which only the beginning is left', 'image jpeg', bytes('\xff\xd8\xff\xe0')],
    ['JPEGs one after the other', 'video mjpeg', Buffer.concat([jpeg(jfif), jpeg(jfif)])],
    ['a JPEG with its preview', 'image jpeg', Buffer.concat([jpeg(jfif, jpegPart(0xe2, 'MPF\0')), jpeg()])],
    [
      'a JPEG with its depth',
      'image jpeg',
      Buffer.concat([jpeg(jpegPart(0xe1, 'http://ns.adobe.com/xap/1.0/\0')), jpeg()]),
    ],
    ['a JPEG with a video', 'image jpeg', Buffer.concat([jpeg(jfif), box('ftyp', bytes('isom'))])],
    ['lossless JPEG', 'image jpegls', jpeg(jpegPart(0xf7, 'size'))],
    ['PNG', 'image png', png()],
    ['animated PNG', 'video', png(pngPart('acTL', Buffer.concat([big(3), big(0)])))],
    ['animated PNG of one frame', 'image png', png(pngPart('acTL', Buffer.concat([big(1), big(0)])))],
    ['PNG with the word acTL in its pixels', 'image png', Buffer.concat([png(), pngPart('acTL', big(3))])],
    ['WebP', 'image webp', webp(webpPart('VP8 ', Buffer.alloc(30)))],
    ['WebP with metadata', 'image webp', webp(webpPart('VP8X', bytes('\x08\0\0\0\x3f\0\0\x23\0\0')))],
    ['animated WebP', 'video', animatedWebp(2)],
    ['animated WebP of one frame', 'image webp', animatedWebp(1)],
    ['GIF', 'image gif', gif(1)],
    ['animated GIF', 'video', gif(2)],
    ['GIF of which only the beginning is left', 'image gif', gif(3).subarray(0, 30)],
    ['AVIF', 'image heif', heif('avif')],
    ['animated AVIF', 'video', heif('avis', 10)],
    ['animated AVIF of one frame', 'image heif', heif('avis', 1)],
    ['AVIF with an animated alpha', 'video', heif('avis', 1, 10)],
    ['HEIC', 'image heif', heif('heic')],
    ['HEIC of many', 'image heif', heif('mif1')],
    ['animated HEIC', 'video', heif('hevc', 5)],
    ['TIFF', 'image tiff', bytes('II*\0\x08\0\0\0')],
    ['TIFF of large files', 'image tiff', bytes('MM\0+\0\x08\0\0')],
    ['BMP', 'image bmp', bytes(`BM${'\0'.repeat(12)}\x28\0\0\0\x40\0\0\0`)],
    ['a text that begins like a BMP', 'video', bytes('BM, more or less')],
    ['JPEG 2000', 'image jpeg2000', bytes('\0\0\0\x0cjP  \r\n\x87\n')],
    ['a JPEG 2000 codestream', 'image jpeg2000', bytes('\xff\x4f\xff\x51\0\x29')],
    ['JPEG XL', 'image jpegxl', bytes('\xff\x0a\xfa\x1f')],
    ['PPM', 'image pnm', bytes('P6\n64 36\n255\n')],
    ['OpenEXR', 'image exr', bytes('\x76\x2f\x31\x01\x02\0\0\0')],
    ['PSD', 'image psd', bytes('8BPS\0\x01\0\0\0\0\0\0\0\x03')],
    ['QOI', 'image qoi', bytes('qoif\0\0\0\x40')],
    ['TGA', 'image targa', targa(2)],
    ['TGA with a palette', 'image targa', targa(9, 1)],
    [
      'TGA of the second version',
      'image targa',
      Buffer.concat([Buffer.alloc(50), bytes('TRUEVISION-XFILE.\0')]),
    ],
    ['an uncompressed TGA that is cut off', 'video', targa(2).subarray(0, 40)],
    ['SVG', 'image svg', bytes(svg)],
    [
      'SVG after a declaration and comments',
      'image svg',
      bytes(`\xef\xbb\xbf<?xml version="1.0"?><!--${' '.repeat(5000)}-->\n${svg}`),
    ],
    ['SVG with a prefix', 'image svg', bytes('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>')],
    ['SVG with entities', 'image svg', bytes(`<!DOCTYPE svg [<!ENTITY a "a">]>${svg}`)],
    ['compressed SVG', 'image svg', gzipSync(svg)],
    ['a compressed text', 'video', gzipSync('a text')],
    ['MP4', 'video mp4', box('ftyp', bytes('isom\0\0\x02\0isomavc1'))],
    ['3GP', 'video mp4', box('ftyp', bytes('3gp5\0\0\0\0'))],
    ['QuickTime', 'video mov', box('ftyp', bytes('qt  \0\0\0\0'))],
    ['old QuickTime', 'video mov', box('moov', Buffer.alloc(30))],
    ['Matroska', 'video matroska', bytes('\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska')],
    ['WebM', 'video webm', bytes('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
    ['AVI', 'video', bytes('RIFF\0\0\0\0AVI LIST')],
    ['MPEG', 'video', bytes('\0\0\x01\xba\x44')],
    ['a transport stream', 'video', Buffer.alloc(376, bytes('\x47'.padEnd(188, '\0')))],
    ['H.264', 'video', bytes('\0\0\0\x01\x67\x42\xc0\x1e')],
    ['a text', 'video', bytes('not an image')],
    ['nothing', 'video', bytes('')],
    ['zeros', 'video', Buffer.alloc(100_000)],
    ['HLS', 'list', bytes('#EXTM3U\n#EXTINF:1,\n/etc/passwd\n')],
    ['a list of FFmpeg', 'list', bytes('ffconcat version 1.0\nfile x\n')],
    ['DASH', 'list', bytes('<?xml version="1.0"?><MPD/>')],
    ['DASH without a declaration', 'list', bytes('\n <MPD/>')],
    ['SDP', 'list', bytes('v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n')],
  ])('%s: %s', (_, expected, contents) => {
    expect(found(contents)).toBe(expected);
  });

  it.each<[string, Buffer]>([
    ['PNG', Buffer.concat([bytes('\x89PNG\r\n\x1a\n'), Buffer.alloc(200_000)])],
    ['WebP', Buffer.concat([bytes('RIFF\0\0\0\0WEBPVP8X\0\0\0\0\xff\0\0\0'), Buffer.alloc(200_000)])],
    ['GIF', Buffer.concat([bytes('GIF89a\0\0\0\0\0\0\0'), Buffer.alloc(200_000, '!\xfe\0', 'latin1')])],
    ['HEIF', Buffer.concat([box('ftyp', bytes('avis')), Buffer.alloc(200_000, box('moov'))])],
    [
      'HEIF in itself',
      Array.from({ length: 60 }).reduce<Buffer>((inner) => box('moov', inner), box('ftyp', bytes('avis'))),
    ],
    ['JPEG', Buffer.alloc(200_000, '\xff\xd8', 'latin1')],
  ])('%s that leads nowhere is read to an end', (_, contents) => {
    expect(found(contents)).toBeTypeOf('string');
  });
});
