import { readFileSync } from 'node:fs';
import { convert } from '@elsewhere/node';
import { AV_CODEC_ID_ASS, AV_CODEC_ID_OPUS, AV_CODEC_ID_VORBIS } from 'node-av/constants';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainHeader } from '../../src/media/streams/codec-header.js';
import { inspect, makeVideo, temporaryDirectory } from './make.js';

const at = temporaryDirectory();
const none = { background: { type: 'none' } } as const;
const picture = 'testsrc2=size=64x48:rate=25:duration=0.4';

/** Bytes of an image that does not occur by chance: a JPEG's beginning and end, and noise between them. */
function imageOfTheRoom(seed: number): Buffer {
  let state = seed;
  const noise = Array.from({ length: 700 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state >> 16;
  });
  return Buffer.concat([
    Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
    Buffer.from(noise),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** Whether any 16 bytes of an image are in a file: as they are, in base64 at any offset, or in hexadecimal. */
function showsAnyOf(file: string, image: Buffer): boolean {
  const bytes = readFileSync(file);
  for (let start = 20; start + 16 <= image.length - 2; start++) {
    const run = image.subarray(start, start + 16);
    const encoded = [run.toString('hex'), run.toString('base64').slice(0, 20)];
    if (bytes.includes(run) || encoded.some((text) => bytes.includes(text))) return true;
  }
  return false;
}

const room = Array.from({ length: 8 }, (_, index) => imageOfTheRoom(index + 1));
const [cover, attached, asImage, tag, trackTag, comment, hex, data] = room as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];
const font = fontFile();

function fontFile(): Buffer {
  const directory = Buffer.alloc(28);
  directory.writeUInt32BE(0x00010000, 0);
  directory.writeUInt16BE(1, 4);
  directory.write('glyf', 12, 'latin1');
  directory.writeUInt32BE(28, 20);
  directory.writeUInt32BE(40, 24);
  return Buffer.concat([directory, Buffer.alloc(40, 0x5a)]);
}

const tags = {
  title: 'My title',
  creation_time: '2021-02-03T04:05:06.000000Z',
  location: '+48.1374+011.5755/',
  METADATA_BLOCK_PICTURE: tag.toString('base64'),
  comment: comment.toString('base64'),
  description: hex.toString('hex'),
};

beforeAll(() => {
  makeVideo(at('all.mkv'), {
    picture,
    audio: [{ source: 'sine=duration=0.4', metadata: { title: 'Sound', LOCATION: 'Munich' } }],
    metadata: tags,
    videoMetadata: { title: trackTag.toString('base64'), language: 'eng' },
    attachments: [
      { filename: 'cover.jpg', mimetype: 'application/octet-stream', bytes: attached },
      { filename: 'font.ttf', mimetype: 'font/ttf', bytes: attached },
      { filename: 'room.jpg', mimetype: 'image/jpeg', bytes: asImage },
      { filename: 'real.ttf', mimetype: 'application/octet-stream', bytes: font },
    ],
    chapters: [{ start: 0, end: 0.4, title: comment.toString('base64') }],
  });
  makeVideo(at('all.mov'), {
    picture,
    metadata: {
      ...tags,
      'com.apple.quicktime.location.ISO6709': '+48.1374+011.5755/',
      timecode: '01:00:00:00',
    },
    muxerOptions: { movflags: 'use_metadata_tags' },
    data: [
      { tag: 'gpmd', name: 'GoPro MET', bytes: data },
      { tag: 'gpmd', name: 'Other', bytes: data },
    ],
  });
  makeVideo(at('cover.mp4'), { picture, metadata: { ...tags }, cover });
});

const messages = new Map<string, { readonly code: string; readonly message: string }[]>();

/** Converts once, and returns the warnings. */
async function warningsOf(input: string, output: string): Promise<{ code: string; message: string }[]> {
  const known = messages.get(output);
  if (known) return known;
  const { warnings } = await convert(at(input), at(output), none);
  messages.set(output, [...warnings]);
  return [...warnings];
}

describe('no byte of an image of the camera background', () => {
  it.each([
    ['all.mkv', ['mkv', 'mp4', 'webm', 'mov', 'avi']],
    ['all.mov', ['mov', 'mkv']],
    ['cover.mp4', ['mp4', 'mkv', 'webm']],
  ])('of %s is in any output, nor does one say where it was made', async (input, extensions) => {
    for (const extension of extensions) {
      const output = at(`${input}.${extension}`);
      const warnings = await warningsOf(input, `${input}.${extension}`);
      for (const [index, image] of room.entries())
        expect(showsAnyOf(output, image), `${index} ${extension}`).toBe(false);
      const bytes = readFileSync(output);
      expect(bytes.includes('48.1374') || bytes.includes('Munich'), extension).toBe(false);
      expect(bytes.includes('My title'), extension).toBe(true);
      const codes = warnings.map(({ code }) => code);
      expect(codes, extension).toContain('LOCATION_DROPPED');
      expect(codes, extension).toContain('ATTACHMENT_DROPPED');
      if (input !== 'all.mov') expect(codes, extension).toContain('VIDEO_DROPPED');
    }
  });

  it('is taken for a font, whatever its stated type, and a font is kept, whatever its stated type', async () => {
    const warnings = await warningsOf('all.mkv', 'all.mkv.mkv');
    expect(readFileSync(at('all.mkv.mkv')).includes(font)).toBe(true);
    expect(inspect(at('all.mkv.mkv')).streams.at(-1)?.metadata).toMatchObject({
      filename: 'real.ttf',
      mimetype: 'application/x-truetype-font',
    });
    const left = warnings.filter(({ code }) => code === 'ATTACHMENT_DROPPED').map(({ message }) => message);
    expect(left).toEqual([
      expect.stringContaining('cover.jpg'),
      expect.stringContaining('font.ttf'),
      expect.stringContaining('image in the metadata'),
    ]);
  });

  it('comes with the header of a codec', () => {
    const identification = Buffer.concat([Buffer.from('\x01vorbis', 'latin1'), Buffer.alloc(23, 7)]);
    const comments = Buffer.concat([Buffer.from('\x03vorbis', 'latin1'), attached]);
    const setup = Buffer.concat([Buffer.from('\x05vorbis', 'latin1'), Buffer.alloc(600, 9)]);
    const length = (part: Buffer) => Buffer.from([part.length >> 8, part.length & 255]);
    const prefixed = Buffer.concat([identification, comments, setup].flatMap((part) => [length(part), part]));
    const laced = Buffer.concat([
      Buffer.from([2, identification.length, 255, 255, comments.length - 510]),
      identification,
      comments,
      setup,
    ]);
    const plain = plainHeader(AV_CODEC_ID_VORBIS, laced);
    expect(plain).toEqual(plainHeader(AV_CODEC_ID_VORBIS, prefixed));
    expect(plain).toEqual(plainHeader(AV_CODEC_ID_VORBIS, plain));
    expect(plain.includes(attached.subarray(30, 46))).toBe(false);
    expect(plain.subarray(-setup.length)).toEqual(setup);
    expect(plain.includes(identification)).toBe(true);
    const script =
      '[Script Info]\r\n; made at home\r\nTitle: A\r\n\r\n[Fonts]\nfontname: a\nAAAA\n[V4+ Styles]\nStyle: Default\n[Graphics]\nfilename: room.jpg\nBBBB\n[Events]\nFormat: Text\n';
    expect(plainHeader(AV_CODEC_ID_ASS, Buffer.from(script)).toString()).toBe(
      '[Script Info]\r\nTitle: A\r\n\r\n[V4+ Styles]\nStyle: Default\n[Events]\nFormat: Text\n',
    );
    const opus = Buffer.from('OpusHead');
    expect(plainHeader(AV_CODEC_ID_OPUS, opus)).toBe(opus);
  });
});

describe('metadata', () => {
  it('says where only if that is asked for, and has the timecode of its first frame', async () => {
    const options = { ...none, keepLocation: true, start: 0.2 };
    const { warnings } = await convert(at('all.mov'), at('place.mov'), options);
    expect(warnings.map(({ code }) => code)).not.toContain('LOCATION_DROPPED');
    expect(readFileSync(at('place.mov')).includes('+48.1374+011.5755/')).toBe(true);
    expect(inspect(at('place.mov')).streams[0]?.metadata['timecode']).toBe('01:00:00:05');
  });

  it('keeps its date from a file that has it twice, and again from its own output', async () => {
    await warningsOf('all.mov', 'all.mov.mov');
    await warningsOf('all.mov', 'all.mov.mkv');
    await warningsOf('all.mov.mov', 'again.mp4');
    const dates = ['all.mov.mkv', 'again.mp4'].map((output) => inspect(at(output)).metadata['creation_time']);
    await warningsOf('all.mkv', 'all.mkv.avi');
    dates.push(inspect(at('all.mkv.avi')).metadata['date']);
    expect(dates.map((date) => date?.slice(0, 19))).toEqual(Array(3).fill('2021-02-03T04:05:06'));
  });

  it('announces each track of data that is left out', async () => {
    const warnings = await warningsOf('all.mov', 'all.mov.mov');
    const left = warnings.filter(({ code }) => code === 'DATA_DROPPED').map(({ message }) => message);
    expect(left).toEqual([
      'A track of data (GoPro MET, gpmd) was left out.',
      'A track of data (Other, gpmd) was left out.',
    ]);
  });
});
