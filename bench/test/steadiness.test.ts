import { describe, expect, it } from 'vitest';
import { i420 } from '../quality/items/yuv.js';
import { comb } from '../quality/steadiness/comb.js';
import { Debris } from '../quality/steadiness/debris.js';
import { ItemSteadiness } from '../quality/steadiness/item.js';
import type { SmallFrame } from '../quality/steadiness/small.js';
import { StillWindow } from '../quality/steadiness/still-window.js';
import { Toggles } from '../quality/steadiness/toggles.js';

const size = { width: 64, height: 48 };
const FPS = 10;

/** A matte with a person, and a rectangle of another alpha. */
function matte(rectangle?: {
  x: number;
  y: number;
  width: number;
  height: number;
  alpha: number;
}): Uint8Array {
  const alpha = new Uint8Array(size.width * size.height);
  const fill = (x: number, y: number, width: number, height: number, value: number) => {
    for (let row = y; row < y + height; row++)
      alpha.fill(value, row * size.width + x, row * size.width + x + width);
  };
  fill(20, 8, 20, 40, 255);
  if (rectangle) fill(rectangle.x, rectangle.y, rectangle.width, rectangle.height, rectangle.alpha);
  return alpha;
}

const everywhere = new Uint8Array(size.width * size.height).fill(1);

describe('Toggles', () => {
  it('counts changes of still pixels beyond both thresholds, and those in large blobs as pops', () => {
    const toggles = new Toggles(size);
    const cushion = { x: 44, y: 30, width: 6, height: 5, alpha: 255 };
    const speck = { x: 4, y: 4, width: 1, height: 2, alpha: 255 };
    const mattes = [matte(), matte(cushion), matte(cushion), matte(), matte(speck), matte()];
    const counts = mattes.map((each) => toggles.add(each, everywhere));
    expect(counts).toEqual([0, 30, 0, 30, 2, 2]);
    expect(toggles.count()).toBe(64);
    expect(toggles.popped(800)).toBe(60);
  });

  it('does not count a pixel that wavers around one half, that moves, or before the clip counts', () => {
    const toggles = new Toggles(size);
    const wavering = (alpha: number) => matte({ x: 44, y: 30, width: 6, height: 5, alpha });
    for (const alpha of [100, 150, 100, 150]) expect(toggles.add(wavering(alpha), everywhere)).toBe(0);
    expect(toggles.add(wavering(255), new Uint8Array(everywhere.length))).toBe(0);
    expect(toggles.add(wavering(0), undefined)).toBe(0);
    expect(toggles.count()).toBe(0);
  });
});

describe('Debris', () => {
  it('is a small part beside the largest, from its birth to its end', () => {
    const debris = new Debris(size, FPS);
    const scrap = { x: 44, y: 30, width: 5, height: 4, alpha: 255 };
    for (const each of [matte(), matte(scrap), matte({ ...scrap, x: 45 }), matte()]) debris.add(each, true);
    expect(debris.area).toBe(40);
    expect(debris.births).toBe(2);
  });

  it('is not a second person who stays', () => {
    const debris = new Debris(size, FPS);
    for (let frame = 0; frame < 30; frame++)
      debris.add(matte({ x: 44, y: 10, width: 15, height: 38, alpha: 255 }), true);
    expect(debris.area).toBe(15 * 38 * 14);
    expect(debris.births).toBe(1);
  });
});

describe('StillWindow', () => {
  it('finds pixels where nothing happens for some frames before and after', () => {
    const window = new StillWindow(size, FPS);
    const plane = (value: number) => new Float32Array(size.width * size.height).fill(value);
    const frame = (changed: number): SmallFrame => {
      const y = plane(100);
      y[24 * size.width + 32] = changed;
      return [y, plane(128), plane(128)];
    };
    expect(window.delay).toBe(3);
    const found = [100, 100, 100, 100, 105, 120, 100, 100, 100, 100, 100, 100, 100].map((value) =>
      window.add(frame(value)),
    );
    expect(found.findIndex((each) => each !== undefined)).toBe(6);
    expect(found[6]?.[24 * size.width + 32]).toBe(0);
    expect(found[6]?.[23 * size.width + 31]).toBe(0);
    expect(found[6]?.[20 * size.width + 20]).toBe(1);
    expect(found[12]?.[24 * size.width + 32]).toBe(1);
  });
});

describe('comb', () => {
  const large = { width: 640, height: 240 };
  const teeth = (depth: number) => {
    const alpha = new Uint8Array(large.width * large.height);
    for (let y = 0; y < large.height; y++) {
      const edge = 100 + (y % 4 < 2 ? depth : 0);
      alpha.fill(255, y * large.width, y * large.width + edge);
    }
    return alpha;
  };

  it('is larger the deeper the teeth are, and counts only where the frame has no edge', () => {
    const flat = new Uint8Array(large.width * large.height).fill(200);
    const [straight, short, deep] = [0, 2, 4].map((depth) => comb(teeth(depth), flat, large) ?? Number.NaN);
    expect(straight).toBeCloseTo(0, 3);
    expect(short).toBeGreaterThan(0.5);
    expect(deep).toBeGreaterThan(1.7 * (short ?? 0));
    const edge = flat.map((_, i) => (i % large.width < 102 ? 20 : 220));
    expect(comb(teeth(4), edge, large)).toBeUndefined();
  });
});

describe('ItemSteadiness', () => {
  const frame = (light: number) => {
    const luma = new Uint8Array(size.width * size.height).fill(light);
    const chroma = new Uint8Array(luma.length / 4).fill(128);
    return i420(size, luma, chroma, chroma, { matrix: 'bt709', range: 'full' });
  };

  it('measures all rows with one area of the person, per minute', () => {
    const item = new ItemSteadiness(size, FPS);
    const cushion = { x: 44, y: 20, width: 10, height: 10, alpha: 255 };
    for (let index = 0; index < 46; index++) {
      const blinking = matte(index % 10 < 5 ? cushion : undefined);
      item.add(
        frame(90),
        new Map([
          ['steady', matte()],
          ['blinking', blinking],
        ]),
      );
    }
    const results = item.results();
    expect(results.get('steady')).toMatchObject({ toggles: 0, pops: 0, debris: 0, births: 0, shim: 0 });
    const blinking = results.get('blinking');
    // Frames 5 to 42 count, and the cushion turns at each fifth: 8 times 100 pixels in 3.8 s. The person has 800, and 845 is the
    // mean of both rows with the cushion in half of the frames of one.
    expect(blinking?.toggles).toBeGreaterThan(1400);
    expect(blinking?.toggles).toBeLessThan(1600);
    expect(blinking?.pops).toBe(blinking?.toggles);
    expect(blinking?.births).toBeCloseTo((8 * 60) / 3.8, 6);
    expect(item.moment('steady')).toBeUndefined();
    expect(item.moment('blinking')).toMatchObject({ toggled: 100, index: 5 });
  });

  it('measures nothing where the whole frame moves', () => {
    const item = new ItemSteadiness(size, FPS);
    for (let index = 0; index < 30; index++) {
      item.add(frame(index % 2 === 0 ? 60 : 160), new Map([['row', matte()]]));
    }
    expect(item.results().get('row')).toEqual({ toggles: 0, pops: 0, debris: 0, births: 0 });
  });
});
