import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { activate } from '../../kernels/network/activation.reference.js';
import {
  convolution,
  depthwise,
  featureMap,
  transposed,
} from '../../kernels/network/convolution.reference.js';
import {
  halfToFloat,
  packConvolution,
  packDepthwise,
  packTransposed,
} from '../../kernels/network/pack.reference.js';
import { resize } from '../../kernels/network/resize.reference.js';
import { combine } from '../../kernels/network/rows.reference.js';
import type { Activation } from '../../src/network/graph.js';
import { expectClose, KernelBench } from './support/bench.js';
import { KERNELS } from './support/network-kernels.js';
import { Random } from './support/random-model.js';
import { RUNS } from './support/runs.js';

const ACTIVATIONS = [
  'none',
  'relu',
  'relu6',
  'hard-swish',
  'sigmoid',
] as const satisfies readonly Activation[];
/** What the convolutions' kernels do themselves. */
const FUSED = ['none', 'relu', 'relu6', 'hard-swish'] as const satisfies readonly Activation[];
const NO_PADDING = { y: 0, x: 0 };
const ONE = { y: 1, x: 1 };

/** A seed, and how many pixels a row has. */
const cases = [fc.integer().map((seed) => new Random(seed)), fc.integer({ min: 1, max: 37 })] as const;
const runs = { numRuns: 40 * RUNS };

describe.each(KERNELS)('the kernels of %s', (_, module) => {
  let bench: KernelBench;
  beforeAll(async () => {
    bench = await KernelBench.create(module);
  });

  it('multiply pixels by weights: pointwise', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const [inputs, outputs] = [4 * random.integer(1, 40), 8 * random.integer(1, 12)];
        const gap = random.pick(0, 0, 8);
        const activation = random.pick(...FUSED);
        const [input, weights, bias] = [pixels * inputs, outputs * inputs, outputs].map((count) =>
          random.floats(count, 2 / Math.sqrt(inputs)),
        );
        if (!input || !weights || !bias) return;
        const kind = random.pick('nothing', 'a row', 'a vector');
        const step = kind === 'a vector' ? 0 : outputs;
        const addend = random.floats(step > 0 ? pixels * outputs : outputs);
        const at = (pixel: number, output: number) =>
          kind === 'nothing' ? 0 : (addend[pixel * step + output] ?? 0);
        const without = convolution(
          featureMap(1, pixels, inputs, (_y, x, c) => input[x * inputs + c] ?? 0),
          weights,
          bias,
          { size: ONE, stride: ONE, dilation: ONE, padding: NO_PADDING },
          1,
          pixels,
          'none',
        );
        const expected = without.data.map((value, i) =>
          activate(value + at(Math.floor(i / outputs), i % outputs), activation),
        );
        const source = bench.put(input);
        const packed = bench.put(packConvolution(weights, bias, outputs, inputs, 1, inputs, inputs));
        const add = bench.put(addend);
        const target = bench.room(pixels * (outputs + gap));
        bench.run((tape) =>
          tape.pointwise({
            source,
            inputs,
            weights: packed,
            target,
            targetStep: 4 * (outputs + gap),
            outputs,
            pixels,
            activation,
            add: kind === 'nothing' ? undefined : add,
            addStep: 4 * step,
          }),
        );
        const written = target.data.filter((__, i) => i % (outputs + gap) < outputs);
        expectClose(written, expected);
        const between = target.data.filter((__, i) => i % (outputs + gap) >= outputs);
        expect(between.every(Number.isNaN)).toBe(true);
      }),
      runs,
    );
  });

  it('sum windows of any size: windows', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const [rows, columns] = [random.integer(1, 4), random.integer(1, 5)];
        const [stride, dilation] = [random.integer(1, 3), random.pick(1, 1, 2, 3)];
        const [inputs, outputs] = [random.integer(1, 9), 8 * random.integer(1, 3)];
        const activation = random.pick(...FUSED);
        const width = (pixels - 1) * stride + (columns - 1) * dilation + 1;
        const input = random.floats(rows * width * inputs);
        const taps = rows * columns;
        const weights = random.floats(outputs * taps * inputs, 1 / Math.sqrt(taps * inputs));
        const bias = random.floats(outputs);
        const hasAddend = random.fraction() < 0.5;
        const addend = random.floats(pixels * outputs);
        const without = convolution(
          featureMap(rows, width, inputs, (y, x, c) => input[(y * width + x) * inputs + c] ?? 0),
          weights,
          bias,
          {
            size: { y: rows, x: columns },
            stride: { y: 1, x: stride },
            dilation: { y: 1, x: dilation },
            padding: NO_PADDING,
          },
          1,
          pixels,
          'none',
        );
        const expected = without.data.map((value, i) =>
          activate(value + (hasAddend ? (addend[i] ?? 0) : 0), activation),
        );
        const source = bench.put(input);
        const packed = bench.put(
          packConvolution(weights, bias, outputs, taps * inputs, taps, inputs, inputs),
        );
        const add = bench.put(addend);
        const target = bench.room(pixels * outputs);
        const begins = dilation === 1 ? [0] : Array.from({ length: columns }, (__, x) => x * dilation);
        bench.run((tape) =>
          tape.windows({
            runs: Array.from({ length: rows }, (__, y) => y).flatMap((y) =>
              begins.map((x) => ({ at: source.at + 4 * (y * width + x) * inputs })),
            ),
            length: dilation === 1 ? columns * inputs : inputs,
            step: 4 * stride * inputs,
            weights: packed,
            target,
            outputs,
            pixels,
            activation,
            add: hasAddend ? add : undefined,
          }),
        );
        expectClose(target.data, expected);
      }),
      runs,
    );
  });

  it.each([
    [3, 1, 8],
    [3, 2, 4],
    [5, 1, 8],
    [5, 2, 4],
    ['any', 1, 1],
    ['any', 2, 1],
    ['any', 3, 1],
  ] as const)('sum windows channel by channel: depthwise %sx%s', (side, stride, fewest) => {
    fc.assert(
      fc.property(...cases, (random, more) => {
        const pixels = fewest + more - 1;
        const size =
          side === 'any' ? { y: random.integer(1, 4), x: random.integer(1, 5) } : { y: side, x: side };
        const dilation = side === 'any' ? random.integer(1, 4) : 1;
        const channels = 8 * random.integer(1, 4);
        const activation = random.pick(...FUSED);
        const width = (pixels - 1) * stride + (size.x - 1) * dilation + 1;
        const input = random.floats(size.y * width * channels);
        const taps = size.y * size.x;
        const [weights, bias] = [random.floats(taps * channels), random.floats(channels)];
        const hasAddend = random.fraction() < 0.5;
        const addend = random.floats(pixels * channels);
        const result = depthwise(
          featureMap(size.y, width, channels, (y, x, c) => input[(y * width + x) * channels + c] ?? 0),
          weights,
          bias,
          {
            size,
            stride: { y: 1, x: stride },
            dilation: { y: 1, x: dilation },
            padding: NO_PADDING,
          },
          1,
          pixels,
          activation,
        );
        const expected = result.data.map((value, i) => value + (hasAddend ? (addend[i] ?? 0) : 0));
        const source = bench.put(input);
        const packed = bench.put(packDepthwise(weights, bias, channels, taps));
        const add = bench.put(addend);
        const target = bench.room(pixels * channels);
        const at = (y: number, x: number) => ({ at: source.at + 4 * (y * width + x * dilation) * channels });
        const options = {
          weights: packed,
          target,
          pixels,
          channels,
          activation,
          add: hasAddend ? add : undefined,
        };
        const lines = Array.from({ length: size.y }, (__, y) => y);
        bench.run((tape) => {
          if (side !== 'any') {
            tape.depthwiseSquare(
              side,
              stride,
              lines.map((y) => at(y, 0)),
              options,
            );
          } else {
            const places = lines.flatMap((y) => Array.from({ length: size.x }, (__, x) => at(y, x)));
            tape.depthwise(places, 4 * stride * channels, options);
          }
        });
        expectClose(target.data, expected);
      }),
      runs,
    );
  });

  it('double a row and bring it to one channel: transposedToOne', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const inputs = 4 * random.integer(1, 8);
        const activation = random.pick(...ACTIVATIONS);
        const [input, weights] = [random.floats(pixels * inputs), random.floats(4 * inputs)];
        const bias = random.floats(1);
        const map = featureMap(1, pixels, inputs, (__, x, c) => input[x * inputs + c] ?? 0);
        const expected = transposed(map, weights, bias, { y: 2, x: 2 }, activation);
        const source = bench.put(input);
        const packed = bench.put(packTransposed(weights, bias[0] ?? 0, inputs));
        const [upper, lower] = [bench.room(2 * pixels), bench.room(2 * pixels)];
        bench.run((tape) => tape.transposedToOne(source, packed, upper, lower, pixels, inputs, activation));
        expectClose([...upper.data, ...lower.data], expected.data);
      }),
      runs,
    );
  });

  it('copy channels, and write zeros behind them: copyChannels', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const channels = random.integer(1, 21);
        const zeros = random.integer(0, 7);
        const [from, to] = [channels + random.integer(0, 8), channels + zeros + random.integer(0, 8)];
        const source = bench.put(random.floats(pixels * from));
        const target = bench.room(pixels * to);
        const steps = { source: 4 * from, target: 4 * to };
        bench.run((tape) => tape.copyChannels(source, target, steps, channels, zeros, pixels));
        for (let pixel = 0; pixel < pixels; pixel++) {
          const row = target.data.subarray(pixel * to, (pixel + 1) * to);
          expect(row.subarray(0, channels)).toEqual(
            source.data.subarray(pixel * from, pixel * from + channels),
          );
          expect(row.subarray(channels, channels + zeros).every((value) => value === 0)).toBe(true);
          expect(row.subarray(channels + zeros).every(Number.isNaN)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('add and multiply rows: combine', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const channels = 8 * random.integer(1, 4);
        const kind = random.pick('add', 'multiply');
        const isVector = random.fraction() < 0.5;
        const activation = random.pick(...ACTIVATIONS);
        const first = bench.put(random.floats(pixels * channels, 4));
        const second = bench.put(random.floats((isVector ? 1 : pixels) * channels, 4));
        const target = bench.room(pixels * channels);
        const map = (data: Float32Array) =>
          featureMap(1, data.length / channels, channels, (__, x, c) => data[x * channels + c] ?? 0);
        const expected = combine(kind, map(first.data), map(second.data), activation);
        const step = isVector ? 0 : 4 * channels;
        bench.run((tape) => tape.combine(kind, first, second, step, target, pixels, channels, activation));
        expectClose(target.data, expected.data);
      }),
      runs,
    );
  });

  it('apply activations, in place as well: activateRow', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const count = 8 * pixels;
        const activation = random.pick(...ACTIVATIONS);
        const source = bench.put(random.floats(count, random.pick(1, 10, 200)));
        const expected = source.data.map((value) => activate(value, activation));
        const target = random.fraction() < 0.5 ? source : bench.room(count);
        bench.run((tape) => tape.activateRow(source, target, count, activation));
        expectClose(target.data, expected, 4e-7);
      }),
      runs,
    );
  });

  it.each(ACTIVATIONS)('keep NaNs through the activation %s', (activation) => {
    const source = bench.put([Number.NaN, 1, Number.NaN, -1]);
    const target = bench.room(4);
    bench.run((tape) => tape.activateRow(source, target, 4, activation));
    expect([...target.data].map(Number.isNaN)).toEqual([true, false, true, false]);
  });

  it('add up rows and scale their sums: clear, addToSums, addScaled', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const channels = 8 * random.integer(1, 4);
        const [first, second] = [1, 2].map(() => bench.put(random.floats(pixels * channels)));
        if (!first || !second) return;
        const [sums, target] = [bench.room(channels), bench.room(channels)];
        const [a, b] = [random.fraction(), random.fraction()];
        const expected = Array.from({ length: channels }, (__, channel) => {
          let sum = 0;
          for (let i = channel; i < pixels * channels; i += channels) {
            sum += (first.data[i] ?? 0) + (second.data[i] ?? 0);
          }
          return sum * (a + b);
        });
        bench.run((tape) => {
          tape.clear(sums, 4 * channels);
          tape.addToSums(first, sums, pixels, channels);
          tape.addToSums(second, sums, pixels, channels);
          tape.addScaled(sums, a, target, channels, false);
          tape.addScaled(sums, b, target, channels, true);
        });
        expectClose(target.data, expected);
      }),
      runs,
    );
  });

  it('multiply a gate into weights: gateWeights', () => {
    fc.assert(
      fc.property(...cases, (random, inputs) => {
        const outputs = 8 * random.integer(1, 4);
        const [weights, bias] = [random.floats(outputs * inputs), random.floats(outputs)];
        const factors = random.floats(inputs);
        const gated = weights.map((weight, i) => weight * (factors[i % inputs] ?? 0));
        const packed = bench.put(packConvolution(weights, bias, outputs, inputs, 1, inputs, inputs));
        const gate = bench.put(factors);
        const target = bench.room(packed.data.length);
        bench.run((tape) => tape.gateWeights(packed, gate, target, inputs, outputs));
        expect(target.data).toEqual(packConvolution(gated, bias, outputs, inputs, 1, inputs, inputs));
      }),
      runs,
    );
  });

  it('double rows and add others times a gate: doubleRow', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const channels = 8 * random.integer(1, 3);
        const rows = [random.floats(pixels * channels), random.floats(pixels * channels)] as const;
        const doubled = resize(
          featureMap(2, pixels, channels, (y, x, c) => rows[y === 0 ? 0 : 1][x * channels + c] ?? 0),
          4,
          2 * pixels,
          'half-pixel',
        );
        const count = 2 * pixels * channels;
        const hasSkip = random.fraction() < 0.5;
        const [others, factors] = [random.floats(count), random.floats(channels)];
        // The second of four rows: three quarters of the upper source row, a quarter of the lower.
        const expected = doubled.data
          .slice(count, 2 * count)
          .map((value, i) => value + (hasSkip ? (others[i] ?? 0) * (factors[i % channels] ?? 0) : 0));
        const [near, far] = [bench.put(rows[0]), bench.put(rows[1])];
        const [skip, gate] = [bench.put(others), bench.put(factors)];
        const target = bench.room(count);
        bench.run((tape) =>
          tape.doubleRow(near, far, hasSkip ? skip : undefined, gate, target, pixels, channels),
        );
        expectClose(target.data, expected);
      }),
      runs,
    );
  });

  it('resize rows: resizeRow', () => {
    fc.assert(
      fc.property(...cases, (random, pixels) => {
        const channels = 8 * random.integer(1, 3);
        const kept = random.integer(1, channels);
        const width = random.integer(1, 40);
        const rows = [random.floats(pixels * channels), random.floats(pixels * channels)] as const;
        const share = random.fraction();
        const scale = pixels / width;
        const columns = new Int32Array(3 * width);
        const shares = new Float32Array(columns.buffer);
        for (let x = 0; x < width; x++) {
          const left = Math.floor(x * scale);
          columns[3 * x] = left;
          columns[3 * x + 1] = Math.min(left + 1, pixels - 1);
          shares[3 * x + 2] = x * scale - left;
        }
        const blended = featureMap(1, pixels, channels, (__, x, c) => {
          const i = x * channels + c;
          return (rows[0][i] ?? 0) * (1 - share) + (rows[1][i] ?? 0) * share;
        });
        const resized = resize(blended, 1, width, 'asymmetric');
        const expected = resized.data.filter((__, i) => i % channels < kept);
        const [upper, lower] = [bench.put(rows[0]), bench.put(rows[1])];
        const table = bench.putBytes(new Uint8Array(columns.buffer));
        const scratch = bench.room(pixels * channels);
        const target = bench.room(width * kept, 12);
        bench.run((tape) =>
          tape.resizeRow({
            upper,
            lower,
            share,
            columns: table,
            scratch,
            source: { pixels, channels },
            target,
            pixels: width,
            channels: kept,
          }),
        );
        expectClose(target.data, expected);
      }),
      runs,
    );
  });

  it('copy the input: loadInput', () => {
    const input = bench.put([1, 2, 3, 4, 5]);
    const target = bench.room(2);
    bench.run((tape) => tape.loadInput(target, 8, 8), input);
    expect([...target.data]).toEqual([3, 4]);
  });

  it('bring weights into order: packConvolution', () => {
    fc.assert(
      fc.property(...cases, (random, outputs) => {
        const [windows, length] = [random.integer(1, 9), random.integer(1, 12)];
        const room = length + random.pick(0, 3);
        const step = windows * length + random.pick(0, 5);
        const { bits: weights, values } = halves(random, outputs * step);
        const bias = random.floats(outputs);
        const source = { inFile: bench.putBytes(new Uint8Array(weights.buffer)).at, isHalf: true };
        const biases = { inFile: bench.put(bias).at, isHalf: false };
        const expected = packConvolution(values, bias, outputs, step, windows, length, room);
        const target = bench.zeros(expected.length);
        bench.run((tape) =>
          tape.packConvolution(source, biases, target, outputs, step, windows, length, room),
        );
        expect(target.data).toEqual(expected);
      }),
      runs,
    );
  });

  it('bring weights into order: packDepthwise, packTransposed, packVector', () => {
    fc.assert(
      fc.property(...cases, (random, channels) => {
        const taps = random.integer(1, 9);
        const weights = random.floats(taps * channels);
        const { bits, values: bias } = halves(random, channels);
        const source = { inFile: bench.put(weights).at, isHalf: false };
        const biases = { inFile: bench.putBytes(new Uint8Array(bits.buffer)).at, isHalf: true };
        const deep = packDepthwise(weights, bias, channels, taps);
        const head = packTransposed(bias, bias[0] ?? 0, channels >> 2);
        const targets = [deep, head, bias, bias].map(({ length }) => bench.zeros(length));
        const [first, second, third, fourth] = targets;
        if (!first || !second || !third || !fourth) return;
        bench.run((tape) => {
          tape.packDepthwise(source, biases, first, channels, taps);
          tape.packTransposed(biases, biases, second, channels >> 2);
          tape.packVector(biases, third, channels, 1);
          tape.packVector(biases, fourth, channels, 0);
        });
        expect(first.data).toEqual(deep);
        expect(second.data).toEqual(head);
        expect(third.data).toEqual(bias);
        expect(fourth.data).toEqual(bias.map(() => bias[0] ?? 0));
      }),
      runs,
    );
  });

  it('read every half float', () => {
    const bits = Uint16Array.from({ length: 65536 }, (__, i) => i);
    const source = { inFile: bench.putBytes(new Uint8Array(bits.buffer)).at, isHalf: true };
    const target = bench.room(65536);
    bench.run((tape) => tape.packVector(source, target, 65536, 1));
    expect(target.data.every((value, i) => Object.is(value, halfToFloat(bits[i] ?? 0)))).toBe(true);
  });

  it('check ranges: confine', () => {
    fc.assert(
      fc.property(...cases, (random, count) => {
        const values = bench.put(Float32Array.from({ length: count }, () => random.fraction()));
        const before = values.data.slice();
        const confine = () => bench.kernels.confine(values.at, count, 0, 1, 1e-4);
        expect(confine()).toBe(1);
        expect(values.data).toEqual(before);
        const place = random.integer(0, count - 1);
        for (const [value, clamped] of [
          [-9e-5, 0],
          [1.00009, 1],
        ] as const) {
          values.data[place] = value;
          expect(confine()).toBe(1);
          expect(values.data[place]).toBe(clamped);
        }
        for (const value of [-2e-4, 1.0002, Number.NaN, Number.POSITIVE_INFINITY]) {
          values.data[place] = value;
          expect(confine()).toBe(0);
        }
        bench.finish();
      }),
      runs,
    );
  });
});

/** Random half floats, as bits and as values. */
function halves(random: Random, count: number): { bits: Uint16Array<ArrayBuffer>; values: Float32Array } {
  // Neither infinite nor NaN.
  const bits = Uint16Array.from({ length: count }, () => random.integer(0, 0x7bff) | random.pick(0, 0x8000));
  return { bits, values: Float32Array.from(bits, halfToFloat) };
}
