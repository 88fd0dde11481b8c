import { join } from 'node:path';
import {
  AV_PIX_FMT_BGR0,
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AVCOL_PRI_BT709,
  AVCOL_PRI_BT2020,
  AVCOL_PRI_SMPTE170M,
  AVCOL_PRI_UNSPECIFIED,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_RANGE_UNSPECIFIED,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_BT709,
  AVCOL_TRC_SMPTE170M,
  AVCOL_TRC_SMPTE2084,
  AVCOL_TRC_UNSPECIFIED,
} from 'node-av/constants';
import { describe, expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import { makeClip, tone } from './clips.js';
import { convert, elsewhere, expectRefusal, newDirectory } from './command.js';
import { chaptersOf, type DecodedFrame, decode, type FileFacts, inspect } from './inspect.js';
import {
  colorOf,
  expectColor,
  greyOf,
  LEFT_CORNER,
  lumaDifference,
  mean,
  overlap,
  RIGHT_CORNER,
} from './samples.js';

const BLUE = ['-b', '#1e90ff'] as const;
const BLUE_RGB = [30, 144, 255] as const;
const NONE = ['-b', 'none'] as const;
const MATTE = ['--stage', 'matte'] as const;

/** A path in a new directory. */
function fresh(name: string): string {
  return join(newDirectory(), name);
}

/** Timestamps of all frames, relative to the first one. */
function times(path: string): number[] {
  const { startTime } = inspect(path);
  return decode(path).map(({ time }) => time - startTime);
}

function expectTimes(found: readonly number[], expected: readonly number[], tolerance = 0.0011): void {
  expect(found).toHaveLength(expected.length);
  const apart = found.map((time, index) => Math.abs(time - (expected[index] ?? Number.NaN)));
  expect(Math.max(...apart)).toBeLessThan(tolerance);
}

const hashes = (facts: FileFacts) => facts.audio.map(({ packets }) => packets.map(({ hash }) => hash));

describe('timing', () => {
  // In 1/90000 s: 25 fps with pauses, a gap of two seconds, and frames in quick succession.
  const varying = (index: number) =>
    index * 3600 + (index % 3) * 800 + (index > 12 ? 180_000 : 0) - (index > 20 ? (index - 20) * 1500 : 0);

  test.each(['mp4', 'webm'])('keeps a variable frame rate in %s', async (extension) => {
    const input = await makeClip(fresh('varying.mp4'), { frames: 26 }, { time: varying, audio: [tone(2.6)] });
    const output = fresh(`out.${extension}`);
    const done = await convert(input.path, output, NONE);
    expect(done.frames).toBe(26);
    expectTimes(times(output), times(input.path), extension === 'webm' ? 0.008 : 0.0011);
    expect(Math.abs(inspect(output).duration - inspect(input.path).duration)).toBeLessThan(0.05);
  });

  test('keeps audio and video in sync when the video starts later', async () => {
    const { path } = await makeClip(
      fresh('late.mp4'),
      { frames: 20 },
      { time: (index) => 45_000 + index * 3600, audio: [tone(1.3)] },
    );
    const gap = (facts: FileFacts) =>
      (facts.video.packets[0]?.time ?? 0) - (facts.audio[0]?.packets[0]?.time ?? 0);
    for (const extension of ['mkv']) {
      const output = fresh(`out.${extension}`);
      await convert(path, output, BLUE);
      const [before, after] = [inspect(path), inspect(output)];
      expect(Math.abs(gap(after) - gap(before)), extension).toBeLessThan(0.0015);
      expect(hashes(after)).toEqual(hashes(before));
      expect(decode(output)).toHaveLength(20);
    }
  });

  test('converts a transport stream that starts at one hour to a file that starts at zero', async () => {
    const { path } = await makeClip(
      fresh('late.ts'),
      { frames: 20 },
      {
        options: { preset: 'veryfast', bf: '2' },
        audio: [{ ...tone(0.8), encoder: 'libmp3lame' }],
        delay: 3600,
      },
    );
    const output = fresh('out.mp4');
    const done = await convert(path, output, BLUE);
    expect(done.frames).toBe(20);
    const facts = inspect(output);
    expect(facts.startTime).toBeLessThan(0.1);
    expect(facts.duration).toBeLessThan(1.1);
    expectTimes(times(output), times(path), 0.0015);
  });

  test('outputs B-frames in presentation order', async () => {
    const { path } = await makeClip(
      fresh('b.mp4'),
      { frames: 24, waving: 'always' },
      { options: { preset: 'veryfast', bf: '3' } },
    );
    const stored = inspect(path).video.packets.map(({ time }) => time);
    expect(stored).not.toEqual(stored.toSorted((a, b) => a - b));
    const output = fresh('out.mkv');
    await convert(path, output, [...NONE, '--codec', 'ffv1']);
    const [before, after] = [decode(path), decode(output)];
    expectTimes(
      after.map(({ time }) => time),
      before.map(({ time }) => time),
    );
    for (const [index, frame] of after.entries()) expect(lumaDifference(frame, before[index])).toBe(0);
  });

  test('converts a single frame', async () => {
    const { path } = await makeClip(fresh('short.mp4'), { frames: 1 });
    const output = fresh('out.mp4');
    expect(await convert(path, output, BLUE)).toMatchObject({ frames: 1, warnings: [] });
    expect(decode(output)).toHaveLength(1);
  });

  test('--start and --duration are accurate to the frame, for video and audio', async () => {
    const { path } = await makeClip(
      fresh('long.mp4'),
      { frames: 50, waving: 'always' },
      { options: { preset: 'veryfast', crf: '10', g: '12', bf: '2' }, audio: [tone(2)] },
    );
    const before = decode(path);
    const trim = async (name: string, ...options: string[]) => {
      const output = fresh(name);
      const done = await convert(path, output, [...NONE, ...options]);
      const decoded = decode(output);
      expect(decoded).toHaveLength(done.frames);
      return { decoded, facts: inspect(output) };
    };
    for (const [name, options, first, frames] of [
      ['a.mp4', ['--start', '0.8', '--duration', '0.6'], 20, 15],
      ['b.mkv', ['--start', '0:01', '--duration', '0.4'], 25, 10],
      ['c.mp4', ['--start', '1.52'], 38, 12],
      // Between two frames: the first one that starts after the time.
      ['e.mp4', ['--start', '0.41', '--duration', '0.2'], 11, 5],
    ] as const) {
      const { decoded, facts } = await trim(name, ...options);
      expect(decoded, name).toHaveLength(frames);
      expectTimes(
        decoded.map(({ time }) => time - (decoded[0]?.time ?? 0)),
        Array.from({ length: frames }, (_, index) => index / 25),
      );
      // It is this frame and not a neighbour.
      for (const at of [0, frames - 1]) {
        const away = [-1, 0, 1].map((shift) => {
          const neighbour = before[first + at + shift];
          return neighbour ? lumaDifference(decoded[at], neighbour) : Number.POSITIVE_INFINITY;
        });
        expect(away[1], `${name} frame ${at}: ${away}`).toBe(Math.min(...away));
      }
      const [sound] = facts.audio;
      const last = sound?.packets.at(-1);
      expect(Math.abs((last?.time ?? 0) + (last?.duration ?? 0) - frames / 25), name).toBeLessThan(0.06);
    }
  });

  test('--start after the end is refused, and --duration beyond the end is not', async () => {
    const { path } = await makeClip(fresh('short.mp4'), { frames: 10 });
    const directory = newDirectory();
    const output = join(directory, 'out.mp4');
    expectRefusal(
      await elsewhere([path, '-o', output, '--start', '5']),
      3,
      /0\.40 seconds long.*after second 5/,
    );
    const done = await convert(path, output, ['--duration', '9']);
    expect(done).toMatchObject({ frames: 10, warnings: [] });
  });
});

describe('rotation', () => {
  /** The display matrix that rotates frames clockwise. */
  const matrices: Readonly<Record<number, readonly number[]>> = {
    90: [0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30],
    180: [-65536, 0, 0, 0, -65536, 0, 0, 0, 1 << 30],
    270: [0, -65536, 0, 65536, 0, 0, 0, 0, 1 << 30],
  };
  /** The inverse rotation, applied to the stored frames. */
  const filters: Readonly<Record<number, string>> = {
    90: 'transpose=cclock',
    180: 'hflip,vflip',
    270: 'transpose=clock',
  };

  /** An upright matte as stored in a file with this rotation. */
  function storedMatte(matte: Uint8Array, width: number, height: number, rotation: number): Uint8Array {
    const found = new Uint8Array(matte.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = {
          90: (width - 1 - x) * height + y,
          180: (height - 1 - y) * width + (width - 1 - x),
          270: x * height + (height - 1 - y),
        }[rotation];
        found[at ?? 0] = matte[y * width + x] ?? 0;
      }
    }
    return found;
  }

  test.each([90, 180, 270])(
    'by %i degrees is stored as metadata or applied to the pixels, and the person is found',
    async (rotation) => {
      const { path, presenter } = await makeClip(
        fresh('turned.mp4'),
        { frames: 8 },
        { filter: filters[rotation] ?? '', matrix: matrices[rotation] ?? [] },
      );
      expect(inspect(path).video.rotation).toBe(rotation);
      const { alpha } = await presenter.frame(7);
      const upright = { width: 320, height: 180 };
      const stored = rotation === 180 ? upright : { width: 180, height: 320 };
      for (const extension of rotation === 270 ? ['mkv'] : ['mp4']) {
        const output = fresh(`kept.${extension}`);
        await convert(path, output, MATTE);
        expect(inspect(output).video).toMatchObject({ ...stored, rotation });
        const decoded = decode(output);
        expect(decoded).toHaveLength(8);
        expect(
          overlap(greyOf(decoded[7]), storedMatte(alpha, 320, 180, rotation)),
          extension,
        ).toBeGreaterThan(0.94);
      }
      if (rotation === 180) return;
      const output = fresh('turned.webm');
      await convert(path, output, MATTE);
      expect(inspect(output).video).toMatchObject({ ...upright, rotation: 0 });
      expect(overlap(greyOf(decode(output)[7]), alpha)).toBeGreaterThan(0.94);
    },
  );

  test('also applies to the new background', async () => {
    const { path } = await makeClip(
      fresh('turned.mp4'),
      { frames: 4 },
      { filter: filters[90] ?? '', matrix: matrices[90] ?? [] },
    );
    const background = fresh('halves.mp4');
    // Upright: red on the left, blue on the right.
    makeVideo(background, {
      picture:
        'color=red:size=160x180:rate=25:duration=0.4[a];color=blue:size=160x180:rate=25:duration=0.4[b];[a][b]hstack',
    });
    const kept = fresh('kept.mkv');
    await convert(path, kept, ['-b', background, '--codec', 'ffv1']);
    // As stored: left is at the bottom, right at the top.
    const [frame] = decode(kept);
    expectColor(frame, { x: 0.02, y: 0.9, width: 0.1, height: 0.08 }, [255, 0, 0], 8);
    expectColor(frame, { x: 0.02, y: 0.02, width: 0.1, height: 0.08 }, [0, 0, 255], 8);
    const turned = fresh('turned.webm');
    await convert(path, turned, ['-b', background, '--crf', '10']);
    expectColor(decode(turned)[0], LEFT_CORNER, [255, 0, 0], 12);
    expectColor(decode(turned)[0], RIGHT_CORNER, [0, 0, 255], 12);
  });
});

describe('colour', () => {
  const untold = {
    range: AVCOL_RANGE_UNSPECIFIED,
    matrix: AVCOL_SPC_UNSPECIFIED,
    primaries: AVCOL_PRI_UNSPECIFIED,
    transfer: AVCOL_TRC_UNSPECIFIED,
  };
  const bt601 = {
    range: AVCOL_RANGE_MPEG,
    matrix: AVCOL_SPC_SMPTE170M,
    primaries: AVCOL_PRI_SMPTE170M,
    transfer: AVCOL_TRC_SMPTE170M,
  };
  const bt709 = {
    range: AVCOL_RANGE_MPEG,
    matrix: AVCOL_SPC_BT709,
    primaries: AVCOL_PRI_BT709,
    transfer: AVCOL_TRC_BT709,
  };
  const bt2020 = { ...bt709, matrix: AVCOL_SPC_BT2020_NCL, primaries: AVCOL_PRI_BT2020 };

  test.each([
    { name: 'BT.601, limited', tags: bt601, filter: 'null', kinds: ['mp4'] },
    { name: 'BT.709, limited', tags: bt709, filter: 'scale=out_color_matrix=bt709', kinds: ['mp4'] },
    {
      name: 'BT.709, full',
      tags: { ...bt709, range: AVCOL_RANGE_JPEG },
      format: AV_PIX_FMT_YUVJ420P,
      filter: 'scale=out_color_matrix=bt709:out_range=pc',
      kinds: ['mp4', 'webm'],
    },
    { name: 'BT.2020, limited', tags: bt2020, filter: 'scale=out_color_matrix=bt2020nc', kinds: ['mkv'] },
    { name: 'nothing said', tags: untold, filter: 'null', kinds: ['mp4'] },
  ])(
    '$name: keeps the tags, and the new background has the right colour under them',
    async ({ tags, filter, kinds, ...recipe }) => {
      const { path } = await makeClip(fresh('tagged.mp4'), { frames: 4 }, { filter, tags, ...recipe });
      const before = inspect(path);
      expect(before.video.matrix).toBe(tags.matrix);
      for (const name of kinds) {
        const output = fresh(`out.${name}`);
        await convert(path, output, [...BLUE, '--crf', '12']);
        const { video } = inspect(output);
        expect(video, name).toMatchObject({
          matrix: before.video.matrix,
          primaries: before.video.primaries,
          transfer: before.video.transfer,
        });
        expect(video.range === AVCOL_RANGE_JPEG, name).toBe(tags.range === AVCOL_RANGE_JPEG);
        const [frame] = decode(output);
        expectColor(frame, LEFT_CORNER, BLUE_RGB, 7);
        // The person's colours are unchanged.
        const chest = { x: 0.45, y: 0.75, width: 0.1, height: 0.15 };
        const [original] = decode(path);
        if (!original) throw new Error('no frame');
        expectColor(frame, chest, colorOf(original, chest), 8);
      }
    },
  );

  test('keeps the aspect ratio of pixels', async () => {
    const { path } = await makeClip(
      fresh('wide.mp4'),
      { frames: 3 },
      { tags: { ...bt601, sampleAspectRatio: [4, 3] } },
    );
    for (const name of ['out.mp4', 'out.webm']) {
      const output = fresh(name);
      await convert(path, output, BLUE);
      const [wide, high] = inspect(output).video.pixelShape.split(':').map(Number);
      // webm stores the display width in whole pixels: 427 for 320.
      expect(Math.abs((wide ?? 0) / (high ?? 1) - 4 / 3), name).toBeLessThan(0.002);
    }
  });

  test.each([
    { name: '10-bit HEVC', extension: 'mp4', encoder: 'libx265', format: AV_PIX_FMT_YUV420P10LE },
    { name: '10-bit H.264', extension: 'mkv', encoder: 'libx264', format: AV_PIX_FMT_YUV420P10LE },
    { name: '4:4:4', extension: 'mp4', encoder: 'libx264', format: AV_PIX_FMT_YUV444P },
    { name: 'RGB', extension: 'mkv', encoder: 'ffv1', format: AV_PIX_FMT_BGR0 },
    { name: 'grey', extension: 'mkv', encoder: 'ffv1', format: AV_PIX_FMT_GRAY8 },
    { name: 'Motion JPEG', extension: 'avi', encoder: 'mjpeg', format: AV_PIX_FMT_YUVJ422P },
  ])(
    '$name: converts to a usable format, and does not change the person',
    async ({ extension, name, ...recipe }) => {
      const { path, presenter } = await makeClip(fresh(`in.${extension}`), { frames: 4 }, recipe);
      const output = fresh('out.mp4');
      const done = await convert(path, output, [...BLUE, '--crf', '10']);
      expect(done).toMatchObject({ frames: 4, warnings: [] });
      const decoded = decode(output);
      expect(decoded).toHaveLength(4);
      expectColor(decoded[3], LEFT_CORNER, BLUE_RGB, 8);
      const { alpha, image } = await presenter.frame(3);
      const chest = { x: 0.45, y: 0.75, width: 0.1, height: 0.15 };
      const [red, green, blue] = [0, 1, 2].map((channel) =>
        mean({ width: 320, height: 180, samples: image.filter((_, at) => at % 4 === channel) }, chest),
      );
      const luma = 0.299 * (red ?? 0) + 0.587 * (green ?? 0) + 0.114 * (blue ?? 0);
      const expected =
        name === 'grey' ? ([luma, luma, luma] as const) : ([red ?? 0, green ?? 0, blue ?? 0] as const);
      expectColor(decoded[3], chest, expected, 12);
      if (!/10-bit H|RGB/.test(name)) return;
      const matte = fresh('matte.mkv');
      await convert(path, matte, [...MATTE, '--codec', 'ffv1']);
      expect(overlap(greyOf(decode(matte)[3]), alpha)).toBeGreaterThan(0.94);
    },
  );

  test.each([
    ['PQ', AVCOL_TRC_SMPTE2084],
    ['HLG', AVCOL_TRC_ARIB_STD_B67],
  ])('converts HDR (%s) to SDR with contrast, and warns', async (_, transfer) => {
    const { path, presenter } = await makeClip(
      fresh('hdr.mp4'),
      { frames: 4 },
      {
        encoder: 'libx265',
        format: AV_PIX_FMT_YUV420P10LE,
        filter: `scale=out_color_matrix=bt2020nc,${transfer === AVCOL_TRC_SMPTE2084 ? 'eq=brightness=-0.2:contrast=0.7' : 'null'}`,
        tags: { ...bt2020, transfer },
      },
    );
    expect(inspect(path).video.transfer).toBe(transfer);
    const output = fresh('out.mp4');
    const done = await convert(path, output, [...BLUE, '--crf', '10']);
    expect(done.frames).toBe(4);
    expect(done.warnings.join()).toMatch(/HDR.*SDR/);
    expect(inspect(output).video).toMatchObject(bt709);
    const frame = decode(output)[3];
    expectColor(frame, LEFT_CORNER, BLUE_RGB, 8);
    const { alpha } = await presenter.frame(3);
    const person = frame?.planes[0]?.samples.filter((_value, at) => alpha[at] === 255) ?? new Uint8Array();
    const sorted = Uint8Array.from(person).sort();
    // Neither black nor clipped, and with contrast.
    expect(sorted[Math.floor(sorted.length * 0.95)]).toBeGreaterThan(80);
    expect(sorted[Math.floor(sorted.length * 0.95)]).toBeLessThan(236);
    expect(
      (sorted[Math.floor(sorted.length * 0.95)] ?? 0) - (sorted[Math.floor(sorted.length * 0.05)] ?? 0),
    ).toBeGreaterThan(50);
  });
});

describe('size', () => {
  test('641x361 is extended by a column and a row only where the codec requires it', async () => {
    const { path, presenter } = await makeClip(
      fresh('odd.mkv'),
      { frames: 4, width: 641, height: 361 },
      { encoder: 'ffv1' },
    );
    const original = decode(path);
    expect(original[0]).toMatchObject({ width: 641, height: 361 });
    const extended = fresh('out.mp4');
    const done = await convert(path, extended, NONE);
    expect(done).toMatchObject({ width: 642, height: 362, frames: 4 });
    expect(done.warnings.join()).toMatch(/641x361.*642x362/);
    const [frame] = decode(extended);
    expect(frame).toMatchObject({ width: 642, height: 362 });
    const luma = frame?.planes[0];
    for (const y of [3, 180, 360]) {
      const [last, added] = [640, 641].map((x) => luma?.samples[y * 642 + x] ?? -1);
      expect(Math.abs((added ?? 0) - (last ?? 0)), `row ${y}`).toBeLessThan(12);
    }
    const kept = fresh('out.webm');
    expect((await convert(path, kept, BLUE)).warnings).toEqual([]);
    expect(decode(kept)[0]).toMatchObject({ width: 641, height: 361 });
    const matte = fresh('matte.mkv');
    await convert(path, matte, [...MATTE, '--codec', 'ffv1']);
    const { alpha } = await presenter.frame(3);
    const last: DecodedFrame | undefined = decode(matte)[3];
    expect(last).toMatchObject({ width: 641, height: 361 });
    expect(overlap(greyOf(last), alpha)).toBeGreaterThan(0.95);
    const through = fresh('alpha.webm');
    await convert(path, through, ['-b', 'transparent']);
    expect(overlap(greyOf(decode(through)[3]), alpha)).toBeGreaterThan(0.95);
  });

  test.each([
    [16, 16],
    [18, 200],
  ])('%ix%i', async (width, height) => {
    const { path } = await makeClip(fresh('in.mp4'), { frames: 3, width, height });
    const names = width === 16 ? ['out.mp4', 'out.webm'] : ['out.mp4'];
    for (const name of names) {
      const output = fresh(name);
      const done = await convert(path, output, ['-b', 'blur']);
      expect(done, name).toMatchObject({ width, height, frames: 3 });
      // In some of these sizes the presenter is not found.
      expect(done.warnings.filter((warning) => !warning.startsWith('Nobody was found'))).toEqual([]);
      expect(decode(output)).toHaveLength(3);
    }
  });
});

describe('the other streams and metadata', () => {
  test('all audio tracks are copied unchanged, with their languages', async () => {
    const { path } = await makeClip(
      fresh('two.mkv'),
      { frames: 25 },
      {
        audio: [
          { ...tone(1, 440), metadata: { language: 'eng', title: 'The film' } },
          { ...tone(1, 880), metadata: { language: 'ger', title: 'Der Film' } },
        ],
      },
    );
    const before = inspect(path);
    expect(before.audio).toHaveLength(2);
    for (const name of ['out.mp4', 'out.webm']) {
      const output = fresh(name);
      await convert(path, output, BLUE);
      const after = inspect(output);
      expect(
        after.audio.map(({ metadata }) => metadata['language']),
        name,
      ).toEqual(['eng', 'ger']);
      if (name === 'out.webm') {
        expect(after.audio.map(({ codec }) => codec)).toEqual(['opus', 'opus']);
      } else {
        expect(hashes(after), name).toEqual(hashes(before));
      }
      expect(decode(output)).toHaveLength(25);
    }
  });

  test('text subtitles are converted to the format of the container, and keep their times', async () => {
    const { path } = await makeClip(
      fresh('subtitled.mkv'),
      { frames: 50 },
      {
        subtitles: [
          { start: 0.2, end: 0.8, text: 'Grüß <i>Gott</i>' },
          { start: 1, end: 1.6, text: 'two\nlines' },
        ],
      },
    );
    for (const [name, codec] of [
      ['out.mkv', 'subrip'],
      ['out.mp4', 'mov_text'],
      ['out.webm', 'webvtt'],
    ] as const) {
      const output = fresh(name);
      const done = await convert(path, output, NONE);
      expect(done.warnings, name).toEqual([]);
      const [track, ...others] = inspect(output).subtitles;
      expect(others).toEqual([]);
      expect(track?.codec, name).toBe(codec);
      const cues = (track?.packets ?? [])
        .map(({ bytes, time }) => ({
          time,
          text: bytes
            .subarray(codec === 'mov_text' ? 2 : 0)
            .toString('utf8')
            .replace(/<[^>]+>/g, ''),
        }))
        // mov_text fills gaps with empty subtitles.
        .filter(({ text }) => text !== '');
      expect(
        cues.map(({ text }) => text),
        name,
      ).toEqual(['Grüß Gott', 'two\nlines']);
      expect(Math.abs((cues[0]?.time ?? 0) - 0.2)).toBeLessThan(0.002);
      expect(Math.abs((cues[1]?.time ?? 0) - 1)).toBeLessThan(0.002);
    }
  });

  test('chapters and metadata are kept from container to container', async () => {
    const chapters = [
      { start: 0, end: 0.6, title: 'Beginning' },
      { start: 0.6, end: 1.4, title: 'Mitte – ö' },
      { start: 1.4, end: 2, title: 'End' },
    ];
    const { path } = await makeClip(
      fresh('chapters.mkv'),
      { frames: 50 },
      { chapters, metadata: { title: 'A talk', artist: 'Somebody' }, audio: [tone(2)] },
    );
    const expected = chapters.map(({ start, title }) => ({ start, title }));
    expect(chaptersOf(path)).toEqual(expected);
    let input = path;
    for (const name of ['a.mp4', 'b.mov', 'c.webm']) {
      const output = fresh(name);
      expect((await convert(input, output, NONE)).frames, name).toBe(50);
      const found = chaptersOf(output);
      expect(
        found.map(({ title }) => title),
        name,
      ).toEqual(expected.map(({ title }) => title));
      for (const [index, { start }] of found.entries())
        expect(Math.abs(start - (expected[index]?.start ?? -1)), name).toBeLessThan(0.01);
      const { metadata } = inspect(output);
      const value = (key: string) => metadata[key] ?? metadata[key.toUpperCase()];
      expect(value('title'), name).toBe('A talk');
      expect(value('artist'), name).toBe('Somebody');
      // Nothing remains of the placeholder that reserves space.
      expect(JSON.stringify(metadata)).not.toContain('reserves');
      expect(decode(output)).toHaveLength(50);
      input = output;
    }
    const trim = fresh('trim.mp4');
    await convert(path, trim, [...NONE, '--start', '1', '--duration', '0.8']);
    const found = chaptersOf(trim);
    expect(found.map(({ title }) => title)).toEqual(['Mitte – ö', 'End']);
    expect(found[0]?.start).toBe(0);
    expect(Math.abs((found[1]?.start ?? 0) - 0.4)).toBeLessThan(0.001);
  });

  test('a cover picture is left out with a warning, because it may show the camera background', async () => {
    const { path } = await makeClip(fresh('cover.mp4'), { frames: 5 }, { cover: true, audio: [tone(0.2)] });
    const output = fresh('out.mp4');
    const done = await convert(path, output, BLUE);
    expect(done.warnings.join()).toMatch(/cover picture was left out/);
    expect(
      inspect(output)
        .streams.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['audio', 'video']);
  });
});
