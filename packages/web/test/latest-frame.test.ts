import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LatestFrame } from '../src/media/latest-frame.js';
import { FakeVideoFrame, fakeFrame } from './support/video-frames.js';

/** Frames that were handled, by their timestamps, and how to finish the one that is being handled. */
let handled: number[];
let finish: () => void;
let mailbox: LatestFrame;

beforeEach(() => {
  vi.stubGlobal('VideoFrame', FakeVideoFrame);
  handled = [];
  mailbox = new LatestFrame(async (frame) => {
    handled.push(frame.timestamp);
    frame.close();
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
});
afterEach(() => {
  expect(FakeVideoFrame.open.size, 'every frame is closed').toBe(0);
  vi.unstubAllGlobals();
});

const put = (timestamp: number) => mailbox.put(fakeFrame({ codedWidth: 8, codedHeight: 8, timestamp }));

async function finishOne(): Promise<void> {
  finish();
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

it('handles one frame at a time, and the latest of those that arrive meanwhile', async () => {
  expect([put(1), put(2), put(3), put(4)]).toEqual([false, false, true, true]);
  expect(handled).toEqual([1]);
  await finishOne();
  expect(handled).toEqual([1, 4]);
  await finishOne();
  expect(put(5)).toBe(false);
  expect(handled).toEqual([1, 4, 5]);
});

it('cleared, it closes what waits, and is idle when the frame in flight is finished', async () => {
  put(1);
  put(2);
  mailbox.clear();
  const isIdle = vi.fn();
  void mailbox.idle().then(isIdle);
  await Promise.resolve();
  expect(isIdle).not.toHaveBeenCalled();
  await finishOne();
  expect(handled).toEqual([1]);
  expect(isIdle).toHaveBeenCalled();
});
