import type { PlanarFrame } from '@elsewhere/web/internal';

/** Middle grey, in luma of limited range. */
const GREY = 126;
const NEUTRAL = 128;

/** What a grey frame has in common with others. */
type Shape = Omit<PlanarFrame, 'data' | 'format' | 'timestamp'>;

/** A frame that shows nothing, for as long as there is no background to show. */
export function greyFrame(shape: Shape): PlanarFrame {
  const luma = shape.width * shape.height;
  const chroma = ((shape.width + 1) >> 1) * ((shape.height + 1) >> 1);
  const planes = new Uint8Array(luma + 2 * chroma).fill(GREY, 0, luma).fill(NEUTRAL, luma);
  return { ...shape, data: planes.buffer, format: 'I420', timestamp: 0 };
}
