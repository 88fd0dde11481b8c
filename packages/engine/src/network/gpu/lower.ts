import { unsupportedModel } from '../errors.js';
import type { Graph, MapId, MapShape } from '../graph.js';
import { type Dispatch, type FusedGraph, fuse, gridOf, readsOf } from './fusion.js';
import { prepare, shapeOf } from './prepare.js';
import { blocksOf } from './weights.js';

/** The most blocks of four channels in the buffer of maps: 128 MiB of floats, which every device can bind. */
const MAX_BLOCKS = 2 ** 23;

/** The most multiplications of one run. Bounds the time that a run takes. */
const MAX_WORK = 4e9;

/** Maps begin at multiples of so many blocks, so that threads read whole cache lines. */
const ALIGNMENT = 8;

/** Where a map is: its blocks of four channels one after the other, each with all pixels. */
export interface Placed {
  readonly buffer: 'maps' | 'vectors';
  /** The first block. */
  readonly at: number;
}

/** A result of a network: where it begins among all results, in floats. */
export interface LoweredOutput {
  readonly first: number;
  readonly shape: MapShape;
}

/** A network as dispatches, and where their maps are. */
export interface LoweredNetwork {
  readonly graph: FusedGraph;
  readonly places: ReadonlyMap<MapId, Placed>;
  /** The first float of each result. */
  readonly results: ReadonlyMap<MapId, number>;
  readonly outputs: readonly LoweredOutput[];
  /** How many blocks of four channels the buffer of maps has. */
  readonly mapBlocks: number;
  /** How many of them the vectors take. */
  readonly vectorBlocks: number;
}

/**
 * Lowers a network to dispatches.
 *
 * @throws EngineError `MODEL_UNSUPPORTED` if it is too large.
 */
export function lowerNetwork(original: Graph): LoweredNetwork {
  const graph = fuse(prepare(original));
  assertSmall(graph);
  const places = new Map<MapId, Placed>();
  const vectorBlocks = placeVectors(graph, places);
  const mapBlocks = placeMaps(graph, places);
  if (mapBlocks > MAX_BLOCKS) throw unsupportedModel('its maps take too much memory');
  const results = placeResults(graph);
  const outputs = graph.outputs.map((id) => ({ first: results.get(id) ?? 0, shape: shapeOf(graph, id) }));
  return { graph, places, results, outputs, mapBlocks, vectorBlocks };
}

function assertSmall(graph: FusedGraph): void {
  let work = 0;
  for (const operator of graph.operators) {
    const { height, width } = gridOf(graph, operator);
    const { channels } = shapeOf(graph, operator.output);
    work += height * width * ('weights' in operator ? operator.weights.count : channels);
  }
  if (work > MAX_WORK) throw unsupportedModel('one run would take too long');
}

function placeResults(graph: Graph): ReadonlyMap<MapId, number> {
  const results = new Map<MapId, number>();
  let first = 0;
  for (const id of graph.outputs) {
    if (results.has(id)) continue;
    results.set(id, first);
    const { height, width, channels } = shapeOf(graph, id);
    first += height * width * channels;
  }
  return results;
}

function placeVectors(graph: FusedGraph, places: Map<MapId, Placed>): number {
  let at = 0;
  for (const id of graph.vectors) {
    places.set(id, { buffer: 'vectors', at });
    at += blocksOf(shapeOf(graph, id).channels);
  }
  return at;
}

/** A map in the buffer, until the last dispatch that reads it. */
interface Stored {
  readonly first: number;
  readonly blocks: number;
  readonly last: number;
}

/** Finds where maps are that later dispatches read. A map's memory is free again when it has been read for the last time. */
function placeMaps(graph: FusedGraph, places: Map<MapId, Placed>): number {
  const lastReads = new Map<MapId, number>();
  graph.dispatches.forEach((dispatch, index) => {
    for (const id of readsOf(graph, dispatch)) lastReads.set(id, index);
  });
  let end = 0;
  let stored: readonly Stored[] = [];
  graph.dispatches.forEach((dispatch, index) => {
    stored = stored.filter(({ last }) => last >= index);
    const output = outputOf(dispatch);
    const last = output === undefined ? undefined : lastReads.get(output);
    if (output === undefined || last === undefined) return;
    const { height, width, channels } = shapeOf(graph, output);
    const blocks = Math.ceil((height * width * blocksOf(channels)) / ALIGNMENT) * ALIGNMENT;
    const first = firstGap(stored, blocks);
    stored = [...stored, { first, blocks, last }].toSorted((a, b) => a.first - b.first);
    places.set(output, { buffer: 'maps', at: first });
    end = Math.max(end, first + blocks);
  });
  return end;
}

function outputOf(dispatch: Dispatch): MapId | undefined {
  return dispatch.kind === 'map' ? dispatch.fused.output : undefined;
}

/** The first place that is free for so many blocks. */
function firstGap(taken: readonly Stored[], blocks: number): number {
  let gap = 0;
  for (const { first, blocks: length } of taken) {
    if (first >= gap + blocks) break;
    gap = Math.max(gap, first + length);
  }
  return gap;
}
