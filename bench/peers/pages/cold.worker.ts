import {
  createCpuBackend,
  createNetworkSegmenter,
  DEFAULT_MODEL,
  type Frame,
  findModel,
  networkKernelsFile,
  Pipeline,
} from '@elsewhere/engine';
import type { ColdReport } from './cold.js';

const ASSETS = '/assets/';
const [WIDTH, HEIGHT] = [1280, 720];

/** Grey, with a brighter ellipse: what is in the frame does not matter. */
function drawFrame(): Frame {
  const y = new Uint8Array(WIDTH * HEIGHT).fill(90);
  for (let i = 0; i < y.length; i++) {
    const [across, down] = [(i % WIDTH) / WIDTH - 0.5, Math.floor(i / WIDTH) / HEIGHT - 0.6];
    if (16 * across ** 2 + 5 * down ** 2 < 1) y[i] = 170;
  }
  const chroma = { data: new Uint8Array((WIDTH * HEIGHT) / 4).fill(128), stride: WIDTH / 2 };
  return {
    format: 'I420',
    width: WIDTH,
    height: HEIGHT,
    planes: [{ data: y, stride: WIDTH }, chroma, chroma],
    colorSpace: { matrix: 'bt709', range: 'limited' },
    rotation: 0,
  };
}

function bytesOf(name: string): Promise<ArrayBuffer> {
  return fetch(ASSETS + name).then((response) => response.arrayBuffer());
}

async function start(): Promise<void> {
  const frame = drawFrame();
  let last = performance.now();
  /** Milliseconds since the last call. */
  const lap = () => {
    const now = performance.now();
    const elapsed = now - last;
    last = now;
    return elapsed;
  };
  const model = findModel(DEFAULT_MODEL);
  const network = model.source.kind === 'package' ? model.source.path : '';
  const files = await Promise.all(['kernels.wasm', networkKernelsFile(), network].map(bytesOf));
  const [kernelBytes, networkBytes, modelBytes] = files as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
  const fetching = lap();
  const [kernels, networkKernels] = await Promise.all([
    WebAssembly.compile(kernelBytes),
    WebAssembly.compile(networkBytes),
  ]);
  const compile = lap();
  const bytes = new Uint8Array(modelBytes);
  const segmenter = await createNetworkSegmenter({ kernels: networkKernels, model, bytes });
  const plan = lap();
  const created = await Pipeline.create({ backend: createCpuBackend({ kernels, segmenter }) });
  const pipeline = lap();
  await created.process(frame, 0);
  const first = lap();
  await created.process(frame, 33_333);
  const second = lap();
  postMessage({
    type: 'times',
    fetch: fetching,
    compile,
    plan,
    pipeline,
    first,
    second,
  } satisfies ColdReport);
}

postMessage({ type: 'ready' } satisfies ColdReport);
void start();
