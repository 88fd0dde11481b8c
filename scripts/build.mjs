// Builds everything that is older than its sources: the kernels (AssemblyScript), the module with the shaders, all packages (tsc), the
// assets of the web package, and the studio.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledList, recordBundled } from './bundled.mjs';
import { buildKernels } from './kernels.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

function run(script, args) {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
}

const engine = join(root, 'packages/engine');
const wasm = join(engine, 'dist/kernels.wasm');
buildKernels({
  folder: join(engine, 'kernels'),
  wasm,
  declarations: join(engine, 'src/kernels/exports.ts'),
  name: 'KernelExports',
});
// The network kernels import their memory. They are faster with relaxed SIMD, where it is supported.
const networks = ['', '-relaxed'].map((suffix) => join(engine, `dist/network${suffix}.wasm`));
for (const file of networks) {
  buildKernels({
    folder: join(engine, 'kernels/network'),
    wasm: file,
    flags: ['--importMemory', ...(file.endsWith('-relaxed.wasm') ? ['--enable', 'relaxed-simd'] : [])],
  });
}

run(join(root, 'scripts/shaders.mjs'), []);
run(join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'), ['--build']);
for (const name of ['engine', 'node', 'web', 'cli', 'gallery']) removeStale(join(root, 'packages', name));

// What the command loads before its first frame, in a few files: loading a hundred modules takes longer than all the rest. Its thread and
// itself are bundles, each with what they use of our packages; everything else stays outside.
const { build } = createRequire(join(root, 'packages/web/package.json'))('esbuild');
await bundleForNode('packages/node', 'worker/worker', /^@elsewhere\/engine/);
await bundleForNode(
  'packages/cli',
  'main',
  /^@elsewhere\/(engine|node\/internal\/(convert|inputs|options|prepare))/,
);

const assets = join(root, 'packages/web/dist/assets');
const web = createRequire(join(root, 'packages/web/package.json'));
mkdirSync(assets, { recursive: true });
const source = (name) => join(root, 'packages/web/src', name);
const bundle = {
  outdir: assets,
  bundle: true,
  minify: true,
  target: 'es2022',
  logLevel: 'warning',
  metafile: true,
};
// Classic workers: LiteRT's script is loaded with importScripts, which module workers do not have.
const workers = {
  worker: source('engine/worker.ts'),
  output: source('output/worker.ts'),
  gpu: source('gpu/worker.ts'),
  converter: source('converter/worker.ts'),
};
const classic = await build({ ...bundle, entryPoints: workers, format: 'iife', legalComments: 'none' });
// What is loaded when it is needed.
const modules = ['video', 'litert'];
const module = await build({
  ...bundle,
  entryPoints: Object.fromEntries(modules.map((name) => [name, source(`media/${name}.ts`)])),
  format: 'esm',
  legalComments: 'none',
});
recordBundled(
  'web',
  [classic, module].flatMap(({ metafile }) => Object.keys(metafile.inputs)),
);
const runtime = join(dirname(web.resolve('@litertjs/core')), '../wasm');
const models = dirname(web.resolve('@mediapipe/selfie_segmentation/package.json'));
const copies = [
  wasm,
  ...networks,
  join(root, 'packages/web/THIRD-PARTY-NOTICES.txt'),
  ...['litert_wasm_internal', 'litert_wasm_compat_internal'].flatMap((name) =>
    ['.js', '.wasm'].map((extension) => join(runtime, name + extension)),
  ),
  ...['selfie_segmentation.tflite', 'selfie_segmentation_landscape.tflite'].map((name) => join(models, name)),
];
for (const file of copies) {
  const copy = join(assets, basename(file));
  if (!existsSync(copy) || statSync(copy).mtimeMs < statSync(file).mtimeMs) copyFileSync(file, copy);
}
const expected = [...Object.keys(workers), ...modules].map((name) => `${name}.js`);
for (const name of readdirSync(assets)) {
  if (![...expected, ...copies.map((file) => basename(file))].includes(name)) rmSync(join(assets, name));
}

const studio = join(root, 'apps/studio');
const page = join(studio, 'dist/service-worker.js'); // the last file that its build writes
const parts = [
  ...['src', 'public', 'build', 'service-worker'].map((name) => join(studio, name)),
  ...['index.html', 'output.html', 'vite.config.ts', 'package.json'].map((name) => join(studio, name)),
  ...['engine', 'web', 'gallery'].map((name) => join(root, 'packages', name, 'dist')),
  join(root, 'fixtures/presenter/dist'),
];
if (
  !existsSync(page) ||
  !existsSync(bundledList('studio')) ||
  statSync(page).mtimeMs < Math.max(...parts.map(newest))
) {
  const vite = join(
    dirname(createRequire(join(studio, 'package.json')).resolve('vite/package.json')),
    'bin/vite.js',
  );
  run(vite, ['build', studio, '--logLevel', 'warn']);
}

const extension = join(root, 'apps/extension');
const extensionParts = [
  ...['src', 'pages', 'build'].map((name) => join(extension, name)),
  ...['package.json', 'THIRD-PARTY-NOTICES.txt'].map((name) => join(extension, name)),
  ...['engine', 'web', 'gallery'].map((name) => join(root, 'packages', name, 'dist')),
  join(root, 'fixtures/presenter/dist'),
];
const manifest = join(extension, 'out/firefox/manifest.json'); // the last file that its build writes
if (
  !existsSync(manifest) ||
  !existsSync(bundledList('extension')) ||
  statSync(manifest).mtimeMs < Math.max(...extensionParts.map(newest))
) {
  run(join(extension, 'build/index.mjs'), []);
}

/** Removes files compiled from sources that no longer exist, which would be published otherwise. */
function removeStale(directory) {
  const dist = join(directory, 'dist');
  const outputs = readdirSync(dist, { recursive: true }).filter((name) => /\.(d\.ts|js)(\.map)?$/.test(name));
  for (const output of outputs) {
    if (output.startsWith(join('assets', '/')) || output.startsWith(join('bundle', '/'))) continue;
    const source = join(directory, 'src', output.replace(/\.(d\.ts|js)(\.map)?$/, ''));
    if (!['.ts', '.tsx'].some((extension) => existsSync(source + extension))) rmSync(join(dist, output));
  }
}

/** When a file, or the newest file of a folder, was modified. Bundles do not count, because each build writes them. */
function newest(path) {
  const all = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : [''];
  const files = all.filter((name) => !name.startsWith('assets'));
  return Math.max(...files.map((name) => statSync(join(path, name)).mtimeMs));
}

/**
 * Bundles a module of a package, with what it imports when, into `dist/bundle`.
 *
 * @param inlined - The entry points of packages that become a part of it.
 */
async function bundleForNode(directory, entry, inlined) {
  const outdir = join(root, directory, 'dist/bundle');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [join(root, directory, 'dist', `${entry}.js`)],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [
      {
        name: 'inlined',
        setup({ onResolve }) {
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || inlined.test(path) ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
}
