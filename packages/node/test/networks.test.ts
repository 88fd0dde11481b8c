import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Frame, networkKernelsFile } from '@elsewhere/engine';
import { expect, it, onTestFinished } from 'vitest';
import { keyer } from '../../web/test/browser/support/keyer.js';
import { createPipeline } from '../src/pipeline.js';

const [WIDTH, HEIGHT] = [64, 36];

/** Writes a keyer and its description. Returns the path. */
function writeKeyer(needsLiteRt: boolean, isValid = true): string {
  const folder = mkdtempSync(join(tmpdir(), 'elsewhere-networks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'keyer.tflite');
  writeFileSync(path, keyer(WIDTH, HEIGHT, needsLiteRt, isValid));
  const input = { width: WIDTH, height: HEIGHT, valueRange: [0, 1] };
  writeFileSync(
    join(folder, 'keyer.json'),
    JSON.stringify({ id: 'keyer', input, output: { kind: 'confidence' } }),
  );
  return path;
}

/** Grey on the left, magenta on the right. */
function halves(): Frame {
  const plane = (width: number, rows: number, left: number, right: number) => ({
    data: Uint8Array.from({ length: width * rows }, (_, i) => (i % width < width / 2 ? left : right)),
    stride: width,
  });
  const [width, height] = [WIDTH / 2, HEIGHT / 2];
  return {
    format: 'I420',
    width: WIDTH,
    height: HEIGHT,
    planes: [plane(WIDTH, HEIGHT, 126, 78), plane(width, height, 128, 214), plane(width, height, 128, 230)],
    colorSpace: { matrix: 'bt709', range: 'limited' },
    rotation: 0,
  };
}

async function alphaOf(model: string): Promise<Uint8Array> {
  const pipeline = await createPipeline({ model, mask: 'hard', background: { type: 'transparent' } });
  const { kind, frame } = await pipeline.process(halves(), 0);
  expect(kind).toBe('processed');
  const { data, stride } = frame.planes[3] ?? { data: new Uint8Array(), stride: 0 };
  const alpha = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    return data[Math.floor(i / WIDTH) * stride + (i % WIDTH)] ?? 0;
  });
  pipeline.dispose();
  return alpha;
}

it('a model that only LiteRT can run gives the same alpha', async () => {
  const [own, theirs] = [await alphaOf(writeKeyer(false)), await alphaOf(writeKeyer(true))];
  expect(theirs).toEqual(own);
  expect([own[WIDTH / 4], own[WIDTH - WIDTH / 4]]).toEqual([255, 0]);
});

it('values that are no confidences are refused from LiteRT, too', async () => {
  const pipeline = await createPipeline({ model: writeKeyer(true, false) });
  const { kind, error } = await pipeline.process(halves(), 0);
  expect([kind, error?.code]).toEqual(['placeholder', 'SEGMENTATION_FAILED']);
  pipeline.dispose();
});

/** Hides LiteRT from a script. Resolution hooks run in a thread of their own, so they are a module. */
const WITHOUT_LITERT = `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`export function resolve(name, context, next) {
  return next(name.startsWith('@litertjs/') ? 'a-package-that-is-not-installed' : name, context);
}\`));`;

/** Runs a script in a process of its own, with this package as \`node\`. */
function run(script: string, flags: readonly string[], ...argv: readonly string[]): unknown {
  const dist = pathToFileURL(join(import.meta.dirname, '../dist/')).href;
  const code = `import * as node from '${dist}index.js'; import * as modules from '${dist}wasm-modules.js'; ${script}`;
  const options = ['--no-warnings', ...flags, '--input-type=module', '--eval', code];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...options, ...argv], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return JSON.parse(stdout);
}

it('LiteRT is needed only for the models that only it can run', () => {
  const script = `
    (await node.createPipeline()).dispose();
    const failed = await node.createPipeline({ model: process.argv[1] }).catch((error) => error);
    const { name, code, message, cause } = failed;
    process.stdout.write(JSON.stringify({ name, code, message, cause: cause.code }));`;
  const hooks = `data:text/javascript,${encodeURIComponent(WITHOUT_LITERT)}`;
  expect(run(script, ['--import', hooks], writeKeyer(true))).toEqual({
    name: 'EngineError',
    code: 'RUNTIME_MISSING',
    message: "The model 'keyer' needs the package @litertjs/core: run npm install @litertjs/core.",
    cause: 'MODEL_UNSUPPORTED',
  });
});

/** Later versions of Node have relaxed SIMD by default, and no such flag. */
const RELAXED_SIMD = process.versions.node.startsWith('20.') ? ['--experimental-wasm-relaxed-simd'] : [];

it.each([
  ['by default', [], networkKernelsFile()],
  ['with relaxed SIMD', RELAXED_SIMD, 'network-relaxed.wasm'],
])('the library selects the kernels that run %s', (_, flags, kernels) => {
  const script = `
    (await node.createPipeline()).dispose();
    process.stdout.write(JSON.stringify([...modules.compiledModules().keys()]));`;
  const files = run(script, flags) as readonly string[];
  expect(files.map((path) => basename(path)).sort()).toEqual(['kernels.wasm', kernels]);
});
