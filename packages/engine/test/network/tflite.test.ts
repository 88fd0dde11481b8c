import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElsewhereError } from '../../src/index.js';
import { Network } from '../../src/network/network.js';
import { planNetwork } from '../../src/network/plan.js';
import { readTflite } from '../../src/network/tflite.js';
import { bundledModel } from '../support/kernels.js';
import { networkMemory, PLAIN } from './support/network-kernels.js';
import { Random, randomModel } from './support/random-model.js';
import { RUNS } from './support/runs.js';
import { ModelWriter, type OperatorName, type Options } from './support/write-tflite.js';

const CONVOLUTION: Options = [{ byte: 0 }, 1, 1, { byte: 0 }, 1, 1];
/** The most that a network may take, in bytes, the copy of its file not included. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What a file with one convolution is made of. */
interface Change {
  readonly height?: number;
  readonly width?: number;
  readonly outputHeight?: number;
  readonly outputs?: number;
  readonly weights?: readonly number[];
  readonly data?: Float32Array;
  readonly operator?: OperatorName;
  readonly options?: Options | 'none';
  readonly batch?: number;
  /** Adds operators; returns the network's outputs if they are not the convolution's. */
  readonly more?: (
    writer: ModelWriter,
    ids: { input: number; output: number },
  ) => readonly number[] | undefined;
}

/** A file with one convolution, changed by what is given. */
function model(change: Change = {}): Uint8Array<ArrayBuffer> {
  const {
    height = 4,
    width = 5,
    outputs = 2,
    operator = 'CONV_2D',
    options = CONVOLUTION,
    batch = 1,
  } = change;
  const { outputHeight = height, weights = [outputs, 1, 1, 3] } = change;
  const { data = new Float32Array(weights.reduce((a, b) => a * b, 1)) } = change;
  const writer = new ModelWriter();
  const input = writer.tensor([batch, height, width, 3]);
  const weight = writer.tensor(weights, data);
  const bias = writer.tensor([outputs], new Float32Array(outputs));
  const output = writer.tensor([1, outputHeight, width, outputs]);
  writer.operator(operator, [input, weight, bias], [output], options === 'none' ? undefined : options);
  return writer.finish([input], change.more?.(writer, { input, output }) ?? [output]);
}

/** The code of the error that something throws. */
function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ElsewhereError) return error.code;
    throw error;
  }
  return 'none';
}

describe('readTflite', () => {
  it('reads the networks that come with the engine', async () => {
    for (const id of ['selfie-landscape', 'selfie-square']) {
      const graph = readTflite(await bundledModel(id));
      // 246 operators; the 110 that only convert weights are not among what is computed.
      expect(graph.operators.length).toBe(136);
      expect(graph.outputs.length).toBe(1);
    }
  });

  it('reads a model', () => {
    expect(codeOf(() => planNetwork(readTflite(model())))).toBe('none');
  });

  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array()],
    ['few bytes', Uint8Array.of(28, 0, 0, 0)],
    ['another file', new TextEncoder().encode('<!doctype html><title>Not found</title>')],
    ['nothing but the identifier', Uint8Array.of(8, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33)],
    ['weights of another number of channels', model({ weights: [2, 1, 1, 2] })],
    ['fewer weights than their shape says', model({ data: new Float32Array(5) })],
    ['more weights than their shape says', model({ data: new Float32Array(7) })],
    ['a result of another shape', model({ outputHeight: 3 })],
    ['a stride of 0', model({ options: [{ byte: 0 }, 0, 1, { byte: 0 }, 1, 1] })],
    ['a negative dilation', model({ options: [{ byte: 0 }, 1, 1, { byte: 0 }, -1, 1] })],
    ['no options', model({ options: 'none' })],
    [
      'a window larger than the map',
      model({ weights: [2, 1, 6, 3], options: [{ byte: 1 }, 1, 1, { byte: 0 }, 1, 1] }),
    ],
    [
      'the same result twice',
      model({
        more: (w, { input, output }) => {
          w.operator('RELU', [input], [output]);
          return undefined;
        },
      }),
    ],
    ['an output that no operator makes', model({ more: (w) => [w.tensor([1, 4, 5, 3])] })],
    ['an output twice', model({ more: (_, { output }) => [output, output] })],
    ['no output', model({ more: () => [] })],
    ['an output that is not there', model({ more: () => [99] })],
    [
      'an operand that is not there',
      model({
        more: (w) => {
          w.operator('RELU', [99], [w.tensor([1, 4, 5, 3])]);
          return undefined;
        },
      }),
    ],
    [
      'an operand that is made later',
      model({
        more: (w, { input }) => {
          const [a, b] = [w.tensor([1, 4, 5, 3]), w.tensor([1, 4, 5, 3])];
          w.operator('RELU', [a], [b]);
          w.operator('RELU', [input], [a]);
          return undefined;
        },
      }),
    ],
  ])('refuses %s as invalid', (_, bytes) => {
    expect(codeOf(() => readTflite(bytes))).toBe('MODEL_INVALID');
  });

  it.each<[string, Uint8Array]>([
    ['unknown operators', model({ operator: 'MAX_POOL_2D' })],
    ['grouped convolutions', model({ weights: [3, 1, 1, 1], outputs: 3 })],
    ['unknown activations', model({ options: [{ byte: 0 }, 1, 1, { byte: 4 }, 1, 1] })],
    ['a batch size of 2', model({ batch: 2 })],
    [
      'integers',
      model({
        more: (w, { input }) => {
          w.operator('RELU', [input], [w.tensor([1, 4, 5, 3], undefined, 'int8')]);
          return undefined;
        },
      }),
    ],
    [
      'maps of other dimensions',
      model({
        more: (w, { input }) => {
          w.operator('RELU', [input], [w.tensor([1, 20, 3])]);
          return undefined;
        },
      }),
    ],
    ['maps of enormous size', model({ height: 20000, width: 20000 })],
  ])('leaves %s to other runtimes', (_, bytes) => {
    expect(codeOf(() => readTflite(bytes))).toBe('MODEL_UNSUPPORTED');
  });

  it('names the operator that it does not know', () => {
    expect(() => readTflite(model({ operator: 'MAX_POOL_2D' }))).toThrow(/number 17/);
  });
});

describe('planNetwork', () => {
  /** A chain of ever the same operator. */
  const chain = (length: number, height: number, width: number) =>
    model({
      height,
      width,
      more: (writer, { output }) => {
        let last = output;
        for (let i = 0; i < length; i++) {
          const next = writer.tensor([1, height, width, 2]);
          const constant = writer.tensor([2], new Float32Array(2));
          writer.operator('MUL', [last, constant], [next], [{ byte: 0 }]);
          last = next;
        }
        return [last];
      },
    });

  it.each([
    ['too deep', chain(600, 4, 5)],
    ['too many rows', chain(100, 8000, 1)],
    ['too much memory', chain(1, 8000, 8000)],
    ['too much work', model({ height: 1000, width: 1000, outputs: 512, weights: [512, 3, 3, 3] })],
  ])('leaves networks to other runtimes that are %s', (_, bytes) => {
    expect(codeOf(() => planNetwork(readTflite(bytes)))).toBe('MODEL_UNSUPPORTED');
  });

  it('uses the places of rows again', async () => {
    // As measured, plus a tenth: 2.5 and 3.8 MB.
    for (const [id, limit] of [
      ['selfie-landscape', 2_800_000],
      ['selfie-square', 4_250_000],
    ] as const) {
      expect(planNetwork(readTflite(await bundledModel(id))).bytes).toBeLessThan(limit);
    }
  });
});

describe('damaged files', () => {
  const memory = networkMemory();

  /** Reads and runs a file: it must run, or be refused by a typed error, within the bound of memory. */
  async function survive(bytes: Uint8Array): Promise<void> {
    try {
      const network = await Network.create(PLAIN, bytes, memory);
      expect(network.bytes).toBeLessThanOrEqual(MAX_BYTES);
      const { height, width, channels } = network.input;
      network.run(new Float32Array(height * width * channels).fill(0.5));
      network.dispose();
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      expect(['MODEL_INVALID', 'MODEL_UNSUPPORTED']).toContain(error.code);
    }
    expect(memory.blocks.usedBytes).toBe(0);
  }

  /** Changes some bytes or words, mostly to what breaks things. */
  function damage(bytes: Uint8Array, random: Random, from: number, to: number): Uint8Array {
    const damaged = bytes.slice();
    const view = new DataView(damaged.buffer);
    for (let i = random.integer(1, 3); i > 0; i--) {
      const at = random.integer(from, to - 1);
      const word = Math.min(at & ~3, damaged.length - 4);
      const before = view.getInt32(word, true);
      switch (random.integer(0, 4)) {
        case 0:
          damaged[at] = random.integer(0, 255);
          break;
        case 1:
          damaged[at] = (damaged[at] ?? 0) ^ (1 << random.integer(0, 7));
          break;
        case 2:
          view.setInt32(
            word,
            random.pick(0, 1, 2, 3, -1, 0x7fffffff, -0x80000000, bytes.length, 65536),
            true,
          );
          break;
        case 3:
          view.setInt32(word, before + random.pick(-4, -2, -1, 1, 2, 4), true);
          break;
        default:
          view.setInt32(word, view.getInt32(random.integer(0, (bytes.length >> 2) - 1) * 4, true), true);
          break;
      }
    }
    return random.fraction() < 0.05 ? damaged.subarray(0, random.integer(0, damaged.length)) : damaged;
  }

  it('of random networks run or are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 8 }), async (seed, layers) => {
        const { bytes } = randomModel(seed, layers);
        const random = new Random(seed);
        for (let i = 0; i < 25; i++) await survive(damage(bytes, random, 0, bytes.length));
      }),
      { numRuns: 30 * RUNS },
    );
  });

  it('of a real network run or are refused', async () => {
    const bytes = await bundledModel('selfie-landscape');
    // Its weights come first; behind them are the tables.
    const tables = bytes.length - 40_000;
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await survive(damage(bytes, new Random(seed), tables, bytes.length));
      }),
      { numRuns: 80 * RUNS },
    );
  });

  it('that end too early are refused', async () => {
    const { bytes } = randomModel(7, 6);
    for (let length = 0; length < bytes.length; length += 1 + (length >> 4)) {
      await survive(bytes.subarray(0, length));
    }
  });
});
