import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { Grid } from './region.js';

/**
 * Resamples a map to another grid, by bilinear interpolation.
 *
 * @param kernels - In whose memory both lie.
 * @param map - One float for each cell of `from`.
 * @param from - The map's grid.
 * @param target - Receives one float for each cell of `to`; another block than the map.
 * @param to - The other grid, over any region of the same frame.
 * @param outside - The value of cells outside of the map.
 */
export function remap(
  { exports, arguments: structs }: Kernels,
  map: Block,
  from: Grid,
  target: Block,
  to: Grid,
  outside: number,
): void {
  const [scaleX, scaleY] = [from.width / from.region.width, from.height / from.region.height];
  const region = structs.rectangle.write({
    x: (to.region.x - from.region.x) * scaleX,
    y: (to.region.y - from.region.y) * scaleY,
    width: to.region.width * scaleX,
    height: to.region.height * scaleY,
  });
  exports.remap(map.pointer, from.width, from.height, region, target.pointer, to.width, to.height, outside);
}
