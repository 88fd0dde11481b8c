import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { Grid } from './region.js';

/**
 * Shows a map in another grid, by bilinear interpolation.
 *
 * @param kernels - In whose memory both lie.
 * @param map - One float for each cell of `from`.
 * @param from - The map's grid.
 * @param target - Receives one float for each cell of `to`; another block than the map.
 * @param to - The other grid, over any region of the same frame.
 * @param outside - What cells get that lie outside the map.
 */
export function remap(
  { exports }: Kernels,
  map: Block,
  from: Grid,
  target: Block,
  to: Grid,
  outside: number,
): void {
  const [scaleX, scaleY] = [from.width / from.region.width, from.height / from.region.height];
  exports.remap(
    map.pointer,
    from.width,
    from.height,
    (to.region.x - from.region.x) * scaleX,
    (to.region.y - from.region.y) * scaleY,
    to.region.width * scaleX,
    to.region.height * scaleY,
    target.pointer,
    to.width,
    to.height,
    outside,
  );
}
