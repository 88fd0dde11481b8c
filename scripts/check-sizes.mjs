// Checks that what a page loads has not grown. A budget is about 10 % above the measured size.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const web = join(root, 'packages/web');
const { build } = createRequire(join(web, 'package.json'))('esbuild');

/** Bytes after gzip. */
const BUDGETS = {
  'the page: @elsewhere/web with the parts of the engine that it uses': 7_900,
  'the studio: its page before the engine': 300_000,
  'the extension: in each frame of a site that is on': 5_100,
  'the extension: its hidden frame before the engine': 19_500,
  'the extension: its popup before the preview': 135_000,
  'the extension: all of its files': 760_000,
  'worker.js': 57_000,
  'output.js': 700,
  'gpu.js (where there is WebGPU only)': 67_000,
  'video.js (video backgrounds only)': 75_000,
  'converter.js (files only)': 181_000,
  'kernels.wasm': 19_100,
  'network-relaxed.wasm': 5_500,
  'litert.js (what needs LiteRT only)': 12_000,
  'litert_wasm_internal.wasm (likewise)': 3_140_000,
  'litert_wasm_internal.js (likewise)': 73_000,
  'selfie_segmentation_landscape.tflite': 232_000,
  'selfie_segmentation.tflite': 233_000,
};

async function bytesOf(name) {
  if (name.startsWith('the studio')) return studioBytes();
  if (name.startsWith('the extension')) return extensionBytes(name);
  if (!name.startsWith('the page')) return readFileSync(join(web, 'dist/assets', name.split(' ')[0]));
  const entryPoints = [join(web, 'dist/index.js')];
  const options = { bundle: true, minify: true, format: 'esm', target: 'es2022', write: false };
  const { outputFiles } = await build({ ...options, entryPoints, legalComments: 'none' });
  return outputFiles[0].contents;
}

/** What the studio's page loads before the engine: the files that its HTML names, and their static imports. */
function studioBytes() {
  const dist = join(root, 'apps/studio/dist');
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name);
  const needed = readdirSync(join(dist, 'assets'))
    .filter((name) => /painter|\.woff2$/.test(name))
    .map((name) => `assets/${name}`);
  return Buffer.concat(['index.html', ...named, ...needed].map((name) => readFileSync(join(dist, name))));
}

/** What the extension loads; all of its files are what the stores' packages contain. */
function extensionBytes(name) {
  const out = join(root, 'apps/extension/out/chromium');
  const all = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const parts = {
    'in each frame': ['page.js', 'bridge.js'],
    'its hidden frame': ['engine.html', 'engine.js', 'planes.js'],
    'its popup': ['popup.html', 'popup.js', 'style.css', 'painter.worker.js'],
  };
  const [, needed] = Object.entries(parts).find(([part]) => name.includes(part)) ?? [];
  const paths = needed ? needed.map((each) => join(out, each)) : all;
  return Buffer.concat(paths.map((path) => readFileSync(path)));
}

let isOver = false;
for (const [name, budget] of Object.entries(BUDGETS)) {
  const size = gzipSync(await bytesOf(name), { level: 9 }).length;
  const over = size > budget;
  isOver ||= over;
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`${over ? 'TOO LARGE' : 'ok'}  ${kilobytes(size)} of ${kilobytes(budget)}  ${name}`);
}
if (isOver) process.exit(1);
