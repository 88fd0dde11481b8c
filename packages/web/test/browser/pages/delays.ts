import { PlatformMask } from '../../../src/engine/platform-mask.js';

/** Delays what the engine's worker waits for, and its answers, by random numbers whose seed the test says at `/seed`. */

const request = new XMLHttpRequest();
request.open('GET', '/seed', false);
request.send();
let state = Number(request.responseText);

/** Milliseconds; most often none. */
function nextDelay(): number {
  state = (state * 1664525 + 1013904223) >>> 0;
  const part = state / 2 ** 32;
  return part < 0.5 ? 0 : 40 * (part - 0.5);
}

function delayed<F extends (...args: never[]) => Promise<unknown>>(original: F): F {
  return async function (this: unknown, ...args: never[]) {
    await new Promise((resolve) => setTimeout(resolve, nextDelay()));
    const result = await original.apply(this, args);
    await new Promise((resolve) => setTimeout(resolve, nextDelay()));
    return result;
  } as F;
}

self.fetch = delayed(self.fetch.bind(self));
self.createImageBitmap = delayed(self.createImageBitmap.bind(self) as typeof self.createImageBitmap);
VideoFrame.prototype.copyTo = delayed(VideoFrame.prototype.copyTo);
PlatformMask.prototype.segment = delayed(PlatformMask.prototype.segment);

// Messages keep their order.
const post = self.postMessage.bind(self);
let posting = Promise.resolve();
self.postMessage = (message: unknown) => {
  posting = posting.then(async () => {
    await new Promise((resolve) => setTimeout(resolve, nextDelay()));
    post(message);
  });
};
