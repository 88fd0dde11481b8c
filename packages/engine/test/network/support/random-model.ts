import {
  at,
  convolution,
  depthwise,
  type FeatureMap,
  featureMap,
  transposed,
} from '../../../kernels/network/convolution.reference.js';
import { halfToFloat } from '../../../kernels/network/pack.reference.js';
import { resize } from '../../../kernels/network/resize.reference.js';
import { activateAll, combine, concatenate, mean } from '../../../kernels/network/rows.reference.js';
import { ModelWriter, type OperatorName, type Options, toHalf } from './write-tflite.js';

/** Random numbers, the same for the same seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) | 1;
    for (let i = 0; i < 4; i++) this.integer(0, 1);
  }

  /** 0 to 1. */
  fraction(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 8) / 2 ** 24;
  }

  /** A whole number, both ends included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  pick<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }

  /** Numbers around 0, singles, up to `size`. */
  floats(count: number, size = 1): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: count }, () => (this.fraction() * 2 - 1) * size);
  }
}

/** A map of a model while it is made: its number in the file, its value for the model's input. */
interface Value {
  readonly id: number;
  readonly map: FeatureMap;
}

/** A model with the input that it is run with and what it then must give. */
export interface RandomModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly input: Float32Array<ArrayBuffer>;
  readonly outputs: readonly FeatureMap[];
  /** The operators, for messages. */
  readonly names: readonly string[];
}

const FUSED = { none: 0, relu: 1, relu6: 3 } as const;
type Fused = keyof typeof FUSED;
const ACTIVATIONS = {
  RELU: 'relu',
  RELU6: 'relu6',
  HARD_SWISH: 'hard-swish',
  LOGISTIC: 'sigmoid',
} as const;

/** Makes a random model of the supported operators, and computes it as plainly as possible. */
export function randomModel(seed: number, layers: number): RandomModel {
  return new ModelMaker(new Random(seed)).make(layers);
}

class ModelMaker {
  readonly #random: Random;
  readonly #writer = new ModelWriter();
  readonly #values: Value[] = [];
  readonly #names: string[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  make(layers: number): RandomModel {
    const random = this.#random;
    const [height, width] = [random.integer(1, 13), random.integer(1, 21)];
    const channels = random.pick(1, 3, 4, 8, 11);
    const input = random.floats(height * width * channels);
    this.#value(
      featureMap(height, width, channels, () => 0),
      input,
    );
    // The first layer is one that can be made of any map.
    this.#convolution(atLeastOne(this.#values)[0], random.integer(1, 3));
    for (let i = 1; i < layers; i++) this.#layer();
    const last = this.#values.slice(1);
    const outputs = [last.at(-1), ...(random.fraction() < 0.4 ? [random.pick(...atLeastOne(last))] : [])];
    const chosen = [...new Set(outputs)].filter((value) => value !== undefined);
    return {
      bytes: this.#writer.finish(
        [0],
        chosen.map(({ id }) => id),
      ),
      input,
      outputs: chosen.map(({ map }) => map),
      names: this.#names,
    };
  }

  /** Adds an operator, or some that belong together. */
  #layer(): void {
    const random = this.#random;
    // Mostly of what was made last, so that the graph is deep.
    const recent = this.#values.slice(-3);
    const source = random.fraction() < 0.7 ? recent.at(-1) : random.pick(...atLeastOne(recent));
    if (!source) return;
    const isSmall = source.map.height * source.map.width < 400;
    switch (random.integer(0, 13)) {
      case 0:
      case 1:
        this.#convolution(source, 1);
        break;
      case 2:
        this.#convolution(source, random.integer(2, 4));
        break;
      case 3:
      case 4:
        this.#depthwise(source);
        break;
      case 5:
        if (isSmall) this.#transposed(source);
        break;
      case 6:
        this.#activation(source, random.pick('RELU', 'RELU6', 'HARD_SWISH', 'LOGISTIC'));
        break;
      case 7:
        this.#withPartner(source);
        break;
      case 8:
        this.#withConstant(source);
        break;
      case 9:
        this.#squeezeAndExcite(source);
        break;
      case 10:
        if (isSmall) this.#resize(source);
        break;
      case 11:
        this.#inverted(source);
        break;
      case 12:
        this.#concatenation(source);
        break;
      default:
        if (isSmall) this.#decoder(source);
        break;
    }
  }

  #convolution(source: Value, side: number, outputs = this.#channels(), fused = this.#fused()): Value {
    const random = this.#random;
    const { channels } = source.map;
    const size = { y: side, x: side === 1 ? 1 : random.integer(1, 4) };
    const isPlain = side === 1 && random.fraction() < 0.8;
    const { windows, height, width, options } = this.#windows(source.map, size, isPlain);
    const weights = this.#constant(
      [outputs, size.y, size.x, channels],
      1.5 / Math.sqrt(size.y * size.x * channels),
    );
    const hasBias = random.fraction() < 0.9;
    const bias = hasBias ? this.#constant([outputs], 0.5) : { id: -1, data: new Float32Array(outputs) };
    const map = convolution(source.map, weights.data, bias.data, windows, height, width, fused);
    const { padding, strideX, strideY, dilationX, dilationY } = options;
    const fields = [padding, strideX, strideY, { byte: FUSED[fused] }, dilationX, dilationY];
    return this.#operator('CONV_2D', [source.id, weights.id, bias.id], map, fields);
  }

  #depthwise(source: Value, fused = this.#fused()): Value {
    const random = this.#random;
    const { channels } = source.map;
    const side = random.pick(3, 3, 5, 5, 2, 4);
    const size = { y: side, x: random.fraction() < 0.8 ? side : random.integer(1, 5) };
    const { windows, height, width, options } = this.#windows(source.map, size, false);
    const weights = this.#constant([1, size.y, size.x, channels], 1 / Math.sqrt(size.y * size.x));
    const bias = this.#constant([channels], 0.5);
    const map = depthwise(source.map, weights.data, bias.data, windows, height, width, fused);
    const { padding, strideX, strideY, dilationX, dilationY } = options;
    const fields = [padding, strideX, strideY, 1, { byte: FUSED[fused] }, dilationX, dilationY];
    return this.#operator('DEPTHWISE_CONV_2D', [source.id, weights.id, bias.id], map, fields);
  }

  #transposed(source: Value): Value {
    const random = this.#random;
    const { channels } = source.map;
    const isUsual = random.fraction() < 0.5;
    const size = isUsual ? { y: 2, x: 2 } : { y: random.integer(1, 3), x: random.integer(1, 3) };
    const outputs = isUsual ? 1 : random.integer(1, 9);
    const weights = this.#constant([outputs, size.y, size.x, channels], 1 / Math.sqrt(channels));
    const bias = this.#constant([outputs], 0.5);
    const map = transposed(source.map, weights.data, bias.data, size, 'none');
    const custom = new Uint8Array(Int32Array.of(1, size.x, size.y).buffer);
    const inputs = [source.id, weights.id, bias.id];
    return this.#operator('Convolution2DTransposeBias', inputs, map, undefined, custom);
  }

  #activation(source: Value, name: keyof typeof ACTIVATIONS): Value {
    return this.#operator(name, [source.id], activateAll(source.map, ACTIVATIONS[name]));
  }

  /** A sum or product with another map of the same shape, or with itself. */
  #withPartner(source: Value): Value {
    const random = this.#random;
    const partners = this.#values.filter(({ map }) => {
      const { height, width, channels } = source.map;
      return map.channels === channels && map.height === height && map.width === width;
    });
    const partner = random.pick(...atLeastOne(partners));
    const pair = random.fraction() < 0.5 ? ([source, partner] as const) : ([partner, source] as const);
    return this.#combination(random.pick('ADD', 'MUL'), ...pair);
  }

  #withConstant(source: Value): Value {
    const random = this.#random;
    const { channels } = source.map;
    const shape = random.pick<readonly number[]>([channels], [1, 1, 1, channels], [1], []);
    const constant = this.#constant(shape, 1);
    const map = featureMap(
      1,
      1,
      channels,
      (_, __, channel) => constant.data[channel % constant.data.length] ?? 0,
    );
    const other: Value = { id: constant.id, map };
    const pair = random.fraction() < 0.5 ? ([source, other] as const) : ([other, source] as const);
    return this.#combination(random.pick('ADD', 'MUL'), ...pair);
  }

  #combination(name: 'ADD' | 'MUL', first: Value, second: Value, fused = this.#fused()): Value {
    const map = combine(name === 'ADD' ? 'add' : 'multiply', first.map, second.map, fused);
    return this.#operator(name, [first.id, second.id], map, [{ byte: FUSED[fused] }]);
  }

  #mean(source: Value): Value {
    const { height, width } = source.map;
    const map = mean(source.map);
    if (this.#random.fraction() < 0.5) {
      const options = [{ byte: 1 }, width, height, width, height, { byte: 0 }];
      return this.#operator('AVERAGE_POOL_2D', [source.id], map, options);
    }
    const axes = this.#writer.tensor([2], Int32Array.of(1, 2), 'int32');
    return this.#operator('MEAN', [source.id, axes], map, [{ byte: 1 }]);
  }

  #resize(source: Value, isDoubling = this.#random.fraction() < 0.5): Value {
    const random = this.#random;
    const { height, width } = source.map;
    const mode = isDoubling ? 'half-pixel' : random.pick('half-pixel', 'align-corners', 'asymmetric');
    const factor = () => random.pick(1, 0.5, 1.7, 2, 3);
    const [newHeight, newWidth] = isDoubling
      ? [2 * height, 2 * width]
      : [Math.max(1, Math.round(height * factor())), Math.max(1, Math.round(width * factor()))];
    const map = resize(source.map, newHeight, newWidth, mode);
    const size = this.#writer.tensor([2], Int32Array.of(newHeight, newWidth), 'int32');
    const flags = [{ byte: mode === 'align-corners' ? 1 : 0 }, { byte: mode === 'half-pixel' ? 1 : 0 }];
    return this.#operator('RESIZE_BILINEAR', [source.id, size], map, [undefined, undefined, ...flags]);
  }

  /** A map times a vector made of its mean, often followed by a convolution and a residual sum. */
  #squeezeAndExcite(source: Value): void {
    const random = this.#random;
    const { channels } = source.map;
    const narrow = this.#convolution(this.#mean(source), 1, random.integer(1, 12), 'relu');
    const gate = this.#activation(this.#convolution(narrow, 1, channels, 'none'), 'LOGISTIC');
    if (isVector(gate.map) && gate.map.channels === channels) {
      const pair = random.fraction() < 0.5 ? ([source, gate] as const) : ([gate, source] as const);
      const gated = this.#combination('MUL', ...pair, 'none');
      if (random.fraction() < 0.7) this.#residual(gated, source);
    }
  }

  #residual(source: Value, other: Value): void {
    const made = this.#convolution(source, 1, other.map.channels, 'none');
    const { height, width } = other.map;
    if (made.map.height === height && made.map.width === width) this.#combination('ADD', made, other);
  }

  /** Wide, depthwise, narrow: the usual block. */
  #inverted(source: Value): void {
    const wide = this.#convolution(source, 1, this.#random.integer(8, 24), 'none');
    const active = this.#activation(wide, this.#random.pick('RELU', 'HARD_SWISH'));
    const deep = this.#depthwise(active);
    this.#convolution(deep, 1, source.map.channels, 'none');
  }

  /** Several maps, or a vector spread over a map, then a convolution. */
  #concatenation(source: Value): void {
    const random = this.#random;
    const { height, width } = source.map;
    const others = this.#values.filter(({ map }) => map.height === height && map.width === width);
    const parts = [source];
    if (random.fraction() < 0.5) {
      const vector = this.#mean(source);
      const size = this.#writer.tensor([2], Int32Array.of(height, width), 'int32');
      const spread = resize(vector.map, height, width, 'align-corners');
      const flags = [undefined, undefined, { byte: 1 }, { byte: 0 }];
      parts.push(this.#operator('RESIZE_BILINEAR', [vector.id, size], spread, flags));
    } else {
      for (let i = random.integer(0, 2); i > 0; i--) parts.push(random.pick(...atLeastOne(others)));
    }
    if (random.fraction() < 0.5) parts.reverse();
    const fused = random.pick<Fused>('none', 'none', 'relu');
    const map = concatenate(
      parts.map((part) => part.map),
      fused,
    );
    const ids = parts.map(({ id }) => id);
    const joined = this.#operator('CONCATENATION', ids, map, [3, { byte: FUSED[fused] }]);
    if (random.fraction() < 0.7) this.#convolution(joined, 1);
  }

  /** Down and up again, then a sum with a gate made of it: the selfie networks' decoder. */
  #decoder(source: Value): void {
    const random = this.#random;
    const { channels } = source.map;
    const doubled = this.#resize(source, true);
    const low = this.#convolution(doubled, 1, channels, 'none');
    const skip = this.#convolution(doubled, 1, channels, 'relu');
    if (low.map.height !== skip.map.height || low.map.width !== skip.map.width) return;
    const sum = this.#combination('ADD', skip, low, 'none');
    const gate = this.#activation(this.#convolution(this.#mean(sum), 1, channels, 'none'), 'LOGISTIC');
    if (!isVector(gate.map)) return;
    const gated = this.#combination('MUL', skip, gate, 'none');
    const pair = random.fraction() < 0.5 ? ([gated, low] as const) : ([low, gated] as const);
    const result = this.#combination('ADD', ...pair, 'none');
    const refined = this.#activation(this.#depthwise(result, 'none'), 'RELU');
    if (refined.map.height === result.map.height && refined.map.width === result.map.width) {
      this.#combination('ADD', result, refined);
    }
  }

  /** Random windows on a map, as the format describes them and as they lie. */
  #windows(map: FeatureMap, size: { y: number; x: number }, isPlain: boolean) {
    const random = this.#random;
    const stride = isPlain ? 1 : random.pick(1, 1, 2, 2, 3);
    const [strideY, strideX] = [stride, random.fraction() < 0.9 || isPlain ? stride : random.integer(1, 3)];
    const dilation = isPlain ? 1 : random.pick(1, 1, 1, 2, 4);
    const span = { y: (size.y - 1) * dilation + 1, x: (size.x - 1) * dilation + 1 };
    const isSame = span.y > map.height || span.x > map.width || random.fraction() < 0.7;
    const count = (length: number, reach: number, step: number) =>
      isSame ? Math.ceil(length / step) : Math.ceil((length - reach + 1) / step);
    const height = count(map.height, span.y, strideY);
    const width = count(map.width, span.x, strideX);
    const before = (length: number, after: number, reach: number, step: number) =>
      isSame ? Math.floor(Math.max(0, (after - 1) * step + reach - length) / 2) : 0;
    const padding = {
      y: before(map.height, height, span.y, strideY),
      x: before(map.width, width, span.x, strideX),
    };
    return {
      windows: {
        size,
        stride: { y: strideY, x: strideX },
        dilation: { y: dilation, x: dilation },
        padding,
      },
      height,
      width,
      options: {
        padding: { byte: isSame ? 0 : 1 },
        strideX,
        strideY,
        dilationX: dilation,
        dilationY: dilation,
      },
    };
  }

  /** Constant numbers: singles, halves, or halves that an operator makes singles. */
  #constant(shape: readonly number[], size: number): { id: number; data: Float32Array } {
    const data = this.#random.floats(
      shape.reduce((a, b) => a * b, 1),
      size,
    );
    if (this.#random.fraction() < 0.5) return { id: this.#writer.tensor(shape, data), data };
    const halves = toHalf(data);
    const id = this.#writer.tensor(shape, halves, 'float16');
    const values = Float32Array.from(halves, halfToFloat);
    const converted = this.#writer.tensor(shape);
    this.#writer.operator('DEQUANTIZE', [id], [converted]);
    return { id: converted, data: values };
  }

  #operator(
    name: OperatorName,
    inputs: readonly number[],
    map: FeatureMap,
    options?: Options,
    custom?: Uint8Array,
  ): Value {
    const value = this.#value(map);
    this.#names.push(`${name} ${inputs.join()} -> ${value.id} ${map.height}x${map.width}x${map.channels}`);
    this.#writer.operator(name, inputs, [value.id], options, custom);
    return value;
  }

  #value(map: FeatureMap, data: ArrayLike<number> = map.data): Value {
    const { height, width, channels } = map;
    const id = this.#writer.tensor([1, height, width, channels]);
    const value = { id, map: { ...map, data: Float64Array.from(data) } };
    this.#values.push(value);
    return value;
  }

  #channels(): number {
    return this.#random.pick(1, 5, 8, 12, 16, 21);
  }

  #fused(): Fused {
    return this.#random.pick<Fused>('none', 'none', 'relu', 'relu6');
  }
}

function isVector({ height, width }: FeatureMap): boolean {
  return height * width === 1;
}

function atLeastOne<T>(values: readonly T[]): readonly [T, ...T[]] {
  const [first, ...others] = values;
  if (first === undefined) throw new RangeError('There is nothing to choose from.');
  return [first, ...others];
}

/** The largest difference between what a network gave and what it should have given, relative to the map's largest value. */
export function largestError(actual: ArrayLike<number>, expected: FeatureMap): number {
  if (actual.length !== expected.data.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let scale = 1;
  for (let i = 0; i < actual.length; i++) {
    const value = at({ ...expected, height: 1, width: 1, channels: actual.length }, 0, 0, i);
    const error = Math.abs((actual[i] ?? Number.NaN) - value);
    if (!(error <= largest)) largest = error;
    scale = Math.max(scale, Math.abs(value));
  }
  return largest / scale;
}
