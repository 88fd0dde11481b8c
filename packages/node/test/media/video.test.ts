import { convert } from '@elsewhere/node';
import {
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_PRI_BT709,
  AVCOL_PRI_BT2020,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_BT709,
  AVCOL_TRC_SMPTE2084,
} from 'node-av/constants';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect, makeVideo, pictures, temporaryDirectory, type VideoRecipe } from './make.js';

const at = temporaryDirectory();
const none = { background: { type: 'none' } } as const;

/** Timestamps relative to the first frame. */
function times(path: string): number[] {
  const { start } = inspect(path);
  return pictures(path).map(({ time }) => time - start);
}

function expectSameTimes(actual: readonly number[], expected: readonly number[], tolerance = 0.0011): void {
  expect(actual).toHaveLength(expected.length);
  const apart = actual.map((time, index) => Math.abs(time - (expected[index] ?? Number.NaN)));
  expect(Math.max(...apart)).toBeLessThan(tolerance);
}

const tone = { source: 'sine=frequency=440:duration=2' };

describe('frames', () => {
  const inputs: Record<string, VideoRecipe> = {
    'plain.mp4': { audio: [tone] },
    'bframes.mkv': { options: { preset: 'veryfast', bf: '3' }, audio: [tone] },
    'late.ts': {
      options: { preset: 'veryfast', bf: '2' },
      audio: [{ ...tone, encoder: 'libmp3lame' }],
      delay: 3600,
    },
    'variable.mp4': { time: (index) => index * 3600 + (index % 3) * 700 + (index > 20 ? 45_000 : 0) },
    'variable.mkv': { time: (index) => index * index * 90 + index * 900 },
    'vp9.webm': { encoder: 'libvpx-vp9', options: { deadline: 'realtime', 'cpu-used': '8' } },
    'tiny.mp4': { picture: 'testsrc2=size=16x16:rate=25:duration=1' },
  };
  for (const [name, recipe] of Object.entries(inputs)) {
    for (const extension of ['mp4', 'mkv', 'webm']) {
      it(`of ${name} are all in ${extension}, at their times`, async () => {
        const input = makeVideo(at(name), recipe);
        const output = at(`${name}.${extension}`);
        const report = await convert(input, output, { ...none, overwrite: true });
        const expected = times(input);
        expect(report.frames).toBe(expected.length);
        // Opus starts some milliseconds before the first sound.
        expectSameTimes(times(output), expected, extension === 'webm' && recipe.audio ? 0.008 : 0.0011);
        expect(report.lostSeconds).toBeUndefined();
        // With B-frames, mp4 computes its duration in decoding order, in which frames of variable rate end earlier.
        const apart = Math.abs(inspect(output).duration - inspect(input).duration);
        expect(apart).toBeLessThan(recipe.time ? 0.3 : 0.05);
      });
    }
  }

  it('keep their positions in avi, with gaps where the input has gaps', async () => {
    const input = makeVideo(at('holes.mp4'), { time: (index) => index * 3600 + (index > 20 ? 36_000 : 0) });
    const report = await convert(input, at('holes.avi'), none);
    expect(report.frames).toBe(50);
    expectSameTimes(times(at('holes.avi')), times(input), 0.041);
  });

  it('of every codec are decoded', async () => {
    const input = makeVideo(at('codecs.mp4'), {
      picture: 'testsrc2=size=160x90:rate=25:duration=0.4',
    });
    const outputs = {
      h264: 'mp4',
      hevc: 'mp4',
      vp8: 'webm',
      vp9: 'webm',
      av1: 'webm',
      prores: 'mov',
      ffv1: 'mkv',
    } as const;
    for (const [codec, extension] of Object.entries(outputs) as [keyof typeof outputs, string][]) {
      const output = at(`codec-${codec}.${extension}`);
      await convert(input, output, { ...none, codec });
      const decoded = pictures(output);
      expect(decoded, codec).toHaveLength(10);
      expect([decoded[0]?.width, decoded[0]?.height], codec).toEqual([160, 90]);
    }
  });

  it('of odd size are extended for h264 and kept for vp9', async () => {
    const input = makeVideo(at('odd.mkv'), {
      picture: 'testsrc2=size=200x100:rate=25:duration=0.4,scale=161:91',
      encoder: 'ffv1',
    });
    const report = await convert(input, at('odd.mp4'), none);
    expect([report.codedWidth, report.codedHeight]).toEqual([162, 92]);
    // `scale` keeps the aspect ratio of the frame, so its pixels are not square any more.
    expect([report.width, report.height]).toEqual([Math.round((162 * 2 * 91) / 161), 92]);
    expect(report.warnings).toMatchObject([
      { code: 'SIZE_CHANGED', message: expect.stringContaining('161x91') },
    ]);
    const [original] = pictures(input);
    const [extended] = pictures(at('odd.mp4'));
    const luma = (frame: typeof original, x: number, y: number) => frame?.luma[y * frame.width + x] ?? -1;
    for (const y of [5, 45, 90])
      expect(Math.abs(luma(extended, 161, y) - luma(original, 160, y))).toBeLessThan(24);
    await convert(input, at('odd.webm'), none);
    expect(pictures(at('odd.webm'))[0]).toMatchObject({ width: 161, height: 91 });
  });
});

describe('colours', () => {
  it('keep their tags, and pixels keep their aspect ratio', async () => {
    const input = makeVideo(at('tags.mp4'), {
      format: AV_PIX_FMT_YUVJ420P,
      tags: {
        range: AVCOL_RANGE_JPEG,
        matrix: AVCOL_SPC_SMPTE170M,
        primaries: AVCOL_PRI_BT709,
        transfer: AVCOL_TRC_BT709,
        sampleAspectRatio: [4, 3],
      },
    });
    for (const extension of ['mp4', 'mkv']) {
      await convert(input, at(`tags-out.${extension}`), none);
      expect(inspect(at(`tags-out.${extension}`)).streams[0]).toMatchObject({
        range: AVCOL_RANGE_JPEG,
        matrix: AVCOL_SPC_SMPTE170M,
        primaries: AVCOL_PRI_BT709,
        transfer: AVCOL_TRC_BT709,
        sampleAspectRatio: '4/3',
      });
    }
  });

  it('of pixels that are not square do not change the shape of a background', async () => {
    const disc = Buffer.from(
      '<svg width="80" height="80"><circle cx="40" cy="40" r="30" fill="white"/></svg>',
    );
    await sharp({ create: { width: 80, height: 80, channels: 3, background: 'black' } })
      .composite([{ input: disc }])
      .toFile(at('disc.png'));
    const picture = 'color=gray:size=96x72:rate=25:duration=0.08';
    const input = makeVideo(at('anamorphic.mkv'), {
      picture,
      encoder: 'ffv1',
      tags: { sampleAspectRatio: [4, 3] },
    });
    const background = { type: 'image', source: at('disc.png'), fit: 'contain' } as const;
    const report = await convert(input, at('anamorphic-out.mkv'), { background, codec: 'ffv1' });
    expect(report).toMatchObject({ width: 128, height: 72, codedWidth: 96, codedHeight: 72 });
    const [out] = pictures(at('anamorphic-out.mkv'));
    const isLit = (x: number, y: number) => (out?.luma[y * 96 + x] ?? 0) > 125;
    const across = Array.from({ length: 96 }, (_, x) => isLit(x, 36)).filter(Boolean).length;
    const down = Array.from({ length: 72 }, (_, y) => isLit(48, y)).filter(Boolean).length;
    expect(down).toBeGreaterThan(50);
    expect(Math.abs(down / across - 4 / 3)).toBeLessThan(0.04);
  });

  it('of 10 bits and 4:4:4 become 8-bit 4:2:0 and look the same', async () => {
    const picture = 'color=0x3060c0:size=64x64:rate=25:duration=0.2';
    for (const [name, format] of [
      ['ten', AV_PIX_FMT_YUV420P10LE],
      ['full', AV_PIX_FMT_YUV444P],
    ] as const) {
      const input = makeVideo(at(`${name}.mkv`), {
        picture,
        format,
        encoder: 'ffv1',
        tags: { matrix: AVCOL_SPC_BT709 },
      });
      const [plain] = pictures(makeVideo(at(`${name}-8.mkv`), { picture, encoder: 'ffv1' }));
      await convert(input, at(`${name}-out.mkv`), { ...none, codec: 'ffv1' });
      const [out] = pictures(at(`${name}-out.mkv`));
      expect(out?.format).toBe('yuv420p');
      expect(Math.abs((out?.luma[0] ?? 0) - (plain?.luma[0] ?? 255))).toBeLessThanOrEqual(1);
      expect(inspect(at(`${name}-out.mkv`)).streams[0]?.matrix).toBe(AVCOL_SPC_BT709);
    }
  });

  it('of HDR become SDR, with a warning', async () => {
    const input = makeVideo(at('hdr.mkv'), {
      picture: 'testsrc2=size=128x64:rate=25:duration=0.2',
      format: AV_PIX_FMT_YUV420P10LE,
      encoder: 'libx265',
      tags: { matrix: AVCOL_SPC_BT2020_NCL, primaries: AVCOL_PRI_BT2020, transfer: AVCOL_TRC_SMPTE2084 },
    });
    const report = await convert(input, at('hdr.mp4'), none);
    expect(report.warnings).toMatchObject([
      { code: 'HDR_CONVERTED', message: expect.stringContaining('HDR') },
    ]);
    expect(inspect(at('hdr.mp4')).streams[0]).toMatchObject({
      matrix: AVCOL_SPC_BT709,
      primaries: AVCOL_PRI_BT709,
      transfer: AVCOL_TRC_BT709,
    });
    expect(pictures(at('hdr.mp4'))[0]?.format).toBe('yuv420p');
  });
});

describe('rotation', () => {
  const one = 65_536;
  const matrices = {
    90: [0, one, 0, -one, 0, 0, 0, 0, 1 << 30],
    180: [-one, 0, 0, 0, -one, 0, 0, 0, 1 << 30],
    270: [0, -one, 0, one, 0, 0, 0, 0, 1 << 30],
  } as const;
  /** Where the white corner, stored at the top left, is shown. */
  const corners = { 90: 'top right', 180: 'bottom right', 270: 'bottom left' } as const;
  const picture = 'color=black:size=96x64:rate=25:duration=0.4,drawbox=x=0:y=0:w=32:h=24:color=white:t=fill';

  function whiteCorner(path: string): string {
    const [first] = pictures(path);
    if (!first) return 'none';
    const luma = (x: number, y: number) => first.luma[y * first.width + x] ?? 0;
    const [right, bottom] = [first.width - 5, first.height - 5];
    const found = {
      'top left': luma(4, 4),
      'top right': luma(right, 4),
      'bottom left': luma(4, bottom),
      'bottom right': luma(right, bottom),
    };
    return Object.entries(found)
      .filter(([, value]) => value > 128)
      .map(([name]) => name)
      .join();
  }

  for (const degrees of [90, 180, 270] as const) {
    it(`of ${degrees} degrees is stored as metadata in mp4, mov and mkv`, async () => {
      const input = makeVideo(at(`turned-${degrees}.mp4`), { picture, matrix: matrices[degrees] });
      for (const extension of ['mp4', 'mov', 'mkv']) {
        const output = at(`turned-${degrees}-out.${extension}`);
        await convert(input, output, { ...none, overwrite: true });
        const [video] = inspect(output).streams;
        expect([video?.width, video?.height], extension).toEqual([96, 64]);
        expect(
          video?.displayMatrix?.slice(0, 5).map((value) => Math.round(value / one)),
          extension,
        ).toEqual(matrices[degrees].slice(0, 5).map((value) => Math.round(value / one)));
        expect(whiteCorner(output), extension).toBe('top left');
      }
    });

    it(`of ${degrees} degrees is applied to the pixels for webm and avi`, async () => {
      const input = makeVideo(at(`turned-${degrees}.mp4`), { picture, matrix: matrices[degrees] });
      for (const extension of ['webm', 'avi']) {
        const output = at(`turned-${degrees}-out.${extension}`);
        await convert(input, output, { ...none, overwrite: true });
        const [video] = inspect(output).streams;
        expect([video?.width, video?.height], extension).toEqual(degrees === 180 ? [96, 64] : [64, 96]);
        expect(whiteCorner(output), extension).toBe(corners[degrees]);
      }
    });
  }
});

describe('a part', () => {
  const recipe: VideoRecipe = {
    picture: 'testsrc2=size=160x96:rate=30:duration=4',
    options: { preset: 'veryfast', bf: '2', g: '40' },
    audio: [{ source: 'sine=frequency=440:duration=4' }],
  };
  for (const [extension, start, duration] of [
    ['mp4', 1.5, 1],
    ['mkv', 10 / 30, 0.5],
    ['ts', 2.2, 1.3],
  ] as const) {
    it(`of ${extension} from ${start.toFixed(3)} for ${duration} seconds has exactly the right frames`, async () => {
      const input = makeVideo(at(`part.${extension}`), recipe);
      const output = at(`part-${extension}.mp4`);
      await convert(input, output, { ...none, start, duration });
      const expected = times(input)
        .map((time) => time - start)
        .filter((time) => time >= -0.0006 && time < duration - 0.0006);
      const found = pictures(output).map(({ time }) => time);
      expectSameTimes(found, expected);
      const audio = inspect(output).streams[1]?.packets ?? [];
      expect(audio.at(0)?.time).toBeGreaterThan(-0.03);
      expect(audio.at(0)?.time).toBeLessThan(0.01);
      const last = audio.at(-1);
      expect((last?.time ?? 0) + (last?.duration ?? 0)).toBeGreaterThan(duration - 0.03);
      expect(last?.time).toBeLessThan(duration);
    });
  }

  it('that starts after the end is refused', async () => {
    const input = makeVideo(at('short.mp4'));
    await expect(convert(input, at('nothing.mp4'), { ...none, start: 60 })).rejects.toMatchObject({
      code: 'INPUT_UNSUPPORTED',
      message: expect.stringContaining('nothing is left'),
    });
  });
});

describe('transparency', () => {
  for (const [extension, decoder, format] of [
    ['webm', 'libvpx-vp9', 'yuva420p'],
    ['mov', undefined, 'yuva444p12le'],
    ['mkv', undefined, 'yuva420p'],
  ] as const) {
    it(`is kept by ${extension}`, async () => {
      const input = makeVideo(at('alpha.mp4'), { picture: 'testsrc2=size=160x96:rate=25:duration=0.4' });
      const report = await convert(input, at(`alpha.${extension}`), { background: { type: 'transparent' } });
      const decoded = pictures(at(`alpha.${extension}`), decoder);
      expect(decoded).toHaveLength(report.frames);
      expect(decoded[0]?.format).toBe(format);
      // A test pattern without a person is mostly background.
      const alpha = decoded[0]?.alpha ?? Buffer.from([255]);
      expect(alpha.reduce((sum, value) => sum + value, 0) / alpha.length).toBeLessThan(128);
    });
  }

  it('is refused for mp4 and for codecs without alpha', async () => {
    const input = makeVideo(at('alpha.mp4'));
    const transparent = { background: { type: 'transparent' } } as const;
    await expect(convert(input, at('no.mp4'), transparent)).rejects.toMatchObject({
      code: 'OUTPUT_UNSUPPORTED',
      message: expect.stringContaining('.webm'),
    });
    await expect(convert(input, at('no.mkv'), { ...transparent, codec: 'h264' })).rejects.toMatchObject({
      code: 'OUTPUT_UNSUPPORTED',
    });
  });
});
