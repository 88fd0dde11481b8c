import { unsupportedModel } from '../errors.js';
import type { Convolution, Graph, MapId, MapShape, Operator, Resize } from '../graph.js';
import { inputsOf, isSameShape } from '../graph.js';
import { findProducers, simplify } from '../simplify.js';

/** The most multiplications for a vector that one workgroup computes; the largest known one takes 8192. */
const MAX_VECTOR_WORK = 2 ** 16;

/** A graph, and how its maps are computed. */
export interface PreparedGraph extends Graph {
  /** Vectors that follow from means: one workgroup computes those that follow from each other. */
  readonly vectors: ReadonlySet<MapId>;
}

/**
 * Rewrites a graph so that means are taken of the smallest maps, and results are maps that a dispatch can write.
 *
 * @throws EngineError `MODEL_UNSUPPORTED` if a result is a constant.
 */
export function prepare(graph: Graph): PreparedGraph {
  if (graph.outputs.some((id) => graph.constants.has(id))) throw unsupportedModel('a result is a constant');
  const split = splitMeans(simplify(graph));
  const vectors = findVectors(split);
  const shapes = new Map(split.shapes);
  const operators = [...split.operators];
  let nextId = Math.max(...shapes.keys()) + 1;
  const outputs = split.outputs.map((input) => {
    if (!vectors.has(input) && input !== split.input) return input;
    const output = nextId++;
    shapes.set(output, shapeOf(split, input));
    operators.push({ kind: 'activate', input, output, activation: 'none' });
    return output;
  });
  return { ...split, shapes, operators, outputs, vectors };
}

/** Whether each pixel of the result follows from the same pixel of the input. */
export function isPointwise({ size, stride }: Convolution): boolean {
  return size.y === 1 && size.x === 1 && stride.y === 1 && stride.x === 1;
}

/** The shape of a map. */
export function shapeOf({ shapes }: Pick<Graph, 'shapes'>, id: MapId): MapShape {
  const shape = shapes.get(id);
  if (!shape) throw new RangeError('A graph has a shape for each of its maps.');
  return shape;
}

/** Makes the mean of a sum, or of an enlarged map, from means of what that is made of, which then may not be needed itself. */
function splitMeans(graph: Graph): Graph {
  const producers = findProducers(graph);
  const shapes = new Map(graph.shapes);
  let nextId = Math.max(...shapes.keys()) + 1;
  const isReadByMeansOnly = (id: MapId) =>
    !graph.outputs.includes(id) &&
    graph.operators.every((operator) => operator.kind === 'mean' || !inputsOf(operator).includes(id));
  const termsOf = (id: MapId): readonly MapId[] => {
    const operator = producers.get(id);
    if (operator?.kind === 'resize' && isDoubling(operator, graph)) return termsOf(operator.input);
    if (operator?.kind !== 'add' || operator.activation !== 'none' || !isReadByMeansOnly(id)) return [id];
    const isPlain = operator.inputs.every(
      (term) => isSameShape(shapeOf(graph, term), shapeOf(graph, id)) && !graph.constants.has(term),
    );
    return isPlain ? operator.inputs.flatMap(termsOf) : [id];
  };
  const newVector = (id: MapId) => {
    shapes.set(nextId, shapeOf(graph, id));
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
function isDoubling({ input, output, mode }: Resize, graph: Graph): boolean {
  const [before, after] = [shapeOf(graph, input), shapeOf(graph, output)];
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

function findVectors(graph: Graph): ReadonlySet<MapId> {
  const { constants, operators } = graph;
  const vectors = new Set<MapId>();
  for (const operator of operators) {
    const { kind, output } = operator;
    const inputs = inputsOf(operator).filter((id) => !constants.has(id));
    const canBeVector =
      kind === 'activate' ||
      kind === 'add' ||
      kind === 'multiply' ||
      (kind === 'convolution' && isPointwise(operator) && operator.weights.count <= MAX_VECTOR_WORK);
    const follows = canBeVector && inputs.length > 0 && inputs.every((id) => vectors.has(id));
    if (kind === 'mean' || follows) vectors.add(output);
  }
  return vectors;
}
