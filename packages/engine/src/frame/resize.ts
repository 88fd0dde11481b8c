import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { PlaneMemory } from './frame-memory.js';
import type { Rectangle } from './rectangle.js';

/** Where samples are written to. */
export type PlaneTarget = Pick<PlaneMemory, 'pointer' | 'stride' | 'width' | 'height'>;

/**
 * Makes a part of a plane smaller or larger.
 *
 * @param kernels - In whose memory it lies.
 * @param from - The plane.
 * @param part - Which part, in samples, may be fractional.
 * @param to - Receives it; what lies behind the ends of its rows may be written over.
 * @param scratch - `resampleScratch` bytes; none where the size stays.
 */
export function resizePlane(
  { exports }: Kernels,
  from: PlaneMemory,
  { x, y, width, height }: Rectangle,
  to: PlaneTarget,
  scratch: Block | undefined,
): void {
  exports.resize(
    from.pointer,
    from.stride,
    from.width,
    from.height,
    x,
    y,
    width,
    height,
    to.pointer,
    to.stride,
    to.width,
    to.height,
    scratch?.pointer ?? 0,
  );
}
