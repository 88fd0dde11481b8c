import { expect, it } from 'vitest';
import { loadLiteRtInNode } from '../../../node/src/litert.js';
import { TEXTURE } from '../../src/gpu/memory.js';
import * as gpu from '../../src/gpu.js';
import * as engine from '../../src/index.js';
import { createLiteRtGpuSegmenter } from '../../src/litert.js';
import { checkExample, findExamples, needsGpu } from '../support/examples.js';
import { plainFrame } from '../support/frames.js';
import { bundledModel, kernelModule } from '../support/kernels.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { ScriptedSegmenter } from './support/scripted-segmenter.js';

const entryPoints = { ...gpu, createLiteRtGpuSegmenter };
const examples = findExamples().filter(needsGpu);

it.each(Object.keys(entryPoints))('%s has an example', (name) => {
  expect(examples.some(({ code }) => new RegExp(`\\b${name}\\(`).test(code))).toBe(true);
});

/** A canvas of a page, as far as the examples use one. */
function canvasOf({ device }: Bench) {
  const texture = device.createTexture({
    size: [64, 36],
    format: 'rgba8unorm',
    usage: TEXTURE.RENDER_ATTACHMENT | TEXTURE.COPY_SRC,
  });
  const context = { configure() {}, getCurrentTexture: () => texture };
  return { texture, canvas: { width: 64, height: 36, getContext: () => context } };
}

describeOnGpu('the examples of the GPU backend', (bench) => {
  it.each(examples)('in $file print what their comments say: $code', async (example) => {
    const { device } = bench;
    const { texture, canvas } = canvasOf(bench);
    await checkExample(example, {
      ...engine,
      ...entryPoints,
      navigator: { gpu: bench.gpu },
      device,
      canvas,
      kernels: kernelModule,
      segmenter: new ScriptedSegmenter(device),
      runtime: await loadLiteRtInNode(),
      bytes: await bundledModel('selfie-landscape'),
      frame: plainFrame(64, 36, [120, 90, 60]),
    });
    if (!example.code.includes('canvas')) return;
    const pixels = await bench.pixels(texture);
    expect(pixels.some((value) => value > 0)).toBe(true);
  });
});
