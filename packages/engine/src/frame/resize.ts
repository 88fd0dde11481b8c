import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { PlaneMemory } from './frame-memory.js';
import type { Rectangle } from './rectangle.js';

/** Where samples are written to. */
export type PlaneTarget = Pick<PlaneMemory, 'pointer' | 'stride' | 'width' | 'height'>;

/**
 * Makes a plane, or a part of it, smaller or larger.
 *
 * @param kernels - In whose memory it lies.
 * @param from - The plane.
 * @param to - Receives it; what lies behind the ends of its rows may be written over.
 * @param scratch - `resampleScratch` bytes; none where the size stays.
 * @param part - Which part, in samples, may be fractional. Default: all of it.
 */
export function resizePlane(
  { exports }: Kernels,
  from: PlaneMemory,
  to: PlaneTarget,
  scratch: Block | undefined,
  part?: Rectangle,
): void {
  exports.resize(
    from.pointer,
    from.stride,
    from.width,
    from.height,
    part?.x ?? 0,
    part?.y ?? 0,
    part?.width ?? from.width,
    part?.height ?? from.height,
    to.pointer,
    to.stride,
    to.width,
    to.height,
    scratch?.pointer ?? 0,
  );
}
