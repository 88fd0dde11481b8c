import { useEffect, useRef } from 'preact/hooks';
import { PLACES, renderPlace } from '../places/index.js';

/** Enough for what lies behind something else, and soon there. */
const SIZE = { width: 640, height: 360 } as const;

/** One of the places, to look forward to. */
export function Backdrop() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const place = PLACES.find(({ id }) => id === 'mountains');
    if (!place) return;
    void renderPlace(place, SIZE.width, SIZE.height).then((picture) => {
      const shown = canvas.current;
      shown?.getContext('2d')?.drawImage(picture, 0, 0);
      shown?.classList.add('is-drawn');
      picture.close();
    });
  }, []);
  return <canvas class="backdrop" ref={canvas} {...SIZE} />;
}
