import { describe, expect, it } from 'vitest';
import { Ladder } from '../src/worker/ladder.js';

const INTERVAL = 1000 / 30;

/** Lets frames of a load go by; returns after how many the rung changed, if it did. */
function run(ladder: Ladder, frames: number, load: number | ((rung: string) => number)): number | undefined {
  const before = ladder.rung;
  for (let frame = 1; frame <= frames; frame++) {
    ladder.add(INTERVAL * (typeof load === 'number' ? load : load(ladder.rung)), INTERVAL);
    if (ladder.rung !== before) return frame;
  }
  return undefined;
}

describe('the quality ladder', () => {
  it('begins at the top and stays while there is time', () => {
    const ladder = new Ladder('cpu');
    expect(ladder.rung).toBe('medium');
    expect(run(ladder, 10_000, 0.8)).toBeUndefined();
  });

  it('comes down where frames take too long, to the last rung and no further', () => {
    const ladder = new Ladder('cpu');
    expect(run(ladder, 60, 0.95)).toBeLessThanOrEqual(60);
    expect(ladder.rung).toBe('low');
    run(ladder, 60, 0.95);
    expect(ladder.rung).toBe('lowest');
    expect(run(ladder, 1000, 3)).toBeUndefined();
  });

  it('comes down at once in overload', () => {
    expect(run(new Ladder('cpu'), 1000, 2)).toBeLessThan(20);
  });

  it('does not mind a slow start or a single slow frame', () => {
    const ladder = new Ladder('cpu');
    expect(run(ladder, 5, 20)).toBeUndefined();
    expect(run(ladder, 60, 0.5)).toBeUndefined();
    expect(run(ladder, 1, 6)).toBeUndefined();
    expect(run(ladder, 1000, 0.5)).toBeUndefined();
  });

  it('climbs when there is room for seconds, not between the two limits', () => {
    const ladder = new Ladder('cpu');
    run(ladder, 60, 0.95);
    expect(run(ladder, 10_000, 0.6)).toBeUndefined();
    const climbed = run(ladder, 10_000, 0.2);
    expect(climbed).toBeGreaterThan(100);
    expect(ladder.rung).toBe('medium');
  });

  it('climbs less and less often where the rung above is too much', () => {
    const ladder = new Ladder('cpu');
    const load = (rung: string) => (rung === 'medium' ? 0.95 : 0.4);
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      expect(run(ladder, 10_000, load)).toBeDefined();
      expect(ladder.rung).toBe('low');
      waits.push(run(ladder, 10_000, load) ?? 0);
      expect(ladder.rung).toBe('medium');
    }
    for (let i = 1; i < waits.length; i++) expect(waits[i]).toBeGreaterThan(1.5 * (waits[i - 1] ?? 0));
  });

  it('measures by the camera: what is too long at 60 frames a second is fine at 15', () => {
    const [fast, slow] = [new Ladder('cpu'), new Ladder('cpu')];
    for (let i = 0; i < 100; i++) {
      fast.add(20, 1000 / 60);
      slow.add(20, 1000 / 15);
    }
    expect(fast.rung).not.toBe('medium');
    expect(slow.rung).toBe('medium');
  });
});
