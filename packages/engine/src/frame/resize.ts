import type { PlanePointer } from '../kernels/exports.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { Rectangle } from './frame.js';
import type { PlaneMemory } from './frame-memory.js';

/**
 * Scales a plane, or a part of it.
 *
 * @param kernels - The kernels, in whose memory it lies.
 * @param from - The plane.
 * @param to - Receives the result; the padding of its rows may be overwritten.
 * @param scratch - `resampleScratch` bytes; none where the size stays.
 * @param part - A part of it in samples, may be fractional. Default: all of it.
 */
export function resizePlane(
  kernels: Kernels,
  from: PlaneMemory,
  to: PlanePointer,
  scratch: Block | undefined,
  part?: Rectangle,
): void {
  const { width, height } = from;
  const region = kernels.arguments.rectangle.write(part ?? { x: 0, y: 0, width, height });
  kernels.exports.resize(from.descriptor, region, to, scratch?.pointer ?? 0);
}
