// Builds everything that is older than its sources: the kernels (AssemblyScript), then all packages (tsc).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

function run(script, args) {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
}

const kernels = join(root, 'packages/engine/kernels');
const wasm = join(root, 'packages/engine/dist/kernels.wasm');
const sources = readdirSync(kernels).map((name) => statSync(join(kernels, name)).mtimeMs);
if (!existsSync(wasm) || statSync(wasm).mtimeMs < Math.max(...sources)) {
  mkdirSync(dirname(wasm), { recursive: true });
  const asc = join(dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js');
  run(asc, [
    join(kernels, 'index.ts'),
    ...['--outFile', wasm],
    ...['--runtime', 'stub', '--enable', 'simd', '--noAssert'],
    ...['--optimizeLevel', '3', '--shrinkLevel', '0'],
    ...['--maximumMemory', '65536'],
    ...['--disableWarning', '112'], // vectors go from module to module, but not to JavaScript
  ]);
}

run(join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'), ['--build']);
