import type { Kernels } from '../kernels/kernels.js';
import { MAX_COMPONENTS } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import { componentsScratch } from '../kernels/scratch.js';
import { REGION } from './constants.js';
import type { Region } from './region.js';
import type { Thumbnail } from './thumbnail.js';

const LABEL = Int32Array.BYTES_PER_ELEMENT;
/** Numbers of a component in the kernel's table: area, left, top, right, bottom. */
const ENTRY = 5;

/** On which sides of a map people reach its edge. */
export interface Sides {
  left: boolean;
  top: boolean;
  right: boolean;
  bottom: boolean;
}

/** A map of confidences, and the picture that it belongs to. */
export interface PeopleMap {
  readonly confidence: Block;
  readonly thumbnail: Pick<Thumbnail, 'width' | 'height' | 'region'>;
}

/** Finds where in a confidence map the people are: one or several, of which small ones far away do not count. */
export class PeopleFinder {
  /** Around all of them, in luma pixels of the frame; none if there is nobody. */
  box: Region | undefined;
  /** How much of the frame they cover, in luma pixels. */
  area = 0;
  /** Where they reach the map's edges. */
  readonly touches: Sides = { left: false, top: false, right: false, bottom: false };
  readonly #kernels: Kernels;
  readonly #labels: Block;
  readonly #table: Block;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param width - Of the largest map to come, in cells.
   * @param height - Of the largest map to come, in cells.
   */
  constructor(kernels: Kernels, width: number, height: number) {
    this.#kernels = kernels;
    this.#labels = kernels.memory.allocate(width * height * LABEL);
    this.#table = kernels.memory.allocate(MAX_COMPONENTS * ENTRY * LABEL);
    this.#scratch = kernels.memory.allocate(componentsScratch(width, height));
  }

  /** Looks at a map; the answer is in the properties until the next call. */
  find({ confidence, thumbnail: { width, height, region } }: PeopleMap): void {
    const table = this.#table;
    const count = this.#kernels.exports.components(
      confidence.pointer,
      width,
      height,
      REGION.threshold,
      1,
      this.#labels.pointer,
      table.pointer,
      this.#scratch.pointer,
    );
    const entries = table.i32;
    let largest = 0;
    for (let i = 0; i < count; i++) largest = Math.max(largest, entries[i * ENTRY] ?? 0);
    let [left, top, right, bottom, cells] = [width, height, 0, 0, 0];
    for (let at = 0; at < count * ENTRY; at += ENTRY) {
      const area = entries[at] ?? 0;
      if (area < REGION.significant * largest) continue;
      cells += area;
      left = Math.min(left, entries[at + 1] ?? 0);
      top = Math.min(top, entries[at + 2] ?? 0);
      right = Math.max(right, (entries[at + 3] ?? 0) + 1);
      bottom = Math.max(bottom, (entries[at + 4] ?? 0) + 1);
    }
    const [cellWidth, cellHeight] = [region.width / width, region.height / height];
    this.area = cells * cellWidth * cellHeight;
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
    // Only who is near a side can have more of themself behind it: a speck there is nobody's arm.
    touches.left = left < near * width && hasPerson(map, width, 0, 0, reach, height);
    touches.top = top < near * height && hasPerson(map, width, 0, 0, width, reach);
    touches.right = right > (1 - near) * width && hasPerson(map, width, width - reach, 0, width, height);
    touches.bottom = bottom > (1 - near) * height && hasPerson(map, width, 0, height - reach, width, height);
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const block of [this.#labels, this.#table, this.#scratch]) block.free();
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
