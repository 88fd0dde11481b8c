import { copyFileSync, linkSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import { makeClip, tone } from './clips.js';
import { contentsOf, convert, elsewhere, expectRefusal, newDirectory, runProcess } from './command.js';
import { decode } from './inspect.js';

let directory: string;
let talk: string;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = newDirectory();
  talk = (await makeClip(at('talk.mp4'), { frames: 25 }, { audio: [tone(1)] })).path;
  writeFileSync(at('empty.mp4'), '');
  writeFileSync(at('text.mp4'), 'This is not a video.\n'.repeat(50));
  writeFileSync(at('text.jpg'), 'no picture');
  writeFileSync(at('text.tflite'), 'no model');
  linkSync(talk, at('same.mp4'));
  mkdirSync(at('folder.mp4'));
  makeVideo(at('sound.m4a'), { withoutVideo: true, audio: [tone(1)] });
  copyFileSync(talk, at('there.mp4'));
});

describe('prints one message, exits with the documented code and leaves nothing behind when', () => {
  const cases: readonly (readonly [what: string, argv: readonly string[], code: number, sentence: RegExp])[] =
    [
      ['the input is missing', ['nope.mp4'], 3, /nope\.mp4 does not exist/],
      ['the input is a directory', ['folder.mp4'], 3, /directory/],
      ['the input is empty', ['empty.mp4'], 3, /empty/],
      ['the input is text', ['text.mp4'], 3, /text\.mp4/],
      ['the input has only audio', ['sound.m4a'], 3, /no video/],
      ['the input is text with the extension of an image', ['text.jpg'], 3, /text\.jpg/],
      ['the background is missing', ['talk.mp4', '-b', 'beach.jpg', '-o', 'a.mp4'], 5, /beach\.jpg/],
      ['the background is not an image', ['talk.mp4', '-b', 'text.jpg', '-o', 'a.mp4'], 5, /text\.jpg/],
      [
        'the background is neither a file nor a colour',
        ['talk.mp4', '-b', 'beige-ish', '-o', 'a.mp4'],
        5,
        /beige-ish/,
      ],
      ['the output is the input', ['talk.mp4', '-o', 'talk.mp4', '--overwrite'], 4, /input/],
      [
        'the output is the input under another name',
        ['talk.mp4', '-o', 'same.mp4', '--overwrite'],
        4,
        /input/,
      ],
      ['the output exists', ['talk.mp4', '-o', 'there.mp4'], 4, /--overwrite|overwrit/],
      ["the output's directory is missing", ['talk.mp4', '-o', 'no/where/a.mp4'], 4, /no\/where/],
      ["the output's kind is unknown", ['talk.mp4', '-o', 'a.xyz'], 4, /xyz/],
      ['mp4 is to be transparent', ['talk.mp4', '-b', 'transparent', '-o', 'a.mp4'], 4, /webm/],
      ['the codec is unknown', ['talk.mp4', '--codec', 'h265x', '-o', 'a.mp4'], 2, /h265x/],
      ['the preset is unknown', ['talk.mp4', '--preset', 'warp', '-o', 'a.mp4'], 4, /warp/],
      ['the model is unknown', ['talk.mp4', '-m', 'nothing', '-o', 'a.mp4'], 6, /nothing/],
      [
        'the model has not been downloaded',
        ['talk.mp4', '-m', 'deeplab-v3', '-o', 'a.mp4'],
        6,
        /models pull/,
      ],
      ['the model is not a model', ['talk.mp4', '-m', 'text.tflite', '-o', 'a.mp4'], 6, /text/],
      ['the model has no class dog', ['talk.mp4', '-k', 'dog', '-o', 'a.mp4'], 2, /dog/],
      ['an option is unknown', ['talk.mp4', '--backgrond', 'blur'], 2, /--background/],
      ['a number is invalid', ['talk.mp4', '--blur', 'very', '-o', 'a.mp4'], 2, /very/],
    ];

  test.each(cases)('%s', async (_what, argv, code, sentence) => {
    const before = contentsOf(directory);
    expectRefusal(await elsewhere(argv, { cwd: directory }), code, sentence);
    expect(contentsOf(directory)).toEqual(before);
  });

  test('a bundled model has been tampered with', async () => {
    const models = newDirectory();
    writeFileSync(join(models, 'deeplabv3_257_mv_gpu.tflite'), Buffer.alloc(1000));
    const outcome = await runProcess(['models', 'verify', 'deeplab-v3'], {
      env: { ELSEWHERE_MODELS: models },
    });
    expect(outcome.code).toBe(6);
    expect(`${outcome.stdout}${outcome.stderr}`).toMatch(/damaged|bytes/);
  });
});

describe('converts what is readable and reports what is missing when', () => {
  test('the input is truncated', async () => {
    const input = makeVideo(at('cut.mkv'), { picture: 'testsrc2=size=320x180:rate=25:duration=4' });
    truncateSync(input, Math.round(readFileSync(input).length * 0.4));
    const done = await convert(input, at('cut.mp4'), ['-b', 'seagreen'], { code: 7 });
    expect(done.lostSeconds).toBeGreaterThan(1);
    expect(done.warnings.join()).toMatch(/missing|lost|damaged/);
    expect(decode(at('cut.mp4'))).toHaveLength(done.frames);
  });

  test('the input is damaged in the middle', async () => {
    const input = makeVideo(at('hole.mkv'), {
      picture: 'testsrc2=size=320x180:rate=25:duration=4',
      options: { preset: 'veryfast', g: '25' },
    });
    const bytes = readFileSync(input);
    bytes.fill(0, Math.round(bytes.length * 0.4), Math.round(bytes.length * 0.55));
    writeFileSync(input, bytes);
    const done = await convert(input, at('hole.mp4'), ['-b', 'seagreen'], { code: 7 });
    expect(done.warnings.join()).toMatch(/damaged/);
    expect(decode(at('hole.mp4'))).toHaveLength(done.frames);
  });
});

describe('converts unusual sizes', () => {
  test.each([
    ['16x16', 16, 16],
    ['8K', 7680, 4320],
  ] as const)('%s', async (name, width, height) => {
    const input = makeVideo(at(`${name}.mkv`), {
      picture: `testsrc2=size=${width}x${height}:rate=25:duration=0.12`,
      encoder: 'ffv1',
      options: {},
    });
    const done = await convert(input, at(`${name}.mp4`), ['-b', 'seagreen', '--preset', 'ultrafast']);
    expect(done).toMatchObject({ frames: 3, width, height });
    // The test picture shows nobody.
    expect(done.warnings).toEqual([expect.stringContaining('Nobody was found')]);
  });
});
