import { useEffect, useRef } from 'preact/hooks';
import { PLACES, renderPlace } from '../places/index.js';

/** Enough for a backdrop behind text, and drawn quickly. */
const SIZE = { width: 640, height: 360 } as const;

/** A drawn background behind a message. */
export function Backdrop() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const place = PLACES.find(({ id }) => id === 'mountains');
    if (!place) return;
    void renderPlace(place, SIZE.width, SIZE.height).then((image) => {
      const shown = canvas.current;
      shown?.getContext('2d')?.drawImage(image, 0, 0);
      shown?.classList.add('is-drawn');
      image.close();
    });
  }, []);
  return <canvas class="backdrop" ref={canvas} {...SIZE} />;
}
