import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConvertOptions } from '@elsewhere/web';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inspect, makeVideo, pictures, type VideoRecipe } from '../../../node/test/media/make.js';
import type { ConvertLab } from './pages/convert.js';
import { required } from './support/browsers.js';
import { bundle } from './support/bundle.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { startLab } from './support/lab.js';
import { pageOf, type TestServer } from './support/server.js';

/** Parts of files, converted in Chromium and read again with FFmpeg. */
let server: TestServer;
let chromium: Chromium;
let page: ChromiumPage<ConvertLab>;

const at = (name: string) => join(inject('folder'), name);

/** Seconds that rounded timestamps may differ by. */
const ROUNDING = 0.0011;

/** Three seconds in which the luma of each frame says which one it is, with B-frames, and with noise, of which no two packets are alike. */
const RECIPE: VideoRecipe = {
  picture: "color=black:size=160x96:rate=30:duration=3,geq=lum='20+mod(53*N,200)':cb=128:cr=128",
  options: { preset: 'veryfast', bf: '2', g: '40' },
  audio: [{ source: 'anoisesrc=seed=1:amplitude=0.3:duration=3' }],
};
const WEBM: VideoRecipe = {
  ...RECIPE,
  encoder: 'libvpx-vp9',
  options: { deadline: 'realtime', 'cpu-used': '8', g: '40' },
  audio: [{ source: 'anoisesrc=seed=1:amplitude=0.3:duration=3', encoder: 'libopus' }],
};

beforeAll(async () => {
  const folder = at('convert-part');
  await bundle({ convert: fileURLToPath(new URL('pages/convert.ts', import.meta.url)) }, folder);
  server = await startLab({
    folders: { '/convert/': folder },
    pages: { '/convert': pageOf('/convert/convert.js') },
  });
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
  page = await chromium.open<ConvertLab>(`${server.origin}/convert`);
});
afterAll(async () => {
  expect(page.errors).toEqual([]);
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Seconds by which containers in WebM's family, but not mediabunny, shift Opus. */
const CODEC_DELAY = 0.009;

type Part = Pick<ConvertOptions, 'start' | 'duration'>;

/** Converts a part of a file. The background is the camera's, so that each frame can be recognized, unless it is transparent. */
async function convert(name: string, part: Part, type: 'none' | 'transparent' = 'none') {
  const converted = await page.run(
    async (lab, { name, part, type }) => {
      const progress: { seconds: number; total: number }[] = [];
      const { blob, ...report } = await lab.convertVideo(await lab.fetchFile(`/clips/${name}`), undefined, {
        ...lab.options,
        ...part,
        background: { type },
        quality: 'lowest',
        onProgress: ({ seconds, totalSeconds = Number.NaN }) =>
          progress.push({ seconds, total: totalSeconds }),
      });
      if (!blob) throw new Error('There is no blob.');
      await lab.upload(name, blob);
      return { report, progress };
    },
    { name, part, type },
    120_000,
  );
  const { start = 0, duration = 'end' } = part;
  const extension = converted.report.mimeType.includes('webm') ? 'webm' : 'mp4';
  const output = at(`${name}.${start}-${duration}-${type}.${extension}`);
  await writeFile(output, server.upload(name));
  return { ...converted, output };
}

/** The frames of a file by their mean luma, with the times at which they are shown, from the file's beginning. */
function framesOf(path: string, decoder?: string) {
  const begin = Math.max(0, inspect(path).start);
  return pictures(path, decoder).map(({ time, luma }) => ({
    time: time - begin,
    luma: luma.reduce((sum, value) => sum + value, 0) / luma.length,
  }));
}

function expectFrames(output: string, input: string, { start = 0, duration = 60 }: Part): void {
  const expected = framesOf(input)
    .map(({ time, luma }) => ({ time: time - start, luma }))
    .filter(({ time }) => time >= -0.0006 && time < duration - 0.0006);
  // The output's own beginning is 0, even if the first frame comes later.
  const actual = pictures(output).map(({ time, luma }) => ({
    time,
    luma: luma.reduce((sum, value) => sum + value, 0) / luma.length,
  }));
  expect(actual).toHaveLength(expected.length);
  for (const [i, { time, luma }] of actual.entries()) {
    expect(Math.abs(time - (expected[i]?.time ?? Number.NaN))).toBeLessThan(ROUNDING);
    // Two frames in succession differ by 53 or more.
    expect(Math.abs(luma - (expected[i]?.luma ?? Number.NaN))).toBeLessThan(10);
  }
}

describe('a part of a file', () => {
  const files: Readonly<Record<string, VideoRecipe>> = {
    'part.mp4': RECIPE,
    'part.webm': WEBM,
    'part.ts': { ...RECIPE, delay: 2 },
  };
  const parts: readonly (readonly [name: string, part: Part])[] = [
    ['part.mp4', { start: 1.5, duration: 1 }],
    ['part.mp4', { duration: 0.51 }],
    ['part.webm', { start: 10 / 30, duration: 0.5 }],
    ['part.webm', { start: 2.011 }],
    ['part.ts', { start: 1.2, duration: 1.3 }],
  ];
  for (const [name, part] of parts) {
    const { start = 0, duration = 3 - start } = part;
    it(`of ${name} from ${start.toFixed(3)} for ${duration} seconds has exactly the right frames`, async () => {
      const input = makeVideo(at(name), files[name]);
      const { output, report, progress } = await convert(name, part);
      expectFrames(output, input, part);
      expect(report.warnings).toEqual([]);
      expect(Math.abs(report.seconds - duration)).toBeLessThan(1 / 30 + ROUNDING);
      expect(progress.at(-1)?.seconds).toBe(report.seconds);
      for (const { total } of progress) expect(Math.abs(total - duration)).toBeLessThan(1 / 30 + ROUNDING);
    });

    it(`of ${name} from ${start.toFixed(3)} for ${duration} seconds has the audio beside them, copied`, async () => {
      const input = makeVideo(at(name), files[name]);
      const { output } = await convert(name, part);
      const packets = (path: string) => inspect(path).streams[1]?.packets ?? [];
      const offset = Math.max(0, inspect(input).start) + start;
      const all = packets(input).map(({ time, hash }) => ({ time: time - offset, hash }));
      const copied = packets(output);
      const begins = copied[0]?.time ?? Number.NaN;
      const first = all.findIndex(({ time }) => Math.abs(time - begins) < CODEC_DELAY);
      const expected = all.slice(first, first + copied.length);
      for (const [i, { time }] of copied.entries())
        expect(Math.abs(time - (expected[i]?.time ?? Number.NaN))).toBeLessThan(CODEC_DELAY);
      // In MPEG-TS, each packet of AAC has a header that other containers leave out.
      const hashes = (list: Readonly<typeof all>) => list.map(({ hash }) => hash);
      if (!name.endsWith('.ts')) expect(hashes(copied)).toEqual(hashes(expected));
      const last = copied.at(-1);
      if (part.duration !== undefined) expect(last?.time).toBeLessThan(duration);
      expect((last?.time ?? 0) + (last?.duration ?? 0)).toBeGreaterThan(duration - 0.03);
      if (start > 0) expect(Math.abs(copied[0]?.time ?? Number.NaN)).toBeLessThan(0.03);
    });
  }

  it('has the audio to the sample where it is encoded', async () => {
    makeVideo(at('encoded.mp4'), RECIPE);
    const { output, report } = await convert('encoded.mp4', { start: 1.01, duration: 0.7 }, 'transparent');
    // The test picture shows nobody.
    expect(report.warnings.map(({ code }) => code)).toEqual(['AUDIO_ENCODED', 'NOBODY_FOUND']);
    const { packets } = inspect(output).streams[1] ?? { packets: [] };
    const last = packets.at(-1);
    // Opus has packets of 20 ms, and its encoder delays the audio by less than one.
    expect((last?.time ?? 0) + (last?.duration ?? 0)).toBeGreaterThan(0.7 - 0.02);
    expect(last?.time).toBeLessThan(0.7 + 0.02);
    expect(packets[0]?.time).toBeLessThan(0.01);
    expect(pictures(output, 'libvpx-vp9')).toHaveLength(report.frames);
    expect(report.frames).toBe(21);
  });

  it('beyond the end of the audio is converted without it', async () => {
    const input = makeVideo(at('quiet.mp4'), {
      ...RECIPE,
      audio: [{ source: 'anoisesrc=seed=1:amplitude=0.3:duration=1' }],
    });
    const { output } = await convert('quiet.mp4', { start: 2 });
    expectFrames(output, input, { start: 2 });
    expect(inspect(output).streams[1]?.packets ?? []).toEqual([]);
  });

  it('in which no frame begins is refused, as are invalid times', async () => {
    makeVideo(at('refused.mp4'), RECIPE);
    const errors = await page.run(async (lab) => {
      const file = await lab.fetchFile('/clips/refused.mp4');
      const wrong = [
        { start: -1 },
        { start: Number.NaN },
        { duration: 0 },
        { duration: Number.POSITIVE_INFINITY },
        { start: 60 },
        { start: 0.01, duration: 0.01 },
      ];
      return Promise.all(
        wrong.map((part) =>
          lab.convertVideo(file, undefined, { ...lab.options, ...part }).then(
            () => 'none',
            ({ code, message }) => `${code}: ${message}`,
          ),
        ),
      );
    });
    expect(errors).toEqual([
      'OPTION_INVALID: The option start must be a number of seconds from 0, not -1.',
      'OPTION_INVALID: The option start must be a number of seconds from 0, not NaN.',
      'OPTION_INVALID: The option duration must be a number of seconds above 0, not 0.',
      'OPTION_INVALID: The option duration must be a number of seconds above 0, not Infinity.',
      'OPTION_INVALID: There is nothing to convert: no frame begins between second 60 and the end. The video is 3 seconds long.',
      'OPTION_INVALID: There is nothing to convert: no frame begins between second 0.01 and second 0.02. The video is 3 seconds long.',
    ]);
  });
});
