import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../scripts/fuzz.mjs');

/** `npm run fuzz` runs any number of them. */
const COUNT = 8;

it('damaged files of all kinds are used, or refused with a reason', () => {
  const argv = [SCRIPT, '--seed', '1', '--count', String(COUNT)];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect({ stdout, stderr, status }).toMatchObject({ stderr: '', status: 0 });
  const kinds = ['media', 'image', 'model', 'invitation'].map(
    (kind) => `${kind}: ${COUNT} cases .* 0 faults`,
  );
  expect(stdout).toMatch(new RegExp(kinds.join('.*\\n')));
});
