import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../scripts/fuzz.mjs');

it.each([
  ['media', 12],
  ['image', 12],
  ['model', 12],
  ['invitation', 200],
])('damaged files are refused with a reason, or used: %s, %i of them', (kind, count) => {
  const argv = [SCRIPT, '--kind', kind, '--seed', '1', '--count', String(count)];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect({ stdout, stderr, status }).toEqual({
    stdout: expect.stringMatching(new RegExp(`^${kind}: ${count} cases from seed 1: .* 0 faults`)),
    stderr: '',
    status: 0,
  });
});
