import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Place, renderPlace } from '../places/index.js';
import { FACE_SIZE, smallLoopOf } from './small-loops.js';

/** Thumbnails that have been drawn. */
const drawn = new Map<Place, Promise<ImageBitmap>>();

/** The thumbnail of a drawn background. It is animated while its tile is hovered or focused. */
export function PlaceFace({ place }: { readonly place: Place }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const loop = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const image = drawn.get(place) ?? renderPlace(place, FACE_SIZE.width, FACE_SIZE.height);
    drawn.set(place, image);
    // If it cannot be drawn, its name is still shown.
    image.then(
      (bitmap) => context?.drawImage(bitmap, 0, 0),
      () => drawn.delete(place),
    );
  }, [place]);
  useEffect(() => {
    const tile = canvas.current?.closest('.tile');
    const over = new AbortController();
    let isWanted = false;
    const start = async () => {
      isWanted = true;
      const url = await smallLoopOf(place);
      if (isWanted) loop.value = url;
    };
    const stop = () => {
      isWanted = false;
      loop.value = undefined;
    };
    for (const name of ['pointerenter', 'focusin'])
      tile?.addEventListener(name, start, { signal: over.signal });
    for (const name of ['pointerleave', 'focusout'])
      tile?.addEventListener(name, stop, { signal: over.signal });
    return () => over.abort();
  }, [place, loop]);
  return (
    <>
      <canvas ref={canvas} {...FACE_SIZE} />
      {loop.value && <video src={loop.value} autoplay muted loop playsInline tabIndex={-1} />}
    </>
  );
}
