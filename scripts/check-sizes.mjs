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
  'worker.js': 52_000,
  'output.js': 700,
  'gpu.js (where there is WebGPU only)': 67_000,
  'video.js (video backgrounds only)': 75_000,
  'converter.js (files only)': 181_000,
  'kernels.wasm': 16_700,
  'network-relaxed.wasm': 5_500,
  'litert.js (what needs LiteRT only)': 12_000,
  'litert_wasm_internal.wasm (likewise)': 3_140_000,
  'litert_wasm_internal.js (likewise)': 73_000,
  'selfie_segmentation_landscape.tflite': 232_000,
  'selfie_segmentation.tflite': 233_000,
};

async function bytesOf(name) {
  if (name.startsWith('the studio')) return studioBytes();
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

let isOver = false;
for (const [name, budget] of Object.entries(BUDGETS)) {
  const size = gzipSync(await bytesOf(name), { level: 9 }).length;
  const over = size > budget;
  isOver ||= over;
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`${over ? 'TOO LARGE' : 'ok'}  ${kilobytes(size)} of ${kilobytes(budget)}  ${name}`);
}
if (isOver) process.exit(1);
