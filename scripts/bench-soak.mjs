// npm run bench:soak: runs a virtual background for ten minutes, and starts and stops one 200 times. Shorter: -- --minutes N.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', join(root, 'bench/soak/vitest.config.ts')],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ELSEWHERE_SOAK_MINUTES: values.minutes } },
);
process.exit(status ?? 1);
