import { useEffect, useRef } from 'preact/hooks';
import { type Place, renderPlace } from '../places/index.js';

const SIZE = { width: 224, height: 140 } as const;

/** A place as a small picture. */
export function PlaceFace({ place }: { readonly place: Place }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('bitmaprenderer');
    void renderPlace(place, SIZE.width, SIZE.height).then((picture) =>
      context?.transferFromImageBitmap(picture),
    );
  }, [place]);
  return <canvas ref={canvas} {...SIZE} />;
}
