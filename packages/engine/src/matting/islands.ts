import { Components } from '../kernels/components.js';
import type { Kernels } from '../kernels/kernels.js';
import { MAX_COMPONENTS } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import { ISLANDS } from './constants.js';

/** A component's value that leaves its cells as they are. */
const KEEP = -1;

/** How many cells wide and high a map is. */
type Size = Pick<Thumbnail, 'width' | 'height'>;

/** Takes small islands out of a map and fills small holes: specks of the room, and of nothing inside a person. */
export class IslandFilter {
  readonly #components: Components;
  readonly #values: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param capacity - How many cells wide and high maps can get.
   */
  constructor(kernels: Kernels, capacity: Size) {
    this.#components = new Components(kernels, capacity);
    this.#values = kernels.memory.allocate(MAX_COMPONENTS * Float32Array.BYTES_PER_ELEMENT);
  }

  /**
   * Cleans a map, in place.
   *
   * @param map - Confidences.
   * @param size - Of the map.
   */
  run(map: Block, size: Size): void {
    const components = this.#components;
    components.find(map, size, ISLANDS.threshold, 1);
    const { largest } = components;
    const values = this.#values.f32;
    for (let i = 0; i < components.count; i++) {
      values[i] = components.of(i, 'area') < ISLANDS.island * largest ? 0 : KEEP;
    }
    components.fill(map, size, this.#values);
    components.find(map, size, ISLANDS.hollow, 0);
    for (let i = 0; i < components.count; i++) {
      const isHole = components.of(i, 'area') < ISLANDS.hole * largest && this.#isEnclosed(i, size);
      values[i] = isHole ? 1 : KEEP;
    }
    components.fill(map, size, this.#values);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#components.dispose();
    this.#values.free();
  }

  #isEnclosed(component: number, { width, height }: Size): boolean {
    const components = this.#components;
    return (
      components.of(component, 'left') > 0 &&
      components.of(component, 'top') > 0 &&
      components.of(component, 'right') < width - 1 &&
      components.of(component, 'bottom') < height - 1
    );
  }
}
