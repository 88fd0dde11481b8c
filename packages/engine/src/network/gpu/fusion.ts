import type { MapId, MapShape, Operator } from '../graph.js';
import { inputsOf } from '../graph.js';
import { isPointwise, type PreparedGraph } from './prepare.js';
import { SLOTS, THREADS } from './steps.js';

/** How many blocks of four channels fit into a workgroup's memory: a dispatch must be able to keep one pixel of each of its maps. */
const ROOM = SLOTS - THREADS;

/** Operators that one dispatch computes, tile by tile: each pixel of a map follows from the same pixel of those before. */
export interface Fused {
  /** How many pixels there are. */
  readonly height: number;
  readonly width: number;
  readonly operators: readonly Operator[];
}

interface OpenDispatch extends Fused {
  readonly operators: Operator[];
  blocks: number;
}

/** How many blocks of four channels a pixel has. */
export function blocksOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/** The maps of which an operator reads, for a pixel, the same pixel. */
export function localInputs(operator: Operator): readonly MapId[] {
  switch (operator.kind) {
    case 'depthwise':
    case 'resize':
    case 'mean':
      return [];
    case 'convolution':
      return isPointwise(operator) ? [operator.input] : [];
    default:
      return inputsOf(operator);
  }
}

/** Divides a graph's operators among as few dispatches as it can, in the order in which they run. */
export function fuse(graph: PreparedGraph): readonly Fused[] {
  const dispatches: OpenDispatch[] = [];
  /** In which dispatch each map is made; for vectors, after which one they can be. */
  const made = new Map<MapId, number>();
  /** The blocks of each vector and of those that it follows from. */
  const vectorBlocks = new Map<MapId, number>();
  const shapeOf = (id: MapId) => {
    const shape = graph.shapes.get(id);
    if (!shape) throw new RangeError('A graph has a shape for each of its maps.');
    return shape;
  };
  for (const operator of graph.operators) {
    const { output } = operator;
    const inputs = inputsOf(operator);
    if (graph.vectors.has(output)) {
      made.set(output, Math.max(...inputs.map((id) => made.get(id) ?? -1)));
      const others = inputs.reduce((sum, id) => sum + (vectorBlocks.get(id) ?? 0), 0);
      vectorBlocks.set(output, blocksOf(shapeOf(output).channels) + others);
      continue;
    }
    const grid = shapeOf(operator.kind === 'transposed' ? operator.input : output);
    const local = localInputs(operator);
    const earliest = inputs.map((id) => {
      const isHere = local.includes(id) && !graph.vectors.has(id) && isSameGrid(shapeOf(id), grid);
      return (made.get(id) ?? -1) + (isHere ? 0 : 1);
    });
    const taps = operator.kind === 'transposed' ? operator.size.y * operator.size.x : 1;
    const blocks = local.reduce(
      (sum, id) => sum + (vectorBlocks.get(id) ?? blocksOf(shapeOf(id).channels)),
      taps * blocksOf(shapeOf(output).channels),
    );
    let index = Math.max(0, ...earliest);
    while (index < dispatches.length && !hasRoom(dispatches[index], grid, blocks)) index++;
    const { height, width } = grid;
    const dispatch = dispatches[index] ?? { height, width, operators: [], blocks: 0 };
    dispatches[index] = dispatch;
    dispatch.operators.push(operator);
    dispatch.blocks += blocks;
    made.set(output, index);
  }
  return dispatches;
}

function hasRoom(dispatch: OpenDispatch | undefined, grid: MapShape, blocks: number): boolean {
  return dispatch !== undefined && isSameGrid(dispatch, grid) && dispatch.blocks + blocks <= ROOM;
}

function isSameGrid(a: Pick<MapShape, 'height' | 'width'>, b: Pick<MapShape, 'height' | 'width'>): boolean {
  return a.height === b.height && a.width === b.width;
}
