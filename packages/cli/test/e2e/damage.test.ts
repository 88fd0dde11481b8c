import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import { makeClip, tone } from './clips.js';
import { contentsOf, convert, elsewhere, expectRefusal, hashOf, newDirectory } from './command.js';
import { decode } from './inspect.js';

let directory: string;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = newDirectory();
  await makeClip(at('talk.mp4'), { frames: 25 }, { audio: [tone(1)] });
});

describe('inputs with other damage', () => {
  test('an mp4 without its index is refused', async () => {
    // makeVideo writes the index at the end of the file.
    copyFileSync(at('talk.mp4'), at('headless.mp4'));
    truncateSync(at('headless.mp4'), Math.floor(statSync(at('talk.mp4')).size * 0.6));
    const before = contentsOf(directory);
    expectRefusal(
      await elsewhere([at('headless.mp4'), '-o', at('out.mp4')]),
      3,
      /headless\.mp4.*(damaged|read)/,
    );
    expect(contentsOf(directory)).toEqual(before);
  });

  test('a truncated mp4 with its index at the beginning is converted up to where it ends', async () => {
    makeVideo(at('whole.mp4'), { picture: 'testsrc2=size=320x180:rate=25:duration=4', audio: [tone(4)] });
    await convert(at('whole.mp4'), at('indexed.mp4'), ['-b', 'none']);
    truncateSync(at('indexed.mp4'), Math.floor(statSync(at('indexed.mp4')).size * 0.5));
    const done = await convert(at('indexed.mp4'), at('half.mp4'), ['-b', 'none'], { code: 7 });
    expect(done.lostSeconds).toBeGreaterThan(1);
    expect(done.lostSeconds).toBeLessThan(3.2);
    expect(done.warnings.join()).toMatch(/indexed\.mp4 ends early: \d\.\d of its 4\.0 seconds are missing/);
    expect(decode(at('half.mp4'))).toHaveLength(done.frames);
  });

  test('audio with a cover picture is refused', async () => {
    makeVideo(at('song.mp3'), {
      withoutVideo: true,
      cover: true,
      audio: [{ ...tone(1), encoder: 'libmp3lame' }],
    });
    const before = contentsOf(directory);
    expectRefusal(
      await elsewhere([at('song.mp3')]),
      3,
      /song\.mp3 contains no video.*only audio and a cover image/,
    );
    expect(contentsOf(directory)).toEqual(before);
  });

  test.each([
    [
      'random bytes',
      Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 104729) & 255)),
    ],
    ['zeros', Buffer.alloc(5000)],
    ['the head of an mp4 alone', Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1')],
    ['one byte', Buffer.from('x')],
    [
      'a playlist that names another file',
      Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n'),
    ],
  ])('%s with the name .mp4: refused', async (_what, bytes) => {
    writeFileSync(at('odd.mp4'), bytes);
    const before = contentsOf(directory);
    expectRefusal(await elsewhere([at('odd.mp4'), '-o', at('odd-out.mp4')]), 3, /odd\.mp4/);
    expect(contentsOf(directory)).toEqual(before);
  });

  test('a model of the catalogue with one changed byte is refused', async () => {
    const models = newDirectory();
    const path = createRequire(import.meta.url).resolve(
      '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite',
    );
    const bytes = readFileSync(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(join(models, 'changed.tflite'), bytes);
    expectRefusal(
      await elsewhere([at('talk.mp4'), '-o', at('m.mp4'), '-m', join(models, 'changed.tflite')]),
      6,
      /changed\.tflite|changed\.json/,
    );
    // With a description that states the checksum.
    writeFileSync(
      join(models, 'changed.json'),
      JSON.stringify({
        id: 'changed',
        sha256: hashOf(path),
        input: { width: 256, height: 144, valueRange: [0, 1] },
        output: { kind: 'confidence' },
      }),
    );
    expectRefusal(
      await elsewhere([at('talk.mp4'), '-o', at('m.mp4'), '-m', join(models, 'changed.tflite')]),
      6,
      /SHA-256|checksum|not the file/i,
    );
    expect(existsSync(at('m.mp4'))).toBe(false);
  });
});
