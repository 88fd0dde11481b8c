import type { Kernels } from './kernels.js';
import { MAX_COMPONENTS } from './layout.js';
import type { Block } from './memory.js';
import { componentRuns } from './scratch.js';

const WORD = Int32Array.BYTES_PER_ELEMENT;

/** The numbers that the kernel gives of each component. */
const ENTRY = { area: 0, left: 1, top: 2, right: 3, bottom: 4 } as const;
const ENTRY_LENGTH = 5;

/** The numbers that the kernel writes of each run of cells: the columns where it begins and ends, and its part from 1, or 0. */
const RUN = { left: 0, right: 1, part: 2 } as const;
const RUN_LENGTH = 3;

/** How many cells wide and high a map is. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The connected parts of a map, as the last call of {@link Components.find} left them. */
export class Components {
  /** How many there are. */
  count = 0;
  /** The area of the largest, in cells; 0 if there is none. */
  largest = 0;
  readonly #kernels: Kernels;
  readonly #runs: Block;
  readonly #table: Block;
  /** Of the map. */
  #size: Size = { width: 0, height: 0 };

  /**
   * @param kernels - Whose memory to work in.
   * @param capacity - How many cells wide and high maps can get.
   */
  constructor(kernels: Kernels, { width, height }: Size) {
    this.#kernels = kernels;
    this.#runs = kernels.memory.allocate(componentRuns(width, height));
    this.#table = kernels.memory.allocate(MAX_COMPONENTS * ENTRY_LENGTH * WORD);
  }

  /**
   * Finds the components of the cells above a threshold (`above`) or of the others.
   *
   * @param map - Confidences.
   * @param size - Of the map.
   */
  find(map: Block, size: Size, threshold: number, above: boolean): void {
    const { width, height } = size;
    this.#size = size;
    const { exports } = this.#kernels;
    const runs = this.#runs.pointer;
    this.count = exports.components(map.pointer, width, height, threshold, above, runs, this.#table.pointer);
    this.largest = 0;
    for (let i = 0; i < this.count; i++) this.largest = Math.max(this.largest, this.of(i, 'area'));
  }

  /**
   * What is known of a component: its area in cells, or the first or last column or row that it reaches.
   *
   * @param component - From 0.
   * @param what - Which of them.
   */
  of(component: number, what: keyof typeof ENTRY): number {
    return this.#table.i32[component * ENTRY_LENGTH + ENTRY[what]] ?? 0;
  }

  /**
   * Sets the cells of components to a value each, in the map where they were found.
   *
   * @param map - That map.
   * @param values - A float for each component; a negative one leaves its cells as they are.
   */
  fill(map: Block, values: Block): void {
    const { width, height } = this.#size;
    this.#kernels.exports.fillComponents(map.pointer, width, height, this.#runs.pointer, values.pointer);
  }

  /**
   * The mean of a map over a component's cells.
   *
   * @param component - From 0.
   * @param map - Of the size of the one in which the component was found.
   */
  meanOf(component: number, map: Block): number {
    const { width } = this.#size;
    const runs = this.#runs.i32;
    const values = map.f32;
    let sum = 0;
    for (let y = this.of(component, 'top'); y <= this.of(component, 'bottom'); y++) {
      for (let run = this.#beginOf(y); run < this.#beginOf(y + 1); run += RUN_LENGTH) {
        if (runs[run + RUN.part] !== component + 1) continue;
        const end = y * width + (runs[run + RUN.right] ?? 0);
        for (let cell = y * width + (runs[run + RUN.left] ?? 0); cell < end; cell++) sum += values[cell] ?? 0;
      }
    }
    return sum / this.of(component, 'area');
  }

  /**
   * Whether a large component has a cell in the rectangle around a component.
   *
   * @param component - From 0.
   * @param margin - By how many cells the rectangle is wider on each side.
   * @param area - Components of fewer cells do not count; more than the component itself has.
   */
  isNear(component: number, margin: number, area: number): boolean {
    const runs = this.#runs.i32;
    const left = this.of(component, 'left') - margin;
    const right = this.of(component, 'right') + margin;
    const bottom = Math.min(this.#size.height - 1, this.of(component, 'bottom') + margin);
    for (let y = Math.max(0, this.of(component, 'top') - margin); y <= bottom; y++) {
      for (let run = this.#beginOf(y); run < this.#beginOf(y + 1); run += RUN_LENGTH) {
        if ((runs[run + RUN.left] ?? 0) > right) break;
        const other = runs[run + RUN.part] ?? 0;
        if ((runs[run + RUN.right] ?? 0) > left && other > 0 && this.of(other - 1, 'area') >= area)
          return true;
      }
    }
    return false;
  }

  /** Where a row's runs begin among the words of `#runs`: behind the table of where the rows' runs end, as addresses. */
  #beginOf(row: number): number {
    const { pointer, i32 } = this.#runs;
    return row === 0 ? this.#size.height : (((i32[row - 1] ?? 0) >>> 0) - pointer) / WORD;
  }

  /** Frees the memory. */
  dispose(): void {
    this.#runs.free();
    this.#table.free();
  }
}
