import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { ASSETS } from '../src/assets.js';

const COMMAND = fileURLToPath(new URL('../bin/elsewhere-assets.js', import.meta.url));

/** Runs the command with a folder that does not exist yet; gives what is in it then. */
function copy(...flags: readonly string[]): readonly string[] {
  const parent = mkdtempSync(join(tmpdir(), 'elsewhere-assets-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, 'public', 'elsewhere');
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...flags, folder], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const names = readdirSync(folder);
  expect(stdout).toBe(`${names.length} files copied into ${folder}\n`);
  return names;
}

const { litert, litertBuilds, ...always } = ASSETS;
const NEEDED = [
  ...Object.values(always),
  'network.wasm',
  'network-relaxed.wasm',
  'selfie_segmentation_landscape.tflite',
  'selfie_segmentation.tflite',
  'THIRD-PARTY-NOTICES.txt',
];
const LITERT = [litert, ...Object.values(litertBuilds).flatMap((name) => [`${name}.js`, `${name}.wasm`])];

it('copies what pages need, without LiteRT', () => {
  expect([...copy()].sort()).toEqual([...NEEDED].sort());
});

it('copies LiteRT, too, with --litert', () => {
  expect([...copy('--litert')].sort()).toEqual([...NEEDED, ...LITERT].sort());
});

it.each([
  ['no folder', []],
  ['two folders', ['a', 'b']],
  ['an unknown flag', ['--everything', 'a']],
])('explains itself for %s', (_, argv) => {
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...argv], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('Usage: elsewhere-assets [--litert] FOLDER');
});
