import type { Kernels } from '../kernels/kernels.js';
import { MAX_COMPONENTS } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import { componentsScratch } from '../kernels/scratch.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import { ISLANDS } from './constants.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Numbers of a component in the kernel's table: area, left, top, right, bottom. */
const ENTRY = 5;
/** A component's value that leaves its cells as they are. */
const KEEP = -1;

/** How many cells wide and high a map is. */
type Size = Pick<Thumbnail, 'width' | 'height'>;

/** Takes small islands out of a map and fills small holes: specks of the room, and of nothing inside a person. */
export class IslandFilter {
  readonly #kernels: Kernels;
  readonly #labels: Block;
  readonly #table: Block;
  readonly #values: Block;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param capacity - How many cells wide and high maps can get.
   */
  constructor(kernels: Kernels, { width, height }: Size) {
    this.#kernels = kernels;
    this.#labels = kernels.memory.allocate(width * height * FLOAT);
    this.#table = kernels.memory.allocate(MAX_COMPONENTS * ENTRY * FLOAT);
    this.#values = kernels.memory.allocate(MAX_COMPONENTS * FLOAT);
    this.#scratch = kernels.memory.allocate(componentsScratch(width, height));
  }

  /**
   * Cleans a map, in place.
   *
   * @param map - Confidences.
   * @param size - Of the map.
   */
  run(map: Block, size: Size): void {
    const islands = this.#label(map, size, ISLANDS.threshold, 1);
    let largest = 0;
    for (let i = 0; i < islands; i++) largest = Math.max(largest, this.#entry(i, 0));
    const isSpeck = (i: number) => this.#entry(i, 0) < ISLANDS.island * largest;
    this.#fill(map, size, islands, isSpeck, 0);
    const hollows = this.#label(map, size, ISLANDS.hollow, 0);
    const isHole = (i: number) => this.#entry(i, 0) < ISLANDS.hole * largest && this.#isEnclosed(i, size);
    this.#fill(map, size, hollows, isHole, 1);
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const block of [this.#labels, this.#table, this.#values, this.#scratch]) block.free();
  }

  /** Finds the components above or up to a threshold. */
  #label(map: Block, { width, height }: Size, threshold: number, above: 0 | 1): number {
    const [labels, table, scratch] = [this.#labels.pointer, this.#table.pointer, this.#scratch.pointer];
    const { exports } = this.#kernels;
    return exports.components(map.pointer, width, height, threshold, above, labels, table, scratch);
  }

  #entry(component: number, offset: number): number {
    return this.#table.i32[component * ENTRY + offset] ?? 0;
  }

  #isEnclosed(component: number, { width, height }: Size): boolean {
    return (
      this.#entry(component, 1) > 0 &&
      this.#entry(component, 2) > 0 &&
      this.#entry(component, 3) < width - 1 &&
      this.#entry(component, 4) < height - 1
    );
  }

  /** Sets the components that are chosen to a value. */
  #fill(
    map: Block,
    { width, height }: Size,
    count: number,
    isChosen: (component: number) => boolean,
    value: number,
  ): void {
    const values = this.#values.f32;
    let any = false;
    for (let i = 0; i < count; i++) {
      const chosen = isChosen(i);
      any ||= chosen;
      values[i] = chosen ? value : KEEP;
    }
    if (!any) return;
    this.#kernels.exports.fillComponents(
      map.pointer,
      this.#labels.pointer,
      width * height,
      this.#values.pointer,
    );
  }
}
