import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lowerNetwork } from '../../src/network/gpu/lower.js';
import { NOWHERE, SLOTS } from '../../src/network/gpu/steps.js';
import { readTflite } from '../../src/network/tflite.js';
import { randomModel } from './support/random-model.js';
import { RUNS } from './support/runs.js';
import { ModelWriter } from './support/write-tflite.js';

it('lowers any network of the supported operators, within the memory that it asks for', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 14 }), (seed, layers) => {
      const { bytes, outputs } = randomModel(seed, layers);
      const lowered = lowerNetwork(readTflite(bytes));
      expect(lowered.outputs.map(({ shape }) => shape)).toEqual(
        outputs.map(({ height, width, channels }) => ({ height, width, channels })),
      );
      let next = 0;
      for (const { first, end, tileRows, tileColumns } of lowered.dispatches) {
        expect(first).toBe(next);
        next = end;
        for (const step of lowered.steps.slice(first, end)) {
          const { rows, columns, blocks, height, width, spreadY, spreadX, spreadBlocks } = step;
          expect([tileRows * tileColumns, 1]).toContain(rows * columns);
          if (step.slot !== NOWHERE) expect(step.slot + rows * columns * blocks).toBeLessThanOrEqual(SLOTS);
          const pixels = height * width * spreadY * spreadX;
          if (step.map !== NOWHERE) {
            expect(step.map + pixels * spreadBlocks).toBeLessThanOrEqual(lowered.mapBlocks);
          }
          if (step.sums !== NOWHERE) expect(step.sums + blocks).toBeLessThanOrEqual(lowered.sumBlocks);
        }
      }
      expect(next).toBe(lowered.steps.length);
    }),
    { numRuns: 200 * RUNS },
  );
});

/** A 1x1 convolution of a map of this size. */
function pointwise(side: number, inputs: number, outputs: number): Uint8Array {
  const writer = new ModelWriter();
  const input = writer.tensor([1, side, side, inputs]);
  const weights = writer.tensor([outputs, 1, 1, inputs], new Float32Array(inputs * outputs));
  const bias = writer.tensor([outputs], new Float32Array(outputs));
  const middle = writer.tensor([1, side, side, outputs]);
  const output = writer.tensor([1, side, side, outputs]);
  const options = [{ byte: 0 }, 1, 1, { byte: 0 }, 1, 1];
  writer.operator('CONV_2D', [input, weights, bias], [middle], options);
  writer.operator(
    'DEPTHWISE_CONV_2D',
    [middle, writer.tensor([1, 3, 3, outputs], new Float32Array(9 * outputs)), bias],
    [output],
    [{ byte: 0 }, 1, 1, 1, { byte: 0 }, 1, 1],
  );
  return writer.finish([input], [output]);
}

it.each([
  ['one run would take too long', 4096, 16, 16],
  ['its maps take too much memory', 3000, 1, 8],
])('refuses what is too large: %s', (problem, side, inputs, outputs) => {
  const graph = readTflite(pointwise(side, inputs, outputs));
  expect(() => lowerNetwork(graph)).toThrow(problem);
});
