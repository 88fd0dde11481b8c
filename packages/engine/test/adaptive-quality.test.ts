import { describe, expect, it } from 'vitest';
import { AdaptiveQuality } from '../src/adaptive-quality.js';

const INTERVAL = 1000 / 30;

/** What is in force, in one line. */
function stateOf(adaptive: AdaptiveQuality, lines = 720): string {
  const { quality, maxFrameRate } = adaptive;
  const parts = [quality, Number.isFinite(maxFrameRate) ? `${maxFrameRate} fps` : ''];
  const scale = adaptive.scaleOf(lines);
  return [...parts, scale < 1 ? `x ${scale}` : ''].filter(Boolean).join(', ');
}

/** The camera's frames: how far they are apart, and their shorter side. */
interface Camera {
  readonly interval?: number;
  readonly lines?: number;
}

/**
 * Lets frames of a load go by, until something changes.
 *
 * @param load - A frame's latency as a part of the interval at the present frame rate, or how many milliseconds it takes.
 * @returns After how many frames it changed, if it did.
 */
function run(
  adaptive: AdaptiveQuality,
  frames: number,
  load: number | (() => number),
  { interval = INTERVAL, lines = 720 }: Camera = {},
): number | undefined {
  const before = stateOf(adaptive, lines);
  for (let frame = 1; frame <= frames; frame++) {
    const shown = Math.max(interval, 1000 / adaptive.maxFrameRate);
    adaptive.add(typeof load === 'number' ? load * shown : load(), interval, lines);
    if (stateOf(adaptive, lines) !== before) return frame;
  }
  return undefined;
}

/** Everything that gives way under a load that never ends, in its order. */
function givenWay(adaptive: AdaptiveQuality, camera: Camera = {}): readonly string[] {
  const states = [stateOf(adaptive, camera.lines)];
  while (run(adaptive, 1000, 3, camera) !== undefined) states.push(stateOf(adaptive, camera.lines));
  return states;
}

/** Everything that comes back where there is time to spare, in its order. */
function comesBack(adaptive: AdaptiveQuality, camera: Camera = {}): readonly string[] {
  const states: string[] = [];
  while (run(adaptive, 10_000, 0.1, camera) !== undefined) states.push(stateOf(adaptive, camera.lines));
  return states;
}

/** A machine on which a frame takes so many milliseconds at 720 lines for each network and for everything else. */
function machine(adaptive: AdaptiveQuality, network: number, rest: number): () => number {
  const networks = { lowest: 1, low: 1, medium: 1, high: 2, highest: 4 };
  return () => networks[adaptive.quality] * network + rest * adaptive.scaleOf(720) ** 2;
}

/** Lets a camera of 720 lines and 30 frames per second run for so many seconds; returns how often something changed. */
function runFor(adaptive: AdaptiveQuality, seconds: number, load: (second: number) => number): number {
  let changes = 0;
  for (let time = 0; time < seconds; ) {
    const before = stateOf(adaptive);
    adaptive.add(load(time), INTERVAL, 720);
    time += Math.max(INTERVAL, 1000 / adaptive.maxFrameRate) / 1000;
    if (stateOf(adaptive) !== before) changes++;
  }
  return changes;
}

describe('what gives way', () => {
  it('nothing while there is time: both backends begin with both networks and stay there', () => {
    for (const backend of ['cpu', 'gpu'] as const) {
      const adaptive = new AdaptiveQuality(backend);
      expect(stateOf(adaptive)).toBe('high');
      expect(adaptive.reason).toBe('none');
      expect(run(adaptive, 10_000, 0.8)).toBeUndefined();
    }
  });

  it('first quality, then frame rate, then size, one at a time; never a level without a region of interest', () => {
    const adaptive = new AdaptiveQuality('cpu');
    expect(givenWay(adaptive)).toEqual([
      'high',
      'medium',
      'medium, 20 fps',
      'medium, 15 fps',
      'medium, 15 fps, x 0.75',
      'medium, 15 fps, x 0.5',
    ]);
    expect(adaptive.reason).toBe('overload');
  });

  it('comes back in the reverse order', () => {
    const adaptive = new AdaptiveQuality('cpu');
    const down = givenWay(adaptive);
    expect(comesBack(adaptive)).toEqual(down.slice(0, -1).reverse());
    expect(adaptive.reason).toBe('headroom');
  });

  it('on a GPU, a little more than it began with comes back', () => {
    const adaptive = new AdaptiveQuality('gpu');
    expect(comesBack(adaptive)).toEqual(['highest']);
    expect(givenWay(adaptive).slice(0, 3)).toEqual(['highest', 'high', 'medium']);
  });

  it('no frame gets fewer than 360 lines', () => {
    const last = (lines: number) => givenWay(new AdaptiveQuality('cpu'), { lines }).at(-1);
    expect(last(1080)).toBe('medium, 15 fps, x 0.5');
    expect(last(720)).toBe('medium, 15 fps, x 0.5');
    expect(last(719)).toBe('medium, 15 fps, x 0.75');
    expect(last(480)).toBe('medium, 15 fps, x 0.75');
    expect(last(479)).toBe('medium, 15 fps');
    expect(last(360)).toBe('medium, 15 fps');
    expect(last(240)).toBe('medium, 15 fps');
  });

  it('smaller frames that come meanwhile are scaled by no more than they allow', () => {
    const adaptive = new AdaptiveQuality('cpu');
    givenWay(adaptive, { lines: 1080 });
    expect([1080, 720, 540, 480, 360].map((lines) => adaptive.scaleOf(lines))).toEqual([
      0.5, 0.5, 0.75, 0.75, 1,
    ]);
  });

  it('a frame rate that the camera does not reach anyway is passed over', () => {
    const states = (fps: number) =>
      givenWay(new AdaptiveQuality('cpu'), { interval: 1000 / fps, lines: 360 });
    expect(states(60)).toEqual(['high', 'medium', 'medium, 20 fps', 'medium, 15 fps']);
    expect(states(24)).toEqual(['high', 'medium', 'medium, 20 fps', 'medium, 15 fps']);
    expect(states(20)).toEqual(['high', 'medium', 'medium, 15 fps']);
    expect(states(15)).toEqual(['high', 'medium']);
  });

  it('is passed over on the way back, too, where it has no effect any more', () => {
    const adaptive = new AdaptiveQuality('cpu');
    givenWay(adaptive);
    expect(comesBack(adaptive, { interval: 1000 / 15, lines: 480 }).at(-1)).toBe('high');
    expect(stateOf(adaptive)).toBe('high');
  });
});

describe('when something gives way and comes back', () => {
  it('down within two seconds, and at once in overload', () => {
    expect(run(new AdaptiveQuality('cpu'), 1000, 0.95)).toBeLessThanOrEqual(60);
    expect(run(new AdaptiveQuality('cpu'), 1000, 2)).toBeLessThan(20);
  });

  it('a slow start and a single slow frame are ignored', () => {
    const adaptive = new AdaptiveQuality('cpu');
    expect(run(adaptive, 5, 20)).toBeUndefined();
    expect(run(adaptive, 60, 0.5)).toBeUndefined();
    expect(run(adaptive, 1, 6)).toBeUndefined();
    expect(run(adaptive, 1000, 0.5)).toBeUndefined();
  });

  it('up after seconds with time to spare, but not between the two limits', () => {
    const adaptive = new AdaptiveQuality('cpu');
    run(adaptive, 60, 0.95);
    expect(run(adaptive, 10_000, 0.6)).toBeUndefined();
    expect(run(adaptive, 10_000, 0.2)).toBeGreaterThan(100);
    expect(stateOf(adaptive)).toBe('high');
  });

  it('up less and less often where the level above is too expensive', () => {
    const adaptive = new AdaptiveQuality('cpu');
    const load = () => INTERVAL * (adaptive.quality === 'high' ? 0.95 : 0.4);
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      expect(run(adaptive, 10_000, load)).toBeDefined();
      expect(stateOf(adaptive)).toBe('medium');
      waits.push(run(adaptive, 10_000, load) ?? 0);
      expect(stateOf(adaptive)).toBe('high');
    }
    for (let i = 1; i < waits.length; i++) expect(waits[i]).toBeGreaterThan(1.5 * (waits[i - 1] ?? 0));
  });

  it('measured against the frame rate: what is too slow at 60 frames per second is fine at 15', () => {
    const [fast, slow] = [new AdaptiveQuality('cpu'), new AdaptiveQuality('cpu')];
    for (let i = 0; i < 45; i++) {
      fast.add(16, 1000 / 60, 720);
      slow.add(16, 1000 / 15, 720);
    }
    expect(stateOf(fast)).toBe('medium');
    expect(stateOf(slow)).toBe('high');
  });
});

describe('on a machine', () => {
  /** What a machine comes to, and how often something changed in the ten minutes after the first. */
  function settled(network: number, rest: number): [state: string, changes: number] {
    const adaptive = new AdaptiveQuality('cpu');
    const load = machine(adaptive, network, rest);
    runFor(adaptive, 60, load);
    const changes = runFor(adaptive, 600, load);
    return [stateOf(adaptive), changes];
  }

  it('no more gives way than has to, and it stays that way', () => {
    expect(settled(5, 10)).toEqual(['high', 0]);
    expect(settled(12, 10)).toEqual(['medium', 0]);
    expect(settled(25, 12)).toEqual(['medium, 20 fps', 0]);
    expect(settled(35, 15)).toEqual(['medium, 15 fps', 0]);
    expect(settled(35, 30)).toEqual(['medium, 15 fps, x 0.75', 0]);
    expect(settled(40, 50)).toEqual(['medium, 15 fps, x 0.5', 0]);
  });

  it('between two levels it does not oscillate', () => {
    const [state, changes] = settled(14, 0.5);
    expect(state).toBe('medium');
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(12);
  });

  it.each([1, 3, 10, 30, 60])('a load that comes and goes every %i s is not followed for long', (period) => {
    const adaptive = new AdaptiveQuality('cpu');
    const frame = machine(adaptive, 5, 8);
    const load = (time: number) => frame() * (Math.floor(time / period) % 2 === 0 ? 3 : 1);
    runFor(adaptive, 900, load);
    // The first quarter of an hour shows that it comes and goes; then something changes once in a minute and a half at most.
    expect(runFor(adaptive, 1800, load)).toBeLessThanOrEqual(20);
  });

  it('after a long bad time everything comes back within a quarter of an hour', () => {
    const adaptive = new AdaptiveQuality('cpu');
    const frame = machine(adaptive, 5, 8);
    runFor(adaptive, 1800, (time) => frame() * (Math.floor(time / 10) % 2 === 0 ? 4 : 1));
    runFor(adaptive, 900, frame);
    expect(stateOf(adaptive)).toBe('high');
  });
});
