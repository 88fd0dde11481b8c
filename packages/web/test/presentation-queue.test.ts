import { describe, expect, it } from 'vitest';
import { PresentationQueue } from '../src/media/presentation-queue.js';

/** A reel of ten pictures a second, named by their numbers. */
function reelOf(count: number): PresentationQueue<number> {
  const reel = new PresentationQueue<number>(count);
  for (let i = 0; i < count; i++) reel.push(i, i / 10);
  return reel;
}

describe('a video that plays by another clock', () => {
  it('presents the frame of the time, wherever the clock starts', () => {
    const reel = reelOf(10);
    const shown: (number | undefined)[] = [];
    for (const clock of [5000, 5000.05, 5000.11, 5000.35, 5000.95]) {
      reel.seek(clock);
      shown.push(reel.current);
    }
    expect(shown).toEqual([0, 0, 1, 3, 9]);
  });

  it('gives back the frames that are not needed any more, each once', () => {
    const reel = reelOf(5);
    expect(reel.seek(0)).toEqual([]);
    expect(reel.seek(0.25)).toEqual([0, 1]);
    expect(reel.seek(0.25)).toEqual([]);
    expect(reel.current).toBe(2);
  });

  it('continues from where it was when the clock goes back or jumps', () => {
    const reel = reelOf(10);
    reel.seek(100);
    reel.seek(100.2);
    reel.seek(3);
    expect(reel.current).toBe(2);
    reel.seek(3.1);
    expect(reel.current).toBe(3);
    reel.seek(1000);
    expect(reel.current).toBe(9);
  });

  it('stands still while no frame comes, and does not skip to catch up', () => {
    const reel = new PresentationQueue<number>(30);
    reel.push(0, 0);
    for (let clock = 0; clock < 10; clock += 0.1) reel.seek(clock);
    expect(reel.current).toBe(0);
    for (let i = 1; i < 30; i++) reel.push(i, i / 10);
    reel.seek(10.1);
    expect(reel.current).toBeLessThan(8);
  });

  it('has room for a limited number', async () => {
    const reel = new PresentationQueue<number>(1);
    reel.push(0, 0);
    await reel.room();
    reel.push(1, 1);
    let hasRoom = false;
    const waiting = reel.room().then(() => {
      hasRoom = true;
    });
    reel.seek(0);
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    reel.seek(1);
    await waiting;
    reel.push(2, 2);
    const closed = reel.room();
    reel.close();
    await closed;
  });
});
