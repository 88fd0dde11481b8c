import { invalidModel, unsupportedModel } from './errors.js';
import { FlatBuffer, type Span, type Table } from './flatbuffer.js';
import type {
  Activation,
  Constant,
  Graph,
  MapId,
  MapShape,
  Operator,
  Pair,
  ResizeMode,
  Window,
} from './graph.js';
import { isSameShape, isVector } from './graph.js';

/** How much of each a file may have; ordinary networks have a twentieth of it. They bound the time that reading takes. */
const LIMITS = { tensors: 16384, operators: 4096, operands: 64, dimensions: 8, side: 16384 } as const;

/** The operators' numbers in the format, where they are known here. */
const BUILTIN: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  2: 'CONCATENATION',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  14: 'LOGISTIC',
  18: 'MUL',
  19: 'RELU',
  21: 'RELU6',
  23: 'RESIZE_BILINEAR',
  40: 'MEAN',
  117: 'HARD_SWISH',
};
const CUSTOM = 32;

/** Where the fields are that are read, by table. */
const MODEL = { operatorCodes: 1, subgraphs: 2, buffers: 4 } as const;
const BUFFER = { data: 0, offset: 1 } as const;
const OPERATOR_CODE = { deprecated: 0, custom: 1, builtin: 3 } as const;
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3 } as const;
const TENSOR = { shape: 0, type: 1, buffer: 2, isVariable: 5, sparsity: 6 } as const;
const OPERATOR = { code: 0, inputs: 1, outputs: 2, options: 4, customOptions: 5 } as const;
const CONVOLUTION = {
  padding: 0,
  strideX: 1,
  strideY: 2,
  activation: 3,
  dilationX: 4,
  dilationY: 5,
} as const;
const DEPTHWISE = { padding: 0, strideX: 1, strideY: 2, activation: 4, dilationX: 5, dilationY: 6 } as const;
const POOL = { padding: 0, width: 3, height: 4, activation: 5 } as const;
const RESIZE = { alignCorners: 2, halfPixelCenters: 3 } as const;
const REDUCE = { keepDimensions: 0 } as const;
const ELEMENTWISE = { activation: 0 } as const;
const CONCATENATION = { axis: 0, activation: 1 } as const;

/** The numbers of the types that are known here, and their sizes. */
const TYPE = { float32: 0, float16: 1, int32: 2 } as const;

const SAME_PADDING = 0;

/** The operators that are activations and nothing else. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  RELU: 'relu',
  RELU6: 'relu6',
  HARD_SWISH: 'hard-swish',
  LOGISTIC: 'sigmoid',
};

/** A tensor as the file declares it. */
interface Tensor {
  readonly shape: readonly number[];
  readonly type: number;
  /** The constant's bytes, if it is one. */
  readonly data: Span | undefined;
}

/**
 * Reads a `.tflite` file. The file is not trusted: all offsets, indices, types, shapes and sizes are checked, so that what is
 * returned can be used without further checks.
 *
 * @throws {@link EngineError} `MODEL_INVALID` if the file is not a model or contradicts itself, `MODEL_UNSUPPORTED` if it has an
 * operator, a type or an option that is not known here.
 */
export function readTflite(bytes: Uint8Array): Graph {
  const file = new FlatBuffer(bytes);
  if (!file.hasIdentifier('TFL3')) throw invalidModel('it does not begin like one');
  const { root } = file;
  const names = root.tables(MODEL.operatorCodes, LIMITS.operators).map(operatorName);
  const buffers = root.tables(MODEL.buffers, LIMITS.tensors).map((buffer) => {
    if (buffer.u32(BUFFER.offset) > 0) throw unsupportedModel('its weights lie outside of its tables');
    return buffer.bytes(BUFFER.data);
  });
  const [subgraph, ...others] = root.tables(MODEL.subgraphs, LIMITS.operators);
  if (!subgraph) throw invalidModel('it has no graph');
  if (others.length > 0) throw unsupportedModel('it has several graphs');
  const tensors = subgraph
    .tables(SUBGRAPH.tensors, LIMITS.tensors)
    .map((tensor) => readTensor(tensor, buffers));
  const reader = new GraphReader(file, tensors);
  const [input, ...otherInputs] = subgraph.integers(SUBGRAPH.inputs, LIMITS.operands);
  if (input === undefined) throw invalidModel('it has no input');
  if (otherInputs.length > 0) throw unsupportedModel('it has several inputs');
  reader.addInput(input);
  for (const operator of subgraph.tables(SUBGRAPH.operators, LIMITS.operators)) {
    const name = names[operator.u32(OPERATOR.code)];
    if (name === undefined) throw invalidModel('an operator has no name');
    reader.addOperator(name, operator);
  }
  const outputs = subgraph.integers(SUBGRAPH.outputs, LIMITS.operands);
  return reader.finish(input, outputs);
}

function operatorName(code: Table): string {
  // Since there are more than 127, the number is in a field of its own; older files have only the byte.
  const number = Math.max(code.u8(OPERATOR_CODE.deprecated), code.i32(OPERATOR_CODE.builtin));
  if (number === CUSTOM) return code.text(OPERATOR_CODE.custom, 256);
  return BUILTIN[number] ?? `number ${number}`;
}

function readTensor(tensor: Table, buffers: readonly Span[]): Tensor {
  const shape = tensor.integers(TENSOR.shape, LIMITS.dimensions);
  const type = tensor.u8(TENSOR.type);
  const data = buffers[tensor.u32(TENSOR.buffer)];
  if (!data) throw invalidModel('a tensor has no buffer');
  if (tensor.has(TENSOR.sparsity)) throw unsupportedModel('it has sparse weights');
  if (tensor.u8(TENSOR.isVariable) !== 0) throw unsupportedModel('it has a state');
  return { shape, type, data: data.length > 0 ? data : undefined };
}

/** Builds the graph operator by operator. */
class GraphReader {
  readonly #file: FlatBuffer;
  readonly #tensors: readonly Tensor[];
  readonly #shapes = new Map<MapId, MapShape>();
  /** Constants that an operator has made of others. */
  readonly #converted = new Map<MapId, Constant>();
  readonly #constants = new Map<MapId, Constant>();
  readonly #operators: Operator[] = [];

  constructor(file: FlatBuffer, tensors: readonly Tensor[]) {
    this.#file = file;
    this.#tensors = tensors;
  }

  addInput(id: number): void {
    if (this.#tensor(id).data) throw invalidModel('its input is a constant');
    this.#shapes.set(id, this.#declaredShape(id));
  }

  addOperator(name: string, table: Table): void {
    const inputs = table.integers(OPERATOR.inputs, LIMITS.operands);
    const [output, ...others] = table.integers(OPERATOR.outputs, LIMITS.operands);
    if (output === undefined || others.length > 0) throw unsupportedModel(`${name} with several results`);
    const activation = ACTIVATIONS[name];
    if (activation) {
      const [input] = this.#operands(name, inputs, 1);
      this.#add({ kind: 'activate', input, output, activation }, this.#shape(input));
      return;
    }
    switch (name) {
      case 'DEQUANTIZE': {
        const [input] = this.#operands(name, inputs, 1);
        if (this.#tensor(input).type !== TYPE.float16) throw unsupportedModel('it is quantized to integers');
        if (this.#isMade(output)) throw invalidModel('two operators have the same result');
        this.#converted.set(output, this.#constant(input, this.#tensor(output).shape));
        return;
      }
      case 'CONV_2D':
        this.#addConvolution(inputs, output, options(name, table));
        return;
      case 'DEPTHWISE_CONV_2D':
        this.#addDepthwise(inputs, output, options(name, table));
        return;
      case 'Convolution2DTransposeBias':
        this.#addTransposed(inputs, output, table.bytes(OPERATOR.customOptions));
        return;
      case 'ADD':
      case 'MUL':
        this.#addElementwise(name, inputs, output, options(name, table));
        return;
      case 'MEAN':
        this.#addMean(inputs, output, options(name, table));
        return;
      case 'AVERAGE_POOL_2D':
        this.#addGlobalPool(inputs, output, options(name, table));
        return;
      case 'RESIZE_BILINEAR':
        this.#addResize(inputs, output, options(name, table));
        return;
      case 'CONCATENATION':
        this.#addConcatenation(inputs, output, options(name, table));
        return;
      default:
        throw unsupportedModel(`it has the operator ${name}`);
    }
  }

  finish(input: MapId, outputs: readonly MapId[]): Graph {
    if (outputs.length === 0) throw invalidModel('it has no output');
    const made = new Set(this.#operators.map(({ output }) => output));
    for (const output of outputs) {
      if (!made.has(output)) throw invalidModel('no operator makes its output');
    }
    if (new Set(outputs).size < outputs.length) throw invalidModel('an output is there twice');
    return {
      shapes: this.#shapes,
      input,
      outputs,
      constants: this.#constants,
      operators: this.#operators,
    };
  }

  #addConvolution(inputs: readonly number[], output: number, table: Table): void {
    const [input, weights] = this.#operands('CONV_2D', inputs, 2);
    const { height, width, channels } = this.#shape(input);
    const [outputs, sizeY, sizeX, depth] = this.#fourDimensions(weights);
    if (depth !== channels) {
      if (channels % depth === 0) throw unsupportedModel('it has grouped convolutions');
      throw invalidModel('the weights of a convolution have another number of channels than its input');
    }
    const { window, result } = this.#window(height, width, { y: sizeY, x: sizeX }, table, CONVOLUTION);
    const operator: Operator = {
      kind: 'convolution',
      input,
      output,
      weights: this.#constant(weights),
      bias: this.#bias(inputs[2], outputs),
      activation: fusedActivation(table, CONVOLUTION.activation),
      ...window,
    };
    this.#add(operator, { height: result.y, width: result.x, channels: outputs });
  }

  #addDepthwise(inputs: readonly number[], output: number, table: Table): void {
    const [input, weights] = this.#operands('DEPTHWISE_CONV_2D', inputs, 2);
    const { height, width, channels } = this.#shape(input);
    const [one, sizeY, sizeX, outputs] = this.#fourDimensions(weights);
    if (one !== 1) throw invalidModel('the weights of a depthwise convolution have a wrong shape');
    if (outputs !== channels) {
      if (outputs % channels === 0) throw unsupportedModel('it has depthwise convolutions with a multiplier');
      throw invalidModel(
        'the weights of a depthwise convolution have another number of channels than its input',
      );
    }
    const { window, result } = this.#window(height, width, { y: sizeY, x: sizeX }, table, DEPTHWISE);
    const operator: Operator = {
      kind: 'depthwise',
      input,
      output,
      weights: this.#constant(weights),
      bias: this.#bias(inputs[2], outputs),
      activation: fusedActivation(table, DEPTHWISE.activation),
      ...window,
    };
    this.#add(operator, { height: result.y, width: result.x, channels });
  }

  /** MediaPipe's transposed convolution. Its options are three integers: padding, horizontal and vertical stride. */
  #addTransposed(inputs: readonly number[], output: number, custom: Span): void {
    const [input, weights] = this.#operands('Convolution2DTransposeBias', inputs, 2);
    const { height, width, channels } = this.#shape(input);
    const [outputs, sizeY, sizeX, depth] = this.#fourDimensions(weights);
    if (depth !== channels) {
      throw invalidModel(
        'the weights of a transposed convolution have another number of channels than its input',
      );
    }
    if (custom.length !== 12) throw invalidModel('a transposed convolution has no options');
    const [, strideX, strideY] = this.#file.integers(custom.offset, 3);
    if (strideY !== sizeY || strideX !== sizeX) {
      throw unsupportedModel('it has transposed convolutions whose windows overlap or leave gaps');
    }
    const operator: Operator = {
      kind: 'transposed',
      input,
      output,
      weights: this.#constant(weights),
      bias: this.#bias(inputs[2], outputs),
      size: { y: sizeY, x: sizeX },
      activation: 'none',
    };
    this.#add(operator, { height: height * sizeY, width: width * sizeX, channels: outputs });
  }

  #addElementwise(name: 'ADD' | 'MUL', inputs: readonly number[], output: number, table: Table): void {
    const [first, second] = this.#operands(name, inputs, 2);
    // A constant has as many channels as the other operand; which one that is must be known first.
    if (this.#isConstant(first) && this.#isConstant(second))
      throw unsupportedModel(`${name} of two constants`);
    const a = this.#isConstant(first) ? this.#constantVector(first, this.#shape(second)) : this.#shape(first);
    const b = this.#isConstant(second) ? this.#constantVector(second, a) : this.#shape(second);
    if (a.channels !== b.channels || !(isSameShape(a, b) || isVector(a) || isVector(b))) {
      throw unsupportedModel(`${name} of maps of different shapes`);
    }
    const activation = fusedActivation(table, ELEMENTWISE.activation);
    const kind = name === 'ADD' ? 'add' : 'multiply';
    this.#add({ kind, inputs: [first, second], output, activation }, isVector(a) ? b : a);
  }

  #addMean(inputs: readonly number[], output: number, table: Table): void {
    const [input, axes] = this.#operands('MEAN', inputs, 2);
    const { channels } = this.#shape(input);
    const list = this.#integers(axes).map((axis) => (axis < 0 ? axis + 4 : axis));
    if ([...list].sort().join() !== '1,2' || table.u8(REDUCE.keepDimensions) === 0) {
      throw unsupportedModel('MEAN over other axes than height and width');
    }
    this.#add({ kind: 'mean', input, output }, { height: 1, width: 1, channels });
  }

  #addGlobalPool(inputs: readonly number[], output: number, table: Table): void {
    const [input] = this.#operands('AVERAGE_POOL_2D', inputs, 1);
    const { height, width, channels } = this.#shape(input);
    const isWhole = table.i32(POOL.height) === height && table.i32(POOL.width) === width;
    if (!isWhole || table.u8(POOL.padding) === SAME_PADDING || table.u8(POOL.activation) !== 0) {
      throw unsupportedModel('AVERAGE_POOL_2D over less than the whole map');
    }
    this.#add({ kind: 'mean', input, output }, { height: 1, width: 1, channels });
  }

  #addResize(inputs: readonly number[], output: number, table: Table): void {
    const [input, size] = this.#operands('RESIZE_BILINEAR', inputs, 2);
    const { channels } = this.#shape(input);
    const [height, width, ...more] = this.#integers(size);
    if (height === undefined || width === undefined || more.length > 0) {
      throw invalidModel('a resize has no size');
    }
    const alignsCorners = table.u8(RESIZE.alignCorners) !== 0;
    const hasHalfPixels = table.u8(RESIZE.halfPixelCenters) !== 0;
    if (alignsCorners && hasHalfPixels) throw invalidModel('a resize has contradictory options');
    const mode: ResizeMode = alignsCorners ? 'align-corners' : hasHalfPixels ? 'half-pixel' : 'asymmetric';
    this.#add({ kind: 'resize', input, output, mode }, { height, width, channels });
  }

  #addConcatenation(inputs: readonly number[], output: number, table: Table): void {
    const [first] = this.#operands('CONCATENATION', inputs, 1, LIMITS.operands);
    const { height, width } = this.#shape(first);
    const axis = table.i32(CONCATENATION.axis);
    if (axis !== 3 && axis !== -1) throw unsupportedModel('CONCATENATION of other things than channels');
    let channels = 0;
    for (const input of inputs) {
      const shape = this.#shape(input);
      if (shape.height !== height || shape.width !== width) {
        throw invalidModel('a concatenation has inputs of different sizes');
      }
      channels += shape.channels;
    }
    const activation = fusedActivation(table, CONCATENATION.activation);
    this.#add({ kind: 'concatenation', inputs, output, activation }, { height, width, channels });
  }

  /** Where windows lie, and how many of them there are. */
  #window(
    height: number,
    width: number,
    size: Pair,
    table: Table,
    fields: typeof CONVOLUTION | typeof DEPTHWISE,
  ): { readonly window: Window; readonly result: Pair } {
    const isSame = table.u8(fields.padding) === SAME_PADDING;
    const stride = { y: table.i32(fields.strideY), x: table.i32(fields.strideX) };
    const dilation = { y: table.i32(fields.dilationY, 1), x: table.i32(fields.dilationX, 1) };
    const y = along(height, size.y, stride.y, dilation.y, isSame);
    const x = along(width, size.x, stride.x, dilation.x, isSame);
    return {
      window: { size, stride, dilation, padding: { y: y.before, x: x.before } },
      result: { y: y.count, x: x.count },
    };
  }

  #bias(id: number | undefined, count: number): Constant | undefined {
    return id === undefined || id === -1 ? undefined : this.#constant(id, [count]);
  }

  /** An operator's result: what the file declares must be what follows from the inputs. */
  #add(operator: Operator, shape: MapShape): void {
    const { output } = operator;
    if (this.#isMade(output)) throw invalidModel('two operators have the same result');
    if (this.#tensor(output).data) throw invalidModel("an operator's result is a constant");
    const declared = this.#declaredShape(output);
    if (!isSameShape(shape, declared)) {
      throw invalidModel(
        `the result of an operator is declared as ${describe(declared)} but must be ${describe(shape)}`,
      );
    }
    this.#shapes.set(output, declared);
    this.#operators.push(operator);
  }

  #isMade(id: number): boolean {
    return this.#shapes.has(id) || this.#converted.has(id);
  }

  #isConstant(id: number): boolean {
    return !this.#shapes.has(id) || this.#constants.has(id);
  }

  /** The shape of a map that exists already. */
  #shape(id: number): MapShape {
    const shape = this.#shapes.get(id);
    if (shape && !this.#constants.has(id)) return shape;
    if (this.#tensor(id).data || this.#converted.has(id)) {
      throw unsupportedModel('it computes with a constant where a map is expected');
    }
    throw invalidModel('an operator reads what no operator before it makes');
  }

  /** A constant operand of an elementwise operator; `other` is the other operand's shape. */
  #constantVector(id: number, other: MapShape): MapShape {
    const shape = { height: 1, width: 1, channels: other.channels };
    const constant = this.#constant(id);
    const { shape: dimensions } = this.#tensor(id);
    const isVectorOfChannels = constant.count === (dimensions.at(-1) ?? 1);
    if (!isVectorOfChannels || (constant.count !== other.channels && constant.count !== 1)) {
      throw unsupportedModel('it computes with constants that are not vectors of channels');
    }
    const before = this.#shapes.get(id);
    if (before && !isSameShape(before, shape)) {
      throw unsupportedModel('it uses one constant for maps of different channels');
    }
    this.#shapes.set(id, shape);
    this.#constants.set(id, constant);
    return shape;
  }

  /** The shape that the file declares for a map. */
  #declaredShape(id: number): MapShape {
    const { type } = this.#tensor(id);
    if (type !== TYPE.float32) throw unsupportedModel('it computes with other numbers than floats');
    const [batch, height, width, channels] = this.#fourDimensions(id);
    if (batch !== 1) throw unsupportedModel('its batch size is not 1');
    return { height, width, channels };
  }

  #fourDimensions(id: number): readonly [number, number, number, number] {
    const { shape } = this.#tensor(id);
    const [a, b, c, d, ...more] = shape;
    if (a === undefined || b === undefined || c === undefined || d === undefined || more.length > 0) {
      throw unsupportedModel(`it has maps of ${shape.length} dimensions`);
    }
    if (shape.some((side) => side < 1)) throw invalidModel('a shape has a side of 0');
    if (shape.some((side) => side > LIMITS.side)) throw unsupportedModel('it has maps of enormous size');
    return [a, b, c, d];
  }

  /** Floats of the file, as many as their shape says; `shape` if they must have a certain one. */
  #constant(id: number, shape: readonly number[] = this.#tensor(id).shape): Constant {
    if (this.#tensor(id).shape.join() !== shape.join()) throw invalidModel('a constant has a wrong shape');
    const converted = this.#converted.get(id);
    if (converted) return converted;
    const { data, type } = this.#tensor(id);
    if (!data) {
      throw this.#shapes.has(id)
        ? unsupportedModel('it computes its weights')
        : invalidModel('a constant has no values');
    }
    if (type !== TYPE.float32 && type !== TYPE.float16) throw unsupportedModel('its weights are integers');
    const isHalf = type === TYPE.float16;
    return { offset: data.offset, count: countOf(shape, data, isHalf ? 2 : 4), isHalf };
  }

  /** A short list of integers of the file. */
  #integers(id: number): readonly number[] {
    const { shape, type, data } = this.#tensor(id);
    if (!data) throw unsupportedModel('it computes sizes');
    if (type !== TYPE.int32) throw unsupportedModel('it has sizes of an unknown type');
    const length = countOf(shape, data, 4);
    if (length > LIMITS.dimensions) throw invalidModel('a list of sizes is too long');
    return this.#file.integers(data.offset, length);
  }

  /** The first operands of an operator, all of which must be there. */
  #operands(name: string, inputs: readonly number[], count: 1, most?: number): readonly [number];
  #operands(name: string, inputs: readonly number[], count: 2, most?: number): readonly [number, number];
  #operands(name: string, inputs: readonly number[], count: number, most = 3): readonly number[] {
    if (inputs.length < count || inputs.length > most) {
      throw invalidModel(`${name} has ${inputs.length} operands`);
    }
    return inputs.slice(0, count);
  }

  #tensor(id: number): Tensor {
    const tensor = this.#tensors[id];
    if (!tensor) throw invalidModel('an operator names a tensor that is not there');
    return tensor;
  }
}

/** How many windows lie along a side, and how many zeros before the first. */
function along(
  length: number,
  size: number,
  stride: number,
  dilation: number,
  isSame: boolean,
): { readonly count: number; readonly before: number } {
  if (stride < 1 || dilation < 1) throw invalidModel('a stride or a dilation is not positive');
  if (stride > LIMITS.side || dilation > LIMITS.side) throw unsupportedModel('it has enormous strides');
  const span = (size - 1) * dilation + 1;
  if (isSame) {
    const count = Math.ceil(length / stride);
    return { count, before: Math.max(0, (count - 1) * stride + span - length) >> 1 };
  }
  if (span > length) throw invalidModel('a window is larger than what it lies on');
  return { count: Math.floor((length - span) / stride) + 1, before: 0 };
}

/** How many values a constant has: its bytes must be those of its shape. */
function countOf(shape: readonly number[], data: Span, bytes: number): number {
  const count = shape.reduce((product, side) => product * side, 1);
  if (!(count * bytes === data.length)) {
    throw invalidModel('the bytes of a constant do not match its shape');
  }
  return count;
}

function options(name: string, table: Table): Table {
  const found = table.table(OPERATOR.options);
  if (!found) throw invalidModel(`${name} has no options`);
  return found;
}

function fusedActivation(table: Table, field: number): Activation {
  switch (table.u8(field)) {
    case 0:
      return 'none';
    case 1:
      return 'relu';
    case 3:
      return 'relu6';
    default:
      throw unsupportedModel('it has an unknown activation');
  }
}

function describe({ height, width, channels }: MapShape): string {
  return `${height}x${width}x${channels}`;
}
