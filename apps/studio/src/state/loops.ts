import { PLACES, type Place, renderLoop } from '../places/index.js';
import type { Choice } from './choice.js';

/** Large enough for what is out of focus behind somebody, small enough to be drawn in seconds. */
const SIZE = { width: 1280, height: 720 } as const;

/** Those that were drawn already. */
const drawn = new Map<Place, Blob>();

/**
 * The video of a place that moves.
 *
 * @param choice - Any background.
 * @param signal - Ends the drawing.
 * @returns None for what does not move, for those who want nothing to, and where it cannot be drawn: then it stands still.
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
