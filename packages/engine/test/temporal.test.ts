import { beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, loadKernels } from '../src/kernels/kernels.js';
import type { Block } from '../src/kernels/memory.js';
import { Matte } from '../src/matting/matte.js';
import { SteadyFilter } from '../src/matting/steady.js';
import { TemporalFilter } from '../src/matting/temporal.js';
import { Thumbnail } from '../src/segmentation/thumbnail.js';
import { at } from './support/frames.js';
import { kernelModule } from './support/kernels.js';

const WIDTH = 64;
const HEIGHT = 36;
const COUNT = WIDTH * HEIGHT;
/** 0.3 seconds at 30 frames a second. */
const SOON = 9;

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels(kernelModule);
});

/** Nearly Gaussian random numbers of deviation 1. */
function gaussian(seed: number): () => number {
  let state = seed | 1;
  const even = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24 - 0.5;
  };
  return () => 2 * (even() + even() + even());
}

/** The value of a cell. */
type Sample = (cell: number) => number;

/** A filter with the thumbnail and the confidence that it gets. */
class Scene {
  readonly filter: TemporalFilter;
  readonly thumbnail: Thumbnail;
  readonly #confidence: Block;

  constructor() {
    this.filter = new TemporalFilter(kernels, { width: WIDTH, height: HEIGHT });
    this.thumbnail = new Thumbnail(kernels, WIDTH, HEIGHT, { width: WIDTH, height: HEIGHT });
    this.#confidence = kernels.memory.allocate(COUNT * 4);
  }

  /** Runs the filter on a frame. By default luma is a smooth pattern and chroma is grey. */
  show(
    confidence: Sample,
    { y = pattern, u = grey, v = grey }: { y?: Sample; u?: Sample; v?: Sample } = {},
  ): boolean {
    const { thumbnail } = this;
    for (let cell = 0; cell < COUNT; cell++) {
      thumbnail.y.f32[cell] = y(cell);
      thumbnail.u.f32[cell] = u(cell);
      thumbnail.v.f32[cell] = v(cell);
      this.#confidence.f32[cell] = confidence(cell);
    }
    return this.filter.follow(thumbnail, this.#confidence);
  }

  state(cell: number): number {
    return at(this.filter.state.f32, cell);
  }
}

const grey: Sample = () => 128;
const pattern: Sample = (cell) =>
  110 + 50 * Math.sin((cell % WIDTH) / 5) * Math.cos(Math.floor(cell / WIDTH) / 4);
const isLeft = (cell: number) => cell % WIDTH < WIDTH / 2;
/** An object that covers a quarter of the frame. */
const isObject = (cell: number) => cell % WIDTH < WIDTH / 4;
const MIDDLE = (HEIGHT / 2) * WIDTH + 8;

/** The standard deviation of the state after some frames with a confidence of 0.5 and noise of 0.15. */
function flicker(frameAt: (frame: number) => { y?: Sample; u?: Sample; v?: Sample }): number {
  const scene = new Scene();
  const noise = gaussian(3);
  let [sum, squares, count] = [0, 0, 0];
  for (let frame = 0; frame < 40; frame++) {
    expect(scene.show(() => Math.min(1, Math.max(0, 0.5 + 0.15 * noise())), frameAt(frame))).toBe(false);
    if (frame < 15) continue;
    for (let cell = 0; cell < COUNT; cell += 7) {
      const value = scene.state(cell);
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return Math.sqrt(squares / count - (sum / count) ** 2);
}

describe('the temporal filter', () => {
  it('starts with the confidence and the thumbnail', () => {
    const scene = new Scene();
    expect(scene.show((cell) => (isLeft(cell) ? 1 : 0.25))).toBe(false);
    expect(scene.state(0)).toBe(1);
    expect(scene.state(WIDTH - 1)).toBe(0.25);
    expect(scene.filter.reference.y.f32).toEqual(scene.thumbnail.y.f32);
  });

  it('takes the confidence unfiltered in unknown cells only', () => {
    const scene = new Scene();
    scene.show(() => 1);
    for (let i = 0; i < 20; i++) scene.show(() => 1);
    scene.filter.state.f32.fill(-1, 0, COUNT / 2);
    for (const { f32 } of [scene.filter.reference.y, scene.filter.reference.u])
      f32.fill(Number.NaN, 0, COUNT / 2);
    expect(scene.show(() => 0)).toBe(false);
    expect(scene.state(0)).toBe(0);
    expect(scene.filter.reference.y.f32[0]).toBe(scene.thumbnail.y.f32[0]);
    expect(scene.state(COUNT - 1)).toBeGreaterThan(0.8);
  });

  it('stabilises a noisy confidence where nothing moves', () => {
    // Measured: 0.030 of 0.15.
    expect(flicker(() => ({}))).toBeLessThan(0.04);
  });

  it('stabilises as much with a noisy camera', () => {
    const noise = gaussian(5);
    const noisy = (of: Sample) => (cell: number) => of(cell) + 6 * noise();
    expect(flicker(() => ({ y: noisy(pattern), u: noisy(grey), v: noisy(grey) }))).toBeLessThan(0.04);
  });

  it('stabilises as much while exposure and white balance change', () => {
    const swing = (frame: number) => ({
      y: (cell: number) => pattern(cell) * (1 + 0.25 * Math.sin(frame / 4)),
      u: () => 128 + 12 * Math.sin(frame / 5),
      v: () => 128 - 12 * Math.sin(frame / 3),
    });
    expect(flicker(swing)).toBeLessThan(0.04);
  });

  it('follows at once where the frame moves, in luma or in chroma', () => {
    const moved: Sample = (cell) => (isObject(cell) ? 200 : 128);
    for (const planes of [
      { y: (cell: number) => (isObject(cell) ? 200 : pattern(cell)) },
      { u: moved },
      { v: moved },
    ]) {
      const scene = new Scene();
      for (let i = 0; i < 10; i++) scene.show((cell) => (isObject(cell) ? 1 : 0.5));
      scene.show((cell) => (isObject(cell) ? 0 : 1), planes);
      // The contrast curve before the guided filter maps values below 0.2 to 0.
      expect(scene.state(MIDDLE)).toBeLessThan(0.15);
      expect(scene.state(MIDDLE + WIDTH / 2)).toBeLessThan(0.6);
    }
  });

  it('follows for some more frames where the frame has just moved', () => {
    const scene = new Scene();
    for (let i = 0; i < 10; i++) scene.show(() => 0.5);
    const planes = { y: (cell: number) => (isObject(cell) ? 200 : pattern(cell)) };
    scene.show(() => 0.5, planes);
    for (let i = 0; i < 3; i++) scene.show(() => 0.2, planes);
    expect(scene.state(MIDDLE)).toBeLessThan(0.25);
    expect(scene.state(MIDDLE + WIDTH / 2)).toBeGreaterThan(0.3);
  });

  it.each([
    ['gone', 1, 0],
    ['there', 0, 1],
    ['probably gone', 0.9, 0.3],
  ])('accepts within 0.3 seconds that somebody is %s even if nothing moves', (_, before, after) => {
    const scene = new Scene();
    for (let i = 0; i < 20; i++) scene.show(() => before);
    for (let i = 0; i < SOON; i++) scene.show(() => after);
    expect(Math.abs(scene.state(MIDDLE) - after)).toBeLessThan(0.1);
  });

  it('does not follow a single deviating frame', () => {
    const scene = new Scene();
    for (let i = 0; i < 20; i++) scene.show(() => 1);
    scene.show(() => 0);
    expect(scene.state(MIDDLE)).toBeGreaterThan(0.7);
  });

  it('starts anew at a scene change, and reports it', () => {
    const scene = new Scene();
    for (let i = 0; i < 10; i++) scene.show(() => 1);
    const checks: Sample = (cell) => ((cell >> 2) & 1 ? 230 : 20);
    expect(scene.show(() => 0.125, { y: checks })).toBe(true);
    expect(scene.state(MIDDLE)).toBe(0.125);
    expect(scene.show(() => 0.125, { y: checks })).toBe(false);
  });

  it('forgets everything on reset()', () => {
    const scene = new Scene();
    for (let i = 0; i < 10; i++) scene.show(() => 1);
    scene.filter.reset();
    expect(scene.show(() => 0.25)).toBe(false);
    expect(scene.state(MIDDLE)).toBe(0.25);
  });

  it('keeps a denoised reference, replaced where something moves', () => {
    const scene = new Scene();
    const noise = gaussian(7);
    const error = () => {
      let squares = 0;
      for (let cell = 0; cell < COUNT; cell++)
        squares += (at(scene.filter.reference.y.f32, cell) - pattern(cell)) ** 2;
      return Math.sqrt(squares / COUNT);
    };
    for (let i = 0; i < 30; i++) scene.show(() => 0, { y: (cell) => pattern(cell) + 2 * noise() });
    // A running mean of weight 0.25 leaves sqrt(0.25 / 1.75) of the noise: 0.76.
    expect(error()).toBeLessThan(1);
    scene.show(() => 0, { y: (cell) => (isObject(cell) ? 240 : pattern(cell)) });
    expect(at(scene.filter.reference.y.f32, MIDDLE)).toBeGreaterThan(235);
  });
});

describe('the steady filter', () => {
  const [width, height] = [33, 17];

  /** The changes of noisy mattes before and after the filter, when all cells have this activity. */
  function changes(active: number): { readonly raw: number; readonly calmed: number } {
    const matte = new Matte(kernels, width, height, false);
    const filter = new SteadyFilter(kernels, matte);
    const activity = kernels.memory.allocate(COUNT * 4);
    const noise = gaussian(9);
    let before = { raw: new Uint8Array(), calmed: new Uint8Array() };
    let [raw, calmed] = [0, 0];
    for (let frame = 0; frame < 30; frame++) {
      matte.tiles.u8.fill(1);
      for (let i = 0; i < matte.alpha.data.length; i++) matte.alpha.data[i] = 128 + 12 * noise();
      activity.f32.fill(frame === 0 ? 1 : active);
      const shown = matte.alpha.data.slice();
      const region = { x: 0, y: 0, width: matte.alpha.width, height: matte.alpha.height };
      filter.follow(matte, activity, { width: WIDTH, height: HEIGHT, region });
      const result = matte.alpha.data.slice();
      if (frame === 0) expect(result.subarray(0, width)).toEqual(shown.subarray(0, width));
      for (let x = 0; frame > 0 && x < width; x++) {
        raw += Math.abs(at(shown, x) - at(before.raw, x));
        calmed += Math.abs(at(result, x) - at(before.calmed, x));
      }
      before = { raw: shown, calmed: result };
    }
    return { raw, calmed };
  }

  it('starts with the matte, and removes most of its flicker where nothing is active', () => {
    const { raw, calmed } = changes(0);
    expect(calmed).toBeLessThan(raw * 0.35);
  });

  it('changes nothing where everything is active', () => {
    const { raw, calmed } = changes(1);
    expect(calmed).toBe(raw);
  });
});
