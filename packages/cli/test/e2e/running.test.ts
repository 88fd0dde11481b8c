import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import { makeClip, tone } from './clips.js';
import { contentsOf, elsewhere, eventsOf, newDirectory, start } from './command.js';
import { decode, inspect } from './inspect.js';

let directory: string;
/** Long enough to be interrupted. */
let long: string;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = newDirectory();
  long = makeVideo(at('long.mp4'), { picture: 'testsrc2=size=640x360:rate=25:duration=40' });
  await makeClip(at('one.mp4'), { frames: 12, seed: 1 }, { audio: [tone(0.5)] });
  await makeClip(at('two.mp4'), { frames: 12, seed: 2 });
  writeFileSync(at('broken.mp4'), 'no video');
});

describe('an interrupted conversion', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends with %i, and leaves nothing', async (signal, code) => {
    const before = contentsOf(directory);
    const run = start([long, '-o', at('never.mp4'), '--json']);
    await run.until('stdout', /"frames":[1-9]/);
    run.child.kill(signal);
    const outcome = await run.ended;
    expect(outcome.code).toBe(code);
    expect(eventsOf(outcome).some(({ type }) => type === 'done')).toBe(false);
    expect(contentsOf(directory)).toEqual(before);
  });

  test('a recording ends properly instead', async () => {
    const take = at('take.mp4');
    const run = start(['lavfi:testsrc2=size=160x120:rate=25', '-o', take, '--json']);
    await run.until('stdout', /"frames":[1-9]/);
    run.child.kill('SIGINT');
    const outcome = await run.ended;
    expect(outcome.code).toBe(0);
    const done = eventsOf(outcome).find(({ type }) => type === 'done');
    expect(decode(take)).toHaveLength(done?.frames ?? 0);
  });
});

describe('many inputs', () => {
  test('at the same time, into a directory; a broken one does not keep the others', async () => {
    const out = at('out/');
    const inputs = ['one.mp4', 'broken.mp4', 'two.mp4'].map(at);
    const outcome = await elsewhere([...inputs, '-b', 'seagreen', '-o', out, '--jobs', '2', '--json']);
    expect(outcome.code).toBe(3);
    const events = eventsOf(outcome);
    const of = (wanted: string) => events.filter(({ type }) => type === wanted).map(({ input }) => input);
    expect(of('done').sort()).toEqual([at('one.mp4'), at('two.mp4')]);
    expect(of('error')).toEqual([at('broken.mp4')]);
    expect(Object.keys(contentsOf(join(directory, 'out'))).sort()).toEqual([
      'one.elsewhere.mp4',
      'two.elsewhere.mp4',
    ]);
    const facts = inspect(join(directory, 'out/one.elsewhere.mp4'));
    expect(facts.streams.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);
  });

  test('--quiet says nothing, and without -o the results lie beside the inputs', async () => {
    const outcome = await elsewhere([at('one.mp4'), at('two.mp4'), '-b', 'seagreen', '--quiet']);
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(Object.keys(contentsOf(directory))).toEqual(
      expect.arrayContaining(['one.elsewhere.mp4', 'two.elsewhere.mp4']),
    );
  });
});
