import { describe, expect, it } from 'vitest';
import { PresentationQueue } from '../src/media/presentation-queue.js';

/** A queue of ten frames per second, which are numbered. */
function queueOf(count: number): PresentationQueue<number> {
  const queue = new PresentationQueue<number>(count);
  for (let i = 0; i < count; i++) queue.push(i, i / 10);
  return queue;
}

describe('a video that plays by another clock', () => {
  it('presents the frame of the time, wherever the clock starts', () => {
    const queue = queueOf(10);
    const shown: (number | undefined)[] = [];
    for (const clock of [5000, 5000.05, 5000.11, 5000.35, 5000.95]) {
      queue.seek(clock);
      shown.push(queue.current);
    }
    expect(shown).toEqual([0, 0, 1, 3, 9]);
  });

  it('gives back the frames that are not needed any more, each once', () => {
    const queue = queueOf(5);
    expect(queue.seek(0)).toEqual([]);
    expect(queue.seek(0.25)).toEqual([0, 1]);
    expect(queue.seek(0.25)).toEqual([]);
    expect(queue.current).toBe(2);
  });

  it('continues from where it was when the clock goes back or jumps', () => {
    const queue = queueOf(10);
    queue.seek(100);
    queue.seek(100.2);
    queue.seek(3);
    expect(queue.current).toBe(2);
    queue.seek(3.1);
    expect(queue.current).toBe(3);
    queue.seek(1000);
    expect(queue.current).toBe(9);
  });

  it('stands still while no frame comes, and does not skip to catch up', () => {
    const queue = new PresentationQueue<number>(30);
    queue.push(0, 0);
    for (let clock = 0; clock < 10; clock += 0.1) queue.seek(clock);
    expect(queue.current).toBe(0);
    for (let i = 1; i < 30; i++) queue.push(i, i / 10);
    queue.seek(10.1);
    expect(queue.current).toBeLessThan(8);
  });

  it('has room for a limited number', async () => {
    const queue = new PresentationQueue<number>(1);
    queue.push(0, 0);
    await queue.room();
    queue.push(1, 1);
    let hasRoom = false;
    const waiting = queue.room().then(() => {
      hasRoom = true;
    });
    queue.seek(0);
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    queue.seek(1);
    await waiting;
    queue.push(2, 2);
    const closed = queue.room();
    queue.close();
    await closed;
  });
});
