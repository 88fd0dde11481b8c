import { describe, expect, it } from 'vitest';
import { SteadyClock } from '../src/converter/steady-clock.js';

const DURATION = 0.5;
const steady = (times: readonly number[], clock = new SteadyClock()) => {
  const track = clock.track();
  return { times: times.map((time) => Number(track.at(time, DURATION).toFixed(3))), jumps: clock.jumps };
};

describe('a steady clock', () => {
  it.each([
    ['without a jump', [1, 1.5, 2, 2.5], [1, 1.5, 2, 2.5], 0],
    ['with a pause', [0, 0.5, 9], [0, 0.5, 9], 0],
    ['back by a little', [1, 1.5, 1.45, 2], [1, 1.5, 1.5, 2], 0],
    ['back by far', [5, 5.5, 6, 1, 1.5], [5, 5.5, 6, 6.5, 7], 1],
    ['ahead by far', [0, 0.5, 5000, 5000.5], [0, 0.5, 1, 1.5], 1],
    ['twice', [100, 0, 0.5, 70, 70.5], [100, 100.5, 101, 101.5, 102], 2],
  ])('%s', (_, given, expected, jumps) => {
    expect(steady(given)).toEqual({ times: expected, jumps });
  });

  it('keeps the tracks together: the one that jumps first decides', () => {
    const clock = new SteadyClock();
    const [picture, sound] = [clock.track(), clock.track()];
    expect([10, 10.5, 3, 3.5].map((time) => picture.at(time, 0.5))).toEqual([10, 10.5, 11, 11.5]);
    // It has lasted a little longer, and nothing comes twice.
    const times = [10, 10.6, 11.1, 3, 3.25].map((time) => sound.at(time, 0.5));
    expect(times[3]).toBeCloseTo(11.1001, 6);
    expect(times[4]).toBeCloseTo(11.25, 6);
    expect(clock.jumps).toBe(1);
  });
});
