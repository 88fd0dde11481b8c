/** A place that was drawn for the gallery. */
export interface Place {
  readonly id: string;
  /** Seconds after which it begins anew, for moving ones. */
  readonly loop?: number;
  draw(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    width: number,
    height: number,
    time: number,
  ): void;
}

export const PLACES: readonly Place[] = [
  {
    id: 'dusk',
    draw(context, width, height) {
      const sky = context.createLinearGradient(0, 0, 0, height);
      sky.addColorStop(0, '#31597a');
      sky.addColorStop(1, '#f1c69a');
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
    },
  },
];

/** Draws a place once. */
export async function renderPlace(place: Place, width: number, height: number): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas');
  place.draw(context, width, height, 0);
  return canvas.transferToImageBitmap();
}

/** A short video of a moving place. */
export async function renderLoop(
  place: Place,
  _width: number,
  _height: number,
  _signal: AbortSignal,
): Promise<Blob> {
  throw new Error(`${place.id} does not move.`);
}
