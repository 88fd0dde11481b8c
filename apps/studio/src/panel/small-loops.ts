import { type Place, renderLoop } from '../places/index.js';

/** Three columns of a panel, on screens with two pixels where others have one. */
export const FACE_SIZE = { width: 224, height: 140 } as const;

/** Each is drawn once. */
const drawn = new Map<Place, Promise<string | undefined>>();

/** The address of a small video of a place; none of what does not move, and for those who want nothing to. */
export function smallLoopOf(place: Place): Promise<string | undefined> {
  if (!place.loop || matchMedia('(prefers-reduced-motion: reduce)').matches)
    return Promise.resolve(undefined);
  const loop = drawn.get(place) ?? draw(place);
  drawn.set(place, loop);
  return loop;
}

async function draw(place: Place): Promise<string | undefined> {
  try {
    const { width, height } = FACE_SIZE;
    return URL.createObjectURL(await renderLoop(place, width, height, new AbortController().signal));
  } catch {
    return undefined;
  }
}
