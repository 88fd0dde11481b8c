import { describe, expect, it } from 'vitest';
import { LagMeter, movingPixels, SHIFTS } from '../quality/metrics/lag.js';
import { dtSsd, flicker, staticPixels } from '../quality/metrics/motion.js';
import { noise } from './images.js';

const size = { width: 80, height: 60 };
const everywhere = new Uint8Array(4800).fill(1);

describe('staticPixels', () => {
  it('excludes pixels where the ground truth or the surrounding frame changes', () => {
    const luma = noise(4800);
    const changed = luma.slice();
    changed[30 * 80 + 40] = (luma[30 * 80 + 40] ?? 0) ^ 128;
    const truth = new Uint8Array(4800);
    const turned = truth.slice();
    turned[10] = 1;
    const still = staticPixels([truth, turned], [luma, changed], everywhere, size) ?? new Uint8Array();
    const moving = [...still.keys()].filter((i) => still[i] === 0);
    expect(moving).toHaveLength(26);
    expect(moving[0]).toBe(10);
    expect(moving[1]).toBe(28 * 80 + 38);
  });

  it('is undefined when most of the frame changes', () => {
    const truth = new Uint8Array(4800);
    expect(staticPixels([truth, truth], [noise(4800), noise(4800, 2)], everywhere, size)).toBeUndefined();
  });
});

describe('flicker', () => {
  it('is the mean change at static pixels', () => {
    const before = Uint8Array.of(0, 100, 0);
    const now = Uint8Array.of(51, 100, 255);
    expect(flicker([before, now], Uint8Array.of(1, 1, 0))).toBeCloseTo(100);
  });
});

describe('dtSsd', () => {
  it('is 0 for a matte that changes like the ground truth, however wrong it is', () => {
    const [first, second] = [Uint8Array.of(10, 20), Uint8Array.of(60, 20)];
    expect(dtSsd([first, second], [Uint8Array.of(100, 0), Uint8Array.of(150, 0)])).toBe(0);
  });

  it('is the root of the mean square', () => {
    const still = new Uint8Array(4);
    expect(dtSsd([still, Uint8Array.of(51, 0, 0, 0)], [still, still])).toBeCloseTo(10);
  });
});

describe('LagMeter', () => {
  /** The alpha of a soft-edged person that moves to the right, at a time in frames, which may be fractional. */
  const walker = (time: number) =>
    Uint8Array.from({ length: 4800 }, (_, i) => {
      const x = (i % 80) - 3 * time;
      return Math.round(
        255 * Math.min(1, Math.max(0, (x - 10) / 12)) * Math.min(1, Math.max(0, (40 - x) / 12)),
      );
    });
  const measure = (late: number) => {
    const meter = new LagMeter();
    for (let time = 4; time < 10; time++) {
      const truths = SHIFTS.map((shift) => walker(time - shift));
      meter.add(walker(time - late), truths, movingPixels(truths));
    }
    return meter.lag;
  };

  it.each([-1, 0, 0.5, 1, 2.25])('finds a matte that is %s frames late', (late) => {
    expect(measure(late)).toBeCloseTo(late, 1);
  });

  it('is undefined when nothing moves', () => {
    const truths = SHIFTS.map(() => walker(0));
    const meter = new LagMeter();
    meter.add(walker(0), truths, movingPixels(truths));
    expect(meter.lag).toBeUndefined();
  });
});
