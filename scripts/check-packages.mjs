// Checks that each public package is put together correctly, as npm would publish it.
import { execSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function run(directory, command) {
  execSync(`npx --no-install ${command}`, { cwd: join(root, directory), stdio: 'inherit' });
}

const libraries = ['packages/engine', 'packages/node', 'packages/web'];
for (const directory of [...libraries, 'packages/cli', 'apps/studio']) run(directory, 'publint --strict');
// The command and the page are left out: there is nothing to import.
for (const directory of libraries) {
  run(directory, 'attw --pack --profile esm-only --format ascii --exclude-entrypoints kernels.wasm');
}
