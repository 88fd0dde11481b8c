import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laterTimecode } from '../src/media/streams/timecode.js';

const PAL = { num: 25, den: 1 };
const NTSC = { num: 30_000, den: 1001 };

describe('the timecode of a part', () => {
  it.each([
    ['01:00:00:00', 0, PAL, '01:00:00:00'],
    ['01:00:00:00', 1, PAL, '01:00:01:00'],
    ['01:00:00:00', 1.5, PAL, '01:00:01:13'],
    ['01:00:00:24', 0.04, PAL, '01:00:01:00'],
    ['23:59:59:00', 1, PAL, '00:00:00:00'],
    ['10:20:30:10', 3600, { num: 50, den: 1 }, '11:20:30:10'],
    ['00:00:59;29', 1 / 29.97, NTSC, '00:01:00;02'],
    ['00:09:59;29', 1 / 29.97, NTSC, '00:10:00;00'],
    ['00:00:00;00', 3600, NTSC, '01:00:00;01'],
    ['00:00:00:00', 1001, NTSC, '00:16:40:00'],
    ['00:00:59;59', 1 / 59.94, { num: 60_000, den: 1001 }, '00:01:00;04'],
    ['00:00:00:00', 1, { num: 24_000, den: 1001 }, '00:00:01:00'],
  ] as const)('%s, %d seconds later at %o, is %s', (timecode, start, rate, later) =>
    expect(laterTimecode(timecode, start, rate)).toBe(later),
  );

  it('is not known where the rate is not that of a timecode, or it is none', () => {
    expect(laterTimecode('01:00:00:00', 1, { num: 173, den: 6 })).toBeUndefined();
    expect(laterTimecode('01:00:00:30', 1, PAL)).toBeUndefined();
    expect(laterTimecode('01:00:00;00', 1, PAL)).toBeUndefined();
    expect(laterTimecode('noon', 1, PAL)).toBeUndefined();
    expect(laterTimecode('01:00:00:00', 1, { num: 0, den: 1 })).toBeUndefined();
  });

  it('of a part of a part is that of the part', () => {
    const frames = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(frames, frames, fc.constantFrom(':', ';'), (a, b, separator) => {
        const start = `00:58:00${separator}${separator === ';' ? '02' : '00'}`;
        const after = (timecode: string, count: number) =>
          laterTimecode(timecode, (count * 1001) / 30_000, NTSC) ?? '';
        expect(after(after(start, a), b)).toBe(after(start, a + b));
      }),
    );
  });
});
