import { describe, expect, it } from 'vitest';
import { enlarge, scoringSize, shrink, shrinkBytes } from '../quality/items/scale.js';
import { LabelledShot, withNeighbours } from '../quality/items/shot.js';
import { rgbToFrame } from '../quality/items/yuv.js';

describe('scoringSize', () => {
  it.each([
    [1920, 1080, 1280, 720],
    [820, 1024, 576, 720],
    [1728, 1080, 1152, 720],
    [550, 412, 550, 412],
    [551, 413, 550, 412],
    [2560, 1080, 1280, 540],
  ])('of %sx%s is %sx%s', (width, height, scoredWidth, scoredHeight) => {
    expect(scoringSize({ width, height })).toEqual({ width: scoredWidth, height: scoredHeight });
  });
});

describe('shrink', () => {
  it('is the mean of the area', () => {
    const data = Uint8Array.of(0, 30, 60, 90, 120, 150);
    const [left, right] = shrink(data, { width: 3, height: 2 }, { width: 2, height: 1 }, 1);
    expect(left).toBeCloseTo(55, 4);
    expect(right).toBeCloseTo(95, 4);
    expect(shrinkBytes(data, { width: 3, height: 2 }, { width: 3, height: 2 }, 1)).toBe(data);
  });
});

describe('enlarge', () => {
  it('aligns pixel centres', () => {
    const line = enlarge(Float32Array.of(0, 1), { width: 2, height: 1 }, { width: 4, height: 1 });
    expect([...line]).toEqual([0, 0.25, 0.75, 1]);
  });
});

describe('withNeighbours', () => {
  it('yields each shot with the ground truth before and after', async () => {
    async function* shots() {
      for (let index = 0; index < 4; index++) {
        const frame = rgbToFrame(new Uint8Array(12), { width: 2, height: 2 });
        yield new LabelledShot({ index, time: index }, frame, new Uint8Array(4).fill(index));
      }
    }
    const seen: (readonly (number | undefined)[])[] = [];
    for await (const { truthAgo } of withNeighbours(shots(), 2, 1)) {
      seen.push([2, 1, 0, -1].map((shift) => truthAgo(shift)?.[0]));
    }
    expect(seen).toEqual([
      [undefined, undefined, 0, 1],
      [undefined, 0, 1, 2],
      [0, 1, 2, 3],
      [1, 2, 3, undefined],
    ]);
  });
});
