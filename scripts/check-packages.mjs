// Checks that each public package is correct as npm would publish it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool } from './tool.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function run(directory, tool, ...args) {
  const status = runTool(tool, args, join(root, directory));
  if (status !== 0) process.exit(status);
}

const libraries = ['packages/engine', 'packages/node', 'packages/web'];
for (const directory of [...libraries, 'packages/cli', 'apps/studio']) run(directory, 'publint', '--strict');
// The command and the page are skipped, because they have nothing to import.
for (const directory of libraries) {
  const { exports } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
  // WebAssembly has no types.
  const modules = Object.keys(exports).filter((entry) => entry.endsWith('.wasm'));
  const excluded = modules.length > 0 ? ['--exclude-entrypoints', ...modules] : [];
  run(directory, 'attw', '--pack', '--profile', 'esm-only', '--format', 'ascii', ...excluded);
}
