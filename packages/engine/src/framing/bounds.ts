import type { Rectangle } from '../frame/frame.js';
import { TILE } from '../kernels/layout.js';

/** The share of the person that may lie outside on each side: specks and fingertips are ignored. */
const OUTSIDE = 0.015;

/** A share of the matte, 0..1, below which there is no person. */
const LEAST = 0.01;

/** Finds the person's bounding box in a matte, to the tile. */
export class PersonBounds {
  readonly #columns: Float64Array;
  readonly #rows: Float64Array;
  readonly #across: number;
  readonly #down: number;

  /**
   * @param width - Of the matte, in pixels.
   * @param height - Of the matte, in pixels.
   */
  constructor(width: number, height: number) {
    this.#across = Math.ceil(width / TILE);
    this.#down = Math.ceil(height / TILE);
    this.#columns = new Float64Array(this.#across);
    this.#rows = new Float64Array(this.#down);
  }

  /**
   * Evaluates a matte.
   *
   * @param tiles - The class of each tile, row by row; see `Matte.tiles`.
   * @returns The bounding box in shares of the frame's sides as stored; `undefined` if there is no person.
   */
  find(tiles: ArrayLike<number>): Rectangle | undefined {
    this.#columns.fill(0);
    this.#rows.fill(0);
    let weight = 0;
    for (let row = 0, i = 0; row < this.#down; row++) {
      for (let column = 0; column < this.#across; column++, i++) {
        const tile = tiles[i];
        if (!tile) continue;
        const part = tile === 255 ? 1 : 0.5;
        this.#columns[column] = (this.#columns[column] ?? 0) + part;
        this.#rows[row] = (this.#rows[row] ?? 0) + part;
        weight += part;
      }
    }
    if (weight < LEAST * this.#across * this.#down) return undefined;
    const [left, right] = extent(this.#columns, weight);
    const [top, bottom] = extent(this.#rows, weight);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }
}

/** The first and last position along a side that count, in shares of it. */
function extent(weights: Float64Array, total: number): readonly [begin: number, end: number] {
  const count = weights.length;
  let [begin, end] = [0, count - 1];
  for (let sum = 0; begin < end; begin++) {
    sum += weights[begin] ?? 0;
    if (sum > OUTSIDE * total) break;
  }
  for (let sum = 0; end > begin; end--) {
    sum += weights[end] ?? 0;
    if (sum > OUTSIDE * total) break;
  }
  return [begin / count, (end + 1) / count];
}
