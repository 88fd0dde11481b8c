import { DRAWN_BACKGROUNDS, type DrawnBackground, renderLoop } from '@elsewhere/gallery';
import type { Choice } from './choice.js';

/** Large enough for a background that is out of focus, small enough to be drawn in seconds. */
const SIZE = { width: 1280, height: 720 } as const;

/** Loops that have been drawn. */
const drawn = new Map<DrawnBackground, Blob>();

/**
 * The video of an animated background.
 *
 * @param choice - Any background.
 * @param signal - Aborts the drawing.
 * @returns `undefined` if it is not animated, if the user prefers reduced motion, or if it cannot be drawn; it stands still
 *   then.
 */
export async function loopOf(choice: Choice, signal: AbortSignal): Promise<Blob | undefined> {
  const background =
    choice.kind === 'drawn' ? DRAWN_BACKGROUNDS.find(({ id }) => id === choice.id) : undefined;
  if (!background?.loop || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
  const loop = drawn.get(background) ?? (await draw(background, signal));
  if (loop) drawn.set(background, loop);
  return loop;
}

function draw(background: DrawnBackground, signal: AbortSignal): Promise<Blob | undefined> {
  return renderLoop(background, SIZE.width, SIZE.height, signal).catch(() => undefined);
}
