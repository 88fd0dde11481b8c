import { unsupportedModel } from '../errors.js';
import type { Graph, MapId, MapShape } from '../graph.js';
import { inputsOf } from '../graph.js';
import { findProducers } from '../simplify.js';
import { DispatchBuilder } from './dispatch.js';
import { blocksOf, type Fused, fuse, localInputs } from './fusion.js';
import { type PreparedGraph, prepare } from './prepare.js';
import type { StepFields } from './steps.js';
import { Weights } from './weights.js';

/** The most blocks of four channels in the buffer of maps: 128 MiB of floats, which every device can bind. */
const MAX_BLOCKS = 2 ** 23;

/** The most multiplications of one run. Bounds the time that a run takes. */
const MAX_WORK = 4e9;

/** One dispatch of a network. */
export interface Dispatch {
  /** Its steps among all of them: the first, and the one after the last. */
  readonly first: number;
  readonly end: number;
  /** A tile, in pixels. */
  readonly tileRows: number;
  readonly tileColumns: number;
  /** How many tiles there are. */
  readonly down: number;
  readonly across: number;
}

/** A result of a network: where it begins among all results, in floats. */
export interface LoweredOutput {
  readonly first: number;
  readonly shape: MapShape;
}

/** A network as dispatches of one shader. */
export interface LoweredNetwork {
  readonly input: MapShape;
  readonly outputs: readonly LoweredOutput[];
  readonly dispatches: readonly Dispatch[];
  readonly steps: readonly StepFields[];
  readonly weights: Weights;
  /** How many blocks of four channels the buffer of maps has. */
  readonly mapBlocks: number;
  /** How many of them the buffer of sums has. */
  readonly sumBlocks: number;
}

/** Where maps are, and what is to become of them. */
export interface Storage {
  /** The first block of each map that is in the buffer. */
  readonly maps: ReadonlyMap<MapId, number>;
  /** The first float of each result. */
  readonly outputs: ReadonlyMap<MapId, number>;
  /** The maps whose tiles leave sums. */
  readonly summed: ReadonlySet<MapId>;
}

/** The sums that a map's tiles leave. */
export interface Sums {
  readonly first: number;
  readonly count: number;
}

/**
 * Lowers a network to dispatches.
 *
 * @throws EngineError `MODEL_UNSUPPORTED` if it is too large.
 */
export function lowerNetwork(original: Graph): LoweredNetwork {
  const graph = prepare(original);
  assertSmall(graph);
  const fused = fuse(graph);
  const { maps, mapBlocks } = placeMaps(graph, fused);
  const outputs = placeOutputs(graph);
  const summed = new Set(
    graph.operators.flatMap((operator) => (operator.kind === 'mean' ? [operator.input] : [])),
  );
  const storage: Storage = { maps, outputs, summed };
  const weights = new Weights(graph);
  const steps: StepFields[] = [];
  const sums = new Map<MapId, Sums>();
  let sumBlocks = 0;
  const addedUp = sumsToAddUp(graph, fused);
  const dispatches = fused.map((dispatch, index): Dispatch => {
    const builder = new DispatchBuilder(graph, storage, weights, sums);
    for (const id of addedUp[index] ?? []) builder.addUp(id);
    const built = builder.build(dispatch);
    const [down, across] = [
      Math.ceil(dispatch.height / built.tileRows),
      Math.ceil(dispatch.width / built.tileColumns),
    ];
    for (const { step, id } of built.summed) {
      const count = step.isOnce ? 1 : down * across;
      step.sums = sumBlocks;
      sums.set(id, { first: sumBlocks, count });
      sumBlocks += step.blocks * count;
    }
    const first = steps.length;
    steps.push(...built.steps);
    const { tileRows, tileColumns } = built;
    return { first, end: steps.length, tileRows, tileColumns, down, across };
  });
  return {
    input: shapeOf(graph, graph.input),
    outputs: graph.outputs.map((id) => ({ first: outputs.get(id) ?? 0, shape: shapeOf(graph, id) })),
    dispatches,
    steps,
    weights,
    mapBlocks,
    sumBlocks,
  };
}

/** The shape of a map. */
export function shapeOf(graph: Graph, id: MapId): MapShape {
  const shape = graph.shapes.get(id);
  if (!shape) throw new RangeError('A graph has a shape for each of its maps.');
  return shape;
}

function assertSmall(graph: Graph): void {
  let work = 0;
  for (const operator of graph.operators) {
    const grid = operator.kind === 'transposed' ? operator.input : operator.output;
    const { height, width } = shapeOf(graph, grid);
    const { channels } = shapeOf(graph, operator.output);
    work += height * width * ('weights' in operator ? operator.weights.count : channels);
  }
  if (work > MAX_WORK) throw unsupportedModel('one run would take too long');
}

function placeOutputs(graph: Graph): ReadonlyMap<MapId, number> {
  const places = new Map<MapId, number>();
  let first = 0;
  for (const id of graph.outputs) {
    if (places.has(id)) continue;
    places.set(id, first);
    const { height, width, channels } = shapeOf(graph, id);
    first += height * width * channels;
  }
  return places;
}

/** A map in the buffer, and the first and the last dispatch in which it is there. */
interface StoredMap {
  readonly first: number;
  readonly blocks: number;
  readonly last: number;
}

/** Finds which maps are read by later dispatches, and where they are meanwhile. */
function placeMaps(
  graph: PreparedGraph,
  fused: readonly Fused[],
): { readonly maps: ReadonlyMap<MapId, number>; readonly mapBlocks: number } {
  const lastReads = lastReadsOf(fused);
  const maps = new Map<MapId, number>();
  let mapBlocks = 0;
  let stored: StoredMap[] = [];
  fused.forEach(({ operators }, index) => {
    stored = stored.filter(({ last }) => last >= index);
    for (const { output } of operators) {
      const last = lastReads.get(output);
      if (last === undefined) continue;
      const { height, width, channels } = shapeOf(graph, output);
      const blocks = height * width * blocksOf(channels);
      const first = firstGap(stored, blocks);
      stored.push({ first, blocks, last });
      maps.set(output, first);
      mapBlocks = Math.max(mapBlocks, first + blocks);
    }
  });
  if (mapBlocks > MAX_BLOCKS) throw unsupportedModel('its maps take too much memory');
  return { maps, mapBlocks };
}

/** Which dispatch is the last one that reads each map from the buffer. */
function lastReadsOf(fused: readonly Fused[]): ReadonlyMap<MapId, number> {
  const made = new Map<MapId, number>();
  const reads = new Map<MapId, number>();
  fused.forEach(({ operators }, index) => {
    for (const operator of operators) {
      made.set(operator.output, index);
      const local = localInputs(operator);
      for (const id of inputsOf(operator)) {
        const madeAt = made.get(id);
        if (madeAt !== undefined && (madeAt < index || !local.includes(id))) reads.set(id, index);
      }
    }
  });
  return reads;
}

/** The first place that is free for so many blocks. */
export function firstGap(
  taken: readonly { readonly first: number; readonly blocks: number }[],
  blocks: number,
  begin = 0,
): number {
  let gap = begin;
  for (const { first, blocks: length } of taken.toSorted((a, b) => a.first - b.first)) {
    if (first >= gap + blocks) break;
    gap = Math.max(gap, first + length);
  }
  return gap;
}

/** For each dispatch, the maps of the one before whose sums are needed only later: there is time to add them up. */
function sumsToAddUp(graph: PreparedGraph, fused: readonly Fused[]): readonly (readonly MapId[])[] {
  const lastMeans = new Map<MapId, number>();
  const producers = findProducers(graph);
  const visit = (id: MapId, index: number) => {
    const operator = producers.get(id);
    if (!operator || !graph.vectors.has(id)) return;
    if (operator.kind === 'mean') lastMeans.set(operator.input, index);
    else for (const input of inputsOf(operator)) visit(input, index);
  };
  fused.forEach(({ operators }, index) => {
    for (const id of operators.flatMap(inputsOf)) visit(id, index);
  });
  return fused.map((_, index) => {
    const before = fused[index - 1]?.operators ?? [];
    return before.map(({ output }) => output).filter((id) => (lastMeans.get(id) ?? 0) > index);
  });
}
