import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from './clips.js';
import { contentsOf, elsewhere, eventsOf, expectRefusal, newDirectory, runProcess } from './command.js';
import { decode } from './inspect.js';
import { expectColor, LEFT_CORNER } from './samples.js';

const FRAMES = 8;

let directory: string;
const at = (name: string) => join(directory, name);
/** Names of files that have been created since. */
const newSince = (before: Record<string, string>) =>
  Object.keys(contentsOf(directory))
    .filter((path) => !(path in before))
    .sort();

beforeAll(async () => {
  directory = newDirectory();
  mkdirSync(at('other'));
  await makeClip(at('one.mp4'), { frames: FRAMES, seed: 1 });
  await makeClip(at('two.mkv'), { frames: FRAMES, seed: 2 });
  copyFileSync(at('one.mp4'), at('other/one.mp4'));
  writeFileSync(at('broken.mp4'), 'not a video');
  writeFileSync(at('empty.mp4'), '');
});

describe('several inputs', () => {
  test('keep their formats, in any order, and one line is printed for each result', async () => {
    const before = contentsOf(directory);
    const outcome = await runProcess(['one.mp4', 'two.mkv', '-b', 'tomato', '-o', 'done/', '-j', '2'], {
      cwd: directory,
    });
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout.trimEnd().split('\n').sort()).toEqual([
      'done/one.elsewhere.mp4',
      'done/two.elsewhere.mkv',
    ]);
    expect(outcome.stderr).toMatch(/2 of 2 inputs converted/);
    expect(newSince(before)).toEqual(['done', 'done/one.elsewhere.mp4', 'done/two.elsewhere.mkv']);
    for (const name of ['done/one.elsewhere.mp4', 'done/two.elsewhere.mkv']) {
      const decoded = decode(at(name));
      expect(decoded).toHaveLength(FRAMES);
      expectColor(decoded[FRAMES - 1], LEFT_CORNER, [255, 99, 71], 8);
    }
  });

  test('exit with the code of the first failure and print a message for each, with more jobs than inputs', async () => {
    const argv = [
      'broken.mp4',
      'one.mp4',
      'empty.mp4',
      'nope.mp4',
      '-o',
      'some/',
      '-j',
      '8',
      '-q',
      '-b',
      'tomato',
    ];
    const outcome = await elsewhere(argv, { cwd: directory });
    expect(outcome).toMatchObject({ code: 3, stdout: '' });
    const sentences = outcome.stderr.trimEnd().split('\n');
    expect(sentences).toHaveLength(3);
    for (const name of ['broken', 'empty', 'nope'])
      expect(
        sentences.filter(
          (sentence) => sentence.startsWith('elsewhere: ') && sentence.includes(`${name}.mp4`),
        ),
      ).toHaveLength(1);
    expect(Object.keys(contentsOf(at('some')))).toEqual(['one.elsewhere.mp4']);
    expect(decode(at('some/one.elsewhere.mp4'))).toHaveLength(FRAMES);
  });

  test('have all their events, and nothing else, on standard output with --json', async () => {
    const inputs = ['one.mp4', 'broken.mp4', 'two.mkv'];
    const outcome = await runProcess([...inputs, '-o', 'events/', '-j', '2', '--json', '-b', 'tomato'], {
      cwd: directory,
    });
    expect(outcome.code).toBe(3);
    const events = eventsOf(outcome);
    for (const input of inputs) {
      const own = events.filter((event) => event.input === input);
      expect(own[0]).toMatchObject({ type: 'start' });
      expect(own.filter(({ type }) => type === 'start')).toHaveLength(1);
      expect(own.at(-1)).toMatchObject(
        input === 'broken.mp4'
          ? { type: 'error', code: 'INPUT_UNREADABLE', exitCode: 3 }
          : { type: 'done', frames: FRAMES, width: 320, height: 180, damaged: false },
      );
      for (const { type, frames = 0, percent = 0 } of own) {
        if (type !== 'progress') continue;
        expect(frames).toBeLessThanOrEqual(FRAMES);
        expect(percent).toBeLessThanOrEqual(100);
      }
    }
    expect(events.every(({ input }) => inputs.includes(input ?? ''))).toBe(true);
    expect(outcome.stderr).toMatch(/^elsewhere: [^\n]*broken\.mp4[^\n]*\n$/);
  });

  test('are not started when an error concerns all of them, which is printed once', async () => {
    const before = contentsOf(directory);
    writeFileSync(at('beach.jpg'), 'no picture');
    for (const [argv, code, sentence] of [
      [['-b', 'nowhere.jpg'], 5, /nowhere\.jpg/],
      [['-b', 'beach.jpg'], 5, /beach\.jpg/],
      [['-m', 'nothing'], 6, /nothing/],
      [['-k', 'dog'], 2, /dog/],
    ] as const) {
      expectRefusal(
        await elsewhere(['one.mp4', 'two.mkv', 'broken.mp4', '-q', ...argv], { cwd: directory }),
        code,
        sentence,
      );
    }
    expect(newSince(before)).toEqual(['beach.jpg']);
  });

  test('of the same name are refused when they would have the same result', async () => {
    const before = contentsOf(directory);
    expectRefusal(
      await elsewhere(['one.mp4', 'other/one.mp4', '-o', 'both/'], { cwd: directory }),
      2,
      /would both become/,
    );
    expectRefusal(await elsewhere(['one.mp4', './one.mp4'], { cwd: directory }), 2, /both|twice/);
    expectRefusal(
      await elsewhere(['one.mp4', 'two.mkv', '-o', 'one-file.mp4'], { cwd: directory }),
      2,
      /directory/,
    );
    expect(newSince(before)).toEqual([]);
  });

  test('are converted when their results are missing, and existing results are kept', async () => {
    mkdirSync(at('part'));
    writeFileSync(at('part/one.elsewhere.mp4'), 'precious');
    const before = contentsOf(directory);
    const outcome = await elsewhere(['one.mp4', 'two.mkv', '-o', 'part', '-b', 'tomato'], { cwd: directory });
    expect(outcome).toMatchObject({ code: 4, stdout: 'part/two.elsewhere.mkv\n' });
    expect(outcome.stderr).toMatch(/one\.elsewhere\.mp4 exists already.*--overwrite/);
    expect(outcome.stderr).toMatch(/1 of 2 inputs converted, 1 failed/);
    expect(newSince(before)).toEqual(['part/two.elsewhere.mkv']);
    expect(contentsOf(directory)['part/one.elsewhere.mp4']).toBe(before['part/one.elsewhere.mp4']);
  });
});
