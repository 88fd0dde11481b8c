import type { DrawnBackground } from './drawn-background.js';
import type { Delivery, Order } from './messages.js';

/** A request without its number. */
type Wish = Omit<Order, 'number'>;

/** Draws all images, one after the other, so that the page's thread is not blocked. */
let imagePainter: Painter | undefined;

/**
 * Draws a background in a worker, as it is at time 0.
 *
 * @param background - A background of the gallery.
 * @param width - In pixels.
 * @param height - In pixels.
 */
export async function renderImage(
  background: DrawnBackground,
  width: number,
  height: number,
): Promise<ImageBitmap> {
  imagePainter ??= new Painter();
  const delivery = await imagePainter.order({ kind: 'image', background: background.id, width, height });
  if (delivery.type !== 'image') throw new TypeError('Unexpected result of the painter.');
  return delivery.image;
}

/**
 * Encodes an animated background as a video that repeats seamlessly.
 *
 * @param background - A background of the gallery with a `loop`.
 * @param width - In pixels, even.
 * @param height - In pixels, even.
 * @param signal - Aborts the encoding.
 * @returns MP4 or WebM.
 */
export async function renderLoop(
  background: DrawnBackground,
  width: number,
  height: number,
  signal: AbortSignal,
): Promise<Blob> {
  signal.throwIfAborted();
  const painter = new Painter();
  try {
    const delivery = await painter.order({ kind: 'loop', background: background.id, width, height }, signal);
    if (delivery.type !== 'loop') throw new TypeError('Unexpected result of the painter.');
    return delivery.loop;
  } finally {
    painter.dispose();
  }
}

/** The worker that draws. */
class Painter {
  readonly #worker = new Worker(new URL('./painter.worker.js', import.meta.url), { type: 'module' });
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
