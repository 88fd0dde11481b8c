import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/network/network.js';
import { KERNELS, networkMemory, runModel } from './support/network-kernels.js';
import { largestError, randomModel } from './support/random-model.js';
import { RUNS } from './support/runs.js';

/** A model by its seed, of so many layers or blocks. */
const models = fc
  .tuple(fc.integer(), fc.integer({ min: 1, max: 12 }))
  .map(([seed, layers]) => randomModel(seed, layers));

describe('random networks', () => {
  it('give what a plain computation gives, with both builds of the kernels', async () => {
    const memory = networkMemory();
    await fc.assert(
      fc.asyncProperty(models, async ({ bytes, input, outputs, names }) => {
        for (const [, module] of KERNELS) {
          const results = await runModel(module, bytes, input, memory);
          expect(results.length).toBe(outputs.length);
          outputs.forEach((expected, i) => {
            const error = largestError(results[i] ?? [], expected);
            expect(error, names.join('\n')).toBeLessThan(2e-4);
          });
        }
      }),
      { numRuns: 100 * RUNS },
    );
    expect(memory.blocks.usedBytes).toBe(0);
  });

  it.each(KERNELS)('give the same again after an input of NaNs: %s', async (_, module) => {
    const memory = networkMemory();
    await fc.assert(
      fc.asyncProperty(models, async ({ bytes, input }) => {
        const network = await Network.create(module, bytes, memory);
        const first = network.run(input).map((output) => output.slice());
        network.run(new Float32Array(input.length).fill(Number.NaN));
        expect(network.run(input)).toEqual(first);
        network.dispose();
      }),
      { numRuns: 15 * RUNS },
    );
  });
});
