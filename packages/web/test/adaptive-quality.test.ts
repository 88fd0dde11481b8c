import { describe, expect, it } from 'vitest';
import { AdaptiveQuality } from '../src/engine/adaptive-quality.js';

const INTERVAL = 1000 / 30;

/** Lets frames of a load go by; returns after how many the level changed, if it did. */
function run(
  adaptive: AdaptiveQuality,
  frames: number,
  load: number | ((quality: string) => number),
): number | undefined {
  const before = adaptive.quality;
  for (let frame = 1; frame <= frames; frame++) {
    adaptive.add(INTERVAL * (typeof load === 'number' ? load : load(adaptive.quality)), INTERVAL);
    if (adaptive.quality !== before) return frame;
  }
  return undefined;
}

describe('adaptive quality', () => {
  it('starts at the top level and stays there while there is time', () => {
    const adaptive = new AdaptiveQuality('cpu');
    expect(adaptive.quality).toBe('medium');
    expect(run(adaptive, 10_000, 0.8)).toBeUndefined();
  });

  it('goes down while frames take too long, to the lowest level', () => {
    const adaptive = new AdaptiveQuality('cpu');
    expect(run(adaptive, 60, 0.95)).toBeLessThanOrEqual(60);
    expect(adaptive.quality).toBe('low');
    run(adaptive, 60, 0.95);
    expect(adaptive.quality).toBe('lowest');
    expect(run(adaptive, 1000, 3)).toBeUndefined();
  });

  it('goes down at once in overload', () => {
    expect(run(new AdaptiveQuality('cpu'), 1000, 2)).toBeLessThan(20);
  });

  it('ignores a slow start and a single slow frame', () => {
    const adaptive = new AdaptiveQuality('cpu');
    expect(run(adaptive, 5, 20)).toBeUndefined();
    expect(run(adaptive, 60, 0.5)).toBeUndefined();
    expect(run(adaptive, 1, 6)).toBeUndefined();
    expect(run(adaptive, 1000, 0.5)).toBeUndefined();
  });

  it('goes up after seconds with time to spare, but not between the two limits', () => {
    const adaptive = new AdaptiveQuality('cpu');
    run(adaptive, 60, 0.95);
    expect(run(adaptive, 10_000, 0.6)).toBeUndefined();
    const climbed = run(adaptive, 10_000, 0.2);
    expect(climbed).toBeGreaterThan(100);
    expect(adaptive.quality).toBe('medium');
  });

  it('goes up less and less often where the level above is too expensive', () => {
    const adaptive = new AdaptiveQuality('cpu');
    const load = (quality: string) => (quality === 'medium' ? 0.95 : 0.4);
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      expect(run(adaptive, 10_000, load)).toBeDefined();
      expect(adaptive.quality).toBe('low');
      waits.push(run(adaptive, 10_000, load) ?? 0);
      expect(adaptive.quality).toBe('medium');
    }
    for (let i = 1; i < waits.length; i++) expect(waits[i]).toBeGreaterThan(1.5 * (waits[i - 1] ?? 0));
  });

  it('measures against the frame rate: what is too slow at 60 frames per second is fine at 15', () => {
    const [fast, slow] = [new AdaptiveQuality('cpu'), new AdaptiveQuality('cpu')];
    for (let i = 0; i < 100; i++) {
      fast.add(20, 1000 / 60);
      slow.add(20, 1000 / 15);
    }
    expect(fast.quality).not.toBe('medium');
    expect(slow.quality).toBe('medium');
  });
});
