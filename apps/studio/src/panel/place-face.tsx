import { useEffect, useRef } from 'preact/hooks';
import { type Place, renderPlace } from '../places/index.js';

/** Three columns of a panel, on screens with two pixels where others have one. */
const SIZE = { width: 224, height: 140 } as const;

/** Each is drawn once. */
const drawn = new Map<Place, Promise<ImageBitmap>>();

/** A place as a small picture. */
export function PlaceFace({ place }: { readonly place: Place }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const picture = drawn.get(place) ?? renderPlace(place, SIZE.width, SIZE.height);
    drawn.set(place, picture);
    // Where it cannot be drawn, its name is there still.
    picture.then(
      (bitmap) => context?.drawImage(bitmap, 0, 0),
      () => drawn.delete(place),
    );
  }, [place]);
  return <canvas ref={canvas} {...SIZE} />;
}
