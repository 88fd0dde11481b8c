import { copyFileSync } from 'node:fs';
import { extname } from 'node:path';
import { convert } from '@elsewhere/node';
import {
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVA420P,
} from 'node-av/constants';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackground } from '../../src/background.js';
import { alphaOptions, makeVideo, pictures, temporaryDirectory } from './make.js';

const at = temporaryDirectory();
const SIDE = 64;

/** When each frame is shown, and when the last one ends, in milliseconds. */
const TIMES = [0, 100, 400, 450];
const END = 500;

/** Frame n is grey of this brightness. */
const brightness = (index: number) => 40 + 50 * index;

function withSharp(count: number): Sharp {
  const pixels = Buffer.concat(
    Array.from({ length: count }, (_, index) => Buffer.alloc(SIDE * SIDE * 3, brightness(index))),
  );
  return sharp(pixels, { raw: { width: SIDE, height: SIDE * count, channels: 3, pageHeight: SIDE } });
}

/** A filter graph of such frames; its times are left to the recipe. */
const PICTURE = `nullsrc=size=${SIDE}x${SIDE}:rate=10:duration=0.4,geq=lum='40+50*N':cb=128:cr=128,scale=out_range=full`;
const time = (index: number) => 90 * (TIMES[index] ?? END);

beforeAll(async () => {
  const delay = TIMES.map((from, index) => (TIMES[index + 1] ?? END) - from);
  await withSharp(4).webp({ lossless: true, delay }).toFile(at('moving.webp'));
  await withSharp(4).gif({ delay }).toFile(at('moving.gif'));
  makeVideo(at('moving.apng'), { picture: PICTURE, encoder: 'apng', format: AV_PIX_FMT_RGB24, time });
  makeVideo(at('moving.avif'), {
    picture: PICTURE,
    encoder: 'libsvtav1',
    options: { g: '1' },
    format: AV_PIX_FMT_YUV420P,
    time,
  });
  await withSharp(1).webp({ lossless: true }).toFile(at('one.webp'));
  await withSharp(1).gif().toFile(at('one.gif'));
  makeVideo(at('one.apng'), {
    picture: `${PICTURE},trim=end_frame=1`,
    encoder: 'apng',
    format: AV_PIX_FMT_RGB24,
  });
});

describe('an image that moves', () => {
  // As a name that says nothing, and as one that is wrong.
  it.each([
    ['moving.webp', 'webp'],
    ['moving.gif', 'photo.jpg'],
    ['moving.apng', 'still.png'],
    ['moving.avif', 'avif'],
  ])('%s is a video with its own times, whatever it is called (%s)', async (name, called) => {
    copyFileSync(at(name), at(called));
    const output = at(`${extname(name).slice(1)}.mp4`);
    const report = await convert(at(called), output, { background: { type: 'none' } });
    expect(report).toMatchObject({ frames: 4, width: SIDE, height: SIDE, warnings: [] });
    const shown = pictures(output);
    expect(shown.map((frame) => Math.round(frame.time * 1000))).toEqual(TIMES);
    const grays = shown.map(({ luma }) => luma[0] ?? 0);
    const steps = grays.slice(1).map((gray, index) => gray - (grays[index] ?? 0));
    for (const step of steps) expect(step).toBeGreaterThan(30);
  });

  it.each(['moving.webp', 'moving.gif', 'moving.apng', 'moving.avif'])(
    '%s moves and starts again as a background, also where it was called an image',
    async (name) => {
      const { background, dispose } = await openBackground({ type: 'image', source: at(name) });
      if (background.type !== 'video') throw new Error(`a background of the type ${background.type}`);
      const { source } = background;
      const frameAt = (milliseconds: number) => source.frameAt(milliseconds * 1000)?.planes[0]?.data[0] ?? 0;
      const grays = [0, 99, 101, 399, 401, 451, 499].map(frameAt);
      const again = [501, 601, 901, 951].map(frameAt);
      dispose();
      const [first = 0, , second = 0, , third = 0, fourth = 0] = grays;
      expect(grays).toEqual([first, first, second, second, third, fourth, fourth]);
      expect(again).toEqual([first, second, third, fourth]);
      expect([second - first, third - second, fourth - third].every((step) => step > 30)).toBe(true);
    },
  );
});

describe('an input with alpha', () => {
  it.each([
    ['apng', undefined, AV_PIX_FMT_RGBA],
    ['webm', 'libvpx-vp9', AV_PIX_FMT_YUVA420P],
    ['webp', undefined, undefined],
  ] as const)('is black where it is transparent: %s', async (extension, encoder, format) => {
    const path = at(`hidden.${extension}`);
    // White, opaque on the left and hidden on the right.
    const picture =
      "color=white:size=64x32:rate=10:duration=0.2,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*lt(X,32)'";
    if (format === undefined) {
      const pixels = Buffer.alloc(64 * 64 * 4, 255);
      for (let at = 3; at < pixels.length; at += 4) if (at % 256 >= 128) pixels[at] = 0;
      // Equal frames would be one.
      pixels[64 * 32 * 4] = 250;
      const frames = sharp(pixels, { raw: { width: 64, height: 64, channels: 4, pageHeight: 32 } });
      await frames.webp({ lossless: true, exact: true, delay: [100, 100] }).toFile(path);
    } else {
      makeVideo(path, {
        picture,
        format,
        encoder: encoder ?? extension,
        ...(encoder && { options: alphaOptions(encoder) }),
      });
    }
    await convert(path, at(`${extension}-hidden.mp4`), { background: { type: 'none' } });
    for (const { luma } of pictures(at(`${extension}-hidden.mp4`))) {
      expect(luma[16 * 64 + 8]).toBeGreaterThan(225);
      expect(luma[16 * 64 + 56]).toBeLessThan(20);
    }
  });
});

describe('an animation of one frame', () => {
  it.each(['one.webp', 'one.gif', 'one.apng'])('%s is a still image', async (name) => {
    const output = at(`${name}.png`);
    const report = await convert(at(name), output, { background: { type: 'none' } });
    expect(report).toMatchObject({ frames: 1, width: SIDE, height: SIDE });
    const { background } = await openBackground({ type: 'video', source: at(name) });
    expect(background).toMatchObject({ type: 'image', source: { width: SIDE, height: SIDE } });
  });
});
