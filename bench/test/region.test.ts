import { describe, expect, it } from 'vitest';
import { alphaError, intersectionOverUnion } from '../quality/metrics/region.js';

describe('intersectionOverUnion', () => {
  it('is the ratio of intersection and union', () => {
    const matte = Uint8Array.of(255, 255, 0, 0);
    const truth = Uint8Array.of(255, 0, 200, 127);
    expect(intersectionOverUnion(matte, truth)).toBeCloseTo(1 / 3);
    expect(intersectionOverUnion(truth, matte)).toBeCloseTo(1 / 3);
  });

  it('is 1 for equal mattes and for empty ones', () => {
    const matte = Uint8Array.of(255, 130, 0);
    expect(intersectionOverUnion(matte, matte)).toBe(1);
    expect(intersectionOverUnion(new Uint8Array(3), Uint8Array.of(0, 100, 0))).toBe(1);
  });
});

describe('alphaError', () => {
  it('is 1000 when everything is wrong and 0 when nothing is', () => {
    const all = new Uint8Array(9).fill(255);
    expect(alphaError(all, new Uint8Array(9))).toEqual({ mad: 1000, mse: 1000 });
    expect(alphaError(all, all)).toEqual({ mad: 0, mse: 0 });
  });

  it('is limited to the region', () => {
    const error = alphaError(Uint8Array.of(51, 255), new Uint8Array(2), Uint8Array.of(1, 0));
    expect(error?.mad).toBeCloseTo(200);
    expect(error?.mse).toBeCloseTo(40);
    expect(alphaError(new Uint8Array(2), new Uint8Array(2), new Uint8Array(2))).toBeUndefined();
  });
});
