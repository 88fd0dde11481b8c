import type { Kernels } from './kernels.js';
import { MAX_COMPONENTS } from './layout.js';
import type { Block } from './memory.js';
import { componentsScratch } from './scratch.js';

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
  readonly #labels: Block;
  readonly #table: Block;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param capacity - How many cells wide and high maps can get.
   */
  constructor(kernels: Kernels, { width, height }: Size) {
    this.#kernels = kernels;
    this.#labels = kernels.memory.allocate(width * height * WORD);
    this.#table = kernels.memory.allocate(MAX_COMPONENTS * ENTRY_LENGTH * WORD);
    this.#scratch = kernels.memory.allocate(componentsScratch(width, height));
  }

  /** The number of each cell's component from 1, or 0; for the kernel `fillComponents`. */
  get labels(): number {
    return this.#labels.pointer;
  }

  /**
   * Finds the components of the cells above a threshold (`above` 1) or of the others (0).
   *
   * @param map - Confidences.
   * @param size - Of the map.
   */
  find(map: Block, { width, height }: Size, threshold: number, above: 0 | 1): void {
    const [labels, table, scratch] = [this.#labels.pointer, this.#table.pointer, this.#scratch.pointer];
    const { exports } = this.#kernels;
    this.count = exports.components(map.pointer, width, height, threshold, above, labels, table, scratch);
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
   * The mean of a map over a component's cells.
   *
   * @param component - From 0.
   * @param map - Of the size of the one in which the component was found.
   * @param width - Of the map.
   */
  meanOf(component: number, map: Block, width: number): number {
    const labels = this.#labels.i32;
    const values = map.f32;
    let sum = 0;
    for (let y = this.of(component, 'top'); y <= this.of(component, 'bottom'); y++) {
      for (let x = this.of(component, 'left'); x <= this.of(component, 'right'); x++) {
        const cell = y * width + x;
        if (labels[cell] === component + 1) sum += values[cell] ?? 0;
      }
    }
    return sum / this.of(component, 'area');
  }

  /**
   * Whether a cell of another component, a large one, lies in the rectangle around a component.
   *
   * @param component - From 0.
   * @param size - Of the map.
   * @param margin - By how many cells the rectangle is wider on each side.
   * @param area - Components of fewer cells do not count.
   */
  isNear(component: number, { width, height }: Size, margin: number, area: number): boolean {
    const labels = this.#labels.i32;
    const bottom = Math.min(height - 1, this.of(component, 'bottom') + margin);
    const right = Math.min(width - 1, this.of(component, 'right') + margin);
    for (let y = Math.max(0, this.of(component, 'top') - margin); y <= bottom; y++) {
      for (let x = Math.max(0, this.of(component, 'left') - margin); x <= right; x++) {
        const other = labels[y * width + x] ?? 0;
        if (other > 0 && this.of(other - 1, 'area') >= area) return true;
      }
    }
    return false;
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const block of [this.#labels, this.#table, this.#scratch]) block.free();
  }
}
