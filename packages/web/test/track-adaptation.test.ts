import type { FrameShape } from '@elsewhere/engine';
import { fitted } from '@elsewhere/engine/internal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Restriction, TrackAdaptation } from '../src/engine/track-adaptation.js';
import { DEFAULT_OPTIONS, type LiveOptions } from '../src/options.js';

const INTERVAL = 1000 / 30;

function shape(width: number, height: number, rotation: FrameShape['rotation'] = 0): FrameShape {
  return { width, height, rotation, colorSpace: { matrix: 'bt709', range: 'limited' } };
}

const HD = shape(1280, 720);

/** A track on the CPU, and what its frames are processed with. */
class Track {
  readonly adaptation: TrackAdaptation;
  readonly frame: FrameShape;
  readonly options: LiveOptions;
  readonly restriction: Restriction | undefined;

  constructor(options: Partial<LiveOptions> = {}, frame = HD, restriction?: Restriction) {
    this.frame = frame;
    this.options = { ...DEFAULT_OPTIONS, ...options };
    this.restriction = restriction;
    this.adaptation = new TrackAdaptation('cpu', this.options, restriction);
    this.next();
  }

  /** The next frame, after one that took so many milliseconds. */
  next(milliseconds?: number): void {
    const cap = this.options.maxFrameRate ?? Number.POSITIVE_INFINITY;
    const interval = Math.max(INTERVAL, 1000 / cap);
    if (milliseconds !== undefined) this.adaptation.add('cpu', milliseconds, interval);
    this.adaptation.begin('cpu', this.frame, this.options, this.restriction);
  }

  /** What is in force after each change under a load that never ends. */
  overload(): readonly TrackAdaptation['current'][] {
    const states = [this.adaptation.current];
    for (let frame = 0; frame < 1000; frame++) {
      this.next(500);
      if (this.adaptation.current !== states.at(-1)) states.push(this.adaptation.current);
    }
    return states;
  }

  /** The size of the output, as stored. */
  get output(): readonly [width: number, height: number] {
    const { width, height } = fitted(this.frame, this.adaptation.maxSize);
    return [width, height];
  }
}

beforeEach(() => void vi.useFakeTimers({ now: 5000 }));
afterEach(() => void vi.useRealTimers());

describe('what frames are processed with', () => {
  it('begins with both networks, and says since when', () => {
    const { adaptation, output } = new Track();
    expect(adaptation.current).toEqual({
      quality: 'high',
      maxFrameRate: undefined,
      scale: 1,
      reason: 'none',
      since: 5000,
    });
    expect(adaptation.maxSize).toBeUndefined();
    expect(output).toEqual([1280, 720]);
  });

  it('gives way step by step, and says why and since when', () => {
    const track = new Track();
    vi.setSystemTime(6000);
    const states = track.overload();
    expect(states.map(({ quality, maxFrameRate, scale }) => [quality, maxFrameRate, scale])).toEqual([
      ['high', undefined, 1],
      ['medium', undefined, 1],
      ['medium', 20, 1],
      ['medium', 15, 1],
      ['medium', 15, 3 / 4],
      ['medium', 15, 1 / 2],
    ]);
    expect(states.map(({ reason }) => reason)).toEqual(['none', ...Array(5).fill('overload')]);
    expect(states.map(({ since }) => since)).toEqual([5000, ...Array(5).fill(6000)]);
  });

  it('is the same object as long as nothing changes', () => {
    const track = new Track({ maxSize: { width: 960, height: 720 } });
    const { current, maxSize } = track.adaptation;
    vi.setSystemTime(6000);
    for (let frame = 0; frame < 100; frame++) track.next(5);
    expect(track.adaptation.current).toBe(current);
    expect(track.adaptation.maxSize).toBe(maxSize);
    track.overload();
    const { maxSize: scaled } = track.adaptation;
    track.next(500);
    expect(track.adaptation.maxSize).toBe(scaled);
  });

  it('is what one network can do while the second one is missing, and where the platform segments', () => {
    const [low, none] = [{ quality: 'low' } as const, {}];
    expect(new Track(none, HD, 'loading').adaptation.current).toMatchObject({ ...low, reason: 'loading' });
    expect(new Track({ quality: 'high' }, HD, 'loading').adaptation.current).toMatchObject({
      ...low,
      reason: 'loading',
    });
    expect(new Track({ quality: 'lowest' }, HD, 'loading').adaptation.current).toMatchObject({
      quality: 'lowest',
      reason: 'none',
    });
    expect(new Track({ quality: 'lowest' }, HD, 'platform-mask').adaptation.current).toMatchObject({
      ...low,
      reason: 'platform-mask',
    });
  });

  it('each backend has its own', () => {
    const track = new Track();
    track.overload();
    track.adaptation.begin('gpu', HD, track.options, undefined);
    expect(track.adaptation.current).toMatchObject({ quality: 'high', scale: 1, reason: 'none' });
    expect(track.adaptation.maxFrameRate('gpu', track.options)).toBe(Number.POSITIVE_INFINITY);
    expect(track.adaptation.maxFrameRate('cpu', track.options)).toBe(15);
  });
});

describe('what the caller has set is never exceeded', () => {
  it('a quality that is set stays, with its frame rate and its size', () => {
    for (const quality of ['lowest', 'medium', 'highest'] as const) {
      const track = new Track({ quality });
      expect(track.overload()).toHaveLength(1);
      expect(track.adaptation.current).toMatchObject({ quality, maxFrameRate: undefined, scale: 1 });
    }
  });

  it('maxFrameRate is a cap, below which the frame rate gives way', () => {
    const rates = (maxFrameRate: number) =>
      new Set(new Track({ maxFrameRate }).overload().map((state) => state.maxFrameRate));
    expect(rates(24)).toEqual(new Set([24, 20, 15]));
    expect(rates(18)).toEqual(new Set([18, 15]));
    expect(rates(10)).toEqual(new Set([10]));
  });

  it('maxSize is scaled down further, not replaced', () => {
    const track = new Track({ maxSize: { width: 1280, height: 720 } }, shape(1920, 1080));
    expect(track.output).toEqual([1280, 720]);
    track.overload();
    expect(track.adaptation.current.scale).toBe(1 / 2);
    expect(track.output).toEqual([640, 360]);
  });

  it('a maxSize with fewer than 480 lines leaves nothing to scale down', () => {
    const track = new Track({ maxSize: { width: 640, height: 360 } });
    track.overload();
    expect(track.adaptation.current.scale).toBe(1);
    expect(track.output).toEqual([640, 360]);
  });

  it('a new maxSize holds at once', () => {
    const track = new Track();
    track.overload();
    const options = { ...track.options, maxSize: { width: 960, height: 540 } };
    track.adaptation.begin('cpu', HD, options, undefined);
    expect(track.adaptation.current.scale).toBe(3 / 4);
    expect(fitted(HD, track.adaptation.maxSize)).toEqual({ width: 720, height: 406 });
  });
});

describe('sizes', () => {
  it.each([
    ['landscape', shape(1920, 1080), [960, 540]],
    ['portrait', shape(720, 1280), [360, 640]],
    ['portrait, stored sideways', shape(1280, 720, 90), [640, 360]],
    ['with odd proportions', shape(854, 480), [640, 360]],
    ['with wide pixels', { ...shape(1440, 1080), pixelAspectRatio: 4 / 3 }, [720, 540]],
    ['square', shape(480, 480), [360, 360]],
    ['with odd sides', shape(641, 361), [641, 361]],
  ] as const)('%s: the shorter side keeps 360 lines', (_name, frame, output) => {
    const track = new Track({}, frame);
    track.overload();
    expect(track.output).toEqual(output);
  });
});
