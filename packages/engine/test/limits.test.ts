import { describe, expect, it } from 'vitest';
import { EngineError } from '../src/errors.js';
import { assertInputSize } from '../src/limits.js';

describe('the size that a file states', () => {
  it.each([
    ['image', 1, 1],
    ['image', 10_000, 10_000],
    ['image', 16_384, 6103],
    ['image', 1, 16_384],
    ['video', 7680, 4320],
    ['video', 8192, 8192],
  ] as const)('is accepted for %s of %ix%i', (kind, width, height) => {
    expect(() => assertInputSize(kind, 'it', { width, height })).not.toThrow();
  });

  it.each([
    ['image', 16_384, 16_384, '100 megapixels'],
    ['image', 10_000, 10_001, '100 megapixels'],
    ['image', 16_385, 1, '16384'],
    ['image', 1, 60_000, '16384'],
    ['image', Number.POSITIVE_INFINITY, 1, '16384'],
    ['image', Number.NaN, 1, '16384'],
    ['video', 8193, 1, '8192x8192'],
    ['video', 1, 8193, '8192x8192'],
    ['video', 30_000, 30_000, '8192x8192'],
  ] as const)('is refused for %s of %ix%i', (kind, width, height, limit) => {
    const check = () => assertInputSize(kind, 'holiday', { width, height });
    expect(check).toThrow(EngineError);
    expect(check).toThrow(
      expect.objectContaining({
        code: 'INPUT_TOO_LARGE',
        message: expect.stringMatching(new RegExp(`^holiday has ${width}x${height} pixels.*${limit}.*\\.$`)),
      }),
    );
  });
});
