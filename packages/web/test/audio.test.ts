import { AudioSample } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { trim } from '../src/converter/audio.js';

describe('trim', () => {
  /** A tenth of a second at 100 Hz from second 2 on; each value is its index. */
  const sample = () =>
    new AudioSample({
      data: Float32Array.from({ length: 10 }, (_, i) => i),
      format: 'f32-planar',
      numberOfChannels: 1,
      sampleRate: 100,
      timestamp: 2,
    });

  function partOf(from: number, to: number) {
    const trimmed = trim(sample(), { from, to });
    const values = new Float32Array(trimmed.numberOfFrames);
    if (values.length > 0) trimmed.copyTo(values, { planeIndex: 0, format: 'f32-planar' });
    return { timestamp: trimmed.timestamp, values: [...values] };
  }

  it('leaves a sample inside the range as it is', () => {
    const whole = sample();
    expect(trim(whole, { from: 2, to: Number.POSITIVE_INFINITY })).toBe(whole);
    expect(trim(whole, { from: 1, to: 2.1 })).toBe(whole);
  });

  it('removes what lies before or after the range', () => {
    expect(partOf(2.03, 9)).toEqual({ timestamp: 2.03, values: [3, 4, 5, 6, 7, 8, 9] });
    expect(partOf(0, 2.02)).toEqual({ timestamp: 2, values: [0, 1] });
    expect(partOf(2.044, 2.066)).toEqual({ timestamp: 2.04, values: [4, 5, 6] });
  });

  it('leaves nothing of a sample outside of the range', () => {
    expect(partOf(3, 4).values).toEqual([]);
    expect(partOf(1, 2).values).toEqual([]);
  });

  it('closes what it replaces', () => {
    const replaced = sample();
    trim(replaced, { from: 2.05, to: 9 });
    expect(() => replaced.clone()).toThrow('closed');
  });
});
