import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { makeClip } from './clips.js';
import {
  contentsOf,
  type Event,
  elsewhere,
  eventsOf,
  expectRefusal,
  newDirectory,
  runProcess,
} from './command.js';

const directory = newDirectory();
const at = (name: string) => join(directory, name);

/** Hides the package `webgpu` from the command. */
const HOOK = `export async function resolve(name, context, next) {
  if (name !== 'webgpu') return next(name, context);
  throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
}`;
const moduleUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const REGISTER = `import { register } from 'node:module'; register(${JSON.stringify(moduleUrl(HOOK))});`;
const withoutPackage = { env: { NODE_OPTIONS: `--import ${moduleUrl(REGISTER)}` } };

beforeAll(async () => {
  await makeClip(at('talk.mp4'), { frames: 3 });
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } }).toFile(at('me.png'));
});

test('refuses the GPU without its package, and says what to do', async () => {
  const before = contentsOf(directory);
  expectRefusal(
    await runProcess([at('talk.mp4'), '--backend', 'gpu'], withoutPackage),
    2,
    /The GPU backend needs the package webgpu: run npm install webgpu\./,
  );
  expect(contentsOf(directory)).toEqual(before);
});

test('prints no warning without the package when no GPU was requested', async () => {
  const outcome = await runProcess([at('talk.mp4'), '-o', at('auto.mp4'), '--json'], withoutPackage);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const done = eventsOf(outcome).find(({ type }) => type === 'done') as Event & { backend?: string };
  expect(done).toMatchObject({ backend: 'cpu', frames: 3 });
});

test.each([
  ['me.png', [], /The GPU backend supports videos only/],
  ['talk.mp4', ['--stage', 'matte'], /the stage matte/],
  ['talk.mp4', ['--mask', 'hard'], /use the CPU for hard edges/],
  ['talk.mp4', ['--model', 'deeplab-v3'], /not deeplab-v3/],
] as const)('refuses what the GPU cannot do: %s %j', async (input, options, sentence) => {
  expectRefusal(await elsewhere([at(input), '--backend', 'gpu', ...options]), 2, sentence);
});
