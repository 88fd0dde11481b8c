// The extension on every page that there can be: policies x frames x forms of getUserMedia x faults. Writes out/extension-matrix/matrix.md.
//   npm run extension:matrix                      all of it, in about an hour; goes on where a run with the same build has stopped
//   npm run extension:matrix -- --policy strict   one policy
//   npm run extension:matrix -- --minutes 10      as much as fits
//   npm run extension:matrix -- --again           from the beginning
//   npm run extension:matrix cost                 what a frame costs, compared with the SDK in a page of one's own
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { policy: { type: 'string' }, minutes: { type: 'string' }, again: { type: 'boolean' } },
});
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const config = join(root, 'apps/extension/matrix/vitest.config.ts');
const names = values.policy ? ['--testNamePattern', `^'${values.policy}', `] : [];
const args = [vitest, 'run', '--config', config, positionals[0] ?? 'all', ...names];
const env = {
  ...process.env,
  MATRIX_MINUTES: values.minutes ?? '',
  MATRIX_AGAIN: values.again ? 'yes' : '',
};
process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1;
