import { useEffect, useRef } from 'preact/hooks';
import type { Place } from '../places/index.js';

const SIZE = { width: 224, height: 140 } as const;

/** A place as a small picture. */
export function PlaceFace({ place }: { readonly place: Place }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context) place.draw(context, SIZE.width, SIZE.height, 0);
  }, [place]);
  return <canvas ref={canvas} {...SIZE} />;
}
