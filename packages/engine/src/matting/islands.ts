import { Components } from '../kernels/components.js';
import type { Kernels } from '../kernels/kernels.js';
import { MAX_COMPONENTS } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import { ISLANDS } from './constants.js';

/** A component's value that keeps its cells as they are. */
const KEEP = -1;

/** The size of a map, in cells. */
type Size = Pick<Thumbnail, 'width' | 'height'>;

/** Removes small islands from a map and fills small holes. */
export class IslandFilter {
  readonly #components: Components;
  readonly #values: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param capacity - The largest map, in cells.
   */
  constructor(kernels: Kernels, capacity: Size) {
    this.#components = new Components(kernels, capacity);
    this.#values = kernels.memory.allocate(MAX_COMPONENTS * Float32Array.BYTES_PER_ELEMENT);
  }

  /**
   * Removes islands and holes, in place.
   *
   * @param map - Confidences.
   * @param size - Of the map.
   * @param before - The confidences before the correction by the colour models.
   */
  run(map: Block, size: Size, before: Block): void {
    const components = this.#components;
    components.find(map, size, ISLANDS.threshold, true);
    const { largest } = components;
    const values = this.#values.f32;
    for (let i = 0; i < components.count; i++) values[i] = this.#isSpeck(i) ? 0 : KEEP;
    components.fill(map, this.#values);

    components.find(map, size, ISLANDS.bridge, true);
    const body = ISLANDS.island * components.largest;
    for (let i = 0; i < components.count; i++) {
      const isApart = this.#isSpeck(i) && !components.isNear(i, ISLANDS.near, body);
      values[i] = isApart ? 0 : KEEP;
    }
    components.fill(map, this.#values);

    components.find(map, size, ISLANDS.hollow, false);
    for (let i = 0; i < components.count; i++) values[i] = this.#filling(i, map, size, before, largest);
    components.fill(map, this.#values);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#components.dispose();
    this.#values.free();
  }

  /** The confidence that a hole gets: 1 if it is small, otherwise the more, the less likely it is a real gap. */
  #filling(component: number, map: Block, size: Size, before: Block, largest: number): number {
    const components = this.#components;
    const { hole, doubtfulHole, doubt, agreement } = ISLANDS;
    const share = components.of(component, 'area') / largest;
    if (share >= doubtfulHole || !this.#isEnclosed(component, size)) return KEEP;
    if (share < hole) return 1;
    const mean = components.meanOf(component, map);
    if (mean <= doubt.low || mean < agreement * components.meanOf(component, before)) return KEEP;
    return mean + (1 - mean) * Math.min(1, (mean - doubt.low) / (doubt.high - doubt.low));
  }

  #isSpeck(component: number): boolean {
    return this.#components.of(component, 'area') < ISLANDS.island * this.#components.largest;
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
