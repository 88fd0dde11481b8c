import { unsupportedModel } from '../errors.js';
import type {
  Activation,
  Concatenation,
  Convolution,
  Depthwise,
  MapId,
  MapShape,
  Operator,
  Resize,
  Window,
} from '../graph.js';
import { inputsOf, isVector } from '../graph.js';
import { type Dispatch, type Fused, gridOf } from './fusion.js';
import type { LoweredNetwork } from './lower.js';
import { isPointwise, shapeOf } from './prepare.js';
import { blocksOf, matrixStep, type Weights } from './weights.js';

/** The buffers of a shader, by their bindings. */
export const BUFFERS = ['weights', 'image', 'maps', 'vectors', 'results'] as const;

export type BufferName = (typeof BUFFERS)[number];

/** The binding of the parameters: a uniform of `vec4u`. */
export const PARAMETERS_BINDING = BUFFERS.length;

/** A shader, what it reads and writes, and how many workgroups it has. */
export interface GeneratedShader {
  readonly code: string;
  /** Places and sizes of maps: equal operators on maps of other sizes have the same code. */
  readonly parameters: readonly number[];
  readonly buffers: readonly BufferName[];
  readonly groups: readonly [x: number, y: number];
}

type Format = 'floats' | 'halves';

/** How weights and maps are stored. Vectors and results are floats. */
export interface Formats {
  readonly weights: Format;
  readonly maps: Format;
}

/** Threads of a workgroup that computes pixels. */
const PIXEL_THREADS = 64;

/** Threads of the workgroup that computes vectors: as many as every device has. */
export const VECTOR_THREADS = 256;

/**
 * How many pixels a thread computes of maps with more than so many: it reads each weight once for all of them. Smaller maps have
 * too few threads for that.
 */
const PIXELS_OF_THREADS = [
  [8192, 4],
  [1024, 2],
] as const;

/** The most blocks that a thread computes, of all its pixels together. */
const MAX_VALUES = 8;

/** The most workgroups in a direction that every device has. */
const MAX_GROUPS = 65535;

/**
 * Generates the shader of a dispatch. Channels, windows and activations are literals in it: no thread has to decide what it does.
 *
 * @param network - The network.
 * @param dispatch - One of its dispatches.
 * @param weights - Receives the weights.
 * @param formats - How they are stored.
 * @throws EngineError `MODEL_UNSUPPORTED` if its maps are too large.
 */
export function generateShader(
  network: LoweredNetwork,
  dispatch: Dispatch,
  weights: Weights,
  formats: Formats,
): GeneratedShader {
  const writer = new ShaderWriter(network, weights, formats);
  return dispatch.kind === 'map' ? writer.map(dispatch.fused) : writer.vectors(dispatch.operators);
}

/** What a function, or a thread, computes: some blocks of some pixels. Value `v0_1` is that of pixel 0 and the second block. */
interface Scope {
  readonly pixels: number;
  /** Each block's number, as an expression. */
  readonly blocks: readonly string[];
}

class ShaderWriter {
  readonly #network: LoweredNetwork;
  readonly #weights: Weights;
  readonly #formats: Formats;
  readonly #used = new Set<BufferName>();
  /** Functions that compute inlined maps, in an order in which each comes after those that it calls. */
  readonly #functions = new Map<MapId, { readonly name: string; readonly code: string }>();
  readonly #constants = new Map<MapId, number>();
  readonly #parameters = new Map<string, { readonly name: string; readonly value: number }>();
  #lines: string[] = [];

  constructor(network: LoweredNetwork, weights: Weights, formats: Formats) {
    this.#network = network;
    this.#weights = weights;
    this.#formats = formats;
  }

  /** The shader of a map. Threads lie one behind the other in the map, workgroups' second direction is the block. */
  map(fused: Fused): GeneratedShader {
    const { graph } = this.#network;
    const { operator } = fused;
    const grid = operator.kind === 'transposed' ? operator.input : operator.output;
    const { height, width } = gridOf(graph, operator);
    const pixels = height * width;
    const count = this.#blocksToCompute(fused);
    const scope: Scope = {
      blocks: fused.isWhole
        ? Array.from({ length: count }, (_, block) => `${block}u`)
        : [count > 1 ? 'id.y' : '0u'],
      pixels: 1,
    };
    const down = count / scope.blocks.length;
    // What is inlined is compiled for each pixel of a thread.
    const hasInlined = inputsOf(operator).some((id) => graph.inlined.has(id));
    const pixelsOfThread = hasInlined ? 1 : pixelsFor(pixels, scope.blocks.length);
    const threads = pixels / pixelsOfThread;
    const across = Math.ceil(threads / PIXEL_THREADS);
    if (Math.max(across, down) > MAX_GROUPS) throw unsupportedModel('its maps are too large');
    const step = this.#parameter('threads', threads);
    const columns = this.#width(grid);
    this.#add(`if (id.x >= ${step}) { return; }`);
    for (let k = 0; k < pixelsOfThread; k++) {
      this.#add(`let pixel${k} = id.x${k > 0 ? ` + ${k}u * ${step}` : ''};`);
      this.#add(`let at${k} = vec2u(pixel${k} % ${columns}, pixel${k} / ${columns});`);
    }
    this.#compute(fused, { ...scope, pixels: pixelsOfThread });
    for (let k = 0; k < pixelsOfThread; k++) {
      for (const [g, block] of scope.blocks.entries()) this.#store(fused, k, block, `v${k}_${g}`);
    }
    return this.#finish(PIXEL_THREADS, 'global_invocation_id) id: vec3u', [across, down]);
  }

  /** The shader of vectors, one after the other. Its threads share partial sums by way of a buffer. */
  vectors(operators: readonly Operator[]): GeneratedShader {
    operators.forEach((operator, index) => {
      if (index > 0) this.#add('storageBarrier();');
      this.#vector(operator);
    });
    return this.#finish(VECTOR_THREADS, 'local_invocation_index) thread: u32', [1, 1]);
  }

  #finish(threads: number, parameter: string, groups: readonly [number, number]): GeneratedShader {
    const main = [
      `@compute @workgroup_size(${threads})`,
      `fn main(@builtin(${parameter}) {`,
      ...this.#withParameters(this.#lines),
      '}',
    ];
    const functions = [...this.#functions.values()].map(({ code }) => code);
    const code = [...this.#declarations(), ...functions, ...main].join('\n');
    const buffers = BUFFERS.filter((name) => this.#used.has(name));
    return { code, parameters: [...this.#parameters.values()].map(({ value }) => value), buffers, groups };
  }

  #declarations(): readonly string[] {
    const { weights, maps } = this.#formats;
    const variables: Record<BufferName, string> = {
      weights: `read> weights: array<${FORMATS[weights].type}>`,
      image: 'read> image: array<f32>',
      maps: `read_write> maps: array<${FORMATS[maps].type}>`,
      vectors: 'read_write> vectors: array<vec4f>',
      results: 'read_write> results: array<f32>',
    };
    const functions: Partial<Record<BufferName, string>> = {
      weights: `fn weight(i: u32) -> vec4f { ${FORMATS[weights].read('weights')} }`,
      image: this.#imageFunction(),
      maps: `fn map_value(i: u32) -> vec4f { ${FORMATS[maps].read('maps')} }
fn set_map(i: u32, value: vec4f) { ${FORMATS[maps].write('maps')} }`,
    };
    const count = Math.ceil(this.#parameters.size / 4);
    const parameters = `@group(0) @binding(${PARAMETERS_BINDING}) var<uniform> parameters: array<vec4u, ${count}>;`;
    const declared = BUFFERS.flatMap((name, binding) => {
      if (!this.#used.has(name)) return [];
      const variable = `@group(0) @binding(${binding}) var<storage, ${variables[name]};`;
      const own = functions[name];
      return own === undefined ? [variable] : [variable, own];
    });
    return [parameters, ...declared];
  }

  /** Begins a function with the parameters that it uses. */
  #withParameters(lines: readonly string[]): readonly string[] {
    const words = new Set(lines.join('\n').match(/\bq\d+\b/g));
    const names = [...this.#parameters.values()].map(({ name }) => name);
    const used = names.flatMap((name, i) =>
      words.has(name) ? [`let ${name} = parameters[${Math.floor(i / 4)}][${i % 4}];`] : [],
    );
    return [...used, ...lines];
  }

  /** The name of a number that is not part of the code. */
  #parameter(key: string, value: number): string {
    const known = this.#parameters.get(key);
    if (known) return known.name;
    const name = `q${this.#parameters.size}`;
    this.#parameters.set(key, { name, value });
    return name;
  }

  #width(id: MapId): string {
    return this.#parameter(`width ${id}`, this.#shape(id).width);
  }

  #height(id: MapId): string {
    return this.#parameter(`height ${id}`, this.#shape(id).height);
  }

  #pixels(id: MapId): string {
    const { width, height } = this.#shape(id);
    return this.#parameter(`pixels ${id}`, width * height);
  }

  /** Reads a block of the network's input, whose channels are not in blocks. */
  #imageFunction(): string {
    const { channels } = this.#shape(this.#network.graph.input);
    const values = [0, 1, 2, 3].map((i) => {
      if (channels <= 4) return i < channels ? `image[i + ${i}u]` : '0.0';
      return `select(0.0, image[i + ${i}u], 4u * block + ${i}u < ${channels}u)`;
    });
    return `fn image_value(pixel: u32, block: u32) -> vec4f {
let i = pixel * ${channels}u + 4u * block;
return vec4f(${values.join(', ')});
}`;
  }

  /** How many blocks threads compute of a pixel. */
  #blocksToCompute({ operator, output }: Fused): number {
    const { channels } = this.#shape(output);
    if (operator.kind !== 'transposed') return blocksOf(channels);
    return blocksOf(operator.size.y * operator.size.x * this.#room(output));
  }

  /** Channels from one tap's outputs to the next in a transposed convolution. What is only a result needs no padding. */
  #room(output: MapId): number {
    const { channels } = this.#shape(output);
    return this.#network.places.has(output) ? 4 * blocksOf(channels) : channels;
  }

  /** Computes values, with everything that follows. */
  #compute(fused: Fused, scope: Scope): void {
    const { operator, continuations } = fused;
    this.#operator(operator, scope);
    if ('activation' in operator) this.#activate(operator.activation, scope);
    for (const { operand, activation } of continuations) {
      if (operand) {
        const sign = operand.kind === 'add' ? '+=' : '*=';
        forEachValue(scope, (value, k, block) =>
          this.#add(`${value} ${sign} ${this.#read(operand.id, k, block)};`),
        );
      }
      this.#activate(activation, scope);
    }
  }

  #operator(operator: Operator, scope: Scope): void {
    switch (operator.kind) {
      case 'convolution':
        this.#convolution(operator, scope);
        return;
      case 'depthwise':
        this.#depthwise(operator, scope);
        return;
      case 'transposed': {
        const { channels } = this.#shape(operator.output);
        const inputs = this.#shape(operator.input).channels;
        const first = this.#weights.addTransposed(operator, channels, inputs, this.#room(operator.output));
        this.#start(scope, first, matrixStep(1, inputs), operator.bias !== undefined);
        this.#products(scope, inputs, '0u', (k, c) => this.#read(operator.input, k, c));
        return;
      }
      case 'resize':
        this.#resize(operator, scope);
        return;
      case 'concatenation':
        forEachValue(scope, (value, k, block) => this.#concatenation(operator, value, `pixel${k}`, block));
        return;
      case 'activate':
        forEachValue(scope, (value, k, block) =>
          this.#add(`var ${value} = ${this.#read(operator.input, k, block)};`),
        );
        return;
      case 'mean':
        throw new RangeError('A mean is a vector.');
      default: {
        const [a, b] = operator.inputs;
        const sign = operator.kind === 'add' ? '+' : '*';
        forEachValue(scope, (value, k, block) => {
          this.#add(`var ${value} = ${this.#read(a, k, block)} ${sign} ${this.#read(b, k, block)};`);
        });
      }
    }
  }

  #convolution(operator: Convolution, scope: Scope): void {
    const { input, output, size, weights, bias } = operator;
    const inputs = this.#shape(input).channels;
    const first = this.#weights.addConvolution(weights, bias, this.#shape(output).channels, inputs);
    this.#start(scope, first, matrixStep(size.y * size.x, inputs), bias !== undefined);
    if (isPointwise(operator)) {
      this.#products(scope, inputs, '0u', (k, c) => this.#read(input, k, c));
      return;
    }
    this.#taps(operator, input, scope, (tap) => {
      const begin = `${tap} * ${4 * blocksOf(inputs)}u`;
      this.#products(
        scope,
        inputs,
        begin,
        (k, c) => `select(vec4f(), ${this.#readAt(input, `place${k}`, c)}, inside${k})`,
      );
    });
  }

  /** Begins with the biases. Afterwards, `w0` is where the weights of the first block begin. */
  #start({ pixels, blocks }: Scope, first: number, step: number, hasBias: boolean): void {
    blocks.forEach((block, g) => {
      const begin = `${this.#parameter(`weights ${first}`, first)} + ${block} * ${step}u`;
      this.#add(`let w${g} = ${begin};`);
      const bias = hasBias ? this.#weight(`w${g}`) : 'vec4f()';
      for (let k = 0; k < pixels; k++) this.#add(`var v${k}_${g} = ${k > 0 ? `v0_${g}` : bias};`);
    });
  }

  /**
   * Adds the products of inputs and weights.
   *
   * @param inputs - How many channels there are.
   * @param begin - Where the weights of the first input begin, behind the biases.
   * @param read - The inputs: a block of one of the pixels.
   */
  #products(scope: Scope, inputs: number, begin: string, read: (k: number, block: string) => string): void {
    this.#loop('c', blocksOf(inputs), (c) => {
      for (let k = 0; k < scope.pixels; k++) this.#add(`let a${k} = ${read(k, c)};`);
      const offset = [begin, c].every((term) => term === '0u') ? '1u' : `1u + ${begin} + 4u * ${c}`;
      scope.blocks.forEach((_, g) => {
        this.#block('{', () => {
          this.#add(`let w = w${g} + ${offset};`);
          for (let i = 0; i < 4; i++) this.#add(`let m${i} = ${this.#weight(i > 0 ? `w + ${i}u` : 'w')};`);
          for (let k = 0; k < scope.pixels; k++) {
            this.#add(`v${k}_${g} += a${k}.x * m0 + a${k}.y * m1 + a${k}.z * m2 + a${k}.w * m3;`);
          }
        });
      });
    });
  }

  #depthwise(operator: Depthwise, scope: Scope): void {
    const { input, weights, bias, size } = operator;
    const first = this.#weights.addDepthwise(weights, bias, this.#shape(input).channels);
    this.#start(scope, first, 1 + size.y * size.x, bias !== undefined);
    this.#taps(operator, input, scope, (tap) => {
      scope.blocks.forEach((block, g) => {
        this.#add(`let m${g} = ${this.#weight(`w${g} + 1u + ${tap}`)};`);
        for (let k = 0; k < scope.pixels; k++) {
          const value = `select(vec4f(), ${this.#readAt(input, `place${k}`, block)}, inside${k})`;
          this.#add(`v${k}_${g} += ${value} * m${g};`);
        }
      });
    });
  }

  /** Goes through the taps of a window. `place0` is where the first pixel's is; only if `inside0` is true, it is in the source. */
  #taps(
    { size, stride, dilation, padding }: Window,
    source: MapId,
    { pixels }: Scope,
    write: (tap: string) => void,
  ): void {
    const [width, height] = [this.#width(source), this.#height(source)];
    this.#loop('y', size.y, (y) => {
      this.#loop('x', size.x, (x) => {
        for (let k = 0; k < pixels; k++) {
          // What is left of, or above, the source is large: it is unsigned.
          const place = `at${k} * ${vector(stride)} + vec2u(${x}, ${y}) * ${vector(dilation)} - ${vector(padding)}`;
          this.#add(`let p${k} = ${place};`);
          this.#add(`let inside${k} = all(p${k} < vec2u(${width}, ${height}));`);
          this.#add(`let place${k} = select(0u, p${k}.y * ${width} + p${k}.x, inside${k});`);
        }
        write(`(${y} * ${size.x}u + ${x})`);
      });
    });
  }

  #resize({ input, output, mode }: Resize, scope: Scope): void {
    const [before, after] = [this.#shape(input), this.#shape(output)];
    const factor = (from: number, to: number) =>
      float(mode === 'align-corners' && to > 1 ? (from - 1) / (to - 1) : from / to);
    const factors = `vec2f(${factor(before.width, after.width)}, ${factor(before.height, after.height)})`;
    const shift = mode === 'half-pixel' ? 0.5 : 0;
    const [width, height] = [this.#width(input), this.#height(input)];
    this.#add(`let last = vec2u(${width}, ${height}) - 1u;`);
    for (let k = 0; k < scope.pixels; k++) {
      this.#add(
        `let exact${k} = max((vec2f(at${k}) + ${float(shift)}) * ${factors} - ${float(shift)}, vec2f());`,
      );
      this.#add(`let near${k} = min(vec2u(exact${k}), last);`);
      this.#add(`let far${k} = min(near${k} + 1u, last);`);
      this.#add(`let share${k} = exact${k} - vec2f(near${k});`);
    }
    forEachValue(scope, (value, k, block) => {
      const corner = (x: string, y: string) =>
        this.#readAt(input, `${y}${k}.y * ${width} + ${x}${k}.x`, block);
      const row = (y: string) => `mix(${corner('near', y)}, ${corner('far', y)}, share${k}.x)`;
      this.#add(`var ${value} = mix(${row('near')}, ${row('far')}, share${k}.y);`);
    });
  }

  #concatenation({ inputs }: Concatenation, value: string, pixel: string, block: string): void {
    this.#add(`var ${value} = vec4f();`);
    this.#block('for (var i = 0u; i < 4u; i++) {', () => {
      this.#add(`let channel = 4u * ${block} + i;`);
      let first = 0;
      for (const input of inputs) {
        const { channels } = this.#shape(input);
        this.#block(`if (channel - ${first}u < ${channels}u) {`, () => {
          this.#add(`let own = channel - ${first}u;`);
          this.#add(`let four = ${this.#readAt(input, pixel, '(own / 4u)')};`);
          this.#add(`${value}[i] = four[own % 4u];`);
        });
        first += channels;
      }
    });
  }

  #activate(activation: Activation, scope: Scope): void {
    if (activation === 'none') return;
    forEachValue(scope, (value) => this.#add(`${value} = ${activated(activation, value)};`));
  }

  #store({ operator, output }: Fused, k: number, block: string, value: string): void {
    const { places, results } = this.#network;
    const shape = this.#shape(output);
    const spread = operator.kind === 'transposed' ? operator.size : { x: 1, y: 1 };
    const isSpread = spread.x * spread.y > 1;
    const pixelOf = (tap: string) =>
      isSpread
        ? `(at${k}.y * ${spread.y}u + ${tap} / ${spread.x}u) * ${this.#width(output)} + at${k}.x * ${spread.x}u + ${tap} % ${spread.x}u`
        : `pixel${k}`;
    const place = places.get(output);
    if (place) {
      const blocks = blocksOf(shape.channels);
      const [tap, own] = isSpread ? [`${block} / ${blocks}u`, `${block} % ${blocks}u`] : ['0u', block];
      this.#use('maps');
      this.#add(`set_map(${this.#index(output, place.at, `(${own})`, pixelOf(`(${tap})`))}, ${value});`);
    }
    const first = results.get(output);
    if (first === undefined) return;
    this.#use('results');
    const { channels } = shape;
    // A tap's outputs lie as in the map, with its padding, if there is one.
    const room = isSpread ? this.#room(output) : channels;
    const count = room * spread.x * spread.y;
    for (let i = 0; i < 4; i++) {
      const number = `(4u * ${block} + ${i}u)`;
      const [tap, own] = isSpread ? [`(${number} / ${room}u)`, `(${number} % ${room}u)`] : ['0u', number];
      const write = `results[${this.#parameter('results', first)} + (${pixelOf(tap)}) * ${channels}u + ${own}] = ${value}[${i}];`;
      const conditions = [
        ...(count % 4 === 0 ? [] : [`${number} < ${count}u`]),
        ...(room === channels ? [] : [`${own} < ${channels}u`]),
      ];
      this.#add(conditions.length === 0 ? write : `if (${conditions.join(' && ')}) { ${write} }`);
    }
  }

  /** Several threads compute the terms of each sum where there are enough; then one adds them up. */
  #vector(operator: Operator): void {
    const { input, output } = { input: undefined, ...operator };
    const blocks = blocksOf(this.#shape(output).channels);
    const scope: Scope = { pixels: 1, blocks: ['block'] };
    const finish = () => {
      if ('activation' in operator) this.#activate(operator.activation, scope);
      this.#use('vectors');
      this.#add(
        `vectors[${this.#index(output, this.#network.places.get(output)?.at ?? 0, 'block', '0u')}] = v0_0;`,
      );
    };
    if (operator.kind === 'mean' && input !== undefined) {
      const { height, width } = this.#shape(input);
      const pixels = this.#pixels(input);
      this.#shared(blocks, height * width, pixels, {
        start: () => this.#add('var v0_0 = vec4f();'),
        add: (term) => this.#add(`v0_0 += ${this.#readAt(input, term, 'block')};`),
        finish: () => {
          this.#add(`v0_0 /= f32(${pixels});`);
          finish();
        },
      });
      return;
    }
    if (operator.kind === 'convolution') {
      const { channels } = this.#shape(operator.input);
      const { weights, bias } = operator;
      const first = this.#weights.addConvolution(weights, bias, this.#shape(output).channels, channels);
      const begin = `${this.#parameter(`weights ${first}`, first)} + block * ${matrixStep(1, channels)}u`;
      this.#shared(blocks, blocksOf(channels), `${blocksOf(channels)}u`, {
        start: () => this.#add('var v0_0 = vec4f();'),
        add: (term) => {
          this.#add(`let a = ${this.#readAt(operator.input, '0u', term)};`);
          this.#add(`let w = ${begin} + 1u + 4u * ${term};`);
          const rows = [0, 1, 2, 3].map((i) => `a[${i}] * ${this.#weight(`w + ${i}u`)}`);
          this.#add(`v0_0 += ${rows.join(' + ')};`);
        },
        finish: () => {
          if (bias) this.#add(`v0_0 += ${this.#weight(begin)};`);
          finish();
        },
      });
      return;
    }
    this.#block(`for (var block = thread; block < ${blocks}u; block += ${VECTOR_THREADS}u) {`, () => {
      this.#add('let pixel0 = 0u;');
      this.#operator(operator, scope);
      finish();
    });
  }

  #shared(
    blocks: number,
    terms: number,
    end: string,
    write: { readonly start: () => void; readonly add: (term: string) => void; readonly finish: () => void },
  ): void {
    let lanes = 1;
    while (2 * lanes <= terms && 2 * lanes * blocks <= VECTOR_THREADS) lanes *= 2;
    const partial = (index: string) =>
      `vectors[${this.#parameter('partial sums', this.#network.vectorBlocks)} + ${index}]`;
    this.#block(`for (var i = thread; i < ${blocks * lanes}u; i += ${VECTOR_THREADS}u) {`, () => {
      this.#add(`let block = i / ${lanes}u;`);
      write.start();
      this.#block(`for (var t = i % ${lanes}u; t < ${end}; t += ${lanes}u) {`, () => write.add('t'));
      if (lanes === 1) write.finish();
      else this.#add(`${partial('i')} = v0_0;`);
    });
    if (lanes === 1) return;
    this.#use('vectors');
    this.#add('storageBarrier();');
    this.#block(`for (var block = thread; block < ${blocks}u; block += ${VECTOR_THREADS}u) {`, () => {
      this.#add('var v0_0 = vec4f();');
      this.#block(`for (var t = 0u; t < ${lanes}u; t++) {`, () => {
        this.#add(`v0_0 += ${partial(`block * ${lanes}u + t`)};`);
      });
      write.finish();
    });
  }

  /** A block of a map at one of the thread's pixels. */
  #read(id: MapId, k: number, block: string): string {
    const fused = this.#network.graph.inlined.get(id);
    if (!fused) return this.#readAt(id, isVector(this.#shape(id)) ? '0u' : `pixel${k}`, block);
    const known = this.#functions.get(id) ?? this.#function(fused);
    this.#functions.set(id, known);
    return `${known.name}(at${k}, ${block})`;
  }

  /** A function that computes a block of an inlined map. */
  #function(fused: Fused): { readonly name: string; readonly code: string } {
    const outer = this.#lines;
    this.#lines = [];
    this.#add(`let pixel0 = at0.y * ${this.#width(fused.output)} + at0.x;`);
    this.#compute(fused, { pixels: 1, blocks: ['block'] });
    const lines = this.#withParameters(this.#lines);
    this.#lines = outer;
    const name = `inlined${this.#functions.size}`;
    const head = `fn ${name}(at0: vec2u, block: u32) -> vec4f {`;
    return { name, code: [head, ...lines, 'return v0_0;', '}'].join('\n') };
  }

  /** A block of a map that is in a buffer, at any pixel. */
  #readAt(id: MapId, pixel: string, block: string): string {
    const { graph, places } = this.#network;
    const shape = this.#shape(id);
    const constant = graph.constants.get(id);
    if (constant) {
      const first = this.#constants.get(id) ?? this.#weights.addVector(constant, shape.channels);
      this.#constants.set(id, first);
      return this.#weight(`${this.#parameter(`weights ${first}`, first)} + ${block}`);
    }
    if (id === graph.input) {
      this.#use('image');
      return `image_value(${pixel}, ${block})`;
    }
    const place = places.get(id);
    if (!place) throw new RangeError('A map that is read is in a buffer.');
    this.#use(place.buffer);
    if (place.buffer === 'vectors') return `vectors[${this.#index(id, place.at, block, '0u')}]`;
    return `map_value(${this.#index(id, place.at, block, pixel)})`;
  }

  /** The place of a pixel's block in its buffer. */
  #index(id: MapId, first: number, block: string, pixel: string): string {
    const begin = `${this.#parameter(`place ${id}`, first)} + ${block}`;
    return isVector(this.#shape(id)) ? begin : `${begin} * ${this.#pixels(id)} + ${pixel}`;
  }

  #weight(index: string): string {
    this.#use('weights');
    return `weight(${index})`;
  }

  #shape(id: MapId): MapShape {
    return shapeOf(this.#network.graph, id);
  }

  #use(name: BufferName): void {
    this.#used.add(name);
  }

  /** A loop; without one if there is one round only. */
  #loop(variable: string, count: number, write: (value: string) => void): void {
    if (count === 1) write('0u');
    else
      this.#block(`for (var ${variable} = 0u; ${variable} < ${count}u; ${variable}++) {`, () =>
        write(variable),
      );
  }

  #block(head: string, write: () => void): void {
    this.#add(head);
    write();
    this.#add('}');
  }

  #add(line: string): void {
    this.#lines.push(line);
  }
}

/** How a block `i` is read from, and written to, a buffer. */
const FORMATS = {
  floats: {
    type: 'vec4f',
    read: (buffer: string) => `return ${buffer}[i];`,
    write: (buffer: string) => `${buffer}[i] = value;`,
  },
  halves: {
    type: 'vec2u',
    read: (buffer: string) =>
      `let h = ${buffer}[i]; return vec4f(unpack2x16float(h.x), unpack2x16float(h.y));`,
    write: (buffer: string) => `${buffer}[i] = vec2u(pack2x16float(value.xy), pack2x16float(value.zw));`,
  },
} as const;

function forEachValue(
  { pixels, blocks }: Scope,
  write: (value: string, k: number, block: string) => void,
): void {
  for (let k = 0; k < pixels; k++) {
    for (const [g, block] of blocks.entries()) write(`v${k}_${g}`, k, block);
  }
}

function activated(activation: Exclude<Activation, 'none'>, value: string): string {
  switch (activation) {
    case 'relu':
      return `max(${value}, vec4f())`;
    case 'relu6':
      return `clamp(${value}, vec4f(), vec4f(6.0))`;
    case 'hard-swish':
      return `${value} * clamp(${value} + 3.0, vec4f(), vec4f(6.0)) / 6.0`;
    case 'sigmoid':
      return `1.0 / (1.0 + exp(-${value}))`;
  }
}

/** How many pixels a thread computes. */
function pixelsFor(pixels: number, blocks: number): number {
  const fitting = PIXELS_OF_THREADS.find(
    ([most, count]) => pixels > most && pixels % count === 0 && count * blocks <= MAX_VALUES,
  );
  return fitting?.[1] ?? 1;
}

function vector({ x, y }: { readonly x: number; readonly y: number }): string {
  return `vec2u(${x}u, ${y}u)`;
}

function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : `${value}`;
}
