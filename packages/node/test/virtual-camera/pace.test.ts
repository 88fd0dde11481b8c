import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputPace } from '../../src/virtual-camera/pace.js';

const RATE = 25;

/** Of the sums of times. */
const ROUNDING = 1e-9;

/** Runs an output on frames that arrive at given times, as the loop does. */
function run(
  arrivals: readonly number[],
  until: number,
): { fresh: number; repeated: number; dropped: number } {
  const pace = new OutputPace(RATE, 0);
  const counts = { fresh: 0, repeated: 0, dropped: 0 };
  const repeat = (now: number) => {
    while (pace.deadline <= now) {
      pace.wrote(pace.deadline);
      counts.repeated++;
    }
  };
  for (const now of arrivals) {
    repeat(now);
    if (pace.takes(now)) {
      pace.wrote(now);
      counts.fresh++;
    } else counts.dropped++;
  }
  repeat(until);
  return counts;
}

const every = (interval: number, count: number, jitter: (index: number) => number = () => 0) =>
  Array.from({ length: count }, (_, index) => index * interval + jitter(index));

describe('an output', () => {
  it('takes each frame of a camera of its own rate, with jitter', () => {
    const arrivals = every(40, 250, (index) => 15 * Math.sin(index * 2.4));
    expect(run(arrivals, 10_000)).toEqual({ fresh: 250, repeated: 0, dropped: 0 });
  });

  it('drops what a faster camera gives too much, and no more', () => {
    // One more: a frame may come half an interval early.
    expect(run(every(20, 500), 10_000)).toEqual({ fresh: 251, repeated: 0, dropped: 249 });
    expect(run(every(39, 256), 10_000)).toEqual({ fresh: 250, repeated: 0, dropped: 6 });
  });

  it('repeats frames of a slower camera', () => {
    expect(run(every(80, 125), 10_000)).toEqual({ fresh: 125, repeated: 125, dropped: 0 });
    expect(run(every(41, 244), 10_004)).toMatchObject({ dropped: 0, repeated: 6 });
  });

  it('has its rate whatever the camera does', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, (list) => {
        let now = 0;
        const arrivals = list.map((gap) => (now += gap));
        const { fresh, repeated } = run(arrivals, now);
        expect(Math.abs(fresh + repeated - (now / 1000) * RATE)).toBeLessThanOrEqual(1.5 + ROUNDING);
      }),
    );
  });

  it('gives the time up in which its reader took nothing', () => {
    const pace = new OutputPace(RATE, 0);
    pace.wrote(0);
    pace.wrote(10_000);
    expect(pace.takes(10_001)).toBe(false);
    expect(pace.deadline).toBeGreaterThan(10_040);
  });
});
