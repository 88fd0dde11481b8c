import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';
import type { Grid } from '../../segmentation/region.js';
import { ISLANDS } from '../constants.js';
import { GpuComponents, GpuParts } from './components.js';

/** Threads of a workgroup, in each direction. */
const SIDE = 8;

/** Cells that share a word of a bit mask. */
const WORD = 32;

/** {@link IslandFilter} on the GPU. */
export class GpuIslandFilter {
  readonly #parts: GpuParts;
  readonly #islands: GpuComponents;
  readonly #bridged: GpuComponents;
  readonly #hollows: GpuComponents;
  readonly #bodies: GPUBuffer;
  readonly #kernels: Kernel<'matting/gpu/islands'>[] = [];
  readonly #clearSpecks: BoundKernel;
  readonly #markBodies: BoundKernel;
  readonly #clearApart: BoundKernel;
  readonly #fillHollows: BoundKernel;

  /**
   * @param device - Where it runs.
   * @param capacity - The largest map, in cells.
   * @param map - Confidences; cleaned in place.
   * @param before - The confidences before the correction by the colour models.
   */
  constructor(
    device: GPUDevice,
    capacity: Pick<Grid, 'width' | 'height'>,
    map: GPUBuffer,
    before: GPUBuffer,
  ) {
    const { threshold, bridge, hollow } = ISLANDS;
    this.#parts = new GpuParts(device, capacity);
    const { labels, parts } = this.#parts;
    const components = (limit: number, isAbove: boolean) =>
      new GpuComponents(device, [map, before], this.#parts, limit, isAbove);
    this.#islands = components(threshold, true);
    this.#bridged = components(bridge, true);
    this.#hollows = components(hollow, false);
    this.#bodies = storage(device, groups(capacity.width, WORD) * capacity.height * 4, 'bodies');

    const constants = {
      ISLAND: ISLANDS.island,
      NEAR: ISLANDS.near,
      HOLE: ISLANDS.hole,
      DOUBTFUL_HOLE: ISLANDS.doubtfulHole,
      DOUBT_LOW: ISLANDS.doubt.low,
      DOUBT_HIGH: ISLANDS.doubt.high,
      AGREEMENT: ISLANDS.agreement,
    };
    const bind = (entry: string, resources: Record<number, GPUBuffer>) => {
      const kernel = new Kernel(device, 'matting/gpu/islands', { entry, constants });
      this.#kernels.push(kernel);
      return kernel.bind(resources);
    };
    const [all, solid] = [this.#islands.largest, this.#bridged.largest];
    const bodies = this.#bodies;
    this.#clearSpecks = bind('clear_specks', { 1: map, 2: labels, 3: parts, 4: all });
    this.#markBodies = bind('mark_bodies', { 2: labels, 3: parts, 4: solid, 5: bodies });
    this.#clearApart = bind('clear_apart', { 1: map, 2: labels, 3: parts, 4: solid, 5: bodies });
    // Holes are compared with the largest island, a veil included.
    this.#fillHollows = bind('fill_hollows', { 1: map, 2: labels, 3: parts, 4: all });
  }

  /**
   * Removes islands and holes.
   *
   * @param pass - Where it is encoded.
   * @param size - Of the map.
   */
  encode(pass: GPUComputePassEncoder, size: Pick<Grid, 'width' | 'height'>): void {
    const { width, height } = size;
    for (const kernel of this.#kernels) {
      kernel.write({ width, height });
    }
    const [x, y] = [groups(width, SIDE), groups(height, SIDE)];
    this.#islands.encode(pass, size);
    this.#clearSpecks.run(pass, x, y);
    this.#bridged.encode(pass, size);
    this.#markBodies.run(pass, groups(width, SIDE * WORD), y);
    this.#clearApart.run(pass, x, y);
    this.#hollows.encode(pass, size);
    this.#fillHollows.run(pass, x, y);
  }

  /** Frees the memory. */
  dispose(): void {
    for (const each of [this.#parts, this.#islands, this.#bridged, this.#hollows]) each.dispose();
    for (const kernel of this.#kernels) kernel.dispose();
    this.#bodies.destroy();
  }
}
