import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameBarrier } from '../src/engine/frame-barrier.js';

/** Long enough for a camera to count as stalled. */
const LONG = 2000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether the barrier is passed, now and later. */
function observe(barrier: FrameBarrier): () => Promise<boolean> {
  let isPassed = false;
  void barrier.passed().then(() => {
    isPassed = true;
  });
  return async () => {
    await vi.advanceTimersByTimeAsync(0);
    return isPassed;
  };
}

it('is passed when a frame that was begun afterwards is finished', async () => {
  const barrier = new FrameBarrier();
  barrier.begin();
  const isPassed = observe(barrier);
  barrier.finish();
  expect(await isPassed(), 'that one was begun before').toBe(false);
  barrier.begin();
  expect(await isPassed()).toBe(false);
  barrier.finish();
  expect(await isPassed()).toBe(true);
});

it('is passed after a while where no frame flows', async () => {
  const isPassed = observe(new FrameBarrier());
  expect(await isPassed()).toBe(false);
  await vi.advanceTimersByTimeAsync(LONG);
  expect(await isPassed()).toBe(true);
});

it('is not passed while a frame is in flight, however long that takes', async () => {
  const barrier = new FrameBarrier();
  barrier.begin();
  const isPassed = observe(barrier);
  await vi.advanceTimersByTimeAsync(10 * LONG);
  expect(await isPassed()).toBe(false);
  barrier.finish();
  barrier.begin();
  await vi.advanceTimersByTimeAsync(10 * LONG);
  expect(await isPassed()).toBe(false);
  barrier.finish();
  expect(await isPassed()).toBe(true);
});

it('is passed where the camera stalls after a frame that was begun before', async () => {
  const barrier = new FrameBarrier();
  barrier.begin();
  const isPassed = observe(barrier);
  barrier.finish();
  await vi.advanceTimersByTimeAsync(LONG);
  expect(await isPassed()).toBe(true);
});

it('is passed when no frame comes any more', async () => {
  const barrier = new FrameBarrier();
  barrier.begin();
  const isPassed = observe(barrier);
  barrier.close();
  expect(await isPassed()).toBe(true);
  expect(await observe(barrier)(), 'also for those that come later').toBe(true);
});
