import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ConversionProgress } from '@elsewhere/engine';
import { type ConvertInput, type ConvertOptions, convert, MediaError } from '@elsewhere/node';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect, makeVideo, pictures, temporaryDirectory } from './make.js';

const at = temporaryDirectory();
const none = { background: { type: 'none' } } as const;
const tone = { source: 'sine=frequency=440:duration=2' };

/** Temporary files, of which none may be left. */
function leftovers(): string[] {
  return readdirSync(dirname(at('x'))).filter((name) => name.startsWith('.'));
}

async function failure(input: ConvertInput, output: string, options: ConvertOptions = none) {
  const error = await convert(input, output, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MediaError);
  expect(existsSync(output)).toBe(false);
  expect(leftovers()).toEqual([]);
  const { code, message } = error as MediaError;
  // One or two sentences, without a stack trace.
  expect(message).toMatch(/^[^\n]{10,250}\.$/);
  expect(message).not.toMatch(/Error|undefined|at Object|node-av/);
  return { code, message };
}

describe('an input that', () => {
  const write = (name: string, contents: string | Buffer) => {
    writeFileSync(at(name), contents);
    return at(name);
  };
  const inputs: Record<string, [code: string, make: () => ConvertInput]> = {
    'does not exist': ['INPUT_MISSING', () => at('missing.mp4')],
    'is a directory': ['INPUT_IS_DIRECTORY', () => dirname(at('x'))],
    'is empty': ['INPUT_EMPTY', () => write('empty.mp4', '')],
    'is text': ['INPUT_UNREADABLE', () => write('text.mp4', 'This is not a video.\n'.repeat(100))],
    'is noise': [
      'INPUT_UNREADABLE',
      () =>
        write('noise.mp4', Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 31 + i * 7) & 255))),
    ],
    'has only audio': [
      'INPUT_NO_VIDEO',
      () => makeVideo(at('sound.m4a'), { withoutVideo: true, audio: [tone] }),
    ],
    'has only audio and a cover': [
      'INPUT_NO_VIDEO',
      () =>
        makeVideo(at('cover.mp3'), {
          withoutVideo: true,
          cover: true,
          audio: [{ ...tone, encoder: 'libmp3lame' }],
        }),
    ],
    'has no header': [
      'INPUT_UNREADABLE',
      () => {
        const path = makeVideo(at('headless.mp4'));
        truncateSync(path, 4000);
        return path;
      },
    ],
    'is text with the extension of an image': ['INPUT_UNREADABLE', () => write('text.jpg', 'not an image')],
    'is a missing camera': ['DEVICE_UNAVAILABLE', () => ({ type: 'camera', device: '/dev/video987' })],
    'is an invalid graph': ['INPUT_UNREADABLE', () => ({ type: 'lavfi', graph: 'no_such_filter' })],
  };
  for (const [what, [code, make]] of Object.entries(inputs)) {
    it(`${what} is refused with ${code}`, async () => {
      const input = make();
      const isStill = typeof input === 'string' && input.endsWith('.jpg');
      expect(await failure(input, at(isStill ? 'bad.png' : 'bad.mp4'))).toMatchObject({ code });
    });
  }

  for (const extension of ['mkv', 'ts']) {
    it(`is a truncated ${extension} is converted up to where it ends`, async () => {
      const input = makeVideo(at(`cut.${extension}`), {
        picture: 'testsrc2=size=320x180:rate=25:duration=4',
        audio: [{ source: 'sine=duration=4' }],
      });
      const whole = inspect(input);
      truncateSync(input, Math.round(readFileSync(input).length * 0.4));
      const report = await convert(input, at(`cut-${extension}.mp4`), none);
      expect(report.frames).toBeGreaterThan(20);
      expect(report.frames).toBeLessThan(80);
      expect(pictures(at(`cut-${extension}.mp4`))).toHaveLength(report.frames);
      if (extension === 'mkv') {
        expect(report.lostSeconds).toBeCloseTo(whole.duration - report.frames / 25, 0);
        expect(report.warnings).toMatchObject([
          { code: 'INPUT_TRUNCATED', message: expect.stringContaining('missing') },
        ]);
      }
    });
  }

  it('is damaged in the middle is converted with a warning', async () => {
    const input = makeVideo(at('damaged.mkv'), {
      picture: 'testsrc2=size=320x180:rate=25:duration=4',
      options: { preset: 'veryfast', g: '25' },
    });
    const bytes = readFileSync(input);
    bytes.fill(0, Math.round(bytes.length * 0.4), Math.round(bytes.length * 0.55));
    writeFileSync(input, bytes);
    const report = await convert(input, at('damaged.mp4'), none);
    expect(report.warnings).toContainEqual({
      code: 'INPUT_DAMAGED',
      message: expect.stringContaining('damaged'),
    });
    expect(report.lostSeconds).toBeGreaterThan(0.2);
    expect(report.lostSeconds).toBeLessThan(2);
    expect(pictures(at('damaged.mp4'))).toHaveLength(report.frames);
  });
});

describe('an output that', () => {
  const input = () => makeVideo(at('good.mp4'), { picture: 'testsrc2=size=160x96:rate=25:duration=1' });

  it('exists is kept unless overwrite is set', async () => {
    writeFileSync(at('there.mp4'), 'precious');
    await expect(convert(input(), at('there.mp4'), none)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(readFileSync(at('there.mp4'), 'utf8')).toBe('precious');
    chmodSync(at('there.mp4'), 0o640);
    await convert(input(), at('there.mp4'), { ...none, overwrite: true });
    expect(pictures(at('there.mp4'))).toHaveLength(25);
    expect(statSync(at('there.mp4')).mode & 0o777).toBe(0o640);
  });

  it('another program creates meanwhile is kept', async () => {
    const output = at('meanwhile.mp4');
    const onProgress = () => writeFileSync(output, 'theirs');
    await expect(convert(input(), output, { ...none, onProgress })).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringMatching(/was created by another program/),
    });
    expect(readFileSync(output, 'utf8')).toBe('theirs');
    expect(leftovers()).toEqual([]);
  });

  it('is the input, under any name, is refused', async () => {
    const path = input();
    if (!existsSync(at('hard.mp4'))) linkSync(path, at('hard.mp4'));
    if (!existsSync(at('soft.mp4'))) symlinkSync(path, at('soft.mp4'));
    for (const name of ['good.mp4', 'hard.mp4', 'soft.mp4']) {
      await expect(convert(path, at(name), { ...none, overwrite: true })).rejects.toMatchObject({
        code: 'OUTPUT_IS_INPUT',
      });
    }
    expect(pictures(path)).toHaveLength(25);
  });

  const outputs: Record<string, [code: string, name: string, options?: ConvertOptions]> = {
    'is in a missing directory': ['OUTPUT_UNWRITABLE', 'no/where.mp4'],
    'has an unknown extension': ['OUTPUT_UNSUPPORTED', 'out.xyz'],
    'has no extension': ['OUTPUT_UNSUPPORTED', 'out'],
    'is an image for a video': ['OUTPUT_UNSUPPORTED', 'out.png'],
    'cannot contain its codec': ['OUTPUT_UNSUPPORTED', 'out.mp4', { ...none, codec: 'vp8' }],
    'has an unknown preset': ['OUTPUT_UNSUPPORTED', 'out.mp4', { ...none, preset: 'hasty' }],
    'has a crf out of range': ['OUTPUT_UNSUPPORTED', 'out.mp4', { ...none, crf: 99 }],
    'has a crf for a codec without crf': [
      'OUTPUT_UNSUPPORTED',
      'out.mov',
      { ...none, codec: 'prores', crf: 20 },
    ],
    'has a missing background': [
      'BACKGROUND_MISSING',
      'out.mp4',
      { background: { type: 'image', source: '/no/such.jpg' } },
    ],
    'has a background that is not an image': [
      'BACKGROUND_UNREADABLE',
      'out.mp4',
      { background: { type: 'image', source: __filename } },
    ],
    'has a background that is not a video': [
      'BACKGROUND_UNREADABLE',
      'out.mp4',
      { background: { type: 'video', source: __filename } },
    ],
    'is a virtual camera': ['OUTPUT_UNSUPPORTED', '/dev/video987'],
  };
  for (const [what, [code, name, options]] of Object.entries(outputs)) {
    it(`${what} is refused with ${code}`, async () => {
      expect(await failure(input(), name.startsWith('/') ? name : at(name), options)).toMatchObject({ code });
    });
  }

  it.each([
    { codec: 'mpeg9' as 'h264' },
    { quality: 'best' as 'highest' },
    { start: -1 },
    { duration: 0 },
    { zoom: 5 },
    { overwrite: 1 as unknown as boolean },
  ])('is requested with %j is refused before anything is opened', async (options) => {
    const [name] = Object.keys(options);
    await expect(convert(at('no-such-input.mp4'), at('bad.mp4'), options)).rejects.toMatchObject({
      name: 'EngineError',
      code: 'OPTION_INVALID',
      message: expect.stringContaining(`The option ${name} must be`),
    });
  });

  it('fills the disk is removed', async ({ skip }) => {
    const small = at('small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      skip('a small disk cannot be mounted here');
    }
    try {
      const large = makeVideo(at('large.mp4'), {
        picture: 'testsrc2=size=640x360:rate=25:duration=3',
        audio: [tone],
      });
      for (const extension of ['mp4', 'mkv', 'avi', 'y4m']) {
        await expect(
          convert(large, `${small}/out.${extension}`, {
            ...none,
            ...(extension === 'y4m' ? {} : { crf: 5 }),
          }),
        ).rejects.toMatchObject({ code: 'DISK_FULL' });
        expect(readdirSync(small)).toEqual([]);
      }
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

describe('a conversion', () => {
  it('reports its progress', async () => {
    const seen: ConversionProgress[] = [];
    const input = makeVideo(at('progress.mp4'), { picture: 'testsrc2=size=640x360:rate=25:duration=4' });
    await convert(input, at('progress-out.mp4'), { ...none, onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(0);
    for (const { frames, seconds, totalSeconds } of seen) {
      expect(totalSeconds).toBeCloseTo(4, 1);
      expect(frames / 25).toBeCloseTo(seconds, 0);
    }
  });

  it('can be aborted at any time, and leaves no file', async () => {
    const endless = { type: 'lavfi', graph: 'testsrc2=size=1280x720:rate=30' } as const;
    const reason = new Error('not now');
    const aborted = async (signal: AbortSignal) => {
      await expect(convert(endless, at('aborted.mp4'), { ...none, signal })).rejects.toBe(reason);
      expect(existsSync(at('aborted.mp4'))).toBe(false);
      expect(leftovers()).toEqual([]);
    };
    // The input is endless: that the conversion ends shows that it was aborted.
    for (const wait of [0, 300, 1500]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), wait);
      await aborted(controller.signal);
    }
    await aborted(AbortSignal.abort(reason));
  });

  it('of an endless input can be stopped, and writes a complete file', async () => {
    const generated = { type: 'lavfi', graph: 'testsrc2=size=320x180:rate=30,realtime' } as const;
    const controller = new AbortController();
    const report = await convert(generated, at('stopped.mp4'), {
      ...none,
      stop: controller.signal,
      onProgress: ({ frames }) => {
        if (frames > 10) controller.abort();
      },
    });
    expect(report.frames).toBeGreaterThan(10);
    expect(pictures(at('stopped.mp4'))).toHaveLength(report.frames);
  });

  it('runs concurrently with others', async () => {
    const input = makeVideo(at('beside.mp4'), { audio: [tone] });
    const expected = pictures(input).map(({ luma }) => luma);
    // Lossless, because x264 itself is not always deterministic.
    const lossless = { ...none, codec: 'ffv1' } as const;
    const outputs = [1, 2, 3].map((number) => at(`beside-${number}.mkv`));
    await Promise.all(outputs.map((output) => convert(input, output, lossless)));
    for (const output of outputs) {
      const found = pictures(output).map(({ luma }) => luma);
      expect(found).toHaveLength(expected.length);
      expect(found.every((luma, index) => luma.equals(expected[index] ?? Buffer.alloc(0)))).toBe(true);
    }
  });

  it('has the size of its largest frames, even if they come later', async () => {
    const [small, large] = [
      makeVideo(at('small.ts')),
      makeVideo(at('large.ts'), { picture: 'testsrc2=size=320x192:rate=25:duration=2', delay: 2 }),
    ];
    writeFileSync(at('changing.ts'), Buffer.concat([readFileSync(small), readFileSync(large)]));
    const report = await convert(at('changing.ts'), at('changing.mp4'), none);
    expect(report).toMatchObject({ width: 320, height: 192, frames: 100 });
    expect(report.warnings).toContainEqual({
      code: 'SIZE_CHANGED',
      message: expect.stringContaining('changes its size'),
    });
  });
});

describe('a still image', () => {
  /** Red above blue, stored rotated with the orientation 6. */
  async function makeStill(): Promise<string> {
    const top = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c02020' } })
      .png()
      .toBuffer();
    const upright = await sharp({ create: { width: 64, height: 96, channels: 3, background: '#2020c0' } })
      .composite([{ input: top, top: 0, left: 0 }])
      .png()
      .toBuffer();
    await sharp(upright)
      .rotate(-90)
      .jpeg({ quality: 95 })
      .withMetadata({ orientation: 6 })
      .toFile(at('still.jpg'));
    return at('still.jpg');
  }

  for (const extension of ['png', 'jpg', 'webp']) {
    it(`becomes an upright ${extension} with the same colours`, async () => {
      const report = await convert(await makeStill(), at(`still-out.${extension}`), none);
      expect(report).toMatchObject({ width: 64, height: 96, frames: 1 });
      const { data, info } = await sharp(at(`still-out.${extension}`))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([64, 96]);
      const pixel = (y: number) => [...data.subarray((y * 64 + 32) * 3, (y * 64 + 32) * 3 + 3)];
      for (const [index, value] of [0xc0, 0x20, 0x20].entries())
        expect(Math.abs((pixel(20)[index] ?? 0) - value)).toBeLessThan(8);
      for (const [index, value] of [0x20, 0x20, 0xc0].entries())
        expect(Math.abs((pixel(80)[index] ?? 0) - value)).toBeLessThan(8);
      expect((await sharp(at(`still-out.${extension}`)).metadata()).exif).toBeUndefined();
    });
  }

  it('can be transparent in png, but not in jpg and mp4', async () => {
    const transparent = { background: { type: 'transparent' } } as const;
    const input = await makeStill();
    await convert(input, at('alpha.png'), transparent);
    expect((await sharp(at('alpha.png')).metadata()).hasAlpha).toBe(true);
    expect(await failure(input, at('alpha.jpg'), transparent)).toMatchObject({ code: 'OUTPUT_UNSUPPORTED' });
    expect(await failure(input, at('alpha.mp4'), none)).toMatchObject({ code: 'OUTPUT_UNSUPPORTED' });
  });
});
