// The extension on every page that there can be: policies x frames x forms of getUserMedia x faults. Writes out/extension-matrix/matrix.md.
// It takes about an hour: npm run extension:matrix [-- -t NAME].
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const config = join(root, 'apps/extension/matrix/vitest.config.ts');
const args = [vitest, 'run', '--config', config, ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
