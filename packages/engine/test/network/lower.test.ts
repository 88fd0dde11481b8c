import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readsOf } from '../../src/network/gpu/fusion.js';
import { type LoweredNetwork, lowerNetwork } from '../../src/network/gpu/lower.js';
import { shapeOf } from '../../src/network/gpu/prepare.js';
import { BUFFERS, generateShader } from '../../src/network/gpu/shader.js';
import { blocksOf, Weights } from '../../src/network/gpu/weights.js';
import type { MapId } from '../../src/network/graph.js';
import { readTflite } from '../../src/network/tflite.js';
import { bundledModel } from '../support/kernels.js';
import { randomModel } from './support/random-model.js';
import { RUNS } from './support/runs.js';
import { ModelWriter } from './support/write-tflite.js';

/** Checks that dispatches read what was written before and has not been overwritten since, within the memory that is asked for. */
function checkMemory(lowered: LoweredNetwork): void {
  const { graph, places, results, mapBlocks, vectorBlocks } = lowered;
  const rangeOf = (id: MapId) => {
    const { height, width, channels } = shapeOf(graph, id);
    const place = places.get(id);
    const begin = place?.at ?? Number.NaN;
    return { buffer: place?.buffer, begin, end: begin + height * width * blocksOf(channels) };
  };
  const written = new Set<MapId>();
  for (const dispatch of graph.dispatches) {
    for (const id of readsOf(graph, dispatch)) {
      const isThere =
        id === graph.input || graph.constants.has(id) || graph.vectors.has(id) || written.has(id);
      expect(isThere, `map ${id}`).toBe(true);
    }
    const outputs =
      dispatch.kind === 'map' ? [dispatch.fused.output] : dispatch.operators.map(({ output }) => output);
    for (const id of outputs) {
      if (!places.has(id)) {
        expect(results.has(id)).toBe(true);
        continue;
      }
      const { buffer, begin, end } = rangeOf(id);
      expect(end).toBeLessThanOrEqual(buffer === 'maps' ? mapBlocks : vectorBlocks);
      for (const other of written) {
        const range = rangeOf(other);
        if (range.buffer === buffer && range.begin < end && begin < range.end) written.delete(other);
      }
      written.add(id);
    }
  }
}

it('lowers any network of the supported operators, within the memory that it asks for', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 14 }), (seed, layers) => {
      const { bytes, outputs } = randomModel(seed, layers);
      const lowered = lowerNetwork(readTflite(bytes));
      expect(lowered.outputs.map(({ shape }) => shape)).toEqual(
        outputs.map(({ height, width, channels }) => ({ height, width, channels })),
      );
      checkMemory(lowered);
    }),
    { numRuns: 200 * RUNS },
  );
});

it('lowers the selfie networks to 43 dispatches, of 30 shaders that they share', async () => {
  const codes = new Set<string>();
  for (const id of ['selfie-landscape', 'selfie-square']) {
    const lowered = lowerNetwork(readTflite(await bundledModel(id)));
    checkMemory(lowered);
    const weights = new Weights(lowered.graph);
    const formats = { weights: 'floats', maps: 'floats' } as const;
    const shaders = lowered.graph.dispatches.map((dispatch) =>
      generateShader(lowered, dispatch, weights, formats),
    );
    expect(shaders.length).toBe(43);
    for (const { buffers, code } of shaders) {
      expect(buffers.length).toBeLessThanOrEqual(BUFFERS.length);
      expect(code).not.toContain('var<workgroup>');
      codes.add(code);
    }
  }
  expect(codes.size).toBe(30);
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
