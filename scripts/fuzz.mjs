// npm run fuzz: damaged files, see bench/fuzz/index.ts. `--kind network`: random and damaged networks as in the suite, `--count` times
// as many.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { values } = parseArgs({
  options: { kind: { type: 'string', multiple: true }, count: { type: 'string', default: '100' } },
  strict: false,
});

/** Makers of files import what registers their clean-up. Nothing that is used here does. */
const withoutVitest = {
  name: 'without-vitest',
  setup({ onResolve }) {
    onResolve({ filter: /^vitest$/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
};

const status = values.kind?.includes('network') ? networks(String(values.count)) : await files();
process.exit(status ?? 1);

function networks(factor) {
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const tests = ['network', 'kernels', 'tflite'].map(
    (name) => `packages/engine/test/network/${name}.test.ts`,
  );
  return spawnSync(process.execPath, [vitest, 'run', '--project', 'node', '--testTimeout', '0', ...tests], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FUZZ_FACTOR: factor },
  }).status;
}

/** Bundled with the makers of the tests' files, which Node does not run as they are. */
async function files() {
  const { build } = createRequire(join(root, 'packages/web/package.json'))('esbuild');
  // One for each run: several may run at a time.
  const outdir = join(root, 'out', `fuzz-${process.pid}`);
  try {
    await build({
      entryPoints: ['index', 'child'].map((name) => join(root, `bench/fuzz/${name}.ts`)),
      outdir,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'warning',
      sourcemap: 'inline',
      plugins: [withoutVitest],
    });
    const script = join(outdir, 'index.js');
    const argv = ['--enable-source-maps', script, ...process.argv.slice(2)];
    return spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit' }).status;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
