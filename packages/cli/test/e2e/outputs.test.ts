import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import { type Clip, makeClip, tone } from './clips.js';
import { contentsOf, convert, elsewhere, expectRefusal, hashOf, newDirectory } from './command.js';
import { decode, inspect, type Picture } from './inspect.js';
import {
  type Area,
  colorOf,
  difference,
  expectColor,
  greyOf,
  LEFT_CORNER,
  lumaDifference,
  overlap,
  type Rgb,
  RIGHT_CORNER,
} from './pictures.js';

const FRAMES = 16;
const FRAME = 1 / 25;
const BLUE = ['-b', '#1e90ff'] as const;

let talk: Clip;
let opus: Clip;
let original: readonly Picture[];
/** What is person, and what is not, in each frame. */
let alphas: readonly Uint8Array[];

beforeAll(async () => {
  const directory = newDirectory();
  talk = await makeClip(join(directory, 'talk.mp4'), { frames: FRAMES }, { audio: [tone(FRAMES * FRAME)] });
  opus = await makeClip(
    join(directory, 'opus.webm'),
    { frames: FRAMES },
    {
      encoder: 'libvpx-vp9',
      options: { deadline: 'realtime', 'cpu-used': '8', crf: '20', b: '0' },
      audio: [{ ...tone(FRAMES * FRAME), encoder: 'libopus' }],
    },
  );
  original = decode(talk.path);
  alphas = await Promise.all(
    Array.from({ length: FRAMES }, async (_, index) => (await talk.presenter.frame(index)).alpha),
  );
});

/** Fails unless the person is as in the original, in a frame. */
function expectPerson(pictures: Readonly<Record<number, Picture>>, index: number, tolerance = 6): void {
  const alpha = alphas[index];
  expect(
    lumaDifference(pictures[index], original[index], (at) => (alpha?.[at] ?? 0) === 255),
    `the person in frame ${index}`,
  ).toBeLessThan(tolerance);
}

describe('each kind of file', () => {
  const copied = true;
  test.each([
    { name: 'a.mp4', codec: 'h264', copied },
    { name: 'a.mov', codec: 'h264', copied },
    { name: 'a.mkv', codec: 'h264', copied },
    { name: 'hevc.mp4', options: ['--codec', 'hevc'], codec: 'hevc', copied },
    { name: 'lossless.mkv', options: ['--codec', 'ffv1'], codec: 'ffv1', copied },
    { name: 'vp9.webm', codec: 'vp9', sound: 'opus' },
    { name: 'av1.webm', options: ['--codec', 'av1'], codec: 'av1', sound: 'opus' },
    { name: 'old.avi', codec: 'h264', copied },
  ])('$name ($codec)', async ({ name, options = [], codec, copied = false, sound = 'aac' }) => {
    const output = join(newDirectory(), name);
    const done = await convert(talk.path, output, [...BLUE, ...options]);
    expect(done).toMatchObject({ frames: FRAMES, width: 320, height: 180 });
    expect(done.lostSeconds).toBeUndefined();
    const [before, after] = [inspect(talk.path), inspect(output)];
    expect(after.video).toMatchObject({ codec, width: 320, height: 180 });
    expect(Math.abs(after.duration - before.duration)).toBeLessThan(FRAME + 0.001);
    expect(after.audio).toHaveLength(1);
    expect(after.audio[0]?.codec).toBe(sound);
    if (copied) {
      expect(done.warnings).toEqual([]);
      expect(after.audio[0]?.packets.map(({ hash }) => hash)).toEqual(
        before.audio[0]?.packets.map(({ hash }) => hash),
      );
    } else {
      expect(done.warnings.join()).toMatch(/sound .*Opus/i);
    }
    const pictures = decode(output);
    expect(pictures).toHaveLength(FRAMES);
    const late = (pictures[0]?.time ?? 0) - (original[0]?.time ?? 0);
    // AVI has no times but places, one a frame.
    const tolerance = name.endsWith('.avi') ? FRAME + 0.001 : 0.0011;
    expect(Math.abs(late)).toBeLessThan(0.03);
    pictures.forEach((picture, index) => {
      expect(Math.abs(picture.time - late - (original[index]?.time ?? -1))).toBeLessThan(tolerance);
      expectColor(picture, LEFT_CORNER, [30, 144, 255], 8);
      expectColor(picture, RIGHT_CORNER, [30, 144, 255], 8);
    });
    for (const index of [0, 10, FRAMES - 1]) expectPerson(pictures, index);
  });

  test('a webm file keeps Opus bit by bit', async () => {
    const output = join(newDirectory(), 'out.webm');
    const done = await convert(opus.path, output, BLUE);
    expect(done).toMatchObject({ frames: FRAMES, warnings: [] });
    expect(inspect(output).audio[0]?.packets.map(({ hash }) => hash)).toEqual(
      inspect(opus.path).audio[0]?.packets.map(({ hash }) => hash),
    );
    expect(decode(output)).toHaveLength(FRAMES);
  });

  test('uncompressed y4m, without sound, which is said', async () => {
    const output = join(newDirectory(), 'out.y4m');
    const done = await convert(talk.path, output, BLUE);
    expect(done.frames).toBe(FRAMES);
    expect(done.warnings.join()).toMatch(/sound was left out/);
    const head = `${readFileSync(output, 'latin1').split('\n', 1)[0]}`;
    expect(head).toMatch(/^YUV4MPEG2 W320 H180 F25:1 /);
    // y4m says nothing of time, and FFmpeg reads it like any video.
    const pictures = decode(output);
    expect(pictures).toHaveLength(FRAMES);
    expectPerson(pictures, 12);
  });

  test('a generated source is recorded for as long as is said', async () => {
    const output = join(newDirectory(), 'out.mp4');
    const done = await convert('lavfi:testsrc2=size=320x180:rate=25', output, [
      '--duration',
      '0.8',
      '-b',
      'none',
    ]);
    expect(done.frames).toBe(20);
    expect(decode(output)).toHaveLength(20);
  });
});

describe('names', () => {
  test.each(["-tälk 100% [1] a:b 'x'.M4V", 'talk'])('%j', async (name) => {
    const directory = newDirectory();
    writeFileSync(join(directory, name), readFileSync(talk.path));
    const outcome = await elsewhere(['--duration', '0.2', '--', name], { cwd: directory });
    const expected = name.replace(
      /(\.M4V)?$/,
      (extension) => `.elsewhere${extension.toLowerCase() || '.mp4'}`,
    );
    expect(outcome, outcome.stderr).toMatchObject({
      code: 0,
      stdout: `${expected}\n`,
    });
    expect(Object.keys(contentsOf(directory)).sort()).toEqual([name, outcome.stdout.trimEnd()].sort());
    expect(decode(join(directory, outcome.stdout.trimEnd()))).toHaveLength(5);
  });

  test('--overwrite replaces a result, also through a link to it', async () => {
    const directory = newDirectory();
    const output = join(directory, 'out.mp4');
    writeFileSync(output, 'precious');
    await convert(talk.path, output, ['--overwrite', '--duration', '0.2']);
    expect(decode(output)).toHaveLength(5);
    expect(Object.keys(contentsOf(directory))).toEqual(['out.mp4']);
  });
});

/** Converts into lossless video. */
async function made(options: readonly string[]): Promise<readonly Picture[]> {
  const output = join(newDirectory(), 'out.mkv');
  const done = await convert(talk.path, output, ['--codec', 'ffv1', ...options]);
  expect(done).toMatchObject({ frames: FRAMES, warnings: [] });
  const pictures = decode(output);
  expect(pictures).toHaveLength(FRAMES);
  return pictures;
}

describe('the person', () => {
  const SHIRT = { x: 0.42, y: 0.85, width: 0.16, height: 0.12 } as const;
  /** Right above the head, which is there when the middle of the picture is twice as large. */
  const TOP = { x: 0.47, y: 0, width: 0.06, height: 0.04 } as const;
  /** The mean colour of a part of the picture, with and without options. */
  async function both(options: readonly string[], area: Area): Promise<readonly [before: Rgb, after: Rgb]> {
    const [before, after] = [await made(BLUE), await made([...BLUE, ...options])].map(([first]) => {
      if (!first) throw new Error('no picture');
      expectColor(first, LEFT_CORNER, [30, 144, 255], 3);
      return colorOf(first, area);
    });
    return [before ?? [0, 0, 0], after ?? [0, 0, 0]];
  }

  test('--brightness: is brighter, and the background is not', async () => {
    const [before, after] = await both(['--brightness', '1'], SHIRT);
    for (const channel of [0, 1, 2]) expect(after[channel]).toBeGreaterThan((before[channel] ?? 255) + 10);
  });

  test('--warmth: is in a warmer light', async () => {
    const [before, after] = await both(['--warmth', '1'], SHIRT);
    expect(after[0] - after[2]).toBeGreaterThan(before[0] - before[2] + 10);
  });

  test('--zoom: comes nearer, until there is no room above the head', async () => {
    const [before, after] = await both(['--zoom', '2'], TOP);
    expect(before[2] - before[0]).toBeGreaterThan(200);
    expect(after[2] - after[0]).toBeLessThan(60);
  });

  test('--follow: is kept in the middle, with room above the head', async () => {
    const [, after] = await both(['--zoom', '2', '--follow'], TOP);
    expect(after[2] - after[0]).toBeGreaterThan(200);
  });
});

describe('each background', () => {
  test.each([['#00b140', [0, 177, 64]]] as const)('the colour %s', async (color, rgb) => {
    const pictures = await made(['-b', color]);
    for (const index of [0, 15, FRAMES - 1]) {
      expectColor(pictures[index], LEFT_CORNER, rgb, 3);
      expectColor(pictures[index], RIGHT_CORNER, rgb, 3);
      expectPerson(pictures, index, 2.5);
    }
  });

  test('none: the video as it is', async () => {
    const pictures = await made(['-b', 'none']);
    for (const [index, picture] of pictures.entries())
      expect(lumaDifference(picture, original[index])).toBe(0);
  });

  test('blur: the room out of focus, the person not; stronger is softer', async () => {
    const [usual, strong] = [await made([]), await made(['-b', 'blur:1'])];
    const room = (at: number, index: number) => (alphas[index]?.[at] ?? 255) === 0;
    const detail = (picture: Picture | undefined, index: number) => {
      const luma = picture?.planes[0];
      let [sum, count] = [0, 0];
      for (let at = 0; luma && at < luma.samples.length - 1; at++) {
        if (!room(at, index) || at % luma.width === luma.width - 1) continue;
        sum += Math.abs((luma.samples[at] ?? 0) - (luma.samples[at + 1] ?? 0));
        count++;
      }
      return sum / count;
    };
    for (const index of [0, 15, FRAMES - 1]) {
      expectPerson(usual, index, 2.5);
      expectPerson(strong, index, 2.5);
      expect(detail(usual[index], index)).toBeLessThan(0.6 * detail(original[index], index));
      expect(detail(strong[index], index)).toBeLessThan(detail(usual[index], index));
      // It is still this room.
      for (const corner of [LEFT_CORNER, RIGHT_CORNER]) {
        const [input] = [original[index]];
        if (!input) throw new Error('no picture');
        expectColor(usual[index], corner, colorOf(input, corner), 40);
      }
    }
  });

  test('a picture, laid in with each --fit', async () => {
    const directory = newDirectory();
    const picture = join(directory, 'quarters.png');
    // 160x90: as wide as the video; red and green above, blue and yellow below.
    const part = (background: string) => ({
      create: { width: 80, height: 45, channels: 3 as const, background },
    });
    await sharp({ create: { width: 160, height: 90, channels: 3, background: 'red' } })
      .composite([
        { input: part('lime'), left: 80, top: 0 },
        { input: part('blue'), left: 0, top: 45 },
        { input: part('yellow'), left: 80, top: 45 },
      ])
      .png()
      .toFile(picture);
    for (const fit of ['contain']) {
      const pictures = await made(['-b', picture, '--fit', fit]);
      for (const index of [0, FRAMES - 1]) {
        expectColor(pictures[index], LEFT_CORNER, [255, 0, 0], 4);
        expectColor(pictures[index], RIGHT_CORNER, [0, 255, 0], 4);
        expectPerson(pictures, index, 2.5);
      }
    }
    const tiled = await made(['-b', picture, '--fit', 'tile']);
    for (const x of [0.02, 0.52]) {
      expectColor(tiled[5], { x, y: 0.01, width: 0.1, height: 0.1 }, [255, 0, 0], 4);
      expectColor(tiled[5], { x: x + 0.3, y: 0.01, width: 0.1, height: 0.1 }, [0, 255, 0], 4);
    }
  });

  test('a video, again and again', async () => {
    const video = join(newDirectory(), 'waves.mp4');
    // 0.2 s of red, 0.2 s of blue.
    const source = (color: string) => `color=${color}:size=160x90:rate=25:duration=0.2`;
    makeVideo(video, { picture: `${source('red')}[a];${source('blue')}[b];[a][b]concat` });
    const pictures = await made(['-b', video]);
    for (const [index, picture] of pictures.entries()) {
      const red = index % 10 < 5;
      expectColor(picture, LEFT_CORNER, red ? [255, 0, 0] : [0, 0, 255], 8);
      if (index % 5 === 0) expectPerson(pictures, index, 2.5);
    }
  });

  test.each([
    { name: 'webm', codec: 'vp9' },
    { name: 'webm', options: ['--codec', 'vp8'], codec: 'vp8' },
    { name: 'mov', codec: 'prores' },
    { name: 'mkv', codec: 'ffv1' },
  ])('transparent as $codec in $name: the alpha is the person', async ({ name, options = [], codec }) => {
    const output = join(newDirectory(), `out.${name}`);
    const done = await convert(talk.path, output, ['-b', 'transparent', ...options]);
    expect(done.frames).toBe(FRAMES);
    expect(inspect(output).video.codec).toBe(codec);
    const pictures = decode(output);
    expect(pictures).toHaveLength(FRAMES);
    const shifted = (alpha: Uint8Array) => alpha.map((_, at) => alpha[at - 12] ?? 0);
    for (const index of [0, 7, 15, FRAMES - 1]) {
      const picture = pictures[index];
      const [found, known] = [greyOf(picture), alphas[index] ?? new Uint8Array()];
      expect(picture?.planes, picture?.format).toHaveLength(4);
      expect(overlap(found, known)).toBeGreaterThan(0.95);
      expect(difference(found, known)).toBeLessThan(0.02);
      // The bounds are well above what a matte in the wrong place would reach.
      expect(overlap(found, shifted(known))).toBeLessThan(0.93);
      if (picture) expectPerson({ [index]: eightBits(picture) }, index);
    }
  });

  test('transparent names its result by what can hold it', async () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'a.mp4'), readFileSync(talk.path));
    const outcome = await elsewhere(['a.mp4', '-b', 'transparent', '--duration', '0.2'], { cwd: directory });
    expect(outcome).toMatchObject({ code: 0, stdout: 'a.elsewhere.webm\n' });
  });
});

/** The luma of a deeper picture as that of one of 8 bits. */
function eightBits(picture: Picture): Picture {
  const planes = picture.planes.map((plane) => ({
    ...plane,
    samples: Uint8Array.from(plane.samples, (value) => value >> (picture.bits - 8)),
  }));
  return { ...picture, bits: 8, planes };
}

describe('the encoder', () => {
  test('--crf and --preset take effect', async () => {
    const directory = newDirectory();
    const size = async (name: string, ...options: string[]) => {
      await convert(talk.path, join(directory, name), ['-b', 'none', ...options]);
      expect(decode(join(directory, name))).toHaveLength(FRAMES);
      return statSync(join(directory, name)).size;
    };
    const settings = (name: string) => readFileSync(join(directory, name), 'latin1');
    const usual = await size('usual.mp4');
    expect(settings('usual.mp4')).toContain('crf=20.0');
    expect(await size('small.mp4', '--crf', '40')).toBeLessThan(0.7 * usual);
    expect(settings('small.mp4')).toContain('crf=40.0');
    expect(await size('large.mp4', '--crf', '8')).toBeGreaterThan(1.3 * usual);
    await size('fast.mp4', '--preset', 'ultrafast');
    // ultrafast has no CABAC, veryfast has.
    expect(settings('fast.mp4')).toContain('cabac=0');
    expect(settings('usual.mp4')).toContain('cabac=1');
    const [coarse, fine] = [
      await size('coarse.webm', '--crf', '60'),
      await size('fine.webm', '--crf', '15', '--preset', 'good'),
    ];
    expect(coarse).toBeLessThan(fine);
  });

  test.each([
    [2, /nonsense/, ['-o', 'out.mp4', '--codec', 'nonsense']],
    [4, /mov file cannot hold vp9.*h264/, ['-o', 'out.mov', '--codec', 'vp9']],
    [4, /H\.264 has a crf from 0 to 51, not 99/, ['-o', 'out.mp4', '--crf', '99']],
    [2, /crf/, ['-o', 'out.mp4', '--crf', 'high']],
    [4, /no preset "quick"/, ['-o', 'out.mp4', '--preset', 'quick']],
    [4, /ProRes 4444 has no crf/, ['-o', 'out.mov', '--codec', 'prores', '--crf', '20']],
    [4, /mp4 file cannot hold transparency.*webm/, ['-o', 'out.mp4', '-b', 'transparent']],
    [4, /h264 cannot hold transparency/, ['-o', 'out.mkv', '-b', 'transparent', '--codec', 'h264']],
    [4, /\.xyz/, ['-o', 'out.xyz']],
    [4, /no extension/, ['-o', 'out']],
    [4, /image file.*video/, ['-o', 'out.png']],
    [2, /standard output/, ['-o', '-']],
  ] as const)('exit code %i and %s for %j', async (code, sentence, argv) => {
    const directory = newDirectory();
    const before = hashOf(talk.path);
    expectRefusal(await elsewhere([talk.path, ...argv], { cwd: directory }), code, sentence);
    expect(contentsOf(directory)).toEqual({});
    expect(hashOf(talk.path)).toBe(before);
  });

  test('nothing but the result lies in the directory, and its mode is that of any new file', async () => {
    const directory = newDirectory();
    mkdirSync(join(directory, 'in'));
    const output = join(directory, 'in', 'out.mp4');
    await convert(talk.path, output, ['--duration', '0.2']);
    writeFileSync(join(directory, 'plain'), '');
    expect(Object.keys(contentsOf(directory)).sort()).toEqual(['in', `in/${basename(output)}`, 'plain']);
    expect(statSync(output).mode).toBe(statSync(join(directory, 'plain')).mode);
    expect(statSync(output).nlink).toBe(1);
  });
});
