import type { Kernels } from './kernels.js';
import { MAX_COMPONENTS } from './layout.js';
import type { Block } from './memory.js';
import { componentRuns } from './scratch.js';

const WORD = Int32Array.BYTES_PER_ELEMENT;

/** The numbers that the kernel gives of each component. */
const ENTRY = { area: 0, left: 1, top: 2, right: 3, bottom: 4 } as const;
const ENTRY_LENGTH = 5;

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
   * Finds the components of the cells above a threshold (`above` 1) or of the others (0).
   *
   * @param map - Confidences.
   * @param size - Of the map.
   */
  find(map: Block, { width, height }: Size, threshold: number, above: 0 | 1): void {
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
   * @param size - Its size.
   * @param values - A float for each component; a negative one leaves its cells as they are.
   */
  fill(map: Block, { width, height }: Size, values: Block): void {
    this.#kernels.exports.fillComponents(map.pointer, width, height, this.#runs.pointer, values.pointer);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#runs.free();
    this.#table.free();
  }
}
