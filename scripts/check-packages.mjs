// Checks that each public package is put together correctly, as npm would publish it.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

for (const name of ['engine', 'node', 'cli']) {
  const directory = join(root, 'packages', name);
  const run = (script, ...args) =>
    execFileSync(process.execPath, [script, ...args], { cwd: directory, stdio: 'inherit' });
  run(join(root, 'node_modules/publint/src/cli.js'), '--strict');
  if (name === 'cli') continue; // a command: nothing to import
  run(
    join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
    '--pack',
    '--profile',
    'esm-only',
    '--quiet',
  );
}
