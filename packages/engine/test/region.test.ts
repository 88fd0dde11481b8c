import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, loadKernels } from '../src/kernels/kernels.js';
import type { Block } from '../src/kernels/memory.js';
import { REGION, SELECTION } from '../src/segmentation/constants.js';
import { PersonDetector, type Sides } from '../src/segmentation/person-detection.js';
import { coverage, evenly, isSame, type Region, union, wholeOf, widen } from '../src/segmentation/region.js';
import { aspectOf, selectRoi } from '../src/segmentation/roi-selection.js';
import { RoiTracker } from '../src/segmentation/roi-tracker.js';
import { kernelModule } from './support/kernels.js';

const FRAME = { width: 1280, height: 720 };
const NOWHERE: Sides = { left: false, top: false, right: false, bottom: false };

function box(x: number, y: number, width: number, height: number): Region {
  return { x, y, width, height };
}

function contains(outer: Region, inner: Region): boolean {
  return isSame(union(outer, inner), outer);
}

describe('regions', () => {
  it('can be the whole frame, and are equal only if all sides are', () => {
    expect(wholeOf(FRAME)).toEqual(box(0, 0, 1280, 720));
    const region = box(2, 4, 6, 8);
    expect(isSame(region, { ...region })).toBe(true);
    for (const key of ['x', 'y', 'width', 'height'] as const) {
      expect(isSame(region, { ...region, [key]: 10 })).toBe(false);
    }
  });

  it('have a union: the smallest region around both', () => {
    expect(union(box(10, 20, 30, 40), box(100, 0, 8, 30))).toEqual(box(10, 0, 98, 60));
    expect(union(box(0, 0, 50, 50), box(10, 10, 5, 5))).toEqual(box(0, 0, 50, 50));
  });

  it('are widened by fractions of their size, to whole chroma samples', () => {
    expect(widen(box(100, 100, 100, 200), evenly(0.1), FRAME)).toEqual(box(90, 80, 120, 240));
    expect(widen(box(101, 101, 99, 99), evenly(0), FRAME)).toEqual(box(100, 100, 100, 100));
    const margins = { left: 0.5, top: 0, right: 0.25, bottom: 1 };
    expect(widen(box(100, 100, 100, 100), margins, FRAME)).toEqual(box(50, 100, 175 + 1, 200));
  });

  it('are not widened beyond the frame, whether its sides are odd or even', () => {
    expect(widen(box(0, 0, 1280, 720), evenly(0.3), FRAME)).toEqual(wholeOf(FRAME));
    const odd = { width: 641, height: 361 };
    expect(widen(box(500, 300, 141, 61), evenly(0.1), odd)).toEqual(box(484, 292, 157, 69));
  });

  it('have a coverage: their share of the frame', () => {
    expect(coverage(wholeOf(FRAME), FRAME)).toBe(1);
    expect(coverage(box(7, 9, 640, 180), FRAME)).toBe(0.125);
  });
});

describe('RoiTracker', () => {
  const person = box(500, 200, 200, 300);
  const around = widen(person, evenly(REGION.margin), FRAME);

  function started(start = person): RoiTracker {
    const tracker = new RoiTracker(FRAME);
    tracker.start(start);
    return tracker;
  }

  it('has no region at first, and starts with margins around people', () => {
    const tracker = new RoiTracker(FRAME);
    expect(tracker.region).toBeUndefined();
    tracker.follow(person, NOWHERE);
    expect(tracker.region).toEqual(around);
    expect(started().region).toEqual(around);
  });

  it('keeps the region while people move within the margins', () => {
    const tracker = started();
    const { region } = tracker;
    for (const shift of [0, 2, -2, 1, 0]) {
      tracker.follow({ ...person, x: person.x + shift }, NOWHERE);
      expect(tracker.region).toBe(region);
    }
  });

  it('grows at once when the margin gets too small, without shrinking on the other sides', () => {
    const tracker = started();
    const moved = { ...person, x: person.x + 60 };
    tracker.follow(moved, NOWHERE);
    expect(tracker.region).toEqual(union(around, widen(moved, evenly(REGION.movingMargin), FRAME)));
  });

  it('needs no margin at the edges of the frame', () => {
    const tracker = started(box(0, 300, 200, 420));
    const { region } = tracker;
    tracker.follow(box(0, 300, 200, 420), { ...NOWHERE, left: true, bottom: true });
    expect(tracker.region).toBe(region);
  });

  it.each(['left', 'top', 'right', 'bottom'] as const)(
    'extends on the side whose edge people reach: %s',
    (side) => {
      const tracker = started();
      tracker.follow(person, { ...NOWHERE, [side]: true });
      const margins = { left: 0, top: 0, right: 0, bottom: 0, [side]: REGION.extension };
      const extended = widen(around, margins, FRAME);
      const wanted = widen(person, evenly(REGION.movingMargin), FRAME);
      expect(tracker.region).toEqual(union(extended, wanted));
      expect(isSame(extended, around)).toBe(false);
    },
  );

  it('shrinks only after a number of frames, counted anew whenever the region fits', () => {
    const tracker = started();
    const { region } = tracker;
    const small = box(560, 260, 80, 100);
    for (let i = 0; i < REGION.patience; i++) tracker.follow(small, NOWHERE);
    tracker.follow(person, NOWHERE);
    for (let i = 0; i < REGION.patience; i++) tracker.follow(small, NOWHERE);
    expect(tracker.region).toBe(region);
    tracker.follow(small, NOWHERE);
    expect(tracker.region).toEqual(widen(small, evenly(REGION.movingMargin), FRAME));
  });

  it('does not shrink by a small amount', () => {
    const tracker = started();
    const { region } = tracker;
    const less = box(510, 210, 185, 285);
    for (let i = 0; i < 3 * REGION.patience; i++) tracker.follow(less, NOWHERE);
    expect(tracker.region).toBe(region);
  });

  it('grows to include new people, and keeps the region if they are inside', () => {
    const tracker = started();
    const { region } = tracker;
    tracker.include(person);
    expect(tracker.region).toBe(region);
    const both = union(person, box(900, 250, 150, 260));
    tracker.include(both);
    expect(tracker.region && contains(tracker.region, around)).toBe(true);
    expect(tracker.region && contains(tracker.region, widen(both, evenly(REGION.margin), FRAME))).toBe(true);
  });

  it('starts with margins when it includes people without having a region', () => {
    const tracker = new RoiTracker(FRAME);
    tracker.include(person);
    expect(tracker.region).toEqual(around);
  });

  it('has no region after lose()', () => {
    const tracker = started();
    tracker.lose();
    expect(tracker.region).toBeUndefined();
  });
});

describe('selectRoi', () => {
  const upright = box(100, 100, 200, 300);
  const wide = box(100, 100, 400, 200);
  /** A region of this aspect ratio. */
  const ofAspect = (aspect: number) => box(0, 0, 200 * aspect, 200);

  it('selects the whole frame and the landscape network when there is no region', () => {
    const selection = selectRoi(undefined, false, FRAME, false, undefined);
    expect(selection).toEqual({ network: 'landscape', region: wholeOf(FRAME) });
    expect(selectRoi(undefined, false, FRAME, false, selection)).toBe(selection);
  });

  it('selects the square network for an upright region and the landscape network for a wide one', () => {
    expect(selectRoi(upright, false, FRAME, false, undefined)).toEqual({
      network: 'square',
      region: upright,
    });
    expect(selectRoi(wide, false, FRAME, false, undefined)).toEqual({ network: 'landscape', region: wide });
  });

  it('takes the upright aspect ratio in frames that are stored rotated', () => {
    expect(selectRoi(wide, false, FRAME, true, undefined).network).toBe('square');
    expect(selectRoi(upright, false, FRAME, true, undefined).network).toBe('landscape');
    expect(aspectOf(wide, true)).toBe(0.5);
    expect(aspectOf(wide, false)).toBe(2);
  });

  it('selects the whole frame when people fill a frame that is not upright', () => {
    const whole = { network: 'landscape', region: wholeOf(FRAME) };
    expect(selectRoi(upright, true, FRAME, false, undefined)).toEqual(whole);
    const tall = { width: 720, height: 1280 };
    expect(selectRoi(upright, true, tall, false, undefined).region).toBe(upright);
    expect(selectRoi(wide, true, FRAME, true, undefined)).toEqual({ network: 'square', region: wide });
    expect(selectRoi(wide, true, tall, true, undefined).region).toEqual(wholeOf(tall));
  });

  it('keeps the network when the aspect ratio is near the limit', () => {
    const [a, b] = [1 - SELECTION.hysteresis / 2, 1 + SELECTION.hysteresis / 2].map((f) =>
      ofAspect(SELECTION.wide * f),
    );
    for (const region of [a, b]) {
      for (const network of ['square', 'landscape'] as const) {
        expect(selectRoi(region, false, FRAME, false, { network, region: upright }).network).toBe(network);
      }
    }
    expect(selectRoi(a, false, FRAME, false, undefined).network).toBe('square');
    expect(selectRoi(b, false, FRAME, false, undefined).network).toBe('landscape');
    const before = { region: upright };
    const clearly = 1.5 * SELECTION.hysteresis;
    const wider = ofAspect(SELECTION.wide * (1 + clearly));
    const narrower = ofAspect(SELECTION.wide * (1 - clearly));
    expect(selectRoi(wider, false, FRAME, false, { ...before, network: 'square' }).network).toBe('landscape');
    expect(selectRoi(narrower, false, FRAME, false, { ...before, network: 'landscape' }).network).toBe(
      'square',
    );
  });

  it('returns the previous selection while nothing changes', () => {
    const selection = selectRoi(upright, false, FRAME, false, undefined);
    expect(selectRoi(upright, false, FRAME, false, selection)).toBe(selection);
  });
});

describe('PersonDetector', () => {
  const SIZE = { width: 64, height: 36 };
  let kernels: Kernels;
  const owned: (Block | PersonDetector)[] = [];
  beforeAll(async () => {
    kernels = await loadKernels(kernelModule);
  });
  afterEach(() => {
    for (const each of owned.splice(0)) {
      if (each instanceof PersonDetector) each.dispose();
      else each.free();
    }
    expect(kernels.memory.usedBytes).toBe(0);
  });

  /** Finds people in a map that is 1 in the rectangles (in cells) and 0 elsewhere. */
  function find(people: readonly Region[], region = wholeOf(FRAME), size = SIZE, value = 1): PersonDetector {
    const confidence = kernels.memory.allocate(size.width * size.height * 4);
    const finder = new PersonDetector(kernels, SIZE);
    owned.push(confidence, finder);
    const map = confidence.f32.fill(0);
    for (const { x, y, width, height } of people) {
      for (let row = y; row < y + height; row++) {
        map.fill(value, row * size.width + x, row * size.width + x + width);
      }
    }
    finder.find({ confidence, thumbnail: { ...size, region } });
    return finder;
  }

  it('finds nobody', () => {
    const finder = find([]);
    expect(finder.box).toBeUndefined();
    expect(finder.area).toBe(0);
    expect(finder.touches).toEqual(NOWHERE);
    expect(find([box(20, 10, 9, 9)], wholeOf(FRAME), SIZE, REGION.threshold).box).toBeUndefined();
  });

  it('finds one person, in luma pixels of the frame', () => {
    const finder = find([box(20, 10, 8, 12)]);
    expect(finder.box).toEqual(box(400, 200, 160, 240));
    expect(finder.area).toBe(160 * 240);
    expect(finder.touches).toEqual(NOWHERE);
  });

  it('finds a person in the map of a region, also in one smaller than the largest', () => {
    const finder = find([box(4, 5, 10, 10)], box(100, 50, 320, 320), { width: 32, height: 32 });
    expect(finder.box).toEqual(box(140, 100, 100, 100));
    expect(finder.area).toBe(100 * 100);
  });

  it('finds two people', () => {
    const finder = find([box(10, 10, 8, 10), box(40, 6, 10, 12)]);
    expect(finder.box).toEqual(box(200, 120, 800, 280));
    expect(finder.area).toBe((80 + 120) * 400);
  });

  it('ignores a small person far away', () => {
    const finder = find([box(10, 10, 10, 10), box(50, 6, 4, 4)]);
    expect(finder.box).toEqual(box(200, 200, 200, 200));
    expect(finder.area).toBe(100 * 400);
    const largeEnough = find([box(10, 10, 10, 10), box(50, 6, 4, 5)]);
    expect(largeEnough.box).toEqual(box(200, 120, 880, 280));
  });

  it('does not remember the previous map', () => {
    const finder = find([box(0, 0, 10, 10)]);
    const empty = kernels.memory.allocate(SIZE.width * SIZE.height * 4);
    owned.push(empty);
    empty.f32.fill(0);
    finder.find({ confidence: empty, thumbnail: { ...SIZE, region: wholeOf(FRAME) } });
    expect(finder.box).toBeUndefined();
    expect(finder.area).toBe(0);
    expect(finder.touches).toEqual(NOWHERE);
  });

  it.each([
    ['left', box(2, 10, 8, 8)],
    ['top', box(20, 2, 8, 8)],
    ['right', box(54, 10, 8, 8)],
    ['bottom', box(20, 26, 8, 8)],
  ] as const)('reports the side on which people reach the edge: %s', (side, person) => {
    expect(find([person]).touches).toEqual({ ...NOWHERE, [side]: true });
    expect(find([person], wholeOf(FRAME), SIZE, REGION.touch - 0.01).touches).toEqual(NOWHERE);
  });

  it('reports no side when people are one cell away from the edge', () => {
    expect(find([box(3, 3, 58, 30)]).touches).toEqual(NOWHERE);
    const all = { left: true, top: true, right: true, bottom: true };
    expect(find([box(2, 2, 60, 32)]).touches).toEqual(all);
  });
});
