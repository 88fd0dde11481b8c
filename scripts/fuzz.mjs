// npm run fuzz: random and damaged networks, a hundred times as many as in the suite, or N times with -- --factor N.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { factor: { type: 'string', default: '100' } } });
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const tests = ['network', 'kernels', 'tflite'].map((name) => `packages/engine/test/network/${name}.test.ts`);
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'node', '--testTimeout', '0', ...tests],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_FACTOR: values.factor } },
);
process.exit(status ?? 1);
