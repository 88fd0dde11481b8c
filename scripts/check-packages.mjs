// Checks that each public package is put together correctly, as npm would publish it.
import { execSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function run(directory, command) {
  execSync(`npx --no-install ${command}`, { cwd: join(root, 'packages', directory), stdio: 'inherit' });
}

for (const directory of ['engine', 'node', 'web', 'cli']) run(directory, 'publint --strict');
// The command is left out: there is nothing to import.
for (const directory of ['engine', 'node', 'web']) {
  run(directory, 'attw --pack --profile esm-only --format ascii --exclude-entrypoints kernels.wasm');
}
