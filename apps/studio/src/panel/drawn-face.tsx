import { type DrawnBackground, renderImage } from '@elsewhere/gallery';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { FACE_SIZE, smallLoopOf } from './small-loops.js';

/** Thumbnails that have been drawn. */
const drawn = new Map<DrawnBackground, Promise<ImageBitmap>>();

/** The thumbnail of a drawn background. It is animated while its tile is hovered or focused. */
export function DrawnFace({ background }: { readonly background: DrawnBackground }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const loop = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const image = drawn.get(background) ?? renderImage(background, FACE_SIZE.width, FACE_SIZE.height);
    drawn.set(background, image);
    // If it cannot be drawn, its name is still shown.
    image.then(
      (bitmap) => context?.drawImage(bitmap, 0, 0),
      () => drawn.delete(background),
    );
  }, [background]);
  useEffect(() => {
    const tile = canvas.current?.closest('.tile');
    const over = new AbortController();
    let isWanted = false;
    const start = async () => {
      isWanted = true;
      const url = await smallLoopOf(background);
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
  }, [background, loop]);
  return (
    <>
      <canvas ref={canvas} {...FACE_SIZE} />
      {loop.value && <video src={loop.value} autoplay muted loop playsInline tabIndex={-1} />}
    </>
  );
}
