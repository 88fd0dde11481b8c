import type { Activation, Elementwise, MapId, MapShape, Operator } from '../graph.js';
import { inputsOf, isSameShape } from '../graph.js';
import { countUses } from '../simplify.js';
import { isPointwise, type PreparedGraph, shapeOf } from './prepare.js';
import { blocksOf } from './weights.js';

/** The most blocks of channels that one thread computes of a pixel. Each takes four registers or more. */
const MAX_BLOCKS = 6;

/** What follows an operator in the same thread, value by value. */
export interface Continuation {
  /** A second operand; `undefined` if only an activation follows. */
  readonly operand: { readonly kind: Elementwise['kind']; readonly id: MapId } | undefined;
  readonly activation: Activation;
}

/** An operator with what follows it. */
export interface Fused {
  readonly operator: Operator;
  readonly continuations: readonly Continuation[];
  readonly output: MapId;
  /** Whether a thread computes all channels of a pixel, and not just one block: what it reads is computed once then. */
  readonly isWhole: boolean;
}

/** A dispatch: of the pixels of a map, or of vectors that follow from each other. */
export type Dispatch =
  | { readonly kind: 'map'; readonly fused: Fused }
  | { readonly kind: 'vectors'; readonly operators: readonly Operator[] };

/** The dispatches of a network. */
export interface FusedGraph extends PreparedGraph {
  readonly dispatches: readonly Dispatch[];
  /** Maps that are in no buffer: the thread that needs a value computes it. */
  readonly inlined: ReadonlyMap<MapId, Fused>;
}

/** A {@link Fused} in the making. */
interface Draft extends Fused {
  readonly continuations: Continuation[];
  output: MapId;
  isWhole: boolean;
  /** The number of its last operator. */
  position: number;
}

/** The pixels that threads of a dispatch have: a transposed convolution makes several pixels of each. */
export function gridOf(graph: PreparedGraph, operator: Operator): MapShape {
  return shapeOf(graph, operator.kind === 'transposed' ? operator.input : operator.output);
}

/** Everything that a dispatch reads, also by way of inlined maps. */
export function readsOf({ inlined }: Pick<FusedGraph, 'inlined'>, dispatch: Dispatch): readonly MapId[] {
  if (dispatch.kind === 'vectors') return dispatch.operators.flatMap(inputsOf);
  const read = (fused: Fused): readonly MapId[] =>
    directReads(fused).flatMap((id) => {
      const source = inlined.get(id);
      return source ? read(source) : [id];
    });
  return read(dispatch.fused);
}

function directReads({ operator, continuations }: Fused): readonly MapId[] {
  return [...inputsOf(operator), ...continuations.flatMap(({ operand }) => (operand ? [operand.id] : []))];
}

/** Divides a graph's operators among as few dispatches as pay. */
export function fuse(graph: PreparedGraph): FusedGraph {
  const uses = countUses(graph);
  const drafts = continueOperators(graph, uses);
  const inlined = inline(graph, uses, drafts);
  const dispatches: Dispatch[] = [];
  const fusedAt = new Map<number, Draft>();
  for (const draft of drafts) if (!inlined.has(draft.output)) fusedAt.set(draft.position, draft);
  // Vectors wait until a map needs one of them, so that as many as possible are computed together.
  let waiting: Operator[] = [];
  for (const [position, operator] of graph.operators.entries()) {
    if (graph.vectors.has(operator.output)) waiting.push(operator);
    const fused = fusedAt.get(position);
    if (!fused) continue;
    const dispatch: Dispatch = { kind: 'map', fused };
    const reads = new Set(readsOf({ inlined }, dispatch));
    if (waiting.some(({ output }) => reads.has(output))) {
      dispatches.push({ kind: 'vectors', operators: waiting });
      waiting = [];
    }
    dispatches.push(dispatch);
  }
  return { ...graph, dispatches, inlined };
}

/** Lets sums, products and activations be computed with the operator before them, if nothing else needs its values. */
function continueOperators(graph: PreparedGraph, uses: ReadonlyMap<MapId, number>): ReadonlySet<Draft> {
  const drafts = new Map<MapId, Draft>();
  graph.operators.forEach((operator, position) => {
    const { output } = operator;
    if (graph.vectors.has(output)) return;
    const continued = continuableInput(graph, uses, drafts, operator);
    const draft = continued !== undefined && drafts.get(continued);
    if (!draft || !('activation' in operator)) {
      drafts.set(output, { operator, continuations: [], output, isWhole: false, position });
      return;
    }
    const { activation } = operator;
    const other = inputsOf(operator).find((id) => id !== continued);
    const isElementwise = operator.kind === 'add' || operator.kind === 'multiply';
    const operand = isElementwise && other !== undefined ? { kind: operator.kind, id: other } : undefined;
    draft.continuations.push({ operand, activation });
    drafts.delete(draft.output);
    draft.output = output;
    draft.position = position;
    drafts.set(output, draft);
  });
  return new Set(drafts.values());
}

/** The input of an operator after whose computation it can follow in the same thread. */
function continuableInput(
  graph: PreparedGraph,
  uses: ReadonlyMap<MapId, number>,
  drafts: ReadonlyMap<MapId, Draft>,
  operator: Operator,
): MapId | undefined {
  const { kind, output } = operator;
  if (kind !== 'add' && kind !== 'multiply' && kind !== 'activate') return undefined;
  return inputsOf(operator).findLast((id) => {
    const draft = drafts.get(id);
    const canContinue = draft && draft.operator.kind !== 'transposed' && uses.get(id) === 1;
    return canContinue && isSameShape(shapeOf(graph, id), shapeOf(graph, output));
  });
}

/** Finds maps that need no dispatch of their own: they are computed by the threads of their only reader. */
function inline(
  graph: PreparedGraph,
  uses: ReadonlyMap<MapId, number>,
  drafts: ReadonlySet<Draft>,
): ReadonlyMap<MapId, Fused> {
  const inlined = new Map<MapId, Fused>();
  const sources = new Map([...drafts].map((draft) => [draft.output, draft]));
  for (const reader of drafts) {
    const grid = gridOf(graph, reader.operator);
    for (const id of localReads(reader)) {
      const source = sources.get(id);
      const { height, width, channels } = shapeOf(graph, id);
      if (!source || uses.get(id) !== 1 || height !== grid.height || width !== grid.width) continue;
      // Its threads have the pixels of its input, and write several pixels each.
      if (source.operator.kind === 'transposed') continue;
      if (isReadForEachOutput(reader.operator, id)) {
        if (!isCheap(source, inlined)) {
          // Computed for each block of outputs anew, unless one thread has all of them.
          const blocks = Math.max(outputBlocks(graph, reader), blocksOf(channels));
          if (blocks > MAX_BLOCKS || source.isWhole) continue;
          reader.isWhole = true;
        }
      } else if (!isElementwise(source)) {
        continue;
      }
      inlined.set(id, source);
    }
  }
  return inlined;
}

/** The maps of which a thread reads its own pixel only, a block at a time. */
function localReads(fused: Fused): readonly MapId[] {
  const { operator } = fused;
  const readsOthers =
    operator.kind === 'depthwise' ||
    operator.kind === 'resize' ||
    operator.kind === 'concatenation' ||
    (operator.kind === 'convolution' && !isPointwise(operator));
  return readsOthers
    ? fused.continuations.flatMap(({ operand }) => (operand ? [operand.id] : []))
    : directReads(fused);
}

/** Whether each block of outputs needs all channels of an input. */
function isReadForEachOutput(operator: Operator, id: MapId): boolean {
  return (operator.kind === 'convolution' || operator.kind === 'transposed') && operator.input === id;
}

function outputBlocks(graph: PreparedGraph, { operator, output }: Fused): number {
  const blocks = blocksOf(shapeOf(graph, output).channels);
  return operator.kind === 'transposed' ? blocks * operator.size.y * operator.size.x : blocks;
}

function isElementwise({ operator: { kind } }: Fused): boolean {
  return kind === 'add' || kind === 'multiply' || kind === 'activate' || kind === 'resize';
}

/** Whether computing a value again takes no longer than reading it. */
function isCheap(fused: Fused, inlined: ReadonlyMap<MapId, Fused>): boolean {
  const { operator, continuations } = fused;
  return (
    (operator.kind === 'add' || operator.kind === 'multiply') &&
    [operator, ...continuations].every(({ activation }) => activation === 'none' || activation === 'relu') &&
    !directReads(fused).some((id) => inlined.has(id))
  );
}
