import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import v8 from 'node:v8';
import { createNetworkSegmenter, findModel, type Segmentation, type Segmenter } from '@elsewhere/engine';
import { createLiteRtSegmenter } from '@elsewhere/engine/litert';
import { loadModel } from '@elsewhere/node';
import { loadLiteRtInNode } from '@elsewhere/node/internal/litert';
import { createPresenter } from '@elsewhere/presenter';
import { median, table } from '../table.js';

const MODELS = ['selfie-landscape', 'selfie-square'];
/** Consecutive runs of a segmenter before the next one. */
const BLOCK = 8;
const BLOCKS = 60;

/** A segmenter and its times, in milliseconds. */
interface Candidate {
  readonly name: string;
  readonly segmenter: Segmenter;
  readonly wall: number[];
  readonly processor: number[];
}

/**
 * Measures the networks with LiteRT and with the engine's own kernels, alternating, so that ratios are valid on a busy
 * machine.
 */
export async function benchNetworks(): Promise<void> {
  // Node 20 has relaxed SIMD behind a flag, which must be set before modules are compiled.
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  const runtime = await loadLiteRtInNode();
  const require = createRequire(import.meta.url);
  const kernels = (name: string) => readFile(require.resolve(`@elsewhere/engine/${name}`));
  const rows = [['', 'wall, least', 'processor, median', "LiteRT's / this"]];
  const modules = {
    'plain SIMD': await kernels('network.wasm'),
    'relaxed SIMD': await kernels('network-relaxed.wasm'),
  };
  // All are created first, as in a product that runs both networks.
  const networks = await Promise.all(
    MODELS.map(async (id) => {
      const { model, bytes } = await loadModel(id);
      const candidates = [candidate('LiteRT', await createLiteRtSegmenter({ runtime, model, bytes }))];
      for (const [name, module] of Object.entries(modules)) {
        candidates.push(candidate(name, await createNetworkSegmenter({ kernels: module, model, bytes })));
      }
      return { id, candidates, input: await drawInput(id) };
    }),
  );
  for (let block = -BLOCKS / 10; block < BLOCKS; block++) {
    for (const { candidates, input } of networks) {
      for (const each of candidates) await measure(each, input, block >= 0);
    }
  }
  for (const { id, candidates } of networks) {
    const reference = median(candidates[0]?.processor ?? []);
    for (const { name, segmenter, wall, processor } of candidates) {
      const middle = median(processor);
      const cells = [Math.min(...wall), middle, reference / middle].map((value) => value.toFixed(2));
      rows.push([`${id} ${name}`, ...cells]);
      segmenter.dispose();
    }
  }
  console.log('Milliseconds per run of the networks alone, on one thread:\n');
  console.log(table(rows));
}

function candidate(name: string, segmenter: Segmenter): Candidate {
  return { name, segmenter, wall: [], processor: [] };
}

/** Runs a segmenter several times. */
async function measure(
  { segmenter, wall, processor }: Candidate,
  input: Float32Array,
  counts: boolean,
): Promise<void> {
  const pixels = input.length / 3;
  const output: Segmentation = {
    confidence: new Float32Array(pixels),
    classes: new Uint8Array(pixels),
    kept: new Uint8Array(pixels),
  };
  const before = process.cpuUsage();
  for (let i = 0; i < BLOCK; i++) {
    const start = performance.now();
    await segmenter.segment(input, output);
    if (counts) wall.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  if (counts) processor.push((user + system) / 1000 / BLOCK);
}

/** A frame of the presenter as a network's input. */
async function drawInput(id: string): Promise<Float32Array> {
  const { width, height } = findModel(id).input;
  const { image } = await createPresenter({ width, height }).frame(20);
  return Float32Array.from(
    image.filter((_, i) => i % 4 < 3),
    (byte) => byte / 255,
  );
}
