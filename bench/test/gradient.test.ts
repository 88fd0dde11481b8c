import { describe, expect, it } from 'vitest';
import { gradientError, gradientLength } from '../quality/metrics/gradient.js';
import { noise, rectangle } from './images.js';

const size = { width: 40, height: 30 };

/** The definition, without optimisations. */
function definition(alpha: Uint8Array): Float32Array {
  const sigma = 1.4;
  const radius = 4;
  const gauss = (x: number) => Math.exp(-(x * x) / (2 * sigma * sigma)) / (sigma * Math.sqrt(2 * Math.PI));
  const slope = (x: number) => (-x * gauss(x)) / (sigma * sigma);
  let norm = 0;
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) norm += (gauss(y) * slope(x)) ** 2;
  }
  const clamp = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
  return Float32Array.from({ length: alpha.length }, (_, i) => {
    let [across, down] = [0, 0];
    for (let y = -radius; y <= radius; y++) {
      for (let x = -radius; x <= radius; x++) {
        const row = clamp(Math.floor(i / size.width) + y, size.height);
        const value = (alpha[row * size.width + clamp((i % size.width) + x, size.width)] ?? 0) / 255;
        across += gauss(y) * slope(x) * value;
        down += slope(y) * gauss(x) * value;
      }
    }
    return Math.hypot(across, down) / Math.sqrt(norm);
  });
}

describe('gradientLength', () => {
  it.each([
    ['noise', noise(size.width * size.height)],
    ['a rectangle', rectangle(size, { left: 12, top: 3, right: 31, bottom: 30 })],
    ['a corner', rectangle(size, { left: 0, top: 0, right: 1, bottom: 1 })],
    ['a line', rectangle(size, { left: 39, top: 0, right: 40, bottom: 30 })],
  ])('agrees with the definition on %s', (_name, alpha) => {
    const expected = definition(alpha);
    const worst = gradientLength(alpha, size).map((value, i) => Math.abs(value - (expected[i] ?? 0)));
    expect(Math.max(...worst)).toBeLessThan(1e-5);
  });

  it('is 0 on a constant matte', () => {
    expect(Math.max(...gradientLength(new Uint8Array(1200).fill(200), size))).toBeLessThan(1e-6);
  });
});

describe('gradientError', () => {
  it('is 0 for equal gradients and counts thousands per million pixels', () => {
    const some = Float32Array.of(0, 1, 0.5, 0);
    expect(gradientError(some, some)).toBe(0);
    expect(gradientError(some, new Float32Array(4))).toBeCloseTo(1250 / 4);
  });
});
