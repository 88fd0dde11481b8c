import type { Grid } from './matte.reference.js';
import { at } from './sampling.reference.js';

const TILE = 16;
const MIXED = 1;
/** Pixels of a row that share the activity of one cell: the one in their middle. */
const GROUP = 8;

/** How alpha follows over time: all whole numbers. */
export interface SteadyRule {
  /** The gain at rest, of 256; from 1. */
  readonly floor: number;
  /** A change of alpha, of 255, up to which it may be noise. */
  readonly low: number;
  /** By how much of 255 the gain rises for each step that the change is larger than that. */
  readonly slope: number;
}

/**
 * Temporal smoothing of alpha: each pixel goes from its previous alpha towards the new one by a gain that is 1 where there is
 * activity or where alpha changes much, and never by less than 1/255. In tiles that are and were flat and the same nothing is
 * to be done. `alpha` and `previous` both become the result; the tiles are classified anew.
 */
export function steady(
  alpha: Uint8Array,
  stride: number,
  previous: Uint8Array,
  tiles: Uint8Array,
  previousTiles: Uint8Array,
  width: number,
  height: number,
  activity: Float32Array,
  grid: Grid,
  { floor, low, slope }: SteadyRule,
): void {
  const across = Math.ceil(width / TILE);
  const activityAt = (x: number, y: number) => {
    const column = Math.floor((x - grid.x) * (grid.columns / grid.width));
    const row = Math.floor((y - grid.y) * (grid.rows / grid.height));
    if (column < 0 || column >= grid.columns || row < 0 || row >= grid.rows) return 255;
    return Math.floor(Math.fround(Math.fround(at(activity, row * grid.columns + column) * 255) + 0.5));
  };
  for (let tile = 0; tile < tiles.length; tile++) {
    const kind = at(tiles, tile);
    if (kind !== MIXED && kind === at(previousTiles, tile)) continue;
    const left = (tile % across) * TILE;
    const top = Math.floor(tile / across) * TILE;
    const values = new Set<number>();
    for (let y = top; y < Math.min(top + TILE, height); y++) {
      for (let x = left; x < Math.min(left + TILE, width); x++) {
        const before = at(previous, y * stride + x);
        const change = at(alpha, y * stride + x) - before;
        const size = Math.abs(change);
        const middle = x - (x % GROUP) + GROUP / 2;
        const active = Math.max(activityAt(middle, y + 0.5), Math.min(255, Math.max(0, size - low) * slope));
        const gain = floor + (((256 - floor) * active + 255) >> 8);
        const value = before + Math.sign(change) * ((size * gain + 255) >> 8);
        alpha[y * stride + x] = value;
        previous[y * stride + x] = value;
        values.add(value);
      }
    }
    const [value = MIXED] = values;
    const flat = values.size === 1 && (value === 0 || value === 255);
    tiles[tile] = flat ? value : MIXED;
    previousTiles[tile] = flat ? value : MIXED;
  }
}
