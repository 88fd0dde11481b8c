import { describe, expect, it } from 'vitest';
import {
  blocks,
  boxBlur,
  colorWeight,
  colorWeights,
  smoothstep,
  sparseOffsets,
} from '../quality/peers/maps.js';
import { noise } from './images.js';

const size = { width: 37, height: 21 };

describe('smoothstep', () => {
  it('rises from 0 to 1', () => {
    expect([0.4, 0.5, 0.625, 0.75, 0.9].map((value) => smoothstep(0.5, 0.75, value))).toEqual([
      0, 0, 0.5, 1, 1,
    ]);
    expect([0.4, 0.5].map((value) => smoothstep(0.5, 0.5, value))).toEqual([0, 1]);
  });
});

describe('boxBlur', () => {
  it('is the mean of the part of the square inside the map', () => {
    const map = Float32Array.from(noise(size.width * size.height));
    const blurred = boxBlur(map, size, 3);
    for (const [x, y] of [
      [0, 0],
      [36, 20],
      [18, 10],
      [2, 19],
    ] as const) {
      const values: number[] = [];
      for (let row = Math.max(0, y - 3); row <= Math.min(20, y + 3); row++) {
        values.push(...map.subarray(row * 37 + Math.max(0, x - 3), row * 37 + Math.min(36, x + 3) + 1));
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(blurred[y * 37 + x]).toBeCloseTo(mean, 3);
    }
  });
});

describe('blocks', () => {
  it('contain the range of values that can reach them', () => {
    const map = new Float32Array(size.width * size.height);
    map[10 * 37 + 20] = 1;
    const high = [...blocks(map, size, [4, 0])].filter((block) => block.high === 1);
    expect(high.map(({ left, top }) => [left, top])).toEqual([[16, 0]]);
    expect([...blocks(map, size, [5, 0])].filter((block) => block.high === 1)).toHaveLength(2);
  });
});

describe('colorWeight', () => {
  it('is a Gaussian of the distance', () => {
    const weights = colorWeights(0.04);
    const rgb = Uint8Array.of(0, 0, 0, 51, 0, 51);
    expect(colorWeight(weights, rgb, 0, 0)).toBe(1);
    expect(colorWeight(weights, rgb, 0, 3)).toBeCloseTo(Math.exp(-1));
  });
});

describe('sparseOffsets', () => {
  it('include the centre', () => {
    expect(sparseOffsets(40, 5)).toEqual(
      [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => 5 * k),
    );
    expect(sparseOffsets(5, 1.6)).toEqual([-5, -3, -2, 0, 2, 3, 5]);
  });
});
