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
  readonly #kernels: Kernels;
  readonly #components: Components;
  readonly #values: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param capacity - How many cells wide and high maps can get.
   */
  constructor(kernels: Kernels, capacity: Size) {
    this.#kernels = kernels;
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
    this.#fill(map, size, (i) => components.of(i, 'area') < ISLANDS.island * largest, 0);
    components.find(map, size, ISLANDS.hollow, 0);
    const isHole = (i: number) =>
      components.of(i, 'area') < ISLANDS.hole * largest && this.#isEnclosed(i, size);
    this.#fill(map, size, isHole, 1);
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

  /** Sets the components that are chosen to a value. */
  #fill(map: Block, { width, height }: Size, isChosen: (component: number) => boolean, value: number): void {
    const { count, labels } = this.#components;
    const values = this.#values.f32;
    let any = false;
    for (let i = 0; i < count; i++) {
      const chosen = isChosen(i);
      any ||= chosen;
      values[i] = chosen ? value : KEEP;
    }
    if (!any) return;
    this.#kernels.exports.fillComponents(map.pointer, labels, width * height, this.#values.pointer);
  }
}
