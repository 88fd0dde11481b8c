import { describe, expect, test } from 'vitest';
import { Milestones, progressLine, SpeedMeter } from '../src/progress.js';
import { columnsOf, displayName, printable, shorten } from '../src/text.js';

const view = {
  name: 'talk.mp4',
  done: 0.43,
  frames: 1290,
  seconds: 43,
  framesPerSecond: 118.2,
  secondsLeft: 14,
};

describe('the progress line', () => {
  test('has a name, a bar, percent, frames, fps and time left', () => {
    expect(progressLine(view, 80, false)).toBe(
      'talk.mp4  ━━━━━━━━━━━━────────────────  43 %  1290 frames  118 fps  0:14 left',
    );
  });

  test('loses its bar, then its figures, on narrow terminals, and never wraps', () => {
    expect(progressLine(view, 48, false)).toBe('talk.mp4  43 %  1290 frames  118 fps  0:14 left');
    expect(progressLine(view, 40, false)).toBe('talk.mp4  43 %  1290 frames  118 fps');
    for (let columns = 1; columns < 120; columns++) {
      expect(
        columnsOf(progressLine({ ...view, name: '長い名前のビデオ.mp4' }, columns, false)),
      ).toBeLessThanOrEqual(columns);
    }
  });

  test('has no bar and no percentage for an endless input', () => {
    const { secondsLeft: _, ...rest } = view;
    expect(
      progressLine({ ...rest, done: undefined, secondsLeft: undefined, name: 'camera' }, 80, false),
    ).toBe('camera  0:43  1290 frames  118 fps');
  });

  test('is coloured only if colours are enabled', () => {
    expect(progressLine(view, 80, true)).toContain('\x1b[36m');
    expect(progressLine(view, 80, false)).not.toContain('\x1b');
  });

  test('is full at the end', () => {
    expect(progressLine({ ...view, done: 1, secondsLeft: 0 }, 80, false)).toMatch(/━{20,} {2}100 %/);
  });
});

describe('the speed', () => {
  test('is unknown at first, and measured afterwards', () => {
    const meter = new SpeedMeter();
    expect(meter.speed).toEqual({ framesPerSecond: undefined, secondsLeft: undefined });
    meter.add(10, 0, 0);
    expect(meter.speed.framesPerSecond).toBeUndefined();
    meter.add(12, 200, 0.25);
    expect(meter.speed).toEqual({ framesPerSecond: 100, secondsLeft: 6 });
  });

  test('is that of the last seconds', () => {
    const meter = new SpeedMeter();
    for (let second = 0; second <= 20; second++) meter.add(second, second * 100, second / 100);
    for (let second = 21; second <= 40; second++) meter.add(second, 2000 + (second - 20) * 10, 0.2);
    expect(meter.speed.framesPerSecond).toBeCloseTo(10);
    expect(meter.speed.secondsLeft).toBeUndefined();
  });
});

describe('plain lines', () => {
  test('are printed every 10 %, at most one a second', () => {
    const milestones = new Milestones(0);
    const due: number[] = [];
    for (let percent = 0; percent <= 100; percent++) {
      if (milestones.reached(percent, percent / 100)) due.push(percent);
    }
    expect(due).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
    const quick = new Milestones(0);
    expect([0.2, 0.5, 1.1].map((time) => quick.reached(time, time / 2))).toEqual([false, false, true]);
  });

  test('are printed every ten seconds for an endless input', () => {
    const milestones = new Milestones(0);
    const due = Array.from({ length: 31 }, (_, second) => second).filter((second) =>
      milestones.reached(second, undefined),
    );
    expect(due).toEqual([10, 20, 30]);
  });
});

describe('names', () => {
  test('are shortened in the middle', () => {
    expect(shorten('talk.mp4', 8)).toBe('talk.mp4');
    expect(shorten('a very long name of a talk.mp4', 16)).toBe('a very lon…k.mp4');
    expect(columnsOf(shorten('長い名前のビデオ.mp4', 10))).toBeLessThanOrEqual(10);
    expect(shorten('abc', 1)).toBe('…');
  });

  test('cannot contain control sequences', () => {
    expect(printable('a\x1b[2Jb\n\u202ec')).toBe('a�[2Jb��c');
    expect(displayName('/videos/a\r.mp4')).toBe('a�.mp4');
    expect(displayName('camera:/dev/video0')).toBe('camera:/dev/video0');
  });
});
