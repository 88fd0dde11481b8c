import { EngineError } from '@elsewhere/engine';
import { describe, expect, it } from 'vitest';
import { type LiveOptions, mergeOptions } from '../src/options.js';

describe('options', () => {
  it('have defaults', () => {
    expect(mergeOptions({})).toEqual({
      quality: 'auto',
      mirror: false,
      maxFrameRate: undefined,
      maxSize: undefined,
      lightWrap: undefined,
      colorMatch: 0,
      edgeSoftness: 0,
      brightness: 0,
      warmth: 0,
      zoom: 1,
      follow: false,
      stage: 'composite',
      whenUnavailable: 'placeholder',
    });
  });

  it('change one by one, and go back to the default with undefined', () => {
    const changed = mergeOptions({ mirror: true, colorMatch: 0.5 }, mergeOptions({ quality: 'fast' }));
    expect(changed).toMatchObject({ quality: 'fast', mirror: true, colorMatch: 0.5 });
    const back = { mirror: undefined } as unknown as Partial<LiveOptions>;
    expect(mergeOptions(back, changed)).toMatchObject({ quality: 'fast', mirror: false, colorMatch: 0.5 });
  });

  it('take nothing that is not theirs', () => {
    const other = { model: 'selfie-landscape', background: { type: 'none' } } as Partial<LiveOptions>;
    expect(mergeOptions(other)).toEqual(mergeOptions({}));
  });

  it.each([
    ['quality', 'better'],
    ['whenUnavailable', 'raw'],
    ['mirror', 'yes'],
    ['maxFrameRate', 0],
    ['maxFrameRate', Number.NaN],
    ['maxSize', { width: 640 }],
    ['maxSize', { width: 640.5, height: 360 }],
    ['maxSize', { width: 1, height: 360 }],
    ['lightWrap', 1.1],
    ['colorMatch', -0.1],
    ['edgeSoftness', Number.NaN],
  ])('%s: %j is refused, by name', (name, value) => {
    const change = { [name]: value } as Partial<LiveOptions>;
    expect(() => mergeOptions(change)).toThrow(EngineError);
    expect(() => mergeOptions(change)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(name) }),
    );
  });
});
