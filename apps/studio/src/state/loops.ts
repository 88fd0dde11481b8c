import { PLACES, type Place, renderLoop } from '../places/index.js';
import type { Choice } from './choice.js';

/** Large enough for a background that is out of focus, small enough to be drawn in seconds. */
const SIZE = { width: 1280, height: 720 } as const;

/** Loops that have been drawn. */
const drawn = new Map<Place, Blob>();

/**
 * The video of an animated background.
 *
 * @param choice - Any background.
 * @param signal - Aborts the drawing.
 * @returns `undefined` if it is not animated, if the user prefers reduced motion, or if it cannot be drawn; it stands still
 *   then.
 */
export async function loopOf(choice: Choice, signal: AbortSignal): Promise<Blob | undefined> {
  const place = choice.kind === 'place' ? PLACES.find(({ id }) => id === choice.id) : undefined;
  if (!place?.loop || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
  const loop = drawn.get(place) ?? (await draw(place, signal));
  if (loop) drawn.set(place, loop);
  return loop;
}

function draw(place: Place, signal: AbortSignal): Promise<Blob | undefined> {
  return renderLoop(place, SIZE.width, SIZE.height, signal).catch(() => undefined);
}
