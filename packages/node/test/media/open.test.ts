import { readFileSync, writeFileSync } from 'node:fs';
import { ElsewhereError } from '@elsewhere/engine';
import { Packet } from 'node-av/lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { lookAhead } from '../../src/media/input/look-ahead.js';
import { Reader } from '../../src/media/input/reader.js';
import { checkInput } from '../../src/paths.js';
import { makeVideo, temporaryDirectory } from './make.js';

const at = temporaryDirectory();

/** A video that other files name. */
let named: string;

beforeAll(() => {
  named = makeVideo(at('named.mp4'), { picture: 'testsrc2=size=64x64:rate=25:duration=0.2' });
});

function write(name: string, contents: string | Buffer): string {
  writeFileSync(at(name), contents);
  return at(name);
}

/** An mp4 file whose video track says that its frames are so large. */
function withSize(bytes: Buffer, width: number, height = width): Buffer {
  const entry = bytes.lastIndexOf('avc1');
  bytes.writeUInt16BE(width, entry + 28);
  bytes.writeUInt16BE(height, entry + 30);
  return bytes;
}

/** An mp4 file without frames, whose track refers to those of another file. */
function withExternalData(bytes: Buffer, path: string): Buffer {
  const movie = bytes.subarray(bytes.indexOf('moov') - 4);
  const url = movie.indexOf('url ') - 4;
  const location = Buffer.from(`file://${path}\0`);
  const reference = Buffer.concat([Buffer.alloc(4), Buffer.from('url \0\0\0\0', 'latin1'), location]);
  reference.writeUInt32BE(reference.length);
  const longer = Buffer.concat([movie.subarray(0, url), reference, movie.subarray(url + 12)]);
  for (const box of ['dref', 'dinf', 'minf', 'mdia', 'trak', 'moov']) {
    const at = longer.indexOf(box) - 4;
    longer.writeUInt32BE(longer.readUInt32BE(at) + location.length, at);
  }
  return Buffer.concat([bytes.subarray(0, bytes.readUInt32BE(0)), longer]);
}

async function refusal(path: string): Promise<string> {
  try {
    await checkInput(path);
    const reader = Reader.open(path);
    const { streams } = reader;
    reader.close();
    return `opened, with ${streams.length} tracks`;
  } catch (error) {
    if (!(error instanceof ElsewhereError)) throw error;
    expect(error.message).toMatch(/^[^\n]{10,250}\.$/);
    return error.code;
  }
}

describe('an input that', () => {
  it.each<[string, string, () => string]>([
    [
      'is a list of HLS, named like an image',
      'INPUT_UNREADABLE',
      () =>
        write('list.jpg', `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:${named}\n#EXT-X-ENDLIST\n`),
    ],
    [
      "is a list of FFmpeg's, named like a video",
      'INPUT_UNREADABLE',
      () => write('concat.mp4', `ffconcat version 1.0\nfile '${named}'\n`),
    ],
    [
      'is a manifest of DASH',
      'INPUT_UNREADABLE',
      () =>
        write(
          'manifest.mp4',
          `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet><Representation id="0" mimeType="video/mp4"><BaseURL>${named}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
        ),
    ],
    [
      'is a session description',
      'INPUT_UNREADABLE',
      () => write('session.mp4', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n'),
    ],
    ['is a device', 'INPUT_UNREADABLE', () => '/dev/zero'],
    ['is an address', 'INPUT_MISSING', () => 'https://example.com/talk.mp4'],
    ['is a graph instead of a path', 'INPUT_MISSING', () => 'lavfi:testsrc2=size=64x64:rate=25:duration=1'],
    ['is a camera instead of a path', 'INPUT_MISSING', () => 'camera:/dev/video0'],
    [
      'has frames of 30000x30000',
      'INPUT_TOO_LARGE',
      () => write('vast.mp4', withSize(readFileSync(named), 30_000)),
    ],
    [
      'has frames of 8192x8193',
      'INPUT_TOO_LARGE',
      () => write('tall.mp4', withSize(readFileSync(named), 8192, 8193)),
    ],
  ])('%s is refused with %s', async (_, code, make) => {
    expect(await refusal(make())).toBe(code);
  });

  it('grows beyond the limit is refused', () => {
    // FFmpeg finds out the size of a stream without a header from its first frames.
    const parts = ['64x64:duration=8', '8208x64:duration=0.2'].map((size, index) =>
      readFileSync(makeVideo(at(`part-${index}.h264`), { picture: `color=gray:rate=25:size=${size}` })),
    );
    const path = write('growing.h264', Buffer.concat(parts));
    expect(() => lookAhead(path, { from: 0, to: 10 }, () => true)).toThrow(/8208x64 pixels/);
  });

  it('has its frames in another file gets none of them', () => {
    const reader = Reader.open(write('elsewhere.mov', withExternalData(readFileSync(named), named)));
    const packet = new Packet();
    packet.alloc();
    while (reader.read(packet)) {
      expect(readFileSync(named).includes(packet.data ?? '')).toBe(false);
      packet.unref();
    }
    packet.free();
    reader.close();
  });
});
