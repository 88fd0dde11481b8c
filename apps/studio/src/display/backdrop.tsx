import { DRAWN_BACKGROUNDS, renderImage } from '@elsewhere/gallery';
import { useEffect, useRef } from 'preact/hooks';

/** Enough for a backdrop behind text, and drawn quickly. */
const SIZE = { width: 640, height: 360 } as const;

/** A drawn background behind a message. */
export function Backdrop() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const background = DRAWN_BACKGROUNDS.find(({ id }) => id === 'mountains');
    if (!background) return;
    void renderImage(background, SIZE.width, SIZE.height).then((image) => {
      const shown = canvas.current;
      shown?.getContext('2d')?.drawImage(image, 0, 0);
      shown?.classList.add('is-drawn');
      image.close();
    });
  }, []);
  return <canvas class="backdrop" ref={canvas} {...SIZE} />;
}
