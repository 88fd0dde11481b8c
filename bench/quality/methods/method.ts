import type { Item } from '../items/item.js';
import type { Size } from '../items/scale.js';
import type { Shot } from '../items/shot.js';

/** A method that computes mattes. */
export interface Method {
  /** The name of its row. */
  readonly name: string;
  /**
   * Starts a new item, without any state of earlier ones.
   *
   * @param item - The item, with the size of its shots.
   */
  open?(item: {
    readonly kind: Item['kind'];
    readonly source: string;
    readonly name: string;
    readonly size: Size;
  }): Promise<void> | void;
  /**
   * Computes the matte of the item's next shot.
   *
   * @returns Alpha, 0..255, one per pixel, owned by the caller. `undefined` if this method has none for the item.
   */
  matte(shot: Shot): Promise<Uint8Array | undefined>;
  /**
   * Composites the shot over green with the method's own colours. Called after `matte` for each shot of an item whose
   * composites are judged.
   *
   * @returns R, G, B of each pixel.
   */
  composite?(shot: Shot): Promise<Uint8Array>;
  /** Frees all resources. */
  dispose?(): void;
}
