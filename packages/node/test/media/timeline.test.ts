import { readFileSync, writeFileSync } from 'node:fs';
import { convert } from '@elsewhere/node';
import { AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import { inspect, makeVideo, pictures, sound, temporaryDirectory, type VideoRecipe } from './make.js';

const at = temporaryDirectory();
const none = { background: { type: 'none' } } as const;

/** Half a second of black picture and silence, with a flash and a beep from 0.2 s to 0.24 s. */
const FLASH = {
  picture: "color=black:size=64x48:rate=25:duration=0.52,drawbox=color=white:t=fill:enable='between(n,5,5)'",
  // A short tone that neither codec smears by more than a packet.
  beep: "aevalsrc='0.5*sin(2*PI*1000*t)*between(t,0.2,0.24)':s=48000:d=0.52",
} as const;

/** A clip with flash and beep. */
function clip(
  name: string,
  recipe: VideoRecipe = {},
  beep: NonNullable<VideoRecipe['audio']>[number] | object = {},
): string {
  return makeVideo(at(name), {
    picture: FLASH.picture,
    audio: [{ source: FLASH.beep, ...beep }],
    options: { preset: 'ultrafast', g: '100', bf: '2' },
    ...recipe,
  });
}

/** When flashes begin, in seconds. */
function flashes(path: string): number[] {
  const all = pictures(path);
  // An avi file has times of decoding only; its first frame is shown at once.
  const start = path.endsWith('.avi') ? (all[0]?.time ?? 0) : 0;
  const isBright = all.map(({ time, luma }) => ({
    time: time - start,
    bright: (luma[luma.length >> 1] ?? 0) > 128,
  }));
  return isBright
    .filter(({ bright }, index) => bright && !isBright[index - 1]?.bright)
    .map(({ time }) => time);
}

/** When beeps begin, in seconds: after at least 50 ms of near silence. */
function beeps(path: string, track = 0): number[] {
  const { rate, channels } = sound(path, track);
  const samples = channels[0] ?? new Float32Array(0);
  const found: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, value] of samples.entries()) {
    if (Math.abs(value) < 0.15) continue;
    if (index - last > 0.05 * rate) found.push(index / rate);
    last = index;
  }
  return found;
}

/** Fails unless each beep comes with its flash, within `slack` seconds. */
function expectSync(path: string, count: number, slack: number): void {
  const [light, tone] = [flashes(path), beeps(path)];
  expect([light.length, tone.length], `${light} ${tone}`).toEqual([count, count]);
  for (const [index, time] of light.entries())
    expect(Math.abs(time - (tone[index] ?? 0)), `${light} ${tone}`).toBeLessThan(slack);
}

const SINE = 'sin(2*PI*440*t)/8';

/** A packet of AAC, and what a tone needs to be heard. */
const PACKET = 1024 / 48_000 + 0.002;
/** Converted sound is in place to a sample; a tone's first samples are below the threshold, and codecs smear it. */
const EXACT = 0.0025;

describe('sound and picture stay together', () => {
  it.each([
    ['mp4', PACKET],
    ['mkv', PACKET],
    ['avi', 2 * PACKET],
    ['webm', EXACT],
  ] as const)(
    'in %s, from a recording that starts late and whose sound is delayed',
    async (extension, slack) => {
      const input = clip(
        'late-input.mkv',
        { delay: 3 },
        { delay: 0.1, source: FLASH.beep.replace('0.2,0.24', '0.1,0.14') },
      );
      await convert(input, at(`late.${extension}`), none);
      expectSync(at(`late.${extension}`), 1, slack);
    },
  );
});

describe('a recording', () => {
  it.each([
    ['ts', 3],
    // FFmpeg reads the second part of such a file, and no third.
    ['mkv', 2],
  ] as const)('joined end to end (%s) has all its frames, one after the other', async (extension, parts) => {
    const part = readFileSync(clip(`part.${extension}`));
    writeFileSync(at(`joined.${extension}`), Buffer.concat(Array.from({ length: parts }, () => part)));
    for (const output of [at(`joined-${extension}.mp4`), at(`joined-${extension}.webm`)]) {
      const report = await convert(at(`joined.${extension}`), output, none);
      expect(report.frames).toBe(13 * parts);
      expect(report.seconds).toBeGreaterThan(0.52 * parts - 0.01);
      expect(report.seconds).toBeLessThan(0.56 * parts);
      expect(report.warnings).toContainEqual({
        code: 'CLOCK_JUMPED',
        message: expect.stringMatching(/jumps .*back by 0\.[56] s at second 0\.5/),
      });
      expectSync(output, parts, output.endsWith('mp4') ? PACKET : EXACT + 0.001);
      const times = pictures(output).map(({ time }) => time);
      const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(Math.min(...steps)).toBeGreaterThan(0.035);
      expect(Math.max(...steps)).toBeLessThan(0.09);
    }
    if (extension === 'mkv') return;
    const output = at('joined-part.webm');
    await convert(at('joined.ts'), output, { ...none, start: 0.6, duration: 0.9 });
    expect(pictures(output)).toHaveLength(22);
    expectSync(output, 2, EXACT + 0.001);
  });

  it('with a sound track that is announced and empty is converted without it', async () => {
    const whole = readFileSync(clip('two.ts', { audio: [{ source: FLASH.beep }, { source: FLASH.beep }] }));
    // The third stream's packets have the identifier 0x102.
    const packets = Array.from({ length: whole.length / 188 }, (_, index) =>
      whole.subarray(index * 188, index * 188 + 188),
    );
    const emptied = packets.filter((packet) => (packet.readUInt16BE(1) & 0x1fff) !== 0x102);
    writeFileSync(at('empty.ts'), Buffer.concat(emptied));
    const report = await convert(at('empty.ts'), at('empty.mp4'), none);
    expect(report).toMatchObject({ frames: 13 });
    expect(report.lostSeconds).toBeUndefined();
    expect(report.warnings).toContainEqual({
      code: 'AUDIO_DROPPED',
      message: expect.stringContaining('there is none'),
    });
    expect(inspect(at('empty.mp4')).streams).toHaveLength(2);
  });

  it.each([
    ['libvorbis', 'mkv', '\x05vorbis', 20, 'mkv'],
    ['libvorbis', 'mkv', '\x05vorbis', 20, 'mp4'],
    // The first is refused with the end of the file, the second with its first packet.
    ['flac', 'mkv', 'fLaC', 0, 'mp4'],
    ['aac', 'mp4', 'esds', 8, 'mkv'],
    ['libopus', 'mkv', 'OpusHead', 8, 'webm'],
  ])(
    'with a sound track (%s, %s) whose header is damaged is converted without it, and says so',
    async (encoder, container, mark, offset, extension) => {
      const damaged = clip(`${encoder}-damaged.${container}`, {}, { encoder });
      const bytes = readFileSync(damaged);
      const header = bytes.indexOf(mark) + offset;
      bytes.fill(0xff, header, header + (encoder === 'libopus' ? 11 : 30));
      writeFileSync(damaged, bytes);
      const output = at(`${encoder}-damaged-output.${extension}`);
      const report = await convert(damaged, output, none);
      expect(report).toMatchObject({ frames: 13, lostSeconds: 0 });
      expect(report.warnings).toContainEqual({
        code: 'AUDIO_DROPPED',
        message: expect.stringContaining('damaged'),
      });
      expect(inspect(output).streams.map(({ type }) => type)).not.toContain(AVMEDIA_TYPE_AUDIO);
    },
  );

  it('whose sound changes its rate and its channels has one format, without a click or a gap', async () => {
    const tone = (rate: number, channels: string) => ({
      source: `aevalsrc='${channels}':s=${rate}:d=0.52`,
      encoder: 'mp2',
      rate,
    });
    const parts = [tone(48_000, `${SINE}|${SINE}`), tone(44_100, `${SINE}|${SINE}`), tone(48_000, SINE)].map(
      (audio, index) =>
        readFileSync(makeVideo(at(`format-${index}.ts`), { picture: FLASH.picture, audio: [audio] })),
    );
    writeFileSync(at('formats.ts'), Buffer.concat(parts));
    const report = await convert(at('formats.ts'), at('formats.webm'), none);
    expect(report.frames).toBe(39);
    expect(report.warnings).toContainEqual({
      code: 'AUDIO_CHANGED',
      message: expect.stringContaining('48000 Hz, stereo'),
    });
    // A container that could hold this sound says once what its format is.
    const copied = await convert(at('formats.ts'), at('formats.mp4'), none);
    expect(copied.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['AUDIO_ENCODED', 'AUDIO_CHANGED']),
    );
    const inMp4 = sound(at('formats.mp4'));
    expect((inMp4.channels[0]?.length ?? 0) / inMp4.rate).toBeGreaterThan(1.5);
    const { rate, channels } = sound(at('formats.webm'));
    expect([rate, channels.length]).toEqual([48_000, 2]);
    // The loudness of a sine of 1/8; one channel becomes two that are as loud together. A click would be louder than the sine.
    const [samples = new Float32Array(0)] = channels;
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(0.2);
    const loudness = (from: number) =>
      Math.sqrt(
        samples.slice(from * rate, (from + 0.2) * rate).reduce((sum, value) => sum + value * value, 0) /
          (0.2 * rate),
      );
    expect([0.2, 0.75, 1.25].map(loudness)).toEqual([
      expect.closeTo(Math.SQRT1_2 / 8, 2),
      expect.closeTo(Math.SQRT1_2 / 8, 2),
      expect.closeTo(1 / 16, 2),
    ]);
    expect(samples.length / rate).toBeGreaterThan(1.5);
  });

  it.each(['webm', 'avi', 'mp4'])(
    'cut without encoding shows and sounds from the cut on, in %s',
    async (extension) => {
      // What lies before 0 is hidden by an edit list, as where FFmpeg cuts between keyframes: more than decoders need before a start.
      const input = clip(
        `cut-${extension}.mp4`,
        {
          delay: -0.92,
          picture: FLASH.picture
            .replace('0.52', '1.8')
            .replace('between(n,5,5)', 'between(n,5,5)+between(n,30,30)'),
        },
        {
          source: FLASH.beep
            .replace('d=0.52', 'd=1.8')
            .replace('between(t,0.2,0.24)', '(between(t,0.2,0.24)+between(t,1.2,1.24))'),
        },
      );
      const report = await convert(input, at(`cut.${extension}`), none);
      expect(report.seconds).toBeCloseTo(0.9, 1);
      expectSync(at(`cut.${extension}`), 1, extension === 'webm' ? EXACT : 2 * PACKET);
      expect(flashes(at(`cut.${extension}`))[0]).toBeCloseTo(0.28, 2);
    },
  );

  it('of which the start is left out loses no sound', async () => {
    const input = makeVideo(at('long.mp4'), {
      picture: FLASH.picture.replace('0.52', '1.2'),
      audio: [{ source: 'sine=frequency=440:duration=1.2' }],
    });
    await convert(input, at('started.webm'), { ...none, start: 0.6 });
    const [samples = new Float32Array(0)] = sound(at('started.webm')).channels;
    const first = samples.findIndex((value) => Math.abs(value) > 0.05);
    expect(first / 48_000).toBeLessThan(0.003);
  });

  it.each(['libmp3lame', 'aac', 'mp2', 'ac3', 'pcm_s16le'])(
    'whose sound (%s) begins later and pauses is copied to avi with silence there',
    async (encoder) => {
      const delay = 0.15;
      const tone = FLASH.beep.replace('d=0.52', 'd=0.8').replace('0.2,0.24', '0.45,0.49');
      const input = clip(
        `delayed-${encoder}.mkv`,
        { picture: FLASH.picture.replace('0.52', '1').replace('between(n,5,5)', 'between(n,15,15)') },
        // Single packets, which are short, and several.
        { encoder, delay, source: tone, lost: [3, 5, 7, 8, 9] },
      );
      const report = await convert(input, at(`delayed-${encoder}.avi`), none);
      expect(report.warnings).toEqual([]);
      expectSync(at(`delayed-${encoder}.avi`), 1, 0.03);
    },
  );

  it('with AAC from a broadcast is converted to avi', async () => {
    await convert(clip('broadcast.ts'), at('broadcast.avi'), none);
    // The delay of the encoder is made up for.
    expectSync(at('broadcast.avi'), 1, 0.005);
  });

  it('that lacks packets of sound is silent there, and in place after it', async () => {
    const input = clip('lost.mp4', {}, { lost: [3, 4, 5, 6] });
    await convert(input, at('lost.webm'), none);
    expectSync(at('lost.webm'), 1, EXACT);
  });

  /** Channels that differ by their loudness. */
  const channels = (count: number) =>
    `aevalsrc='${Array.from({ length: count }, (_, index) => `${(0.05 + 0.02 * index).toFixed(2)}*sin(2*PI*500*t)`).join('|')}':s=48000:d=0.3`;

  it.each([
    [3, 'mp4', 3],
    [5, 'webm', 5],
    [9, 'mp4', 2],
  ])('with %i channels keeps them in %s, or says how they were mixed', async (count, extension, expected) => {
    // Matroska stores a number of channels and no positions.
    const input = makeVideo(at(`channels-${count}.mkv`), {
      picture: FLASH.picture,
      audio: [{ source: channels(count), encoder: 'pcm_s16le' }],
    });
    const report = await convert(input, at(`channels-${count}.${extension}`), none);
    const peaks = sound(at(`channels-${count}.${extension}`)).channels.map((samples) =>
      Math.max(...samples.slice(4800, 9600)),
    );
    expect(peaks).toHaveLength(expected);
    expect(report.warnings.some(({ code }) => code === 'AUDIO_MIXED')).toBe(expected < count);
    if (expected < count) return;
    // Each channel is as loud as it was, whatever order the codec has.
    for (const [index, peak] of peaks.toSorted((a, b) => a - b).entries())
      expect(peak).toBeCloseTo(0.05 + 0.02 * index, 1.9);
  });

  it('of 480 frames per second is as long in avi', async () => {
    const input = makeVideo(at('fast.mp4'), { picture: 'testsrc2=size=64x48:rate=480:duration=0.1' });
    const report = await convert(input, at('fast.avi'), none);
    expect(report).toMatchObject({ frames: 48, seconds: expect.closeTo(0.1, 3) });
    expect(inspect(at('fast.avi')).duration).toBeCloseTo(0.1, 3);
  });

  it('that is a fragment with a late start ends where it ends', async () => {
    const input = clip('fragment.mp4', {
      delay: 1.1,
      muxerOptions: { movflags: 'frag_keyframe+empty_moov' },
    });
    const report = await convert(input, at('fragment.mkv'), none);
    expect(report.frames).toBe(13);
    expect(report.warnings).toEqual([]);
  });
});
