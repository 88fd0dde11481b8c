import { unsupportedModel } from '../errors.js';
import type {
  Activation,
  Concatenation,
  Convolution,
  Depthwise,
  Elementwise,
  MapId,
  MapShape,
  Operator,
  Resize,
  Transposed,
  Window,
} from '../graph.js';
import { isSameShape, isVector } from '../graph.js';
import { countUses, findProducers } from '../simplify.js';
import { blocksOf, type Fused } from './fusion.js';
import { firstGap, type Storage, type Sums, shapeOf } from './lower.js';
import { isPointwise, type PreparedGraph } from './prepare.js';
import {
  ACTIVATION,
  COMBINATION,
  emptyStep,
  OPERATION,
  PLACE,
  SLOTS,
  type StepFields,
  THREADS,
} from './steps.js';
import type { Weights } from './weights.js';

/** So many workgroups keep a large GPU busy; with more, each one reads all weights for fewer pixels. */
const WANTED_TILES = 40;

/** Tiles, in rows and columns, from the largest to the smallest. */
const TILES = [
  [8, 8],
  [4, 8],
  [4, 4],
  [2, 4],
  [2, 2],
  [1, 2],
  [1, 1],
] as const;

/** A step whose place in the workgroup's memory is not known yet. */
interface Draft {
  readonly fields: StepFields;
  readonly isVector: boolean;
  /** The steps whose values it reads in the workgroup's memory, and in which of its fields their place goes. */
  readonly reads: { readonly step: Draft; readonly field: 'source' | 'operand' }[];
  /** What it makes. */
  output: MapId | undefined;
}

/** Where an operand is: the fields that say so, and the step that makes it if it is in the workgroup's memory. */
interface Operand {
  readonly place: number;
  readonly at: number;
  readonly step: number;
  readonly draft: Draft | undefined;
  readonly shape: MapShape;
}

/** What a dispatch does. */
export interface BuiltDispatch {
  readonly steps: readonly StepFields[];
  /** The steps whose tiles leave sums, and of which map. */
  readonly summed: readonly { readonly step: StepFields; readonly id: MapId }[];
  readonly tileRows: number;
  readonly tileColumns: number;
}

/** Makes the steps of one dispatch. */
export class DispatchBuilder {
  readonly #graph: PreparedGraph;
  readonly #storage: Storage;
  readonly #weights: Weights;
  readonly #sums: ReadonlyMap<MapId, Sums>;
  readonly #uses: ReadonlyMap<MapId, number>;
  readonly #producers: ReadonlyMap<MapId, Operator>;
  readonly #vectorSteps: Draft[] = [];
  readonly #tileSteps: Draft[] = [];
  /** The steps that make, or load, a map. */
  readonly #made = new Map<MapId, Draft>();
  readonly #loaded = new Map<MapId, Draft>();
  readonly #addedUp: { readonly draft: Draft; readonly id: MapId }[] = [];

  /**
   * @param graph - The network.
   * @param storage - Where its maps are.
   * @param weights - Receives its weights.
   * @param sums - The sums that earlier dispatches leave.
   */
  constructor(graph: PreparedGraph, storage: Storage, weights: Weights, sums: ReadonlyMap<MapId, Sums>) {
    this.#graph = graph;
    this.#storage = storage;
    this.#weights = weights;
    this.#sums = sums;
    this.#uses = countUses(graph);
    this.#producers = findProducers(graph);
  }

  /**
   * Adds up, once, the sums that an earlier dispatch has left of a map, so that no workgroup of later ones has to do it.
   *
   * @param id - The map.
   */
  addUp(id: MapId): void {
    const { channels } = this.#shape(id);
    const draft = this.#addMean(id, { height: 1, width: 1, channels });
    draft.fields.factor = 1;
    draft.fields.isOnce = 1;
    this.#addedUp.push({ draft, id });
  }

  /** @throws EngineError `MODEL_UNSUPPORTED` if what belongs to one pixel does not fit into a workgroup's memory. */
  build({ height, width, operators }: Fused): BuiltDispatch {
    for (const operator of operators) this.#made.set(operator.output, this.#addOperator(operator, false));
    const drafts = [...this.#vectorSteps, ...this.#tileSteps];
    for (const draft of this.#tileSteps) this.#store(draft);
    const summed = this.#tileSteps.flatMap((draft) =>
      draft.output !== undefined && this.#storage.summed.has(draft.output)
        ? [{ draft, id: draft.output }]
        : [],
    );
    summed.push(...this.#addedUp);
    const kept = new Set(summed.map(({ draft }) => draft));
    const tile = TILES.find(([rows, columns], index) => {
      const isSmallest = index === TILES.length - 1;
      const count = Math.ceil(height / rows) * Math.ceil(width / columns);
      return (count >= WANTED_TILES || isSmallest) && placeInWorkgroup(drafts, kept, rows * columns);
    });
    if (!tile) throw unsupportedModel('its maps have too many channels');
    const [tileRows, tileColumns] = tile;
    for (const draft of drafts) shareAmongThreads(draft, tileRows, tileColumns);
    return {
      steps: drafts.map(({ fields }) => fields),
      summed: summed.map(({ draft, id }) => ({ step: draft.fields, id })),
      tileRows,
      tileColumns,
    };
  }

  #addOperator(operator: Operator, asVector: boolean): Draft {
    switch (operator.kind) {
      case 'convolution':
        if (operator.input === this.#graph.input) return this.#addWindows(operator, OPERATION.imageWindows);
        return isPointwise(operator)
          ? this.#addPointwise(operator, asVector)
          : this.#addWindows(operator, OPERATION.windows);
      case 'depthwise':
        return this.#addWindows(operator, OPERATION.depthwise);
      case 'transposed':
        return this.#addTransposed(operator);
      case 'resize':
        return this.#addResize(operator);
      case 'concatenation':
        return this.#addConcatenation(operator);
      case 'activate': {
        const isImage = operator.input === this.#graph.input;
        const operation = isImage ? OPERATION.loadImage : OPERATION.load;
        // Before the step itself: the operand may take steps that come first.
        const source = this.#operand(operator.input);
        const draft = this.#add(operation, operator.output, this.#shape(operator.output), asVector);
        this.#setSource(draft, source);
        draft.fields.activation = ACTIVATION[operator.activation];
        return draft;
      }
      case 'mean':
        return this.#addMean(operator.input, this.#shape(operator.output), operator.output);
      default:
        return this.#addElementwise(operator, asVector);
    }
  }

  #addPointwise({ input, output, weights, bias, activation }: Convolution, asVector: boolean): Draft {
    const shape = this.#shape(output);
    const { channels } = this.#shape(input);
    const source = this.#inWorkgroup(input, asVector);
    const draft = this.#add(OPERATION.pointwise, output, shape, asVector);
    this.#setSource(draft, source);
    draft.fields.weights = this.#weights.addConvolution(weights, bias, shape.channels, channels);
    draft.fields.activation = ACTIVATION[activation];
    return draft;
  }

  #addWindows(operator: Convolution | Depthwise, operation: number): Draft {
    const { input, output, weights, bias, activation } = operator;
    const shape = this.#shape(output);
    const { channels } = this.#shape(input);
    const draft = this.#add(operation, output, shape, false);
    this.#setSource(draft, this.#operand(input));
    setWindow(draft.fields, operator);
    draft.fields.weights =
      operator.kind === 'depthwise'
        ? this.#weights.addDepthwise(weights, bias, channels)
        : this.#weights.addConvolution(weights, bias, shape.channels, channels);
    draft.fields.activation = ACTIVATION[activation];
    return draft;
  }

  #addTransposed(operator: Transposed): Draft {
    const { input, output, size, activation } = operator;
    const { channels: inputs, height, width } = this.#shape(input);
    const { channels: outputs } = this.#shape(output);
    const source = this.#inWorkgroup(input, false);
    // What only becomes a result needs no padding between the pixels.
    const room = this.#storage.maps.has(output) ? 4 * blocksOf(outputs) : outputs;
    const shape = { height, width, channels: size.y * size.x * room };
    const draft = this.#add(OPERATION.pointwise, output, shape, false);
    this.#setSource(draft, source);
    const { fields } = draft;
    fields.weights = this.#weights.addTransposed(operator, outputs, inputs, room);
    fields.activation = ACTIVATION[activation];
    [fields.spreadY, fields.spreadX] = [size.y, size.x];
    fields.spreadBlocks = blocksOf(outputs);
    return draft;
  }

  #addResize({ input, output, mode }: Resize): Draft {
    const [before, after] = [this.#shape(input), this.#shape(output)];
    const draft = this.#add(OPERATION.resize, output, after, false);
    this.#setSource(draft, this.#operand(input));
    const factor = (from: number, to: number) =>
      mode === 'align-corners' && to > 1 ? (from - 1) / (to - 1) : from / to;
    draft.fields.factorY = factor(before.height, after.height);
    draft.fields.factorX = factor(before.width, after.width);
    draft.fields.shift = mode === 'half-pixel' ? 0.5 : 0;
    return draft;
  }

  #addConcatenation({ inputs, output, activation }: Concatenation): Draft {
    const shape = this.#shape(output);
    let last: Draft | undefined;
    let firstChannel = 0;
    for (const input of inputs) {
      const draft = this.#add(OPERATION.piece, output, shape, false);
      this.#setSource(draft, this.#operand(input));
      draft.fields.firstChannel = firstChannel;
      firstChannel += draft.fields.sourceChannels;
      if (last) {
        last.output = undefined;
        this.#setOperand(draft, 'add', this.#operandOf(last, shape), 'none');
      }
      last = draft;
    }
    if (!last) throw new RangeError('A concatenation has at least one input.');
    last.fields[inputs.length > 1 ? 'lastActivation' : 'activation'] = ACTIVATION[activation];
    return last;
  }

  #addMean(input: MapId, shape: MapShape, output?: MapId): Draft {
    const { height, width } = this.#shape(input);
    const draft = this.#add(OPERATION.mean, output, shape, true);
    const sums = this.#sums.get(input);
    if (!sums) throw new RangeError('A mean comes after what it is of.');
    draft.fields.source = sums.first;
    draft.fields.count = sums.count;
    draft.fields.factor = 1 / (height * width);
    return draft;
  }

  /** A sum or product: as a part of the step that makes one of its operands where that is possible. */
  #addElementwise(operator: Elementwise, asVector: boolean): Draft {
    const { kind, inputs, output, activation } = operator;
    const shape = this.#shape(output);
    const [first, second] = inputs.map((id) => this.#operand(id));
    if (!first || !second) throw new RangeError('A sum or product has two operands.');
    for (const [base, other, id] of [
      [second, first, inputs[1]],
      [first, second, inputs[0]],
    ] as const) {
      const made = base.draft;
      if (!made || !this.#canContinue(made, id, shape, asVector)) continue;
      // The other operand may be younger.
      const steps = asVector ? this.#vectorSteps : this.#tileSteps;
      steps.splice(steps.indexOf(made), 1);
      steps.push(made);
      this.#setOperand(made, kind, other, activation);
      made.output = output;
      return made;
    }
    const isFirstWhole = isSameShape(first.shape, shape) && first.place !== PLACE.constants;
    const draft = this.#add(OPERATION.load, output, shape, asVector);
    this.#setSource(draft, isFirstWhole ? first : second);
    this.#setOperand(draft, kind, isFirstWhole ? second : first, activation);
    return draft;
  }

  /** Whether a step can take a second operand, because nothing else needs what it makes without one. */
  #canContinue(made: Draft, id: MapId, shape: MapShape, asVector: boolean): boolean {
    const { combination, spreadY, spreadX } = made.fields;
    return (
      made.output === id &&
      made.isVector === asVector &&
      combination === 0 &&
      spreadY * spreadX === 1 &&
      this.#uses.get(id) === 1 &&
      isSameShape(this.#shape(id), shape)
    );
  }

  #add(operation: number, output: MapId | undefined, shape: MapShape, isVectorStep: boolean): Draft {
    const fields = emptyStep();
    const blocks = blocksOf(shape.channels);
    Object.assign(fields, { operation, blocks, height: shape.height, width: shape.width });
    fields.spreadBlocks = blocks;
    const draft: Draft = { fields, isVector: isVectorStep, reads: [], output };
    (isVectorStep ? this.#vectorSteps : this.#tileSteps).push(draft);
    return draft;
  }

  #setSource(draft: Draft, { place, at, step, draft: made, shape }: Operand): void {
    const { height, width, channels } = shape;
    Object.assign(draft.fields, { place, source: at, sourceStep: step });
    Object.assign(draft.fields, { sourceHeight: height, sourceWidth: width, sourceChannels: channels });
    draft.fields.sourceBlocks = blocksOf(channels);
    if (made) draft.reads.push({ step: made, field: 'source' });
  }

  #setOperand(
    draft: Draft,
    kind: 'add' | 'multiply',
    { place, at, step, draft: made }: Operand,
    activation: Activation,
  ): void {
    const combination = COMBINATION[kind];
    Object.assign(draft.fields, { combination, operandPlace: place, operand: at, operandStep: step });
    draft.fields.lastActivation = ACTIVATION[activation];
    if (made) draft.reads.push({ step: made, field: 'operand' });
  }

  /** Where a map is when this dispatch needs it. */
  #operand(id: MapId): Operand {
    const shape = this.#shape(id);
    const constant = this.#graph.constants.get(id);
    if (constant) {
      const at = this.#weights.addVector(constant, shape.channels);
      return { place: PLACE.constants, at, step: 0, draft: undefined, shape };
    }
    if (this.#graph.vectors.has(id)) return this.#operandOf(this.#vector(id), shape);
    const made = this.#made.get(id);
    if (made) return this.#operandOf(made, shape);
    const step = isVector(shape) ? 0 : blocksOf(shape.channels);
    const at = id === this.#graph.input ? 0 : this.#storage.maps.get(id);
    if (at === undefined) throw new RangeError('A map that another dispatch reads is in the buffer.');
    return { place: PLACE.maps, at, step, draft: undefined, shape };
  }

  #operandOf(draft: Draft, shape: MapShape): Operand {
    const step = draft.isVector ? 0 : blocksOf(shape.channels);
    return { place: PLACE.workgroup, at: 0, step, draft, shape };
  }

  /** A map in the workgroup's memory. */
  #inWorkgroup(id: MapId, asVector: boolean): Operand {
    const operand = this.#operand(id);
    if (operand.draft) return operand;
    const known = this.#loaded.get(id);
    if (known) return this.#operandOf(known, operand.shape);
    const draft = this.#add(OPERATION.load, undefined, operand.shape, asVector);
    this.#setSource(draft, operand);
    this.#loaded.set(id, draft);
    return this.#operandOf(draft, operand.shape);
  }

  /** The step that makes a vector in each workgroup. */
  #vector(id: MapId): Draft {
    const known = this.#made.get(id);
    if (known) return known;
    const operator = this.#producers.get(id);
    if (!operator) throw new RangeError('An operator makes each vector.');
    const draft = this.#addOperator(operator, true);
    this.#made.set(id, draft);
    return draft;
  }

  /** Says where a map goes. */
  #store({ fields, output }: Draft): void {
    if (output === undefined) return;
    const map = this.#storage.maps.get(output);
    if (map !== undefined) fields.map = map;
    const result = this.#storage.outputs.get(output);
    if (result === undefined) return;
    fields.output = result;
    fields.outputChannels = this.#shape(output).channels;
  }

  #shape(id: MapId): MapShape {
    return shapeOf(this.#graph, id);
  }
}

function setWindow(fields: StepFields, { size, stride, dilation, padding }: Window): void {
  [fields.sizeY, fields.sizeX] = [size.y, size.x];
  [fields.strideY, fields.strideX] = [stride.y, stride.x];
  [fields.dilationY, fields.dilationX] = [dilation.y, dilation.x];
  [fields.paddingY, fields.paddingX] = [padding.y, padding.x];
}

/**
 * Finds places in the workgroup's memory for all that is read there, with tiles of so many pixels.
 *
 * @param kept - What has a place although no step reads it.
 * @returns Whether it fits.
 */
function placeInWorkgroup(drafts: readonly Draft[], kept: ReadonlySet<Draft>, pixels: number): boolean {
  const lastReads = new Map<Draft, number>();
  drafts.forEach((draft, index) => {
    if (kept.has(draft)) lastReads.set(draft, index);
    for (const { step } of draft.reads) lastReads.set(step, index);
  });
  let taken: { readonly first: number; readonly blocks: number; readonly last: number }[] = [];
  for (const [index, draft] of drafts.entries()) {
    for (const { step, field } of draft.reads) draft.fields[field] = step.fields.slot;
    taken = taken.filter(({ last }) => last >= index);
    const last = lastReads.get(draft);
    if (last === undefined) continue;
    const blocks = draft.fields.blocks * (draft.isVector ? 1 : pixels);
    // A value may replace one of which only it is made: the same thread reads that and writes this.
    const replaced = draft.reads.find(
      ({ step, field }) =>
        (field === 'operand' || draft.fields.operation === OPERATION.load) &&
        lastReads.get(step) === index &&
        step.isVector === draft.isVector &&
        step.fields.blocks === draft.fields.blocks,
    );
    const first = replaced?.step.fields.slot ?? firstGap(taken, blocks, THREADS);
    if (first + blocks > SLOTS) return false;
    taken.push({ first, blocks, last });
    draft.fields.slot = first;
  }
  return true;
}

/** Says which pixels a step makes for a tile, and how many threads add up each value: all that would have nothing to do. */
function shareAmongThreads({ fields, isVector: isOne }: Draft, tileRows: number, tileColumns: number): void {
  const scale = isOne ? 0 : 1;
  const [rows, columns] = isOne ? [1, 1] : [tileRows, tileColumns];
  Object.assign(fields, { scaleY: scale, scaleX: scale, rows, columns });
  const terms =
    fields.operation === OPERATION.pointwise
      ? fields.sourceBlocks
      : fields.operation === OPERATION.mean
        ? fields.count
        : 1;
  const values = rows * columns * fields.blocks;
  while (2 * fields.lanes <= terms && 2 * fields.lanes * values <= THREADS) fields.lanes *= 2;
}
