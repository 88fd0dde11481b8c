import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import { type Clip, makeClip, tone } from './clips.js';
import { contentsOf, convert, elsewhere, expectRefusal, hashOf, newDirectory } from './command.js';
import { type DecodedFrame, decode, inspect } from './inspect.js';
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
} from './samples.js';

const FRAMES = 16;
const FRAME = 1 / 25;
const BLUE = ['-b', '#1e90ff'] as const;

let talk: Clip;
let opus: Clip;
let original: readonly DecodedFrame[];
/** The exact alpha of each frame. */
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

/** Fails unless the person in a frame is the same as in the original. */
function expectPerson(decoded: Readonly<Record<number, DecodedFrame>>, index: number, tolerance = 6): void {
  const alpha = alphas[index];
  expect(
    lumaDifference(decoded[index], original[index], (at) => (alpha?.[at] ?? 0) === 255),
    `the person in frame ${index}`,
  ).toBeLessThan(tolerance);
}

describe('each container', () => {
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
    const decoded = decode(output);
    expect(decoded).toHaveLength(FRAMES);
    const late = (decoded[0]?.time ?? 0) - (original[0]?.time ?? 0);
    // AVI has no timestamps, only one position per frame.
    const tolerance = name.endsWith('.avi') ? FRAME + 0.001 : 0.0011;
    expect(Math.abs(late)).toBeLessThan(0.03);
    decoded.forEach((frame, index) => {
      expect(Math.abs(frame.time - late - (original[index]?.time ?? -1))).toBeLessThan(tolerance);
      expectColor(frame, LEFT_CORNER, [30, 144, 255], 8);
      expectColor(frame, RIGHT_CORNER, [30, 144, 255], 8);
    });
    for (const index of [0, 10, FRAMES - 1]) expectPerson(decoded, index);
  });

  test('webm keeps Opus unchanged', async () => {
    const output = join(newDirectory(), 'out.webm');
    const done = await convert(opus.path, output, BLUE);
    expect(done).toMatchObject({ frames: FRAMES, warnings: [] });
    expect(inspect(output).audio[0]?.packets.map(({ hash }) => hash)).toEqual(
      inspect(opus.path).audio[0]?.packets.map(({ hash }) => hash),
    );
    expect(decode(output)).toHaveLength(FRAMES);
  });

  test('uncompressed y4m has no audio, with a warning', async () => {
    const output = join(newDirectory(), 'out.y4m');
    const done = await convert(talk.path, output, BLUE);
    expect(done.frames).toBe(FRAMES);
    expect(done.warnings.join()).toMatch(/sound was left out/);
    const head = `${readFileSync(output, 'latin1').split('\n', 1)[0]}`;
    expect(head).toMatch(/^YUV4MPEG2 W320 H180 F25:1 /);
    // y4m has no timestamps, but FFmpeg reads it like any other video.
    const decoded = decode(output);
    expect(decoded).toHaveLength(FRAMES);
    expectPerson(decoded, 12);
  });

  test('a generated source is recorded for the given duration', async () => {
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

/** Converts to lossless video and decodes it. */
async function convertAndDecode(options: readonly string[]): Promise<readonly DecodedFrame[]> {
  const output = join(newDirectory(), 'out.mkv');
  const done = await convert(talk.path, output, ['--codec', 'ffv1', ...options]);
  expect(done).toMatchObject({ frames: FRAMES, warnings: [] });
  const decoded = decode(output);
  expect(decoded).toHaveLength(FRAMES);
  return decoded;
}

describe('the person', () => {
  const SHIRT = { x: 0.42, y: 0.85, width: 0.16, height: 0.12 } as const;
  /** Just above the head, and covered by it when the frame is zoomed by 2. */
  const TOP = { x: 0.47, y: 0, width: 0.06, height: 0.04 } as const;
  /** The mean colour of a part of the frame, without and with options. */
  async function both(options: readonly string[], area: Area): Promise<readonly [before: Rgb, after: Rgb]> {
    const [before, after] = [await convertAndDecode(BLUE), await convertAndDecode([...BLUE, ...options])].map(
      ([first]) => {
        if (!first) throw new Error('no frame');
        expectColor(first, LEFT_CORNER, [30, 144, 255], 3);
        return colorOf(first, area);
      },
    );
    return [before ?? [0, 0, 0], after ?? [0, 0, 0]];
  }

  test('is brighter with --brightness, and the background is not', async () => {
    const [before, after] = await both(['--brightness', '1'], SHIRT);
    for (const channel of [0, 1, 2]) expect(after[channel]).toBeGreaterThan((before[channel] ?? 255) + 10);
  });

  test('is warmer with --warmth', async () => {
    const [before, after] = await both(['--warmth', '1'], SHIRT);
    expect(after[0] - after[2]).toBeGreaterThan(before[0] - before[2] + 10);
  });

  test('is larger with --zoom, without headroom', async () => {
    const [before, after] = await both(['--zoom', '2'], TOP);
    expect(before[2] - before[0]).toBeGreaterThan(200);
    expect(after[2] - after[0]).toBeLessThan(60);
  });

  test('is centred with headroom with --follow', async () => {
    const [, after] = await both(['--zoom', '2', '--follow'], TOP);
    expect(after[2] - after[0]).toBeGreaterThan(200);
  });
});

describe('each background', () => {
  test.each([['#00b140', [0, 177, 64]]] as const)('can be the colour %s', async (color, rgb) => {
    const decoded = await convertAndDecode(['-b', color]);
    for (const index of [0, 15, FRAMES - 1]) {
      expectColor(decoded[index], LEFT_CORNER, rgb, 3);
      expectColor(decoded[index], RIGHT_CORNER, rgb, 3);
      expectPerson(decoded, index, 2.5);
    }
  });

  test('none keeps the video unchanged', async () => {
    const decoded = await convertAndDecode(['-b', 'none']);
    for (const [index, frame] of decoded.entries()) expect(lumaDifference(frame, original[index])).toBe(0);
  });

  test('blur defocuses the camera background and not the person, more with a higher strength', async () => {
    const [usual, strong] = [await convertAndDecode([]), await convertAndDecode(['-b', 'blur:1'])];
    const isBackground = (at: number, index: number) => (alphas[index]?.[at] ?? 255) === 0;
    const detail = (frame: DecodedFrame | undefined, index: number) => {
      const luma = frame?.planes[0];
      let [sum, count] = [0, 0];
      for (let at = 0; luma && at < luma.samples.length - 1; at++) {
        if (!isBackground(at, index) || at % luma.width === luma.width - 1) continue;
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
      // It still has the colours of the camera background.
      for (const corner of [LEFT_CORNER, RIGHT_CORNER]) {
        const [input] = [original[index]];
        if (!input) throw new Error('no frame');
        expectColor(usual[index], corner, colorOf(input, corner), 40);
      }
    }
  });

  test('can be an image with each --fit', async () => {
    const directory = newDirectory();
    const image = join(directory, 'quarters.png');
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
      .toFile(image);
    for (const fit of ['contain']) {
      const decoded = await convertAndDecode(['-b', image, '--fit', fit]);
      for (const index of [0, FRAMES - 1]) {
        expectColor(decoded[index], LEFT_CORNER, [255, 0, 0], 4);
        expectColor(decoded[index], RIGHT_CORNER, [0, 255, 0], 4);
        expectPerson(decoded, index, 2.5);
      }
    }
    const tiled = await convertAndDecode(['-b', image, '--fit', 'tile']);
    for (const x of [0.02, 0.52]) {
      expectColor(tiled[5], { x, y: 0.01, width: 0.1, height: 0.1 }, [255, 0, 0], 4);
      expectColor(tiled[5], { x: x + 0.3, y: 0.01, width: 0.1, height: 0.1 }, [0, 255, 0], 4);
    }
  });

  test('can be a video, which repeats', async () => {
    const video = join(newDirectory(), 'waves.mp4');
    // 0.2 s of red, 0.2 s of blue.
    const source = (color: string) => `color=${color}:size=160x90:rate=25:duration=0.2`;
    makeVideo(video, { picture: `${source('red')}[a];${source('blue')}[b];[a][b]concat` });
    const decoded = await convertAndDecode(['-b', video]);
    for (const [index, frame] of decoded.entries()) {
      const red = index % 10 < 5;
      expectColor(frame, LEFT_CORNER, red ? [255, 0, 0] : [0, 0, 255], 8);
      if (index % 5 === 0) expectPerson(decoded, index, 2.5);
    }
  });

  test.each([
    { name: 'webm', codec: 'vp9' },
    { name: 'webm', options: ['--codec', 'vp8'], codec: 'vp8' },
    { name: 'mov', codec: 'prores' },
    { name: 'mkv', codec: 'ffv1' },
  ])('transparent stores the matte as alpha, in $codec in $name', async ({ name, options = [], codec }) => {
    const output = join(newDirectory(), `out.${name}`);
    const done = await convert(talk.path, output, ['-b', 'transparent', ...options]);
    expect(done.frames).toBe(FRAMES);
    expect(inspect(output).video.codec).toBe(codec);
    const decoded = decode(output);
    expect(decoded).toHaveLength(FRAMES);
    const shifted = (alpha: Uint8Array) => alpha.map((_, at) => alpha[at - 12] ?? 0);
    for (const index of [0, 7, 15, FRAMES - 1]) {
      const frame = decoded[index];
      const [found, known] = [greyOf(frame), alphas[index] ?? new Uint8Array()];
      expect(frame?.planes, frame?.format).toHaveLength(4);
      expect(overlap(found, known)).toBeGreaterThan(0.95);
      expect(difference(found, known)).toBeLessThan(0.02);
      // A misplaced matte would be far outside the bounds.
      expect(overlap(found, shifted(known))).toBeLessThan(0.93);
      if (frame) expectPerson({ [index]: eightBits(frame) }, index);
    }
  });

  test('transparent selects a container with alpha', async () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'a.mp4'), readFileSync(talk.path));
    const outcome = await elsewhere(['a.mp4', '-b', 'transparent', '--duration', '0.2'], { cwd: directory });
    expect(outcome).toMatchObject({ code: 0, stdout: 'a.elsewhere.webm\n' });
  });
});

/** A frame with more than 8 bits, reduced to 8 bits. */
function eightBits(frame: DecodedFrame): DecodedFrame {
  const planes = frame.planes.map((plane) => ({
    ...plane,
    samples: Uint8Array.from(plane.samples, (value) => value >> (frame.bits - 8)),
  }));
  return { ...frame, bits: 8, planes };
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

  test('writes nothing but the result, with the mode of any new file', async () => {
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
