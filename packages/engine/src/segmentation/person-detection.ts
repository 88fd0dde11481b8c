import { Components } from '../kernels/components.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { REGION } from './constants.js';
import type { Grid, Region } from './region.js';

/** The sides of a map that people touch. */
export interface Sides {
  left: boolean;
  top: boolean;
  right: boolean;
  bottom: boolean;
}

/** A confidence map, and the thumbnail that it belongs to. */
export interface ConfidenceMap {
  readonly confidence: Block;
  readonly thumbnail: Grid;
}

/** Finds the bounding box of the people in a confidence map. Small people far away are ignored. */
export class PersonDetector {
  /** The bounding box of all of them, in luma pixels of the frame; none if there are none. */
  box: Region | undefined;
  /** The area that they cover, in luma pixels of the frame. */
  area = 0;
  /** The share of the map that they cover. */
  share = 0;
  /** The sides of the map that they touch. */
  readonly touches: Sides = { left: false, top: false, right: false, bottom: false };
  readonly #components: Components;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param capacity - The largest map, in cells.
   */
  constructor(kernels: Kernels, capacity: Pick<Grid, 'width' | 'height'>) {
    this.#components = new Components(kernels, capacity);
  }

  /** Evaluates a map; the result is in the properties until the next call. */
  find({ confidence, thumbnail }: ConfidenceMap): void {
    const { width, height, region } = thumbnail;
    const components = this.#components;
    components.find(confidence, thumbnail, REGION.threshold, true);
    let [left, top, right, bottom, cells] = [width, height, 0, 0, 0];
    for (let i = 0; i < components.count; i++) {
      const area = components.of(i, 'area');
      if (area < REGION.significant * components.largest) continue;
      cells += area;
      left = Math.min(left, components.of(i, 'left'));
      top = Math.min(top, components.of(i, 'top'));
      right = Math.max(right, components.of(i, 'right') + 1);
      bottom = Math.max(bottom, components.of(i, 'bottom') + 1);
    }
    const [cellWidth, cellHeight] = [region.width / width, region.height / height];
    this.area = cells * cellWidth * cellHeight;
    this.share = cells / (width * height);
    this.box =
      cells === 0
        ? undefined
        : {
            x: region.x + left * cellWidth,
            y: region.y + top * cellHeight,
            width: (right - left) * cellWidth,
            height: (bottom - top) * cellHeight,
          };
    const { touches } = this;
    const { reach, near } = REGION;
    const map = confidence.f32;
    // Only people near a side can extend beyond it: a speck there is not their arm.
    touches.left = left < near * width && hasPerson(map, width, 0, 0, reach, height);
    touches.top = top < near * height && hasPerson(map, width, 0, 0, width, reach);
    touches.right = right > (1 - near) * width && hasPerson(map, width, width - reach, 0, width, height);
    touches.bottom = bottom > (1 - near) * height && hasPerson(map, width, 0, height - reach, width, height);
  }

  /** The mean confidence of the people that the last {@link PersonDetector.find} has found in a map; 0 if there are none. */
  meanOf({ confidence }: ConfidenceMap): number {
    const components = this.#components;
    let [sum, cells] = [0, 0];
    for (let i = 0; i < components.count; i++) {
      const area = components.of(i, 'area');
      if (area < REGION.significant * components.largest) continue;
      sum += area * components.meanOf(i, confidence);
      cells += area;
    }
    return cells === 0 ? 0 : sum / cells;
  }

  /** Frees the memory. */
  dispose(): void {
    this.#components.dispose();
  }
}

function hasPerson(
  map: Float32Array,
  stride: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): boolean {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) if ((map[y * stride + x] ?? 0) > REGION.touch) return true;
  }
  return false;
}
