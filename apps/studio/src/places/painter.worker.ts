import { sheet } from './brush/sheet.js';
import { PLACES } from './gallery.js';
import { encodeLoop } from './loop.js';
import type { Delivery, Order } from './messages.js';

self.onmessage = ({ data }: MessageEvent<Order>) => {
  void deliver(data);
};

async function deliver({ number, kind, place: id, width, height }: Order): Promise<void> {
  try {
    const place = PLACES.find((place) => place.id === id);
    if (!place) throw new RangeError(`There is no background ${id}.`);
    if (kind === 'loop') {
      post({ number, type: 'loop', loop: await encodeLoop(place, width, height) });
    } else {
      const context = sheet(width, height);
      place.draw(context, width, height, 0);
      const image = context.canvas.transferToImageBitmap();
      post({ number, type: 'image', image }, [image]);
    }
  } catch (error) {
    post({ number, type: 'failed', problem: error instanceof Error ? error.message : String(error) });
  }
}

function post(delivery: Delivery, transfer: Transferable[] = []): void {
  self.postMessage(delivery, { transfer });
}
