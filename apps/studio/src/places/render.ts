import type { Delivery, Order } from './messages.js';
import type { Place } from './place.js';

/** What can be asked for. */
type Wish = Omit<Order, 'number'>;

/** Paints all pictures, one after the other, so that the page's own thread is free. */
let pictures: Painter | undefined;

/**
 * Draws a place in a worker, as it is at its beginning.
 *
 * @param place - One of the gallery.
 * @param width - In pixels.
 * @param height - In pixels.
 */
export async function renderPlace(place: Place, width: number, height: number): Promise<ImageBitmap> {
  pictures ??= new Painter();
  const delivery = await pictures.order({ kind: 'picture', place: place.id, width, height });
  if (delivery.type !== 'picture') throw new TypeError('The painter has made something else.');
  return delivery.picture;
}

/**
 * Makes a video of a place that moves, which can be shown again and again.
 *
 * @param place - One of the gallery, with a `loop`.
 * @param width - In pixels, even.
 * @param height - In pixels, even.
 * @param signal - Ends the work.
 * @returns MP4 or WebM.
 */
export async function renderLoop(
  place: Place,
  width: number,
  height: number,
  signal: AbortSignal,
): Promise<Blob> {
  signal.throwIfAborted();
  const painter = new Painter();
  try {
    const delivery = await painter.order({ kind: 'loop', place: place.id, width, height }, signal);
    if (delivery.type !== 'loop') throw new TypeError('The painter has made something else.');
    return delivery.loop;
  } finally {
    painter.dispose();
  }
}

/** The worker that draws. */
class Painter {
  readonly #worker = new Worker(new URL('./painter.worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<number, (delivery: Delivery) => void>();
  #count = 0;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Delivery>) => {
      this.#waiting.get(data.number)?.(data);
      this.#waiting.delete(data.number);
    };
    this.#worker.onerror = ({ message }) => {
      for (const [number, take] of this.#waiting) take({ number, type: 'failed', problem: message });
      this.#waiting.clear();
    };
  }

  order(wish: Wish, signal?: AbortSignal): Promise<Delivery> {
    const number = this.#count++;
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#waiting.set(number, (delivery) => {
        if (delivery.type === 'failed') reject(new Error(delivery.problem));
        else resolve(delivery);
      });
      this.#worker.postMessage({ ...wish, number } satisfies Order);
    });
  }

  dispose(): void {
    this.#worker.terminate();
  }
}
