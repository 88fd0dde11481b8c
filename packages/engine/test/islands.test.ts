import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, loadKernels } from '../src/kernels/kernels.js';
import type { Block } from '../src/kernels/memory.js';
import { ColorModels } from '../src/matting/colors.js';
import type { Guide } from '../src/matting/guided.js';
import { IslandFilter } from '../src/matting/islands.js';
import { at } from './support/frames.js';
import { kernelModule } from './support/kernels.js';

const SIZE = { width: 64, height: 48 };
const CELLS = SIZE.width * SIZE.height;

/** A rectangle of cells: left, top, width, height. */
type Patch = readonly [x: number, y: number, width: number, height: number];

let kernels: Kernels;
const owned: (() => void)[] = [];
beforeAll(async () => {
  kernels = await loadKernels(kernelModule);
});
afterEach(() => {
  for (const free of owned.splice(0)) free();
  expect(kernels.memory.usedBytes).toBe(0);
});

/** A plane in the kernels' memory, filled with one value except for some patches. */
function plane(value: number, ...patches: readonly (readonly [Patch, number])[]): Block {
  const block = kernels.memory.allocate(CELLS * 4);
  owned.push(() => block.free());
  block.f32.fill(value);
  for (const [patch, inside] of patches) fill(block.f32, patch, inside);
  return block;
}

function fill(map: Float32Array, [left, top, width, height]: Patch, value: number): void {
  for (let y = top; y < top + height; y++) {
    map.fill(value, y * SIZE.width + left, y * SIZE.width + left + width);
  }
}

describe('IslandFilter', () => {
  /** 1200 cells: islands of less than 12 cells are removed, holes of less than 3.6 are filled. */
  const PERSON: Patch = [10, 8, 30, 40];

  /** The filtered map of a person with patches. */
  function filtered(...patches: readonly (readonly [Patch, number])[]): Float32Array {
    const map = plane(0, [PERSON, 1], ...patches);
    const filter = new IslandFilter(kernels, SIZE);
    owned.push(() => filter.dispose());
    filter.run(map, SIZE, map);
    return map.f32.slice();
  }

  function expected(...patches: readonly (readonly [Patch, number])[]): Float32Array {
    return plane(0, [PERSON, 1], ...patches).f32.slice();
  }

  it('does not change a single person, an empty map or a full map', () => {
    expect(filtered()).toEqual(expected());
    expect(filtered([PERSON, 0])).toEqual(new Float32Array(CELLS));
    const whole: Patch = [0, 0, SIZE.width, SIZE.height];
    expect(filtered([whole, 1])).toEqual(new Float32Array(CELLS).fill(1));
  });

  it('removes a small island, faint or not', () => {
    for (const value of [1, 0.3]) expect(filtered([[50, 10, 3, 3], value])).toEqual(expected());
  });

  it('keeps an island of the size of a hand', () => {
    const hand = [[50, 10, 5, 5], 0.9] as const;
    expect(filtered(hand)).toEqual(expected(hand));
  });

  it('keeps a small part that is connected to the person', () => {
    const finger = [[40, 20, 3, 1], 0.5] as const;
    expect(filtered(finger)).toEqual(expected(finger));
  });

  it('fills a small hole, whether its confidence is 0 or in between', () => {
    for (const value of [0, 0.5]) expect(filtered([[20, 20, 3, 1], value])).toEqual(expected());
  });

  it('keeps a larger hole, such as the camera background seen under an arm', () => {
    const hole = [[20, 20, 4, 4], 0] as const;
    expect(filtered(hole)).toEqual(expected(hole));
  });

  /** 12 cells, 1 % of the person: too large to be filled regardless of its confidence. */
  const HOLLOW: Patch = [20, 20, 4, 3];

  it('fills a larger hole in proportion to its confidence, such as an earring or a print', () => {
    expect(filtered([HOLLOW, 0.5])).toEqual(expected());
    const half = filtered([HOLLOW, 0.425]);
    expect(at(half, HOLLOW[1] * SIZE.width + HOLLOW[0])).toBeCloseTo(0.7125, 5);
    const background = [HOLLOW, 0.3] as const;
    expect(filtered(background)).toEqual(expected(background));
  });

  it('keeps a gap of medium confidence at the border of the map', () => {
    const gap = [[20, SIZE.height - 3, 4, 3], 0.5] as const;
    expect(filtered(gap)).toEqual(expected(gap));
  });

  it('keeps a hole of medium confidence that the colour models classify as background', () => {
    const doubted = plane(0, [PERSON, 1], [HOLLOW, 0.7]);
    const map = plane(0, [PERSON, 1], [HOLLOW, 0.5]);
    const filter = new IslandFilter(kernels, SIZE);
    owned.push(() => filter.dispose());
    filter.run(map, SIZE, doubted);
    expect(map.f32).toEqual(plane(0, [PERSON, 1], [HOLLOW, 0.5]).f32);
  });

  it('removes a small part connected to the person by low confidence only, unless it is near', () => {
    const veil = [[40, 20, 20, 3], 0.4] as const;
    expect(filtered(veil, [[60, 20, 3, 3], 0.9])).toEqual(expected(veil, [[60, 20, 3, 3], 0]));
    const strand = [[45, 20, 3, 3], 0.9] as const;
    expect(filtered(veil, strand)).toEqual(expected(veil, strand));
  });

  it('keeps a gap at the border of the map', () => {
    const gap = [[20, SIZE.height - 2, 1, 2], 0] as const;
    expect(filtered(gap)).toEqual(expected(gap));
  });

  it('keeps a gap at each border when the person fills the map', () => {
    const whole = [[0, 0, SIZE.width, SIZE.height], 1] as const;
    const gaps: Patch[] = [
      [0, 20, 2, 1],
      [SIZE.width - 1, 20, 1, 2],
      [30, 0, 1, 2],
      [30, SIZE.height - 1, 2, 1],
    ];
    for (const gap of gaps) expect(filtered(whole, [gap, 0])).toEqual(expected(whole, [gap, 0]));
  });

  it('works on maps smaller than the largest', () => {
    const [width, height] = [20, 16];
    const map = plane(-7);
    const inside = map.f32.subarray(0, width * height).fill(0);
    for (let y = 4; y < height; y++) inside.fill(1, y * width + 3, y * width + 15);
    const clean = inside.slice();
    inside[1 * width + 18] = 0.9;
    const filter = new IslandFilter(kernels, SIZE);
    owned.push(() => filter.dispose());
    filter.run(map, { width, height }, map);
    expect(inside).toEqual(clean);
    expect(map.f32.subarray(width * height).every((value) => value === -7)).toBe(true);
  });
});

describe('ColorModels', () => {
  const PERSON: Patch = [0, 0, 24, 48];
  /** Medium confidence: the upper half has the person's colours, the lower half the camera background's. */
  const LIKE_PERSON: Patch = [24, 0, 8, 24];
  const LIKE_BACKGROUND: Patch = [24, 24, 8, 24];
  const WIDE: Patch = [24, 0, 8, 48];

  function guide(): Guide {
    const parts = (background: number, person: number) =>
      plane(background, [PERSON, person], [LIKE_PERSON, person]);
    const region = { x: 0, y: 0, ...SIZE };
    return { ...SIZE, region, y: parts(60, 200), u: parts(140, 100), v: parts(110, 150) };
  }

  function models(): ColorModels {
    const made = new ColorModels(kernels);
    owned.push(() => made.dispose());
    return made;
  }

  /** The smallest and the largest value in a patch. */
  function rangeOf(map: Float32Array, [left, top, width, height]: Patch): [least: number, most: number] {
    const values: number[] = [];
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) values.push(at(map, y * SIZE.width + x));
    }
    return [Math.min(...values), Math.max(...values)];
  }

  it.each([0.3, 0.5, 0.7])('decide by colour where the confidence is medium: %d', (unsure) => {
    const map = plane(0, [PERSON, 1], [WIDE, unsure]);
    const target = plane(-1);
    const before = map.f32.slice();
    models().run(map, guide(), target);
    expect(map.f32).toEqual(before);
    expect(rangeOf(target.f32, LIKE_PERSON)[0]).toBeGreaterThan(unsure + 0.1);
    expect(rangeOf(target.f32, LIKE_BACKGROUND)[1]).toBeLessThan(unsure - 0.1);
    expect(rangeOf(target.f32, PERSON)).toEqual([1, 1]);
    expect(rangeOf(target.f32, [32, 0, 32, 48])).toEqual([0, 0]);
  });

  it('do not change a confidence of 0 or 1, whatever the colours', () => {
    const lost: Patch = [5, 5, 4, 4];
    const map = plane(0, [PERSON, 1], [lost, 0], [LIKE_BACKGROUND, 1]);
    const before = map.f32.slice();
    models().run(map, guide(), map);
    expect(map.f32).toEqual(before);
  });

  it.each([
    ['the person', 1, 0.5],
    ['the camera background', 0.5, 0],
    ['neither', 0.5, 0.4],
  ] as const)('change nothing when only %s was seen', (_, person, background) => {
    const map = plane(background, [PERSON, person]);
    const before = map.f32.slice();
    models().run(map, guide(), map);
    map.f32.forEach((value, index) => {
      expect(value).toBeCloseTo(at(before, index), 6);
    });
  });

  it('remember the colours until they are reset', () => {
    const image = guide();
    const made = models();
    made.run(plane(0, [PERSON, 1]), image, plane(0));
    const remembered = plane(0.5);
    made.run(remembered, image, remembered);
    expect(rangeOf(remembered.f32, LIKE_PERSON)[0]).toBeGreaterThan(0.6);
    expect(rangeOf(remembered.f32, LIKE_BACKGROUND)[1]).toBeLessThan(0.4);
    made.reset();
    const forgotten = plane(0.5);
    made.run(forgotten, image, forgotten);
    expect(forgotten.f32).toEqual(new Float32Array(CELLS).fill(0.5));
  });
});
