import { convert } from '@elsewhere/node';
import {
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_WEBVTT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import { type Chapter, readChapters, trimChapters } from '../../src/media/chapters/index.js';
import { convertText } from '../../src/media/streams/subtitle-text.js';
import { type Inspection, inspect, makeVideo, temporaryDirectory } from './make.js';

const at = temporaryDirectory();
const none = { background: { type: 'none' } } as const;

const chapters: Chapter[] = [
  { start: 0, end: 1, title: 'Intro' },
  { start: 1, end: 3, title: 'Körper & Ende' },
];

function makeFull(): string {
  return makeVideo(at('full.mkv'), {
    picture: 'testsrc2=size=160x96:rate=25:duration=3',
    audio: [
      { source: 'sine=frequency=440:duration=3', metadata: { language: 'eng' } },
      {
        source: 'sine=frequency=880:duration=3',
        encoder: 'libmp3lame',
        metadata: { language: 'deu', title: 'Deutsch' },
      },
    ],
    subtitles: [
      { start: 0.5, end: 1.5, text: 'Hello <i>world</i>' },
      { start: 2, end: 2.8, text: 'Second\nline, with comma' },
    ],
    chapters,
    metadata: { title: 'My title', artist: 'Me' },
  });
}

/** A subtitle's text without mark-up and without the two length bytes of mov_text. */
const plain = (text: string) => text.replace(/<[^>]*>/g, '').slice(text.search(/[A-Z]/));

const of = (type: number, { streams }: Inspection) => streams.filter((stream) => stream.type === type);
const hashes = (type: number, inspection: Inspection) =>
  of(type, inspection).map(({ packets }) => packets.map(({ hash }) => hash));

describe('audio', () => {
  for (const extension of ['mp4', 'mov', 'mkv', 'avi']) {
    it(`of all tracks is copied unchanged into ${extension}`, async () => {
      const input = makeFull();
      const output = at(`full-audio.${extension}`);
      await convert(input, output, none);
      const [before, after] = [inspect(input), inspect(output)];
      expect(hashes(AVMEDIA_TYPE_AUDIO, after)).toEqual(hashes(AVMEDIA_TYPE_AUDIO, before));
      expect(of(AVMEDIA_TYPE_AUDIO, after).map(({ codec }) => codec)).toEqual(['aac', 'mp3']);
      for (const [index, track] of of(AVMEDIA_TYPE_AUDIO, after).entries()) {
        const first = of(AVMEDIA_TYPE_AUDIO, before)[index]?.packets[0]?.time ?? Number.NaN;
        expect(Math.abs((track.packets[0]?.time ?? 0) - after.start - (first - before.start))).toBeLessThan(
          0.03,
        );
      }
    });
  }

  it('becomes Opus in webm, in sync', async () => {
    const report = await convert(makeFull(), at('full.webm'), none);
    const after = inspect(at('full.webm'));
    expect(of(AVMEDIA_TYPE_AUDIO, after).map(({ codec }) => codec)).toEqual(['opus', 'opus']);
    expect(
      report.warnings.filter(({ code, message }) => code === 'AUDIO_ENCODED' && message.includes('Opus')),
    ).toHaveLength(2);
    for (const { packets, metadata } of of(AVMEDIA_TYPE_AUDIO, after)) {
      const last = packets.at(-1);
      expect((last?.time ?? 0) + (last?.duration ?? 0)).toBeCloseTo(3, 1);
      expect(metadata['language'] ?? metadata['LANGUAGE']).toBeTruthy();
    }
  });
});

describe('subtitles', () => {
  for (const [extension, codec] of [
    ['mkv', 'subrip'],
    ['mp4', 'mov_text'],
    ['webm', 'webvtt'],
  ] as const) {
    it(`become ${codec} in ${extension}, at their times`, async () => {
      const input = makeFull();
      await convert(input, at(`subtitles.${extension}`), none);
      const after = inspect(at(`subtitles.${extension}`));
      const [track] = of(AVMEDIA_TYPE_SUBTITLE, after);
      expect(track?.codec).toBe(codec);
      const cues = track?.packets.filter(({ text }) => /Hello|Second/.test(text)) ?? [];
      expect(cues.map(({ text }) => plain(text))).toEqual(['Hello world', 'Second\nline, with comma']);
      const { start } = inspect(input);
      expect(cues[0]?.time ?? 0).toBeCloseTo(0.5 - start, 1);
      expect(cues[1]?.time ?? 0).toBeCloseTo(2 - start, 1);
    });
  }

  it('are left out with a warning when the container cannot contain them', async () => {
    const report = await convert(makeFull(), at('subtitles.avi'), none);
    expect(report.warnings).toContainEqual({
      code: 'SUBTITLES_DROPPED',
      message: expect.stringContaining('Subtitles (subrip) were left out'),
    });
  });

  it('are converted with the mark-up that both formats have', () => {
    const ass = Buffer.from('0,0,Default,,0,0,0,,{\\an8}One {\\i1}two{\\i0}\\NThree, four');
    expect(convertText(ass, AV_CODEC_ID_ASS, AV_CODEC_ID_SUBRIP)?.toString()).toBe(
      'One <i>two</i>\nThree, four',
    );
    const timed = convertText(ass, AV_CODEC_ID_ASS, AV_CODEC_ID_MOV_TEXT);
    expect(timed?.readUInt16BE(0)).toBe((timed?.length ?? 0) - 2);
    expect(timed?.subarray(2).toString()).toBe('One two\nThree, four');
    expect(convertText(timed ?? ass, AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_WEBVTT)?.toString()).toBe(
      'One two\nThree, four',
    );
    expect(
      convertText(
        Buffer.from('<font color="red">A</font>\r\n\r\n<b>B</b>'),
        AV_CODEC_ID_SUBRIP,
        AV_CODEC_ID_WEBVTT,
      )?.toString(),
    ).toBe('A\n<b>B</b>');
    expect(convertText(Buffer.from([0, 0]), AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_SUBRIP)).toBeUndefined();
  });
});

describe('chapters', () => {
  it('are trimmed to the converted part', () => {
    expect(trimChapters(chapters, 0.5, 1)).toEqual([
      { start: 0, end: 0.5, title: 'Intro' },
      { start: 0.5, end: 1, title: 'Körper & Ende' },
    ]);
    expect(trimChapters(chapters, 3.5, 9)).toEqual([]);
  });

  for (const [extension, format] of [
    ['mp4', 'mov,mp4'],
    ['mov', 'mov,mp4'],
    ['mkv', 'matroska,webm'],
    ['webm', 'matroska,webm'],
  ] as const) {
    it(`are written to ${extension}, which stays readable, and read back`, async () => {
      const output = at(`chapters.${extension}`);
      const report = await convert(makeFull(), output, none);
      expect(readChapters(output, format)).toMatchObject([
        { start: 0, title: 'Intro' },
        { start: expect.closeTo(1, 1), title: 'Körper & Ende' },
      ]);
      const { streams, metadata } = inspect(output);
      expect(streams[0]?.packets).toHaveLength(report.frames);
      expect(Object.values(metadata).join()).not.toContain('elsewhere reserves');
      const again = at(`chapters-again.${extension}.mkv`);
      await convert(output, again, none);
      expect(readChapters(again, 'matroska')).toHaveLength(2);
    });
  }
});

describe('metadata', () => {
  it('of the file and its tracks is kept', async () => {
    for (const extension of ['mp4', 'mkv']) {
      await convert(makeFull(), at(`metadata.${extension}`), none);
      const { metadata, streams } = inspect(at(`metadata.${extension}`));
      const all = Object.fromEntries(
        Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]),
      );
      expect(all, extension).toMatchObject({ title: 'My title', artist: 'Me' });
      const languages = streams
        .filter(({ type }) => type === AVMEDIA_TYPE_AUDIO)
        .map((stream) => stream.metadata['language']);
      expect(languages, extension).toEqual(['eng', 'deu']);
    }
  });

  it('does not include the cover picture, which may show the camera background', async () => {
    const input = makeVideo(at('cover.mp4'), {
      cover: true,
      audio: [{ source: 'sine=frequency=440:duration=2' }],
    });
    const report = await convert(input, at('cover-out.mp4'), none);
    expect(report.frames).toBe(50);
    expect(report.warnings).toContainEqual({
      code: 'VIDEO_DROPPED',
      message: expect.stringContaining('cover picture'),
    });
    expect(of(AVMEDIA_TYPE_VIDEO, inspect(at('cover-out.mp4')))).toHaveLength(1);
  });
});
