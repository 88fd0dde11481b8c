import { type DrawnBackground, renderLoop } from '@elsewhere/gallery';

/** The size of a tile in three columns of the panel, at a device pixel ratio of 2. */
export const FACE_SIZE = { width: 224, height: 140 } as const;

/** Loops that have been drawn. */
const drawn = new Map<DrawnBackground, Promise<string | undefined>>();

/** The URL of a small video of a background; `undefined` if it is not animated or the user prefers reduced motion. */
export function smallLoopOf(background: DrawnBackground): Promise<string | undefined> {
  if (!background.loop || matchMedia('(prefers-reduced-motion: reduce)').matches)
    return Promise.resolve(undefined);
  const loop = drawn.get(background) ?? draw(background);
  drawn.set(background, loop);
  return loop;
}

async function draw(background: DrawnBackground): Promise<string | undefined> {
  try {
    const { width, height } = FACE_SIZE;
    return URL.createObjectURL(await renderLoop(background, width, height, new AbortController().signal));
  } catch {
    return undefined;
  }
}
