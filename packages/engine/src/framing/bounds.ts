import type { Rectangle } from '../frame/rectangle.js';
import { TILE } from '../kernels/layout.js';

/** So much of the person may lie outside on each side: specks and fingertips do not count. */
const OUTSIDE = 0.015;

/** Less of the picture than this, 0..1, is nobody. */
const LEAST = 0.01;

/** Finds where the person is in the picture, to the tile. */
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
   * Looks at a matte.
   *
   * @param marks - One for each 16x16 pixels, row by row; see `Matte.tiles`.
   * @returns The box around the person in shares of the picture's sides as it is stored, `undefined` where nobody is.
   */
  find(marks: ArrayLike<number>): Rectangle | undefined {
    this.#columns.fill(0);
    this.#rows.fill(0);
    let weight = 0;
    for (let row = 0, i = 0; row < this.#down; row++) {
      for (let column = 0; column < this.#across; column++, i++) {
        const mark = marks[i];
        if (!mark) continue;
        const part = mark === 255 ? 1 : 0.5;
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

/** Where what lies along a side begins and ends, in shares of it. */
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
