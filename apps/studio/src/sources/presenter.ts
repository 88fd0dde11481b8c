import { createDrawing } from '@elsewhere/presenter/drawing';

const SIZE = { width: 960, height: 540 } as const;
const FRAMES_PER_SECOND = 20;

/**
 * A drawn person, for users without a camera.
 *
 * @param signal - Stops it.
 */
export async function openPresenter(signal: AbortSignal): Promise<MediaStream> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, SIZE);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser cannot create a canvas.');
  const drawing = createDrawing({ ...SIZE, room: 'living' });
  const room = await rasterise(drawing.room());
  const paint = async () => {
    const people = await rasterise(drawing.people(performance.now() / 1000));
    context.drawImage(room, 0, 0);
    context.drawImage(people, 0, 0);
  };
  await paint();
  void (async () => {
    while (!signal.aborted) {
      const next = performance.now() + 1000 / FRAMES_PER_SECOND;
      await paint();
      await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
    }
  })();
  return canvas.captureStream(FRAMES_PER_SECOND);
}

async function rasterise(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  image.src = url;
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}
