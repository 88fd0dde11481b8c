import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const PACKAGE = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

/**
 * Loads the package, creates a pipeline and converts with every encoder that prints, in a process of its own. Prints what has
 * changed afterwards, and which globals existed between two turns of the event loop.
 */
const SCRIPT = `
const snapshot = () => ({
  globals: Reflect.ownKeys(globalThis).map(String).sort().join(),
  values: Reflect.ownKeys(globalThis).map((key) => Object.getOwnPropertyDescriptor(globalThis, key)),
  console: Reflect.ownKeys(console).map((key) => console[key]),
  environment: JSON.stringify(process.env),
  listeners: process.eventNames().map(String).sort().join(),
});
void TextDecoder; // On first use Node itself replaces a getter by this class.
const seen = new Set();
const before = snapshot();
let isLoading = true;
function check() {
  if (snapshot().globals !== before.globals) seen.add(snapshot().globals);
  if (isLoading) setImmediate(check);
}
setImmediate(check);
const same = (a, b) => (typeof a === 'string' ? a === b : a.length === b.length && a.every((value, i) =>
  typeof value === 'object' && value ? ['value', 'get', 'set'].every((key) => Object.is(value[key], b[i][key])) : value === b[i]));
const { convert, createPipeline } = await import(process.argv[1]);
(await createPipeline()).dispose();
isLoading = false;
const input = { type: 'lavfi', graph: 'testsrc2=size=64x64:rate=25:duration=0.2' };
for (const [codec, name] of [['h264', 'a.mp4'], ['hevc', 'b.mp4'], ['av1', 'c.webm'], ['vp9', 'd.webm']])
  await convert(input, process.argv[2] + '/' + name, { codec, quality: 'low' });
const after = snapshot();
const changed = Object.keys(before).filter((key) => !same(before[key], after[key]));
process.stdout.write(JSON.stringify({ changed, seen: [...seen] }));
`;

it('does not change globals, console, environment or output streams', () => {
  const directory = mkdtempSync(join(tmpdir(), 'elsewhere-footprint-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const argv = ['--input-type=module', '--eval', SCRIPT, '--', PACKAGE, directory];
  const { SVT_LOG: _, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { env, encoding: 'utf8' });
  expect({ stdout, stderr, status }).toEqual({
    stdout: JSON.stringify({ changed: [], seen: [] }),
    stderr: '',
    status: 0,
  });
});
