import { sheet } from './brush/sheet.js';
import { DRAWN_BACKGROUNDS } from './gallery.js';
import { encodeLoop } from './loop.js';
import type { Delivery, Order } from './messages.js';

self.onmessage = ({ data }: MessageEvent<Order>) => {
  void deliver(data);
};

async function deliver({ number, kind, background: id, width, height }: Order): Promise<void> {
  try {
    const background = DRAWN_BACKGROUNDS.find((background) => background.id === id);
    if (!background) throw new RangeError(`There is no background ${id}.`);
    if (kind === 'loop') {
      post({ number, type: 'loop', loop: await encodeLoop(background, width, height) });
    } else {
      const context = sheet(width, height);
      background.draw(context, width, height, 0);
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
