import { unsupportedModel } from '../errors.js';
import type { Convolution, Graph, MapId, MapShape, Operator, Resize } from '../graph.js';
import { inputsOf, isSameShape, isVector } from '../graph.js';
import { findProducers, simplify, withInputs } from '../simplify.js';

/** The most multiplications for a vector that each workgroup computes for itself; the largest known one takes 8192. */
const MAX_VECTOR_WORK = 2 ** 16;

/** A step, with its barrier, takes as long as so many. Bounds how many vectors follow from each other. */
const STEP_WORK = 2 ** 10;

/** A graph in which every operator can be a step of a dispatch. */
export interface PreparedGraph extends Graph {
  /**
   * Vectors that follow from means: each workgroup that needs one computes it for itself. All other maps belong to one
   * dispatch.
   */
  readonly vectors: ReadonlySet<MapId>;
}

/**
 * Rewrites a graph so that what it takes means of are maps whose tiles can leave sums, and what windows lie on are maps in a
 * buffer.
 *
 * @throws EngineError `MODEL_UNSUPPORTED` if a result is a constant.
 */
export function prepare(graph: Graph): PreparedGraph {
  if (graph.outputs.some((id) => graph.constants.has(id))) throw unsupportedModel('a result is a constant');
  return new Preparation(splitMeans(simplify(graph))).run();
}

/** Whether each pixel of the result follows from the same pixel of the input. */
export function isPointwise({ size, stride }: Convolution): boolean {
  return size.y === 1 && size.x === 1 && stride.y === 1 && stride.x === 1;
}

/** Makes the mean of a sum, or of an enlarged map, from means of what that is made of, which then may not be needed itself. */
function splitMeans(graph: Graph): Graph {
  const producers = findProducers(graph);
  const shapes = new Map(graph.shapes);
  let nextId = Math.max(...shapes.keys()) + 1;
  const shapeOf = (id: MapId) => shapeIn(shapes, id);
  const isReadByMeansOnly = (id: MapId) =>
    !graph.outputs.includes(id) &&
    graph.operators.every((operator) => operator.kind === 'mean' || !inputsOf(operator).includes(id));
  const termsOf = (id: MapId): readonly MapId[] => {
    const operator = producers.get(id);
    if (operator?.kind === 'resize' && isDoubling(operator, shapeOf)) return termsOf(operator.input);
    if (operator?.kind !== 'add' || operator.activation !== 'none' || !isReadByMeansOnly(id)) return [id];
    const isPlain = operator.inputs.every(
      (term) => isSameShape(shapeOf(term), shapeOf(id)) && !graph.constants.has(term),
    );
    return isPlain ? operator.inputs.flatMap(termsOf) : [id];
  };
  const newVector = (id: MapId) => {
    shapes.set(nextId, shapeOf(id));
    return nextId++;
  };
  const operators = graph.operators.flatMap((operator): readonly Operator[] => {
    if (operator.kind !== 'mean') return [operator];
    const { output } = operator;
    const [first, ...others] = termsOf(operator.input);
    if (first === undefined) return [operator];
    if (others.length === 0) return [{ ...operator, input: first }];
    let sum = newVector(output);
    const made: Operator[] = [{ kind: 'mean', input: first, output: sum }];
    others.forEach((input, i) => {
      const mean = newVector(output);
      const next = i === others.length - 1 ? output : newVector(output);
      made.push({ kind: 'mean', input, output: mean });
      made.push({ kind: 'add', inputs: [sum, mean], output: next, activation: 'none' });
      sum = next;
    });
    return made;
  });
  return dropUnused({ ...graph, shapes, operators });
}

/** Whether a resize makes a map exactly twice as large, with pixels between those before: their means are the same. */
function isDoubling({ input, output, mode }: Resize, shapeOf: (id: MapId) => MapShape): boolean {
  const [before, after] = [shapeOf(input), shapeOf(output)];
  return mode === 'half-pixel' && after.height === 2 * before.height && after.width === 2 * before.width;
}

function dropUnused(graph: Graph): Graph {
  const needed = new Set(graph.outputs);
  const operators = graph.operators
    .toReversed()
    .filter((operator) => {
      if (!needed.has(operator.output)) return false;
      for (const id of inputsOf(operator)) needed.add(id);
      return true;
    })
    .toReversed();
  return { ...graph, operators };
}

function shapeIn(shapes: ReadonlyMap<MapId, MapShape>, id: MapId): MapShape {
  const shape = shapes.get(id);
  if (!shape) throw new RangeError('A graph has a shape for each of its maps.');
  return shape;
}

/** Finds the vectors, and copies maps where operators need them in another place. */
class Preparation {
  readonly #graph: Graph;
  readonly #shapes: Map<MapId, MapShape>;
  readonly #producers: ReadonlyMap<MapId, Operator>;
  readonly #vectors = new Set<MapId>();
  /** How many multiplications each vector takes. */
  readonly #work = new Map<MapId, number>();
  readonly #copies = new Map<MapId, MapId>();
  readonly #operators: Operator[] = [];
  #nextId: number;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#shapes = new Map(graph.shapes);
    this.#producers = findProducers(graph);
    this.#nextId = Math.max(...graph.shapes.keys()) + 1;
  }

  run(): PreparedGraph {
    for (const operator of this.#graph.operators) this.#add(operator);
    const outputs = this.#graph.outputs.map((id) => (this.#canBeResult(id) ? id : this.#copy(id)));
    const { input, constants } = this.#graph;
    const [shapes, operators, vectors] = [this.#shapes, this.#operators, this.#vectors];
    return { shapes, input, outputs, constants, operators, vectors };
  }

  /** Whether what makes a map can write it as a result. A transposed convolution writes it in one form only. */
  #canBeResult(id: MapId): boolean {
    if (this.#vectors.has(id) || id === this.#graph.input) return false;
    const isRead = this.#graph.operators.some((operator) => inputsOf(operator).includes(id));
    return this.#producers.get(id)?.kind !== 'transposed' || !isRead;
  }

  #add(operator: Operator): void {
    switch (operator.kind) {
      case 'mean':
        this.#addMean(operator.input, operator.output);
        return;
      case 'convolution': {
        const needsMap = this.#vectors.has(operator.input) && !isPointwise(operator);
        this.#push(needsMap ? { ...operator, input: this.#copy(operator.input) } : operator);
        return;
      }
      case 'depthwise':
      case 'resize': {
        const needsMap = this.#vectors.has(operator.input) || operator.input === this.#graph.input;
        this.#push(needsMap ? { ...operator, input: this.#copy(operator.input) } : operator);
        return;
      }
      default: {
        const isImage = inputsOf(operator).includes(this.#graph.input);
        const copied = (id: MapId) => (id === this.#graph.input ? this.#copy(id) : id);
        this.#push(isImage ? withInputs(operator, copied) : operator);
      }
    }
  }

  #addMean(original: MapId, output: MapId): void {
    const isSummable = original !== this.#graph.input && this.#producers.get(original)?.kind !== 'transposed';
    const input = isSummable ? original : this.#copy(original);
    if (isVector(shapeIn(this.#shapes, input))) {
      this.#push({ kind: 'activate', input, output, activation: 'none' });
      return;
    }
    this.#operators.push({ kind: 'mean', input, output });
    this.#vectors.add(output);
    this.#work.set(output, 0);
  }

  #push(operator: Operator): void {
    this.#operators.push(operator);
    const work = this.#vectorWork(operator);
    if (work === undefined || work > MAX_VECTOR_WORK) return;
    this.#vectors.add(operator.output);
    this.#work.set(operator.output, work);
  }

  /** How many multiplications a vector takes; `undefined` for other operators. */
  #vectorWork(operator: Operator): number | undefined {
    const { kind } = operator;
    const isOne =
      kind === 'activate' ||
      kind === 'add' ||
      kind === 'multiply' ||
      (kind === 'convolution' && isPointwise(operator));
    const inputs = inputsOf(operator).filter((id) => !this.#graph.constants.has(id));
    if (!isOne || inputs.length === 0 || inputs.some((id) => !this.#vectors.has(id))) return undefined;
    const own = STEP_WORK + (kind === 'convolution' ? operator.weights.count : 0);
    return inputs.reduce((sum, id) => sum + (this.#work.get(id) ?? 0), own);
  }

  /** A copy of a map that is no vector. */
  #copy(input: MapId): MapId {
    const known = this.#copies.get(input);
    if (known !== undefined) return known;
    const output = this.#nextId++;
    this.#shapes.set(output, shapeIn(this.#shapes, input));
    this.#operators.push({ kind: 'activate', input, output, activation: 'none' });
    this.#copies.set(input, output);
    return output;
  }
}
