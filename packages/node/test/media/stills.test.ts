import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  AV_PIX_FMT_BGR24,
  AV_PIX_FMT_GBRPF32LE,
  AV_PIX_FMT_RGB24,
  type AVPixelFormat,
} from 'node-av/constants';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openBackground } from '../../src/background.js';
import { fileFormat, type ImageFormat } from '../../src/media/input/file-format.js';
import { readStill } from '../../src/media/stills/convert-still.js';
import { imageSize } from '../../src/media/stills/image-size.js';
import { drawSvg } from '../../src/media/stills/svg.js';
import { makeVideo, temporaryDirectory } from './make.js';

const at = temporaryDirectory();
const SIZE = { width: 64, height: 36 };
/** Its left half is red, its right half blue. */
const PICTURE =
  'color=0xd03010:size=64x36:rate=25:duration=0.04,drawbox=x=32:w=32:h=36:color=0x1030d0:t=fill';

/** Images as FFmpeg writes them: the extension, its encoder, the pixel format, and the format that is recognised. */
const WRITTEN: readonly (readonly [string, string, AVPixelFormat, ImageFormat])[] = [
  ['bmp', 'bmp', AV_PIX_FMT_BGR24, 'bmp'],
  ['jp2', 'jpeg2000', AV_PIX_FMT_RGB24, 'jpeg2000'],
  ['tga', 'targa', AV_PIX_FMT_BGR24, 'targa'],
  ['ppm', 'ppm', AV_PIX_FMT_RGB24, 'pnm'],
  ['pam', 'pam', AV_PIX_FMT_RGB24, 'pnm'],
  ['pcx', 'pcx', AV_PIX_FMT_RGB24, 'pcx'],
  ['sgi', 'sgi', AV_PIX_FMT_RGB24, 'sgi'],
  ['sun', 'sunrast', AV_PIX_FMT_BGR24, 'sunrast'],
  ['qoi', 'qoi', AV_PIX_FMT_RGB24, 'qoi'],
  ['dpx', 'dpx', AV_PIX_FMT_RGB24, 'dpx'],
  ['exr', 'exr', AV_PIX_FMT_GBRPF32LE, 'exr'],
  ['jls', 'jpegls', AV_PIX_FMT_BGR24, 'jpegls'],
  ['jxl', 'libjxl', AV_PIX_FMT_RGB24, 'jpegxl'],
];

describe('an image that sharp does not know', () => {
  it.each(WRITTEN)(
    '%s is read by FFmpeg, whatever it is called',
    async (extension, encoder, pixels, format) => {
      makeVideo(at(`x.${extension}`), { picture: PICTURE, encoder, format: pixels });
      const path = at(`${extension} without extension`);
      renameSync(at(`x.${extension}`), path);
      const found = fileFormat(path);
      expect(found).toEqual({ kind: 'image', name: format });
      const { data, width, height } = await readStill(path, format);
      expect({ width, height }).toEqual(SIZE);
      const pixel = (x: number) => [...data.subarray((18 * 64 + x) * 3, (18 * 64 + x) * 3 + 3)];
      // The numbers in an OpenEXR are amounts of light.
      const shown = (value: number) =>
        extension === 'exr' ? 255 * (1.055 * (value / 255) ** (1 / 2.4) - 0.055) : value;
      for (const [x, color] of [
        [10, [0xd0, 0x30, 0x10]],
        [54, [0x10, 0x30, 0xd0]],
      ] as const) {
        for (const [index, value] of color.entries())
          expect(Math.abs((pixel(x)[index] ?? 0) - shown(value)), `${pixel(x)}`).toBeLessThan(8);
      }
      const bytes = readFileSync(path);
      const read = (position: number, length: number) => bytes.subarray(position, position + length);
      expect(imageSize({ size: bytes.length, read }, format) ?? SIZE).toEqual(SIZE);
      const { background } = await openBackground({ type: 'video', source: path });
      expect(background).toMatchObject({ type: 'image', source: SIZE });
    },
  );
});

describe('an image whose header claims a size beyond the limits', () => {
  const claims = (size: number) => ({
    bmp: () => {
      const bytes = Buffer.alloc(100);
      bytes.write('BM');
      bytes.writeUInt32LE(40, 14);
      bytes.writeInt32LE(size, 18);
      bytes.writeInt32LE(-size, 22);
      return bytes;
    },
    qoi: () => Buffer.concat([Buffer.from('qoif'), big(size), big(size), Buffer.alloc(30)]),
    ppm: () => Buffer.from(`P6\n# a comment\n${size} ${size}\n255\n`),
    psd: () =>
      Buffer.concat([
        Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03', 'latin1'),
        big(size),
        big(size),
        Buffer.alloc(30),
      ]),
    jp2: () =>
      Buffer.concat([
        Buffer.from('\xff\x4f\xff\x51\0\x29\0\0', 'latin1'),
        big(size),
        big(size),
        Buffer.alloc(60),
      ]),
    sun: () => Buffer.concat([big(0x59a66a95), big(size), big(size), big(24), Buffer.alloc(30)]),
    dds: () =>
      Buffer.concat([
        Buffer.from('DDS \x7c\0\0\0\0\0\0\0', 'latin1'),
        little(size),
        little(size),
        Buffer.alloc(100),
      ]),
    svg: () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"/>`),
  });
  it.each(Object.keys(claims(0)) as (keyof ReturnType<typeof claims>)[])(
    '%s is refused before it is decoded',
    async (kind) => {
      const path = at(`vast.${kind}`);
      writeFileSync(path, claims(60_000)[kind]());
      const format = fileFormat(path);
      if (format.kind !== 'image') throw new Error(`not an image: ${kind}`);
      const refusal = { code: 'INPUT_TOO_LARGE', message: expect.stringContaining('60000x60000') };
      await expect(readStill(path, format.name)).rejects.toMatchObject(refusal);
      if (kind !== 'svg')
        await expect(openBackground({ type: 'image', source: path })).rejects.toMatchObject(refusal);
    },
  );
});

function big(value: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(value);
  return number;
}

function little(value: number): Buffer {
  return big(value).reverse();
}

describe('an HEIC', () => {
  const box = (type: string, ...contents: (Buffer | string)[]) => {
    const body = Buffer.concat(
      contents.map((each) => (typeof each === 'string' ? Buffer.from(each, 'latin1') : each)),
    );
    return Buffer.concat([big(body.length + 8), Buffer.from(type), body]);
  };
  const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);

  /** The first frame of an HEVC video, and its description. */
  function encoded(picture: string): { sample: Buffer; hvcC: Buffer } {
    const path = at('one.mp4');
    makeVideo(path, {
      picture,
      encoder: 'libx265',
      options: { 'x265-params': 'keyint=1:bframes=0:log-level=none' },
    });
    const bytes = readFileSync(path);
    const body = (type: string) => {
      const start = bytes.lastIndexOf(type);
      return bytes.subarray(start + 4, start - 4 + bytes.readUInt32BE(start - 4));
    };
    const sizes = body('stsz');
    const length = sizes.readUInt32BE(4) || sizes.readUInt32BE(12);
    return { sample: body('mdat').subarray(0, length), hvcC: body('hvcC') };
  }

  /** An HEIC of a grid of two tiles, 100x64, rotated by 90 degrees, or of one image. */
  function heic(
    tiles: readonly { sample: Buffer; hvcC: Buffer }[],
    rotated: boolean,
    profile: Buffer | string = '',
  ): Buffer {
    const isGrid = tiles.length > 1;
    const grid = Buffer.concat([Buffer.from([0, 0, 0, tiles.length - 1]), u16(100), u16(64)]);
    const contents = [...tiles.map(({ sample }) => sample), ...(isGrid ? [grid] : [])];
    const ispe = (width: number) => box('ispe', big(0), big(width), big(64));
    const properties = box(
      'ipco',
      box('hvcC', tiles[0]?.hvcC ?? ''),
      ispe(64),
      ispe(100),
      box('irot', rotated ? '\x01' : '\0'),
      box(profile ? 'colr' : 'free', 'prof', profile),
    );
    const indices = (index: number) => (index < tiles.length ? [1, 2, 5, ...(isGrid ? [] : [4])] : [3, 4]);
    const associations = contents.map((_, index) =>
      Buffer.concat([u16(index + 1), Buffer.from([indices(index).length, ...indices(index)])]),
    );
    const build = (start: number) => {
      let offset = start;
      const places = contents.map((each, index) => {
        const place = Buffer.concat([u16(index + 1), u16(0), u16(1), big(offset), big(each.length)]);
        offset += each.length;
        return place;
      });
      return Buffer.concat([
        box('ftyp', 'heic\0\0\0\0mif1heic'),
        box(
          'meta',
          big(0),
          box('hdlr', big(0), big(0), 'pict', Buffer.alloc(13)),
          box('pitm', big(0), u16(contents.length)),
          box(
            'iinf',
            big(0),
            u16(contents.length),
            ...contents.map((_, index) =>
              box(
                'infe',
                big(0x02000000),
                u16(index + 1),
                u16(0),
                index < tiles.length ? 'hvc1' : 'grid',
                '\0',
              ),
            ),
          ),
          ...(isGrid ? [box('iref', big(0), box('dimg', u16(contents.length), u16(2), u16(1), u16(2)))] : []),
          box('iprp', properties, box('ipma', big(0), big(contents.length), ...associations)),
          box('iloc', big(0), '\x44\0', u16(contents.length), ...places),
        ),
        box('mdat', ...contents),
      ]);
    };
    const size = build(0).length - contents.reduce((sum, each) => sum + each.length, 0);
    return build(size);
  }

  const tile = (color: string) => encoded(`color=${color}:size=64x64:rate=25:duration=0.2`);
  const near = (data: Buffer, width: number, x: number, y: number) =>
    [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)].map((value) => Math.round(value / 64));

  it('of one image is read', async () => {
    writeFileSync(at('one'), heic([tile('red')], false));
    expect(fileFormat(at('one'))).toEqual({ kind: 'image', name: 'heif' });
    const { data, width, height } = await readStill(at('one'), 'heif');
    expect([width, height]).toEqual([64, 64]);
    expect(near(data, width, 30, 30)).toEqual([4, 0, 0]);
  });

  it.each([false, true])('has the colours of its profile (rotated: %s)', async (rotated) => {
    const green = { create: { width: 8, height: 8, channels: 3, background: '#00ff00' } } as const;
    const inP3 = await sharp(green).withIccProfile('p3').png().toBuffer();
    const { icc } = await sharp(inP3).metadata();
    if (!icc) throw new Error('no profile');
    // What the green of sRGB is in Display P3.
    writeFileSync(at('p3'), heic([tile('0x75fb4c')], rotated, icc));
    const { data } = await readStill(at('p3'), 'heif');
    const [red = 255, strength = 0, blue = 255] = data.subarray(30 * 64 * 3 + 90);
    expect(Math.max(red, blue)).toBeLessThan(24);
    expect(strength).toBeGreaterThan(245);
  });

  it('of tiles is put together, and rotated', async () => {
    writeFileSync(at('grid'), heic([tile('red'), tile('blue')], true));
    const { data, width, height } = await readStill(at('grid'), 'heif');
    // A quarter turn to the left: what was at the right is at the top.
    expect([width, height]).toEqual([64, 100]);
    expect(near(data, width, 30, 10)).toEqual([0, 0, 4]);
    expect(near(data, width, 30, 90)).toEqual([4, 0, 0]);
  });
});

describe('an SVG', () => {
  const NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';
  const write = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  /** Its left half is black, its right half white. */
  const halves = (attributes: string) =>
    `<svg ${NAMESPACE} ${attributes}><rect width="64" height="36" fill="white"/><rect width="32" height="36"/></svg>`;
  const drawn = async (
    path: string,
    fit: 'cover' | 'contain' | 'stretch' | 'tile',
    frame = { width: 1280, height: 720 },
  ) => {
    const { background } = await openBackground({ type: 'image', source: path, fit }, frame);
    if (background.type !== 'image') throw new Error(`a background of the type ${background.type}`);
    return background.source;
  };

  it.each([
    ['cover', 1422, 800, { width: 1280, height: 800 }],
    ['contain', 1280, 720, { width: 1280, height: 800 }],
    ['tile', 64, 36, { width: 1280, height: 720 }],
  ] as const)('with %s is drawn at %ix%i for a frame of %j', async (fit, width, height, frame) => {
    const { data, ...size } = await drawn(write('halves.svg', halves('width="64" height="36"')), fit, frame);
    expect(size).toEqual({ width, height });
    // An edge that was drawn is sharp; one that was enlarged is as wide as a pixel of the small image.
    const row = Array.from({ length: width }, (_, x) => data[(10 * width + x) * 4] ?? 0);
    expect(row.filter((value) => value > 8 && value < 247).length).toBeLessThan(3);
  });

  it.each([
    ['of a huge size', 'viewBox="0 0 64 36" width="640000" height="360000"'],
    ['of a fractional size', 'viewBox="0 0 64 36" width="25.6" height="14.4"'],
  ])('%s is drawn at the size of the frame', async (_, attributes) => {
    const { data, ...size } = await drawn(write('halves.svg', halves(attributes)), 'cover');
    expect(size).toEqual({ width: 1280, height: 720 });
    expect([data[(360 * 1280 + 100) * 4], data[(360 * 1280 + 1200) * 4]]).toEqual([0, 255]);
  });

  it('gets nothing of the files that it names', async () => {
    await sharp({ create: { ...SIZE, channels: 3, background: 'red' } })
      .png()
      .toFile(at('red.png'));
    const image = (href: string) => `<image href="${href}" width="64" height="36"/>`;
    const all = ['red.png', './red.png', at('red.png'), `file://${at('red.png')}`].map(image).join('');
    const include = `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="red.png"/>`;
    const path = write('curious.svg', `<svg ${NAMESPACE} width="64" height="36">${all}${include}</svg>`);
    const { data } = await readStill(path, 'svg');
    expect(data.every((value) => value === 0)).toBe(true);
  });

  it('may begin with a long comment, and may be compressed', async () => {
    const text = `<?xml version="1.0"?><!--${'licence '.repeat(400)}-->${halves('width="64" height="36"')}`;
    expect(await readStill(write('long.svg', text), 'svg')).toMatchObject(SIZE);
  });

  const nested = (count: number, one: (name: string, inner: string) => string) =>
    Array.from({ length: count }, (_, level) => one(`a${level + 1}`, `a${level}`)).join('');
  it.each([
    [
      'entities',
      `<!DOCTYPE svg [<!ENTITY a0 "<rect/>">${nested(9, (name, inner) => `<!ENTITY ${name} "${`&${inner};`.repeat(9)}">`)}]><svg ${NAMESPACE} width="64" height="36">&a9;</svg>`,
    ],
    [
      'uses',
      `<svg ${NAMESPACE} width="64" height="36"><g id="a0"><rect width="1" height="1"/></g>${nested(9, (name, inner) => `<g id="${name}">${`<use href="#${inner}"/>`.repeat(9)}</g>`)}</svg>`,
    ],
    [
      'filters',
      `<svg ${NAMESPACE} width="4000" height="4000"><filter id="f">${'<feTurbulence numOctaves="99" baseFrequency="0.5"/><feMorphology radius="300"/>'.repeat(50)}</filter><rect width="4000" height="4000" filter="url(#f)"/></svg>`,
    ],
  ])('whose %s take forever is refused within its limits', async (_, text) => {
    const limits = { maxTime: 400, maxMemory: 2 ** 30 };
    await expect(drawSvg(write('bomb.svg', text), 'bomb.svg', undefined, limits)).rejects.toThrow();
  });
});
