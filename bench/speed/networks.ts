import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import v8 from 'node:v8';
import { createLiteRtSegmenter, findModel, type Segmentation, type Segmenter } from '@elsewhere/engine';
import { createNetworkSegmenter } from '@elsewhere/engine/internal';
import { loadModel } from '@elsewhere/node';
import { loadLiteRtInNode } from '@elsewhere/node/internal';
import { createPresenter } from '@elsewhere/presenter';
import { median, table } from '../table.js';

const MODELS = ['selfie-landscape', 'selfie-square'];
/** Runs in a row of each segmenter, before it is the next one's turn. */
const BLOCK = 8;
const BLOCKS = 60;

/** A segmenter and what was measured of it, in milliseconds. */
interface Candidate {
  readonly name: string;
  readonly segmenter: Segmenter;
  readonly wall: number[];
  readonly processor: number[];
}

/** Measures the networks with LiteRT and with the engine's own kernels, in turn: ratios of one run hold on a busy machine, too. */
export async function benchNetworks(): Promise<void> {
  // Node 20 has relaxed SIMD behind a flag, which must be set before modules are compiled.
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  const runtime = await loadLiteRtInNode();
  const require = createRequire(import.meta.url);
  const kernels = (name: string) => readFile(require.resolve(`@elsewhere/engine/${name}`));
  const rows = [['', 'wall, least', 'processor, median', "LiteRT's / this"]];
  for (const id of MODELS) {
    const { model, bytes } = await loadModel(id);
    const segmenters: readonly (readonly [string, Segmenter])[] = [
      ['LiteRT', await createLiteRtSegmenter({ runtime, model, bytes })],
      ['plain SIMD', await createNetworkSegmenter({ kernels: await kernels('network.wasm'), model, bytes })],
      [
        'relaxed SIMD',
        await createNetworkSegmenter({ kernels: await kernels('network-relaxed.wasm'), model, bytes }),
      ],
    ];
    const candidates = segmenters.map(([name, segmenter]) => ({ name, segmenter, wall: [], processor: [] }));
    await measure(candidates, await drawInput(id));
    const reference = median(candidates[0]?.processor ?? []);
    for (const { name, segmenter, wall, processor } of candidates) {
      const middle = median(processor);
      const cells = [Math.min(...wall), middle, reference / middle].map((value) => value.toFixed(2));
      rows.push([`${id} ${name}`, ...cells]);
      segmenter.dispose();
    }
  }
  console.log('Milliseconds a picture of the networks alone, on one thread:\n');
  console.log(table(rows));
}

async function measure(candidates: readonly Candidate[], input: Float32Array): Promise<void> {
  const output: Segmentation = {
    confidence: new Float32Array(input.length / 3),
    classes: new Uint8Array(input.length / 3),
    kept: new Uint8Array(input.length / 3),
  };
  for (let block = -BLOCKS / 10; block < BLOCKS; block++) {
    for (const { segmenter, wall, processor } of candidates) {
      const before = process.cpuUsage();
      for (let i = 0; i < BLOCK; i++) {
        const start = performance.now();
        await segmenter.segment(input, output);
        if (block >= 0) wall.push(performance.now() - start);
      }
      const { user, system } = process.cpuUsage(before);
      if (block >= 0) processor.push((user + system) / 1000 / BLOCK);
    }
  }
}

/** The presenter, in a network's size. */
async function drawInput(id: string): Promise<Float32Array> {
  const { width, height } = findModel(id).input;
  const { image } = await createPresenter({ width, height }).frame(20);
  return Float32Array.from(
    image.filter((_, i) => i % 4 < 3),
    (byte) => byte / 255,
  );
}
