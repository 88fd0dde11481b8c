import { EngineError } from '@elsewhere/engine';
import { PIPELINE_OPTIONS } from '@elsewhere/engine/internal';
import { describe, expect, it } from 'vitest';
import { LIVE_OPTIONS, type LiveOptions, mergeLiveOptions } from '../src/options.js';

describe('options', () => {
  it('have defaults', () => {
    expect(mergeLiveOptions({})).toEqual({
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

  it("are the pipeline's, as they are described there, and those of live tracks", () => {
    const { quality, ...others } = PIPELINE_OPTIONS;
    const { quality: liveQuality, maxFrameRate: _, whenUnavailable: __, ...live } = LIVE_OPTIONS;
    expect(live).toEqual(others);
    expect(liveQuality.choices).toEqual(['auto', ...quality.choices]);
  });

  it('change one by one, and return to the default with undefined', () => {
    const changed = mergeLiveOptions({ mirror: true, colorMatch: 0.5 }, mergeLiveOptions({ quality: 'low' }));
    expect(changed).toMatchObject({ quality: 'low', mirror: true, colorMatch: 0.5 });
    const back = { mirror: undefined } as unknown as Partial<LiveOptions>;
    expect(mergeLiveOptions(back, changed)).toMatchObject({ quality: 'low', mirror: false, colorMatch: 0.5 });
  });

  it('ignore properties that are not options', () => {
    const other = { model: 'selfie-landscape', background: { type: 'none' } } as Partial<LiveOptions>;
    expect(mergeLiveOptions(other)).toEqual(mergeLiveOptions({}));
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
    expect(() => mergeLiveOptions(change)).toThrow(EngineError);
    expect(() => mergeLiveOptions(change)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(name) }),
    );
  });
});
