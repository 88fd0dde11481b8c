import { describe, expect, it } from 'vitest';
import { allowsFields } from '../src/converter/interlaced.js';
import { otherTracksOf, warningsOfOthers } from '../src/converter/other-tracks.js';

const text = (value: string) => Array.from(value, (letter) => letter.charCodeAt(0));
const u32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const box = (type: string, ...parts: readonly (readonly number[])[]) => {
  const data = parts.flat();
  return [...u32(8 + data.length), ...text(type), ...data];
};
const track = (id: number, handler: string, ...others: readonly (readonly number[])[]) =>
  box(
    'trak',
    box('tkhd', u32(0), u32(0), u32(0), u32(id)),
    box('mdia', box('hdlr', u32(0), u32(0), text(handler))),
    ...others,
  );
const mp4 = (...tracks: readonly (readonly number[])[]) => [
  ...box('ftyp', text('isom')),
  // With a size of 64 bits.
  ...[...u32(1), ...text('mdat'), ...u32(0), ...u32(20), 1, 2, 3, 4],
  ...box('moov', ...tracks),
];
const element = (id: readonly number[], ...parts: readonly (readonly number[])[]) => {
  const data = parts.flat();
  return [...id, 0x08, ...u32(data.length), ...data];
};
const mkv = (types: readonly number[], ...others: readonly (readonly number[])[]) => [
  ...element([0x1a, 0x45, 0xdf, 0xa3]),
  // Of unknown size, as recorders write it.
  ...[0x18, 0x53, 0x80, 0x67, 0xff],
  ...element(
    [0x16, 0x54, 0xae, 0x6b],
    ...types.map((type) => element([0xae], [0xd7, 0x81, 1], [0x83, 0x81, type])),
  ),
  ...others.flat(),
  ...element([0x1f, 0x43, 0xb6, 0x75], [0x10, 0x43]),
];
const CHAPTERS = element([0x10, 0x43, 0xa7, 0x70], [1, 2, 3]);

describe('what a file has beside picture and sound', () => {
  it.each<[string, number[], object]>([
    ['MP4: nothing', mp4(track(1, 'vide'), track(2, 'soun')), { subtitles: 0, data: 0, hasChapters: false }],
    [
      'MP4: subtitles, timecode and telemetry',
      mp4(track(1, 'vide'), track(2, 'sbtl'), track(3, 'tmcd'), track(4, 'meta')),
      { subtitles: 1, data: 2, hasChapters: false },
    ],
    [
      'MP4: chapters as a track of text',
      mp4(track(1, 'vide', box('tref', box('chap', u32(7)))), track(7, 'text')),
      { subtitles: 0, data: 0, hasChapters: true },
    ],
    [
      'MP4: chapters as a list',
      mp4(track(1, 'vide'), box('udta', box('chpl'))),
      { subtitles: 0, data: 0, hasChapters: true },
    ],
    ['Matroska: nothing', mkv([1, 2]), { subtitles: 0, data: 0, hasChapters: false }],
    [
      'Matroska: subtitles, data, chapters',
      mkv([1, 17, 17, 33], CHAPTERS),
      { subtitles: 2, data: 1, hasChapters: true },
    ],
    ['something else', text('RIFF and nothing that is known'), { subtitles: 0, data: 0, hasChapters: false }],
    ['nothing at all', [], { subtitles: 0, data: 0, hasChapters: false }],
  ])('%s', async (_, bytes, expected) => {
    expect(await otherTracksOf(new Blob([Uint8Array.from(bytes)]))).toEqual(expected);
  });

  it('is no failure where the file ends early', async () => {
    for (const bytes of [mp4(track(1, 'vide'), track(2, 'sbtl')), mkv([1, 17], CHAPTERS)]) {
      for (let length = 0; length < bytes.length; length++) {
        await otherTracksOf(new Blob([Uint8Array.from(bytes.slice(0, length))]));
      }
    }
  });

  it('is spoken of', () => {
    const warnings = warningsOfOthers({ subtitles: 1, data: 2, hasChapters: true });
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'SUBTITLES_DROPPED: One subtitle track was left out: the new file cannot hold it.',
      'DATA_DROPPED: 2 tracks that are neither video nor audio were left out: the new file cannot hold them.',
      'CHAPTERS_DROPPED: The chapters were left out: the new file cannot hold them.',
    ]);
  });
});

describe('interlaced video', () => {
  const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

  it.each([
    ['with fields, profile High', '67640015acd9429b6022000003000200000300783e28532c', true],
    ['progressive, profile High', '6764000bacd9428db0110000030001000003003c0f142996', false],
    ['progressive, profile Baseline', '6742c00bda0a37e4c044000003000400000300f03c50aa80', false],
    ['damaged', '6764', false],
  ])('%s', (_, hex, expected) => {
    expect(allowsFields(bytes(hex))).toBe(expected);
  });
});
