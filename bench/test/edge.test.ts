import { describe, expect, it } from 'vitest';
import { boundaryF, edgePixels, neighbourhood, trueEdge } from '../quality/metrics/edge.js';
import { rectangle } from './images.js';

const size = { width: 160, height: 120 }; // a diagonal of 200: a tolerance of 1.5, a band of 4

describe('edgePixels', () => {
  it('are the outermost pixels of the person, without the border of the frame', () => {
    const small = { width: 5, height: 4 };
    const matte = rectangle(small, { left: 1, top: 1, right: 4, bottom: 4 });
    expect([...edgePixels(matte, small)]).toEqual([6, 7, 8, 11, 13, 16, 18]);
  });
});

describe('neighbourhood', () => {
  it('is a disk', () => {
    const inside = neighbourhood(Uint32Array.of(2 * 5 + 2), { width: 5, height: 5 }, 2);
    expect([...inside].join('')).toBe('0010001110111110111000100');
  });

  it('agrees with a search around every pixel', () => {
    const pixels = Uint32Array.of(0, 7, 160 * 60 + 80, 160 * 61 + 85, 160 * 120 - 1);
    const inside = neighbourhood(pixels, size, 4.6);
    const expected = inside.map((_, i) => {
      const near = [...pixels].some(
        (p) => Math.hypot((p % 160) - (i % 160), Math.floor(p / 160) - Math.floor(i / 160)) <= 4.6,
      );
      return near ? 1 : 0;
    });
    expect(inside).toEqual(expected);
  });
});

describe('boundaryF', () => {
  const truth = rectangle(size, { left: 40, top: 30, right: 100, bottom: 90 });
  const score = (matte: Uint8Array) => boundaryF(matte, trueEdge(truth, size), size);

  it('tolerates a difference of one pixel', () => {
    expect(score(truth)).toBe(1);
    expect(score(rectangle(size, { left: 41, top: 31, right: 101, bottom: 91 }))).toBe(1);
  });

  it('is 0 for edges elsewhere and for missing edges', () => {
    expect(score(rectangle(size, { left: 50, top: 40, right: 90, bottom: 80 }))).toBe(0);
    expect(score(new Uint8Array(truth.length))).toBe(0);
  });

  it('is 1 when neither has an edge', () => {
    const none = new Uint8Array(truth.length);
    expect(boundaryF(none, trueEdge(none, size), size)).toBe(1);
  });

  it('is the harmonic mean of precision and recall', () => {
    // The matte has the person, and another one of the same size who does not exist.
    const matte = rectangle(size, { left: 40, top: 30, right: 100, bottom: 90 });
    const other = rectangle(size, { left: 110, top: 30, right: 150, bottom: 90 });
    const [found, invented] = [2 * 60 + 2 * 58, 2 * 40 + 2 * 58];
    const precision = found / (found + invented);
    expect(score(matte.map((alpha, i) => alpha | (other[i] ?? 0)))).toBeCloseTo(
      (2 * precision) / (precision + 1),
    );
  });
});

describe('trueEdge', () => {
  it('has a band of 2 % of the diagonal on both sides', () => {
    const { band, surroundings } = trueEdge(
      rectangle(size, { left: 80, top: 0, right: 160, bottom: 120 }),
      size,
    );
    const row = (map: Uint8Array) => map.subarray(60 * 160, 61 * 160).reduce((sum, each) => sum + each, 0);
    expect(row(band)).toBe(9);
    expect(row(surroundings)).toBe(17);
  });
});
