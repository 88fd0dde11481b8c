import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { convert } from '@elsewhere/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PACKAGE = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

/** For each file with entry points: the last line that each example prints, and the file that it writes. */
const EXPECTED: Readonly<Record<string, readonly (readonly [last: RegExp, output?: string])[]>> = {
  'convert.ts': [
    [/^5 frames in talk\.elsewhere\.mp4$/, 'talk.elsewhere.mp4'],
    [/^true$/, 'take.mp4'],
  ],
  'pipeline.ts': [[/^processed 640 360$/]],
  'virtual-camera/virtual-camera.ts': [[/^live true$/, 'out.y4m']],
  'virtual-camera/devices.ts': [[/^(\/dev\/.*)?$/]],
  'model-store.ts': [[/^256 144 \d{6}$/], [/^deeplab-v3 absent .*$/], [/^already at .*\.tflite$/]],
};

/** The code of the examples in a file's TSDoc. */
function examplesIn(file: string): readonly string[] {
  const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
  const blocks = source.matchAll(/ \* @example[^\n]*\n \* ```ts\n(.*?) \* ```\n/gs);
  return Array.from(blocks, ([, code = '']) => code.replace(/^ \* ?/gm, ''));
}

describe('the examples in the documentation', () => {
  let directory = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'elsewhere-examples-'));
    const graph = 'testsrc2=size=160x90:rate=25:duration=0.2';
    await convert({ type: 'lavfi', graph }, join(directory, 'talk.mp4'), { background: { type: 'none' } });
    await sharp({ create: { width: 32, height: 18, channels: 3, background: 'teal' } })
      .jpeg()
      .toFile(join(directory, 'beach.jpg'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  for (const [file, lasts] of Object.entries(EXPECTED)) {
    const examples = examplesIn(file);
    it(`of ${file} all have an expectation`, () => expect(examples).toHaveLength(lasts.length));
    for (const [index, [last, output]] of lasts.entries()) {
      it(`of ${file} run: example ${index + 1}`, () => {
        const script = join(directory, 'example.mjs');
        writeFileSync(script, (examples[index] ?? '').replaceAll("'@elsewhere/node'", `'${PACKAGE}'`));
        const env = { ...process.env, ELSEWHERE_MODELS: join(directory, 'models') };
        const run = spawnSync(process.execPath, [script], { cwd: directory, env, encoding: 'utf8' });
        expect(run).toMatchObject({ status: 0, stderr: '' });
        expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(last);
        if (output !== undefined) expect(existsSync(join(directory, output))).toBe(true);
      });
    }
  }
});
