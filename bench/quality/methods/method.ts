import type { Size } from '../items/scale.js';
import type { Shot } from '../items/shot.js';

/** A way to make mattes. */
export interface Method {
  /** The name of its row. */
  readonly name: string;
  /**
   * Begins a new item: what earlier items told is forgotten.
   *
   * @param item - Which one: its kind, its source, its name and the size of its shots.
   */
  open?(item: {
    readonly kind: 'still' | 'clip' | 'presenter';
    readonly source: string;
    readonly name: string;
    readonly size: Size;
  }): Promise<void> | void;
  /**
   * Makes the matte of the item's next shot.
   *
   * @param shot - The shot.
   * @returns Alpha, 0..255, one a pixel; the caller's own. `undefined` where this method has none for this item.
   */
  matte(shot: Shot): Promise<Uint8Array | undefined>;
  /**
   * Lays the shot over green in its own way. Called for each shot of an item whose composites are judged, after `matte`.
   *
   * @returns R, G, B of each pixel.
   */
  composite?(shot: Shot): Promise<Uint8Array>;
  /** Frees what it holds. */
  dispose?(): void;
}
