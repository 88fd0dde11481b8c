import { createPresenter } from '@elsewhere/presenter';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyer } from '../../../web/test/browser/support/keyer.js';
import { ShaderCompiler } from '../../src/gpu/compiler.js';
import { findModel, type ModelDescription } from '../../src/index.js';
import { GpuNetwork } from '../../src/network/gpu/network.js';
import { createGpuSegmenter } from '../../src/network/gpu/segmenter.js';
import { networkMemory, RELAXED, runModel } from '../network/support/network-kernels.js';
import { largestError, randomModel } from '../network/support/random-model.js';
import { RUNS } from '../network/support/runs.js';
import { bundledModel } from '../support/kernels.js';
import { furthest } from './support/cells.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { InstrumentedDevice } from './support/instrumented-device.js';
import { ScriptedSegmenter } from './support/scripted-segmenter.js';

/** Runs a network on inputs, one after the other in one submission, and reads the results of all. */
async function runAll(
  bench: Bench,
  network: GpuNetwork,
  inputs: readonly Float32Array[],
): Promise<Float32Array[]> {
  const results: GPUBuffer[] = [];
  const buffers = inputs.map((input) => bench.buffer(input));
  await bench.compiled();
  const encoder = bench.device.createCommandEncoder();
  for (const buffer of buffers) {
    encoder.copyBufferToBuffer(buffer, 0, network.input, 0, buffer.size);
    const pass = encoder.beginComputePass();
    results.push(network.encode(pass));
    pass.end();
  }
  bench.device.queue.submit([encoder.finish()]);
  const read = await Promise.all(results.map((result) => bench.floats(result)));
  for (const buffer of buffers) buffer.destroy();
  network.release();
  return read;
}

/** A drawn input for a network. */
async function drawn(id: string): Promise<Float32Array> {
  const { width, height } = findModel(id).input;
  const { image } = await createPresenter({ width, height }).frame(20);
  return Float32Array.from(
    image.filter((_, i) => i % 4 < 3),
    (byte) => byte / 255,
  );
}

describeOnGpu('a lowered network', (bench) => {
  it.each([
    // Measured: 5e-6 and 1e-5 as floats, their means 1e-8; as half floats 0.012 and 1.3e-5.
    ['selfie-landscape', false, 3e-5, 1e-7],
    ['selfie-square', false, 3e-5, 1e-7],
    ['selfie-landscape', true, 0.03, 1e-4],
  ] as const)('gives what it gives on the CPU: %s, half floats: %s', async (id, halves, most, mean) => {
    const [bytes, input] = await Promise.all([bundledModel(id), drawn(id)]);
    const [expected = new Float32Array()] = await runModel(RELAXED, bytes, input, networkMemory());
    const network = new GpuNetwork(bench.device, id, bytes, halves);
    const [actual = new Float32Array()] = await runAll(bench, network, [input]);
    const errors = actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
    expect(furthest(actual, expected)).toBeLessThan(most);
    expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(mean);
    expect(Math.max(...expected)).toBeGreaterThan(0.9);
    network.dispose();
  });

  it('takes few dispatches', async () => {
    for (const id of ['selfie-landscape', 'selfie-square']) {
      const network = new GpuNetwork(bench.device, id, await bundledModel(id), false);
      expect(network.dispatches).toBe(43);
      network.dispose();
    }
  });

  it('gives what a plain computation gives, for random networks', async () => {
    const models = fc
      .tuple(fc.integer(), fc.integer({ min: 1, max: 12 }))
      .map(([seed, layers]) => randomModel(seed, layers));
    await fc.assert(
      fc.asyncProperty(models, async ({ bytes, input, outputs, names }) => {
        const network = new GpuNetwork(bench.device, 'random', bytes, false);
        const [results = new Float32Array()] = await runAll(bench, network, [input]);
        expect(network.outputs.length).toBe(outputs.length);
        network.outputs.forEach(({ first, shape }, i) => {
          const { height, width, channels, data } = outputs[i] ?? { ...shape, data: [] };
          expect(shape).toEqual({ height, width, channels });
          const values = results.subarray(first, first + data.length);
          expect(
            largestError(values, { ...shape, data: Float64Array.from(data) }),
            names.join('\n'),
          ).toBeLessThan(2e-4);
        });
        network.dispose();
      }),
      // A pointwise convolution reads what a transposed one gives; a transposed convolution's map is a result, too, and is read.
      { numRuns: 20 * RUNS, examples: [[randomModel(28, 11)], [randomModel(-702625487, 5)]] },
    );
  });

  it('keeps the results of several runs in one submission', async () => {
    const { bytes, input } = randomModel(7, 6);
    const network = new GpuNetwork(bench.device, 'random', bytes, false);
    const other = input.map((value) => -value);
    const alone = [await runAll(bench, network, [input]), await runAll(bench, network, [other])].flat();
    expect(await runAll(bench, network, [input, other])).toEqual(alone);
    network.dispose();
  });

  it('names the shader that does not compile, and compiles it anew when its results are released', async () => {
    const instrumented = new InstrumentedDevice(await bench.open());
    const compiler = ShaderCompiler.of(instrumented.device);
    instrumented.intercept('createShaderModule', 0, (go, [like]) =>
      go({ ...(like as object), code: 'no WGSL' }),
    );
    const { bytes } = randomModel(7, 6);
    const network = new GpuNetwork(instrumented.device, 'random', bytes, false);
    await expect(compiler.compiled()).rejects.toMatchObject({
      code: 'GPU_FAILED',
      message: expect.stringMatching(/^The shader 'random 1' does not compile on this GPU: .*no WGSL/s),
    });
    network.release();
    await compiler.compiled();
    const pass = instrumented.device.createCommandEncoder().beginComputePass();
    network.encode(pass);
    network.dispose();
  });

  it('leaves to another runtime what it cannot run, and nothing else', async () => {
    const { device } = bench;
    const model: ModelDescription = {
      id: 'keyer',
      title: 'Keyer',
      source: { kind: 'file' },
      input: { width: 8, height: 4, valueRange: [0, 1] },
      output: { kind: 'confidence' },
      licence: 'CC0-1.0',
      reference: 'made by the test',
    };
    const other = new ScriptedSegmenter(device);
    const reasons: unknown[] = [];
    const create = (bytes: Uint8Array<ArrayBuffer>, changes: Partial<ModelDescription> = {}) =>
      createGpuSegmenter({ device, model: { ...model, ...changes }, bytes }, async ({ code }) => {
        reasons.push(code);
        return other;
      });
    const segmenter = await create(keyer(8, 4));
    expect([segmenter.width, segmenter.height, segmenter.input.size]).toEqual([8, 4, 8 * 4 * 12]);
    segmenter.dispose();
    await expect(create(keyer(4, 8))).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    await expect(create(keyer(8, 4), { bytes: 7 })).rejects.toMatchObject({ code: 'MODEL_CHECKSUM' });
    const output = { kind: 'classes', classNames: ['person'] } as const;
    await expect(create(keyer(8, 4), { output })).rejects.toMatchObject({ code: 'GPU_UNAVAILABLE' });
    expect(reasons).toEqual([]);
    expect(await create(keyer(8, 4, true))).toBe(other);
    expect(reasons).toEqual(['MODEL_UNSUPPORTED']);
    other.dispose();
  });
});
