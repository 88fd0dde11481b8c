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

/** A plane of the kernels' memory, filled with one value but for some patches. */
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
  /** 1200 cells: islands below 12 of them are specks, holes below 3.6 are filled. */
  const PERSON: Patch = [10, 8, 30, 40];

  /** What becomes of a person with patches. */
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

  it('leaves a person alone, and an empty or a full map', () => {
    expect(filtered()).toEqual(expected());
    expect(filtered([PERSON, 0])).toEqual(new Float32Array(CELLS));
    const whole: Patch = [0, 0, SIZE.width, SIZE.height];
    expect(filtered([whole, 1])).toEqual(new Float32Array(CELLS).fill(1));
  });

  it('takes a speck away, faint or not', () => {
    for (const value of [1, 0.3]) expect(filtered([[50, 10, 3, 3], value])).toEqual(expected());
  });

  it('keeps a part of the size of a hand', () => {
    const hand = [[50, 10, 5, 5], 0.9] as const;
    expect(filtered(hand)).toEqual(expected(hand));
  });

  it('does not take what hangs together with the person for a speck', () => {
    const finger = [[40, 20, 3, 1], 0.5] as const;
    expect(filtered(finger)).toEqual(expected(finger));
  });

  it('fills a small hole, empty or half empty', () => {
    for (const value of [0, 0.5]) expect(filtered([[20, 20, 3, 1], value])).toEqual(expected());
  });

  it('leaves a larger hole: the room seen under an arm', () => {
    const hole = [[20, 20, 4, 4], 0] as const;
    expect(filtered(hole)).toEqual(expected(hole));
  });

  /** 12 cells, 1 % of the person: too large for a hole that is filled whatever it is. */
  const HOLLOW: Patch = [20, 20, 4, 3];

  it('fills a larger hole the more the less it can be the room: an earring, a print', () => {
    expect(filtered([HOLLOW, 0.5])).toEqual(expected());
    const half = filtered([HOLLOW, 0.425]);
    expect(at(half, HOLLOW[1] * SIZE.width + HOLLOW[0])).toBeCloseTo(0.7125, 5);
    const room = [HOLLOW, 0.3] as const;
    expect(filtered(room)).toEqual(expected(room));
  });

  it('leaves a doubtful gap at the border of the map', () => {
    const gap = [[20, SIZE.height - 3, 4, 3], 0.5] as const;
    expect(filtered(gap)).toEqual(expected(gap));
  });

  it('leaves a doubtful hole that the colours have found to be the room', () => {
    const doubted = plane(0, [PERSON, 1], [HOLLOW, 0.7]);
    const map = plane(0, [PERSON, 1], [HOLLOW, 0.5]);
    const filter = new IslandFilter(kernels, SIZE);
    owned.push(() => filter.dispose());
    filter.run(map, SIZE, doubted);
    expect(map.f32).toEqual(plane(0, [PERSON, 1], [HOLLOW, 0.5]).f32);
  });

  it('takes a speck away that hangs on the person by a veil only, unless it is near', () => {
    const veil = [[40, 20, 20, 3], 0.4] as const;
    expect(filtered(veil, [[60, 20, 3, 3], 0.9])).toEqual(expected(veil, [[60, 20, 3, 3], 0]));
    const strand = [[45, 20, 3, 3], 0.9] as const;
    expect(filtered(veil, strand)).toEqual(expected(veil, strand));
  });

  it('leaves a gap at the border of the map', () => {
    const gap = [[20, SIZE.height - 2, 1, 2], 0] as const;
    expect(filtered(gap)).toEqual(expected(gap));
  });

  it('leaves a gap at each border where the person is all that is seen', () => {
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
  /** Unsure, in the middle: the upper half is to have the person's colours, the lower half the room's. */
  const LIKE_PERSON: Patch = [24, 0, 8, 24];
  const LIKE_ROOM: Patch = [24, 24, 8, 24];
  const WIDE: Patch = [24, 0, 8, 48];

  function picture(): Guide {
    const parts = (room: number, person: number) => plane(room, [PERSON, person], [LIKE_PERSON, person]);
    const region = { x: 0, y: 0, ...SIZE };
    return { ...SIZE, region, y: parts(60, 200), u: parts(140, 100), v: parts(110, 150) };
  }

  function models(): ColorModels {
    const made = new ColorModels(kernels);
    owned.push(() => made.dispose());
    return made;
  }

  /** The smallest and the largest value of a patch. */
  function rangeOf(map: Float32Array, [left, top, width, height]: Patch): [least: number, most: number] {
    const values: number[] = [];
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) values.push(at(map, y * SIZE.width + x));
    }
    return [Math.min(...values), Math.max(...values)];
  }

  it.each([0.3, 0.5, 0.7])('decide by the colours where the network is unsure: %d', (unsure) => {
    const map = plane(0, [PERSON, 1], [WIDE, unsure]);
    const target = plane(-1);
    const before = map.f32.slice();
    models().run(map, picture(), target);
    expect(map.f32).toEqual(before);
    expect(rangeOf(target.f32, LIKE_PERSON)[0]).toBeGreaterThan(unsure + 0.1);
    expect(rangeOf(target.f32, LIKE_ROOM)[1]).toBeLessThan(unsure - 0.1);
    expect(rangeOf(target.f32, PERSON)).toEqual([1, 1]);
    expect(rangeOf(target.f32, [32, 0, 32, 48])).toEqual([0, 0]);
  });

  it('change nothing that is certain, whatever its colours', () => {
    const lost: Patch = [5, 5, 4, 4];
    const map = plane(0, [PERSON, 1], [lost, 0], [LIKE_ROOM, 1]);
    const before = map.f32.slice();
    models().run(map, picture(), map);
    expect(map.f32).toEqual(before);
  });

  it.each([
    ['the person', 1, 0.5],
    ['the room', 0.5, 0],
    ['neither', 0.5, 0.4],
  ] as const)('change nothing where only %s was seen', (_, person, room) => {
    const map = plane(room, [PERSON, person]);
    const before = map.f32.slice();
    models().run(map, picture(), map);
    map.f32.forEach((value, index) => {
      expect(value).toBeCloseTo(at(before, index), 6);
    });
  });

  it('remember what they saw, until they are reset', () => {
    const guide = picture();
    const made = models();
    made.run(plane(0, [PERSON, 1]), guide, plane(0));
    const remembered = plane(0.5);
    made.run(remembered, guide, remembered);
    expect(rangeOf(remembered.f32, LIKE_PERSON)[0]).toBeGreaterThan(0.6);
    expect(rangeOf(remembered.f32, LIKE_ROOM)[1]).toBeLessThan(0.4);
    made.reset();
    const forgotten = plane(0.5);
    made.run(forgotten, guide, forgotten);
    expect(forgotten.f32).toEqual(new Float32Array(CELLS).fill(0.5));
  });
});
