import type { Graph, MapId, MapShape, Operator } from './graph.js';
import { inputsOf, isSameShape } from './graph.js';

/** How often each map is read, by operators and as a result of the network. */
export function countUses({ operators, outputs }: Graph): ReadonlyMap<MapId, number> {
  const uses = new Map<MapId, number>();
  const count = (id: MapId) => uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const operator of operators) inputsOf(operator).forEach(count);
  outputs.forEach(count);
  return uses;
}

/** Which operator makes each map. */
export function findProducers({ operators }: Graph): ReadonlyMap<MapId, Operator> {
  return new Map(operators.map((operator) => [operator.output, operator]));
}

/**
 * Rewrites a graph into one that computes the same with less: without resizes to the same size, with 1x1 convolutions before
 * the enlargement that they would follow, and with activations as a part of the operators before them.
 */
export function simplify(graph: Graph): Graph {
  return foldActivations(convolveBeforeResizing(dropEqualResizes(graph)));
}

function dropEqualResizes(graph: Graph): Graph {
  const renamed = new Map<MapId, MapId>();
  const rename = (id: MapId) => renamed.get(id) ?? id;
  const operators: Operator[] = [];
  for (const original of graph.operators) {
    const operator = withInputs(original, rename);
    if (operator.kind === 'resize' && !graph.outputs.includes(operator.output)) {
      const [before, after] = [operator.input, operator.output].map((id) => graph.shapes.get(id));
      if (before && after && isSameShape(before, after)) {
        renamed.set(operator.output, operator.input);
        continue;
      }
    }
    operators.push(operator);
  }
  return { ...graph, operators };
}

/** An operator that reads other maps. */
export function withInputs(operator: Operator, rename: (id: MapId) => MapId): Operator {
  switch (operator.kind) {
    case 'add':
    case 'multiply': {
      const [first, second] = operator.inputs;
      return { ...operator, inputs: [rename(first), rename(second)] };
    }
    case 'concatenation':
      return { ...operator, inputs: operator.inputs.map(rename) };
    default:
      return { ...operator, input: rename(operator.input) };
  }
}

/** The shares of a resize add up to 1 at each pixel, so it commutes with 1x1 convolutions, biases included. */
function convolveBeforeResizing(graph: Graph): Graph {
  const uses = countUses(graph);
  const producers = findProducers(graph);
  const shapes = new Map(graph.shapes);
  const replaced = new Set<Operator>();
  let nextId = Math.max(...shapes.keys()) + 1;
  const operators = graph.operators.flatMap((operator): readonly Operator[] => {
    if (operator.kind !== 'convolution' || operator.activation !== 'none') return [operator];
    const { size, stride } = operator;
    if (size.y * size.x * stride.y * stride.x > 1) return [operator];
    const resize = producers.get(operator.input);
    if (resize?.kind !== 'resize' || uses.get(resize.output) !== 1) return [operator];
    const before = graph.shapes.get(resize.input);
    const after = graph.shapes.get(operator.output);
    if (!before || !after || before.height * before.width >= after.height * after.width) return [operator];
    replaced.add(resize);
    const small: MapShape = { ...before, channels: after.channels };
    const id = nextId++;
    shapes.set(id, small);
    return [
      { ...operator, input: resize.input, output: id },
      { ...resize, input: id, output: operator.output },
    ];
  });
  return { ...graph, shapes, operators: operators.filter((operator) => !replaced.has(operator)) };
}

function foldActivations(graph: Graph): Graph {
  const uses = countUses(graph);
  const operators = new Map<MapId, Operator>();
  for (const operator of graph.operators) {
    const producer = operator.kind === 'activate' ? operators.get(operator.input) : undefined;
    if (
      operator.kind === 'activate' &&
      producer &&
      'activation' in producer &&
      producer.activation === 'none' &&
      uses.get(operator.input) === 1
    ) {
      operators.delete(operator.input);
      const { output, activation } = operator;
      operators.set(output, { ...producer, output, activation });
    } else {
      operators.set(operator.output, operator);
    }
  }
  return { ...graph, operators: [...operators.values()] };
}
