import { unsupportedModel } from './errors.js';
import type {
  Activation,
  Constant,
  Convolution,
  Depthwise,
  Elementwise,
  Graph,
  MapId,
  MapShape,
  Operator,
  Resize,
  Transposed,
  Window,
} from './graph.js';
import { inputsOf, isSameShape, isVector } from './graph.js';
import { Layout, pixelStep, type RowMap, Rows, storedChannels } from './layout.js';
import { countUses, findProducers, simplify } from './simplify.js';
import { type Address, type FileAddress, type Place, Tape } from './tape.js';

/** The limit of multiplications per run, which bounds its time. The largest known network needs 0.8e9. */
const MAX_WORK = 4e9;

/** The most operators one behind the other: rows are asked for from the last to the first. */
const MAX_DEPTH = 512;

/** A result of a network: pixel by pixel, their channels without padding. */
export interface PlannedOutput extends Address {
  readonly shape: MapShape;
}

/** How a network is run. All addresses are bytes from the beginning of its memory, which must be zeros at first. */
export interface Plan {
  /** How much memory it takes, the tape's own included. */
  readonly bytes: number;
  readonly input: MapShape;
  readonly outputs: readonly PlannedOutput[];
  /** Runs the network. */
  readonly tape: Tape;
  /** Where the tape is to be put. */
  readonly tapeAt: number;
  /** Runs once, before, to bring the weights into the kernels' order. */
  readonly packing: Tape;
  /** What is to be put where, before. */
  readonly tables: readonly Table[];
}

interface Table extends Address {
  readonly words: Int32Array<ArrayBuffer>;
}

/**
 * Plans how a network is run: which kernel makes which row when, and where it lies.
 *
 * @throws {@link EngineError} `MODEL_UNSUPPORTED` if the network is too large.
 */
export function planNetwork(graph: Graph): Plan {
  return new Planner(simplify(graph)).plan();
}

/** A map whose sums make a mean, and what they are multiplied by. */
interface Summand {
  readonly map: RowMap;
  readonly scale: number;
}

class Planner {
  readonly #graph: Graph;
  readonly #uses: ReadonlyMap<MapId, number>;
  readonly #producers: ReadonlyMap<MapId, Operator>;
  /** For each operator, when it comes. */
  readonly #order: ReadonlyMap<Operator, number>;
  readonly #layout = new Layout();
  readonly #tape = new Tape();
  readonly #packing = new Tape();
  readonly #rows = new Rows(this.#tape);
  readonly #tables: Table[] = [];
  readonly #maps = new Map<MapId, RowMap>();
  #dense: RowMap | undefined;
  #work = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#uses = countUses(graph);
    this.#producers = findProducers(graph);
    this.#order = new Map(graph.operators.map((operator, index) => [operator, index]));
    assertDepth(graph);
  }

  plan(): Plan {
    const outputs = this.#graph.outputs.map((id) => this.#output(id));
    for (const { sums, stored } of this.#rows.summed) {
      if (sums) this.#tape.clear(sums, 4 * stored);
    }
    for (const { emit } of outputs) emit();
    this.#rows.place(this.#layout);
    const tapeAt = this.#layout.allocate(this.#tape.bytes).at;
    return {
      bytes: this.#layout.bytes,
      input: this.#shape(this.#graph.input),
      outputs: outputs.map(({ at, shape }) => ({ at, shape })),
      tape: this.#tape,
      tapeAt,
      packing: this.#packing,
      tables: this.#tables,
    };
  }

  /** Plans where a result goes, and how it gets there. */
  #output(id: MapId): PlannedOutput & { readonly emit: () => void } {
    const shape = this.#shape(id);
    const { height, width, channels } = shape;
    const { at } = this.#layout.allocate(4 * height * width * channels);
    const rowAt = (y: number): Address => ({ at: at + 4 * y * width * channels });
    const producer = this.#onlyUsed(id);
    if (producer?.kind === 'resize') {
      const resizeRow = this.#resize(producer, channels);
      return { at, shape, emit: () => forEachRow(height, (y) => resizeRow(y, rowAt(y))) };
    }
    if (producer?.kind === 'transposed' && channels === 1 && producer.size.y === 2 && producer.size.x === 2) {
      const rows = this.#transposedToOne(producer);
      return {
        at,
        shape,
        emit: () => forEachRow(height / 2, (y) => rows(y, rowAt(2 * y), rowAt(2 * y + 1))),
      };
    }
    const map = this.#map(id);
    const steps = { source: pixelStep(map), target: 4 * channels };
    const emit = () =>
      forEachRow(height, (y) => {
        this.#rows.need(map, y);
        this.#tape.copyChannels(this.#rows.at(map, y), rowAt(y), steps, channels, 0, width);
      });
    return { at, shape, emit };
  }

  /** A map of the graph, with at least its channels stored in multiples of eight. */
  #map(id: MapId): RowMap {
    const known = this.#maps.get(id);
    if (known) return known;
    const map = this.#newMap(id);
    this.#maps.set(id, map);
    return map;
  }

  #newMap(id: MapId): RowMap {
    const constant = this.#graph.constants.get(id);
    if (constant) return this.#constant(constant, this.#shape(id));
    const operator = this.#producers.get(id);
    switch (operator?.kind) {
      case undefined:
        return this.#widenedInput();
      case 'convolution':
        return this.#convolution(operator);
      case 'depthwise':
        return this.#depthwise(operator);
      case 'transposed':
        return this.#transposed(operator);
      case 'add':
        return this.#sum(operator);
      case 'multiply':
        return this.#combination(operator);
      case 'mean':
        return this.#mean(operator.input, this.#shape(id));
      case 'activate': {
        const source = this.#map(operator.input);
        return this.#add(this.#shape(id), (y, target, map) => {
          this.#rows.need(source, y);
          const count = map.stored * map.shape.width;
          this.#tape.activateRow(this.#rows.at(source, y), target, count, operator.activation);
        });
      }
      case 'resize': {
        const shape = this.#shape(id);
        return this.#add(shape, this.#resize(operator, storedChannels(shape.channels)));
      }
      case 'concatenation':
        return this.#concatenation(operator.inputs, this.#shape(id), operator.activation);
    }
  }

  /** Adds a map whose rows are made by `make`, which gets the row's place; a sigmoid follows if that is the activation. */
  #add(
    shape: MapShape,
    make: (row: number, target: Place, map: RowMap) => void,
    activation: Activation = 'none',
  ): RowMap {
    const map = this.#rows.add(shape, (y) => {
      const target = this.#rows.at(map, y);
      make(y, target, map);
      if (activation === 'sigmoid') this.#activateInPlace(target, map, activation);
    });
    this.#countWork(shape, 1);
    return map;
  }

  #activateInPlace(row: Place, { stored, shape }: RowMap, activation: Activation): void {
    this.#tape.activateRow(row, row, stored * shape.width, activation);
  }

  #constant(constant: Constant, shape: MapShape): RowMap {
    const { channels } = shape;
    const at = this.#layout.allocate(4 * storedChannels(channels));
    this.#packing.packVector(inFile(constant), at, channels, constant.count === 1 ? 0 : 1);
    return this.#rows.add(shape, () => {}, { constant: at });
  }

  /** The network's input as it is given: for windows, which take any number of channels. */
  #denseInput(): RowMap {
    if (this.#dense) return this.#dense;
    const shape = this.#shape(this.#graph.input);
    const bytes = 4 * shape.width * shape.channels;
    const map = this.#rows.add(shape, (y) => this.#tape.loadInput(this.#rows.at(map, y), bytes * y, bytes), {
      stored: shape.channels,
    });
    this.#dense = map;
    return map;
  }

  /** The network's input with channels in multiples of eight: for all other kernels. */
  #widenedInput(): RowMap {
    const dense = this.#denseInput();
    const { channels, width } = dense.shape;
    return this.#add(dense.shape, (y, target, { stored }) => {
      this.#rows.need(dense, y);
      const steps = { source: pixelStep(dense), target: 4 * stored };
      this.#tape.copyChannels(this.#rows.at(dense, y), target, steps, channels, stored - channels, width);
    });
  }

  /** What a convolution reads: the input's channels need not be widened for it. */
  #convolved(id: MapId): RowMap {
    return id === this.#graph.input ? this.#denseInput() : this.#map(id);
  }

  /** @param add - A map, or a vector, that is added before the activation. */
  #convolution(operator: Convolution, add?: RowMap, activation = operator.activation): RowMap {
    if (isPointwise(operator)) {
      const spread = add ? undefined : this.#spreadVector(operator);
      if (spread) return this.#pointwiseWithVector(operator, spread);
      const gated = this.#gatedInput(operator);
      const source = gated ? this.#map(gated.input) : this.#convolved(operator.input);
      if (source.stored % 4 === 0) {
        const gate = gated && this.#map(gated.gate);
        const part = { from: 0, channels: source.shape.channels };
        return this.#pointwise(operator, source, part, operator.bias, gate, add, activation);
      }
    }
    return this.#windows(operator, add, activation);
  }

  /**
   * A 1x1 convolution of some of the channels that its weights are for.
   *
   * @param gate - A vector with which the input is multiplied.
   * @param add - A map, or a vector, that is added before the activation.
   */
  #pointwise(
    operator: Convolution,
    source: RowMap,
    part: { readonly from: number; readonly channels: number },
    bias: Constant | undefined,
    gate: RowMap | undefined,
    add: RowMap | undefined,
    activation: Activation,
  ): RowMap {
    const { channels } = this.#shape(operator.output);
    const shape = { ...source.shape, channels };
    const outputs = storedChannels(channels);
    const inputs = source.stored;
    const bytes = 4 * outputs * (inputs + 1);
    const packed = this.#layout.allocate(bytes);
    const all = operator.weights.count / channels;
    this.#packing.packConvolution(
      inFile(operator.weights, part.from),
      bias && inFile(bias),
      packed,
      channels,
      all,
      1,
      part.channels,
      inputs,
    );
    this.#countWork(shape, inputs);
    const weights = gate ? this.#layout.allocate(bytes) : packed;
    const addStep = add && !isVector(add.shape) ? pixelStep(add) : 0;
    return this.#add(
      shape,
      (y, target) => {
        if (gate && y === 0) {
          const factors = this.#rows.matching(gate, 0);
          this.#tape.gateWeights(packed, factors, weights, inputs, outputs);
        }
        const addend = add && this.#rows.matching(add, y);
        this.#rows.need(source, y);
        this.#tape.pointwise({
          source: this.#rows.at(source, y),
          inputs,
          weights,
          target,
          targetStep: 4 * outputs,
          outputs,
          pixels: shape.width,
          activation: clamping(activation),
          add: addend,
          addStep,
        });
      },
      activation,
    );
  }

  /** If a 1x1 convolution's input is a map times a vector and nothing else needs it: these two. */
  #gatedInput({ input, output }: Convolution): { input: MapId; gate: MapId } | undefined {
    const gated = this.#gated(input);
    if (!gated) return undefined;
    // The weights are multiplied instead, which pays where there are fewer of them.
    const { height, width, channels } = this.#shape(output);
    return height * width > channels ? gated : undefined;
  }

  /** If a map is another one times a vector and is needed once: these two. */
  #gated(id: MapId): { input: MapId; gate: MapId } | undefined {
    const product = this.#onlyUsed(id);
    if (product?.kind !== 'multiply' || product.activation !== 'none') return undefined;
    const [first, second] = product.inputs;
    const [a, b] = [first, second].map((operand) => isVector(this.#shape(operand)));
    if (a === b) return undefined;
    return a ? { input: second, gate: first } : { input: first, gate: second };
  }

  /**
   * If a convolution's input is a vector, spread over a map, beside another map: these two, and where their channels begin.
   */
  #spreadVector({ input }: Convolution): SpreadVector | undefined {
    const concatenation = this.#onlyUsed(input);
    if (concatenation?.kind !== 'concatenation' || concatenation.activation !== 'none') return undefined;
    const [first, second, ...others] = concatenation.inputs;
    if (first === undefined || second === undefined || others.length > 0) return undefined;
    for (const [spread, map] of [
      [first, second],
      [second, first],
    ] as const) {
      const resize = this.#producers.get(spread);
      if (resize?.kind !== 'resize' || !isVector(this.#shape(resize.input))) continue;
      const behind = this.#shape(first).channels;
      const [vectorFrom, mapFrom] = spread === first ? [0, behind] : [behind, 0];
      return { vector: resize.input, vectorFrom, map, mapFrom };
    }
    return undefined;
  }

  /** The vector is convolved once and added to each pixel. */
  #pointwiseWithVector(operator: Convolution, { vector, vectorFrom, map, mapFrom }: SpreadVector): RowMap {
    const { activation, bias } = operator;
    const source = this.#map(vector);
    const vectorPart = { from: vectorFrom, channels: source.shape.channels };
    const share = this.#pointwise(operator, source, vectorPart, bias, undefined, undefined, 'none');
    const rest = this.#map(map);
    const restPart = { from: mapFrom, channels: rest.shape.channels };
    return this.#pointwise(operator, rest, restPart, undefined, undefined, share, activation);
  }

  #windows(operator: Convolution, add: RowMap | undefined, activation: Activation): RowMap {
    const source = this.#convolved(operator.input);
    const shape = this.#shape(operator.output);
    const { size, dilation, stride } = operator;
    const outputs = storedChannels(shape.channels);
    const taps = size.y * size.x;
    const weights = this.#layout.allocate(4 * outputs * (taps * source.stored + 1));
    const { channels } = source.shape;
    this.#packing.packConvolution(
      inFile(operator.weights),
      operator.bias && inFile(operator.bias),
      weights,
      shape.channels,
      taps * channels,
      taps,
      channels,
      source.stored,
    );
    this.#countWork(shape, taps * source.stored);
    // Taps that touch are one run.
    const isTouching = dilation.x === 1;
    const columns = isTouching ? [0] : Array.from({ length: size.x }, (_, x) => x * dilation.x);
    const takeWindow = this.#takeWindows(source, operator, shape);
    return this.#add(
      shape,
      (y, target) => {
        const addend = add && this.#rows.matching(add, y);
        this.#tape.windows({
          runs: takeWindow(y, columns),
          length: isTouching ? size.x * source.stored : source.stored,
          step: stride.x * pixelStep(source),
          weights,
          target,
          outputs,
          pixels: shape.width,
          activation: clamping(activation),
          add: addend,
        });
      },
      activation,
    );
  }

  /**
   * Prepares a map for windows.
   *
   * @returns What makes the rows of a window and says where its taps are, in these columns of it.
   */
  #takeWindows(
    source: RowMap,
    { size, stride, dilation, padding }: Window,
    { width }: MapShape,
  ): (row: number, columns: readonly number[]) => readonly Place[] {
    const span = (width - 1) * stride.x + (size.x - 1) * dilation.x + 1;
    this.#rows.extendBorder(source, padding.x, Math.max(0, span - padding.x - source.shape.width));
    return (row, columns) => {
      const top = row * stride.y - padding.y;
      const bottom = Math.min(source.shape.height - 1, top + (size.y - 1) * dilation.y);
      this.#rows.need(source, bottom);
      const places: Place[] = [];
      for (let y = 0; y < size.y; y++) {
        for (const x of columns) {
          places.push(this.#rows.tap(source, top + y * dilation.y, x, padding.x));
        }
      }
      return places;
    };
  }

  /** @param add - A map that is added after the activation. */
  #depthwise(operator: Depthwise, add?: RowMap): RowMap {
    const { size, stride, dilation, activation } = operator;
    const source = this.#map(operator.input);
    const shape = this.#shape(operator.output);
    const taps = size.y * size.x;
    const weights = this.#layout.allocate(4 * source.stored * (taps + 1));
    const bias = operator.bias && inFile(operator.bias);
    this.#packing.packDepthwise(inFile(operator.weights), bias, weights, shape.channels, taps);
    this.#countWork(shape, taps);
    const takeWindow = this.#takeWindows(source, operator, shape);
    const columns = Array.from({ length: size.x }, (_, x) => x * dilation.x);
    const special = specialWindow(operator, shape.width);
    const isSigmoid = activation === 'sigmoid';
    return this.#add(shape, (y, target, map) => {
      const addend = add && this.#rows.matching(add, y);
      const options = {
        weights,
        target,
        pixels: shape.width,
        channels: source.stored,
        activation: clamping(activation),
        add: isSigmoid ? undefined : addend,
      };
      if (special) {
        this.#tape.depthwiseSquare(special.size, special.stride, takeWindow(y, [0]), options);
      } else {
        this.#tape.depthwise(takeWindow(y, columns), stride.x * pixelStep(source), options);
      }
      if (!isSigmoid) return;
      this.#activateInPlace(target, map, activation);
      if (!addend) return;
      this.#tape.combine('add', target, addend, pixelStep(map), target, shape.width, map.stored, 'none');
    });
  }

  #transposed(operator: Transposed): RowMap {
    const { size, weights, activation, output } = operator;
    const source = this.#map(operator.input);
    const shape = this.#shape(output);
    const outputs = storedChannels(shape.channels);
    const inputs = source.stored;
    const { channels } = source.shape;
    const taps = Array.from({ length: size.y * size.x }, (_, tap) => {
      const packed = this.#layout.allocate(4 * outputs * (inputs + 1));
      this.#packing.packConvolution(
        inFile(weights, tap * channels),
        operator.bias && inFile(operator.bias),
        packed,
        shape.channels,
        size.y * size.x * channels,
        1,
        channels,
        inputs,
      );
      return packed;
    });
    this.#countWork(shape, inputs);
    return this.#add(
      shape,
      (y, _, map) => {
        const from = Math.floor(y / size.y);
        this.#rows.need(source, from);
        const rowOfTaps = taps.slice((y % size.y) * size.x, ((y % size.y) + 1) * size.x);
        rowOfTaps.forEach((packed, x) => {
          this.#tape.pointwise({
            source: this.#rows.at(source, from),
            inputs,
            weights: packed,
            target: this.#rows.at(map, y, x * pixelStep(map)),
            targetStep: size.x * pixelStep(map),
            outputs,
            pixels: source.shape.width,
            activation: clamping(activation),
            add: undefined,
            addStep: 0,
          });
        });
      },
      activation,
    );
  }

  /** The usual last layer, straight into the result. */
  #transposedToOne(operator: Transposed): (row: number, upper: Address, lower: Address) => void {
    const source = this.#map(operator.input);
    const { width, channels } = source.shape;
    const weights = this.#layout.allocate(16 * (source.stored + 1));
    const bias = operator.bias && inFile(operator.bias);
    this.#packing.packTransposed(inFile(operator.weights), bias, weights, channels);
    this.#countWork(source.shape, 4);
    return (y, upper, lower) => {
      this.#rows.need(source, y);
      const row = this.#rows.at(source, y);
      this.#tape.transposedToOne(row, weights, upper, lower, width, source.stored, operator.activation);
    };
  }

  /** A sum, as a part of what makes one of its terms where that is possible. */
  #sum(operator: Elementwise): RowMap {
    const [first, second] = operator.inputs;
    const shape = this.#shape(operator.output);
    // The term that is made last waits least for the other one.
    const orders = [
      [first, second],
      [second, first],
    ] as const;
    const when = (id: MapId) => {
      const producer = this.#producers.get(id);
      return producer ? (this.#order.get(producer) ?? 0) : -1;
    };
    const sorted = when(first) > when(second) ? orders : orders.toReversed();
    for (const [term, other] of sorted) {
      const map = isSameShape(this.#shape(term), shape) && this.#sumInto(term, other, operator);
      if (map) return map;
    }
    return this.#combination(operator);
  }

  /** A sum as a part of what makes `term`, if that can be. */
  #sumInto(term: MapId, other: MapId, { activation }: Elementwise): RowMap | undefined {
    const producer = this.#producers.get(term);
    if (producer?.kind === 'resize' && activation === 'none' && this.#isDoubling(producer)) {
      const gated = this.#gated(other);
      return gated && this.#doublePlusGated(producer, gated.input, gated.gate);
    }
    if (this.#uses.get(term) !== 1) return undefined;
    const isOtherVector = isVector(this.#shape(other)) && !isVector(this.#shape(term));
    if (producer?.kind === 'depthwise' && activation === 'none' && !isOtherVector) {
      return this.#depthwise(producer, this.#map(other));
    }
    if (producer?.kind === 'convolution' && producer.activation === 'none') {
      if (isOtherVector && !(isPointwise(producer) && producer.input !== this.#graph.input)) return undefined;
      return this.#convolution(producer, this.#map(other), activation);
    }
    return undefined;
  }

  #combination({ kind, inputs, output, activation }: Elementwise): RowMap {
    const shape = this.#shape(output);
    const [a, b] = inputs.map((id) => this.#map(id));
    if (!a || !b) throw new RangeError('A sum or product has two operands.');
    const [first, second] = isSameShape(a.shape, shape) && !a.constant ? [a, b] : [b, a];
    const step = isVector(second.shape) ? 0 : pixelStep(second);
    return this.#add(shape, (y, target, { stored }) => {
      const x = this.#rows.matching(first, y);
      const z = this.#rows.matching(second, y);
      this.#tape.combine(kind, x, z, step, target, shape.width, stored, activation);
    });
  }

  #mean(input: MapId, shape: MapShape): RowMap {
    const summands = this.#summands(input);
    for (const { map } of summands) map.sums ??= this.#layout.allocate(pixelStep(map));
    return this.#add(shape, (_, target, { stored }) => {
      for (const { map } of summands) this.#rows.need(map, map.shape.height - 1);
      summands.forEach(({ map, scale }, index) => {
        if (map.sums) this.#tape.addScaled(map.sums, scale, target, stored, index > 0);
      });
    });
  }

  /** The maps whose means make a map's mean: sums that only means need are never computed, nor are enlargements. */
  #summands(id: MapId): readonly Summand[] {
    const operator = this.#producers.get(id);
    if (operator?.kind === 'resize' && this.#isDoubling(operator)) return this.#summands(operator.input);
    if (operator?.kind === 'add' && operator.activation === 'none') {
      const [first, second] = operator.inputs;
      const isPlain = [first, second].every(
        (term) => isSameShape(this.#shape(term), this.#shape(id)) && !this.#graph.constants.has(term),
      );
      if (isPlain && this.#isReadByMeansOnly(id))
        return [...this.#summands(first), ...this.#summands(second)];
    }
    const map = this.#map(id);
    return [{ map, scale: 1 / (map.shape.height * map.shape.width) }];
  }

  #isReadByMeansOnly(id: MapId): boolean {
    const readers = this.#graph.operators.filter((operator) => inputsOf(operator).includes(id));
    return !this.#graph.outputs.includes(id) && readers.every(({ kind }) => kind === 'mean');
  }

  /** Whether a resize makes a map exactly twice as large, with pixels between those before. */
  #isDoubling({ input, output, mode }: Resize): boolean {
    const [before, after] = [this.#shape(input), this.#shape(output)];
    return mode === 'half-pixel' && after.height === 2 * before.height && after.width === 2 * before.width;
  }

  /** @returns What makes a row, of so many channels a pixel. */
  #resize(operator: Resize, channels: number): (row: number, target: Place) => void {
    const source = this.#map(operator.input);
    const shape = this.#shape(operator.output);
    const { height, width } = source.shape;
    this.#countWork(shape, 2);
    if (this.#isDoubling(operator) && channels === source.stored) {
      const rows = this.#doublingRows(source);
      return (y, target) => {
        const { near, far } = rows(y);
        this.#tape.doubleRow(near, far, undefined, undefined, target, width, source.stored);
      };
    }
    const scratch = this.#layout.allocate(pixelStep(source) * width);
    const columns = this.#columns(width, shape.width, operator.mode);
    return (y, target) => {
      const { before, after, share } = sampleAt(y, height, shape.height, operator.mode);
      this.#rows.need(source, after);
      this.#tape.resizeRow({
        upper: this.#rows.at(source, before),
        lower: this.#rows.at(source, after),
        share,
        columns,
        scratch,
        source: { pixels: width, channels: source.stored },
        target,
        pixels: shape.width,
        channels,
      });
    };
  }

  /** A table of where each column of a resized row comes from. */
  #columns(before: number, after: number, mode: Resize['mode']): Address {
    const words = new Int32Array(3 * after);
    const shares = new Float32Array(words.buffer);
    for (let x = 0; x < after; x++) {
      const sample = sampleAt(x, before, after, mode);
      words[3 * x] = sample.before;
      words[3 * x + 1] = sample.after;
      shares[3 * x + 2] = sample.share;
    }
    const { at } = this.#layout.allocate(words.byteLength);
    this.#tables.push({ at, words });
    return { at };
  }

  #doublePlusGated(operator: Resize, skip: MapId, gate: MapId): RowMap {
    const source = this.#map(operator.input);
    const rows = this.#doublingRows(source);
    const other = this.#map(skip);
    const factors = this.#map(gate);
    const shape = this.#shape(operator.output);
    this.#countWork(shape, 3);
    return this.#add(shape, (y, target) => {
      const factor = this.#rows.matching(factors, 0);
      const { near, far } = rows(y);
      const row = this.#rows.matching(other, y);
      this.#tape.doubleRow(near, far, row, factor, target, source.shape.width, source.stored);
    });
  }

  /** @returns What makes the two rows between which a row of twice the size is, and says where they are. */
  #doublingRows(source: RowMap): (row: number) => { readonly near: Place; readonly far: Place } {
    const last = source.shape.height - 1;
    return (y) => {
      const near = y >> 1;
      const far = Math.min(last, Math.max(0, near + (y % 2 === 0 ? -1 : 1)));
      this.#rows.need(source, Math.max(near, far));
      return { near: this.#rows.at(source, near), far: this.#rows.at(source, far) };
    };
  }

  #concatenation(inputs: readonly MapId[], shape: MapShape, activation: Activation): RowMap {
    const parts = inputs.map((id) => this.#map(id));
    const padding = storedChannels(shape.channels) - shape.channels;
    return this.#add(shape, (y, _, map) => {
      let from = 0;
      parts.forEach((part, index) => {
        this.#rows.need(part, y);
        const { channels, width } = part.shape;
        const steps = { source: pixelStep(part), target: pixelStep(map) };
        const zeros = index === parts.length - 1 ? padding : 0;
        const target = this.#rows.at(map, y, 4 * from);
        this.#tape.copyChannels(this.#rows.at(part, y), target, steps, channels, zeros, width);
        from += channels;
      });
      if (activation !== 'none') this.#activateInPlace(this.#rows.at(map, y), map, activation);
    });
  }

  /** What makes a map, if that is needed only once. */
  #onlyUsed(id: MapId): Operator | undefined {
    return this.#uses.get(id) === 1 ? this.#producers.get(id) : undefined;
  }

  #shape(id: MapId): MapShape {
    const shape = this.#graph.shapes.get(id);
    if (!shape) throw new RangeError('A graph has a shape for each of its maps.');
    return shape;
  }

  #countWork({ height, width, channels }: MapShape, perValue: number): void {
    this.#work += height * width * storedChannels(channels) * perValue;
    if (this.#work > MAX_WORK) throw unsupportedModel('one run would take too long');
  }
}

/** A vector that is the same at each pixel, and a map, with where the weights for their channels begin. */
interface SpreadVector {
  readonly vector: MapId;
  readonly vectorFrom: number;
  readonly map: MapId;
  readonly mapFrom: number;
}

/** Between which two rows, or columns, one of a resized map is, and how much the second counts. */
function sampleAt(
  index: number,
  before: number,
  after: number,
  mode: Resize['mode'],
): { readonly before: number; readonly after: number; readonly share: number } {
  const corners = mode === 'align-corners' && after > 1;
  const scale = corners ? (before - 1) / (after - 1) : before / after;
  const position = mode === 'half-pixel' ? (index + 0.5) * scale - 0.5 : index * scale;
  const lower = Math.min(before - 1, Math.max(0, Math.floor(position)));
  const share = Math.max(0, position - lower);
  return { before: lower, after: Math.min(lower + 1, before - 1), share };
}

/** If there is a kernel for just these windows: which. It needs rows of some length. */
function specialWindow(
  { size, stride, dilation }: Window,
  pixels: number,
): { readonly size: 3 | 5; readonly stride: 1 | 2 } | undefined {
  if (dilation.x !== 1 || size.y !== size.x || (size.x !== 3 && size.x !== 5)) return undefined;
  if (stride.x === 1 && pixels >= 8) return { size: size.x, stride: 1 };
  if (stride.x === 2 && pixels >= 4) return { size: size.x, stride: 2 };
  return undefined;
}

function isPointwise({ size, stride }: Convolution): boolean {
  return size.y === 1 && size.x === 1 && stride.y === 1 && stride.x === 1;
}

/** What the convolutions' kernels do themselves; a sigmoid follows. */
function clamping(activation: Activation): Activation {
  return activation === 'sigmoid' ? 'none' : activation;
}

/** Where a constant is, or its values from one of them on. */
function inFile({ offset, isHalf }: Constant, from = 0): FileAddress {
  return { inFile: offset + from * (isHalf ? 2 : 4), isHalf };
}

function forEachRow(rows: number, action: (row: number) => void): void {
  for (let y = 0; y < rows; y++) action(y);
}

function assertDepth({ operators }: Graph): void {
  const depths = new Map<MapId, number>();
  for (const operator of operators) {
    const depth = 1 + Math.max(...inputsOf(operator).map((id) => depths.get(id) ?? 0));
    if (depth > MAX_DEPTH) throw unsupportedModel('it has too many layers');
    depths.set(operator.output, depth);
  }
}
