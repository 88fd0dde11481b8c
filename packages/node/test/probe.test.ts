import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const PROBE = pathToFileURL(join(import.meta.dirname, '../dist/gpu/probe.js')).href;

/** What a driver does: it prints to the terminal, from native code. */
const PRINTS = `import { writeSync } from 'node:fs'; writeSync(1, 'Warning'); writeSync(2, 'error: XDG_RUNTIME_DIR');`;

/** A package \`webgpu\` whose adapter is this. */
const withAdapter = (adapter: string) =>
  `${PRINTS} export const globals = {}; export const create = () => ({ requestAdapter: async () => ${adapter} });`;

const device = (isFallbackAdapter: boolean) =>
  `({ features: new Set(), limits: {}, requestDevice: async () => ({ adapterInfo: { isFallbackAdapter: ${isFallbackAdapter} } }) })`;

it.each([
  ['none', 'that is no GPU', withAdapter('null')],
  ['none', 'that cannot be loaded', `${PRINTS} throw new Error('no driver');`],
  ['none', 'that ends the process', `${PRINTS} process.exit(0);`],
  ['none', 'that crashes', `${PRINTS} process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});`],
  ['software', 'of the processor', withAdapter(device(true))],
  ['hardware', 'of a graphics card', withAdapter(device(false))],
])('%s is found, and nothing is printed, with a driver %s', (found, _, code) => {
  const folder = mkdtempSync(join(tmpdir(), 'elsewhere-probe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fake = join(folder, 'webgpu.mjs');
  writeFileSync(fake, code);
  const script = `import { probeGpu } from '${PROBE}'; console.log(await probeGpu('${pathToFileURL(fake).href}'));`;
  const argv = ['--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: `${found}\n`, stderr: '' });
});
