// Writes out/gpu-bench/: bench/speed/gpu.ts with everything it needs at run time, without what draws, decodes or encodes.
// Linux, x86-64.
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawFrames } from './dist/speed/frames.js';
import { STORED, store } from './dist/speed/stored.js';

const bench = dirname(fileURLToPath(import.meta.url));
const target = join(bench, '../out/gpu-bench');

rmSync(target, { recursive: true, force: true });
const copy = (from, to) => cpSync(from, join(target, to), { recursive: true, dereference: true });

for (const name of [
  'table',
  'speed/setup',
  'speed/stored',
  'speed/backends',
  'speed/quality-levels',
  'speed/gpu',
]) {
  copy(join(bench, `dist/${name}.js`), `${name}.js`);
}
writeFileSync(join(target, 'package.json'), '{ "type": "module" }\n');
writeFileSync(join(target, 'gpu.js'), "import './speed/gpu.js';\n");

// Which of them is loaded depends on the instructions that Node supports.
const builds = ['litert_wasm_internal', 'litert_wasm_compat_internal'].flatMap((name) =>
  ['.js', '.wasm'].map((extension) => `wasm/${name}${extension}`),
);
/** The files of each package that are copied, besides its `package.json`. */
const packages = {
  '@elsewhere/engine': ['dist'],
  '@elsewhere/node': ['dist'],
  '@litertjs/core': ['dist/index.js', ...builds],
  '@litertjs/wasm-utils': ['dist/index.js'],
  '@mediapipe/selfie_segmentation': ['selfie_segmentation.tflite', 'selfie_segmentation_landscape.tflite'],
  webgpu: ['index.js', 'dist/linux-x64'],
};
for (const [name, files] of Object.entries(packages)) {
  const root = join(bench, '../node_modules', name);
  for (const file of ['package.json', ...files]) copy(join(root, file), join('node_modules', name, file));
}

const { width, height, count } = STORED;
writeFileSync(join(target, 'speed/presenter.i420'), store(await drawFrames(width, height, count)));
