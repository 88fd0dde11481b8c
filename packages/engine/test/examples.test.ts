import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as engine from '../src/index.js';
import { checkExample, findExamples, needsGpu } from './support/examples.js';
import { plainFrame } from './support/frames.js';
import { bundledModel, kernelModule } from './support/kernels.js';
import { constant, FakeSegmenter } from './support/segmenters.js';

const networkKernels = await readFile(new URL(`../dist/${engine.networkKernelsFile()}`, import.meta.url));
const bytes = await bundledModel('selfie-landscape');

const examples = findExamples().filter((example) => !needsGpu(example));

it('every public entry point of the engine has an example', () => {
  const documented = examples.map(({ code }) => code).join('\n');
  for (const name of [
    'Pipeline.create',
    'pipeline.process',
    'createCpuBackend',
    'createNetworkSegmenter',
    'copyFrame',
  ]) {
    expect(documented).toContain(`${name}(`);
  }
});

it.each(examples)('the example in $file prints what its comments say: $code', (example) =>
  checkExample(example, {
    ...engine,
    kernels: kernelModule,
    networkKernels,
    bytes,
    segmenter: new FakeSegmenter(constant(1)),
    frame: plainFrame(64, 36, [120, 90, 60]),
  }),
);
