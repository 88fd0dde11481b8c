import { PlaneMemory } from '../frame/frame-memory.js';
import { type MattePointer, MatteStruct } from '../kernels/exports.js';
import type { Kernels } from '../kernels/kernels.js';
import { tileCount } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';

/** The matte in the kernels' memory: alpha at the frame's size, and which tiles of it are uniform. */
export class Matte {
  /** The opacity of the person: 0 (background) to 255 (foreground). */
  readonly alpha: PlaneMemory;
  /** The person's share of each pixel's colour, 0 to 255. The same plane as alpha, unless that is softened. */
  readonly mixture: PlaneMemory;
  /** One byte for each 16x16 pixels: 0 and 255 where alpha and mixture are just that everywhere, 1 elsewhere. */
  readonly tiles: Block;
  /** What kernels know it by. */
  readonly descriptor: MattePointer;
  readonly #struct: MatteStruct;

  /**
   * @param kernels - The kernels, in whose memory it lies.
   * @param width - The frame's.
   * @param height - The frame's.
   * @param isSoftened - Whether alpha is softer than the mixture.
   */
  constructor(kernels: Kernels, width: number, height: number, isSoftened: boolean) {
    this.alpha = new PlaneMemory(kernels, width, height);
    this.mixture = isSoftened ? new PlaneMemory(kernels, width, height) : this.alpha;
    this.tiles = kernels.memory.allocate(tileCount(width, height));
    this.#struct = new MatteStruct(kernels.memory.allocate(MatteStruct.bytes));
    this.descriptor = this.#struct.write({
      alpha: this.alpha.descriptor,
      mixture: this.mixture.descriptor,
      tiles: this.tiles.pointer,
    });
  }

  /** Makes everything background. */
  clear(): void {
    this.alpha.data.fill(0);
    this.mixture.data.fill(0);
    this.tiles.u8.fill(0);
  }

  /** Frees the memory. */
  dispose(): void {
    this.alpha.dispose();
    this.mixture.dispose();
    this.tiles.free();
    this.#struct.dispose();
  }
}

/** The share of a matte's tiles below which there is nobody: specks. */
const LEAST = 0.001;

/**
 * Whether a matte shows nobody.
 *
 * @param tiles - The class of each tile; see {@link Matte.tiles}.
 */
export function isEmpty(tiles: Uint8Array): boolean {
  let left = LEAST * tiles.length;
  for (const tile of tiles) {
    if (tile !== 0 && --left < 0) return false;
  }
  return true;
}
