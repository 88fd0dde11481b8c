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
/** The confidence of log-odds 5: the memory takes no network for surer. */
const SURE = 1 / (1 + Math.exp(-5));

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

/** The colours of a frame. */
interface Colors {
  readonly y?: Sample;
  readonly u?: Sample;
  readonly v?: Sample;
}

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

  /** Runs the filter on a frame, without a confidence as if no network ran. By default luma is a smooth pattern and chroma is grey. */
  show(confidence: Sample | undefined, { y = pattern, u = grey, v = grey }: Colors = {}): boolean {
    const { thumbnail } = this;
    for (let cell = 0; cell < COUNT; cell++) {
      thumbnail.y.f32[cell] = y(cell);
      thumbnail.u.f32[cell] = u(cell);
      thumbnail.v.f32[cell] = v(cell);
      if (confidence) this.#confidence.f32[cell] = confidence(cell);
    }
    return this.filter.follow(thumbnail, confidence && this.#confidence);
  }

  /** Runs the filter on the same frame several times. */
  hold(frames: number, confidence: Sample, colors?: Colors): void {
    for (let i = 0; i < frames; i++) expect(this.show(confidence, colors)).toBe(false);
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

/** How much the state changes from frame to frame where the confidence is 0.5 with noise of 0.15: the root of the mean square. */
function flicker(frameAt: (frame: number) => Colors): number {
  const scene = new Scene();
  const noise = gaussian(3);
  let before = new Float32Array();
  let [squares, count] = [0, 0];
  for (let frame = 0; frame < 60; frame++) {
    expect(scene.show(() => Math.min(1, Math.max(0, 0.5 + 0.15 * noise())), frameAt(frame))).toBe(false);
    for (let cell = 0; frame > 35 && cell < COUNT; cell++) {
      squares += (scene.state(cell) - at(before, cell)) ** 2;
      count++;
    }
    before = scene.filter.state.f32.slice();
  }
  return Math.sqrt(squares / count);
}

describe('the temporal filter', () => {
  it('starts with the confidence and the thumbnail', () => {
    const scene = new Scene();
    expect(scene.show((cell) => (isLeft(cell) ? 1 : 0.25))).toBe(false);
    expect(scene.state(0)).toBeCloseTo(SURE, 5);
    expect(scene.state(WIDTH - 1)).toBeCloseTo(0.25, 5);
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
    expect(scene.state(0)).toBeCloseTo(1 - SURE, 5);
    expect(scene.filter.reference.y.f32[0]).toBe(scene.thumbnail.y.f32[0]);
    expect(scene.state(COUNT - 1)).toBeGreaterThan(0.8);
  });

  it('stabilises a noisy confidence where nothing moves', () => {
    // Measured: 0.004 of 0.21.
    expect(flicker(() => ({}))).toBeLessThan(0.01);
  });

  it('stabilises as much with a noisy camera', () => {
    const noise = gaussian(5);
    const noisy = (of: Sample) => (cell: number) => of(cell) + 6 * noise();
    expect(flicker(() => ({ y: noisy(pattern), u: noisy(grey), v: noisy(grey) }))).toBeLessThan(0.01);
  });

  it('stabilises as much while exposure and white balance change', () => {
    const swing = (frame: number) => ({
      y: (cell: number) => pattern(cell) * (1 + 0.25 * Math.sin(frame / 4)),
      u: () => 128 + 12 * Math.sin(frame / 5),
      v: () => 128 - 12 * Math.sin(frame / 3),
    });
    expect(flicker(swing)).toBeLessThan(0.01);
  });

  it.each([
    ['luma', { y: (cell: number) => (isObject(cell) ? 200 : pattern(cell)) }],
    ['U', { u: (cell: number) => (isObject(cell) ? 200 : 128) }],
    ['V', { v: (cell: number) => (isObject(cell) ? 200 : 128) }],
  ])('follows at once where the frame moves in %s', (_, planes) => {
    const scene = new Scene();
    scene.hold(30, (cell) => (isObject(cell) ? 1 : 0.5));
    scene.show((cell) => (isObject(cell) ? 0 : 1), planes);
    // The contrast curve before the guided filter maps values below 0.2 to 0.
    expect(scene.state(MIDDLE)).toBeLessThan(0.15);
    expect(scene.state(MIDDLE + WIDTH / 2)).toBeLessThan(0.6);
  });

  it('follows for some more frames where the frame has just moved', () => {
    const scene = new Scene();
    scene.hold(30, () => 0.6);
    const planes = { y: (cell: number) => (isObject(cell) ? 200 : pattern(cell)) };
    scene.show(() => 0.6, planes);
    scene.hold(3, () => 0.2, planes);
    expect(scene.state(MIDDLE)).toBeLessThan(0.25);
    expect(scene.state(MIDDLE + WIDTH / 2)).toBeGreaterThan(0.5);
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
    expect(scene.state(MIDDLE)).toBeCloseTo(0.125, 5);
    expect(scene.show(() => 0.125, { y: checks })).toBe(false);
  });

  it('forgets everything on reset()', () => {
    const scene = new Scene();
    for (let i = 0; i < 10; i++) scene.show(() => 1);
    scene.filter.reset();
    expect(scene.show(() => 0.25)).toBe(false);
    expect(scene.state(MIDDLE)).toBeCloseTo(0.25, 5);
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

describe('the memory of the temporal filter', () => {
  /** The object before the wall, and its colours. */
  const OBJECT = { y: (cell: number) => (isObject(cell) ? 200 : pattern(cell)) };
  const ifObject =
    (object: number, other = 0.02): Sample =>
    (cell) =>
      isObject(cell) ? object : other;
  const wall: Sample = () => 0.02;

  it('does not blink where the network changes its mind about something that stays as it is', () => {
    const scene = new Scene();
    scene.hold(45, ifObject(0.9), OBJECT);
    for (const doubt of [0.2, 0.6, 0.1, 0.8, 0.3]) {
      for (let i = 0; i < 15; i++) {
        scene.show(ifObject(doubt), OBJECT);
        expect(scene.state(MIDDLE)).toBeGreaterThan(0.5);
      }
    }
  });

  it('does not blink either with noise and a camera that adapts its exposure', () => {
    const scene = new Scene();
    const noise = gaussian(11);
    for (let frame = 0; frame < 120; frame++) {
      const gain = 1 + 0.15 * Math.sin(frame / 6);
      const y: Sample = (cell) => gain * OBJECT.y(cell) + 2 * noise();
      scene.show(ifObject(frame < 45 || frame % 40 < 20 ? 0.85 : 0.2), { y });
      if (frame >= 45) expect(scene.state(MIDDLE)).toBeGreaterThan(0.5);
    }
  });

  it('believes a network that stays sure of the opposite: somebody who leaves unseen is gone within a second', () => {
    const scene = new Scene();
    scene.hold(60, () => 1);
    scene.hold(30, () => 0);
    expect(scene.state(MIDDLE)).toBeLessThan(0.1);
  });

  it('takes the present where something comes in, and recalls the place when it leaves', () => {
    const scene = new Scene();
    scene.hold(30, wall);
    scene.show(ifObject(0.95), OBJECT);
    expect(scene.state(MIDDLE)).toBeGreaterThan(0.8);
    scene.hold(60, ifObject(0.95), OBJECT);
    // The network still sees somebody there for a while: nothing of the room is shown.
    for (let i = 0; i < 15; i++) {
      scene.show(ifObject(0.7));
      expect(scene.state(MIDDLE)).toBeLessThan(0.1);
    }
  });

  it('recalls the place in another exposure', () => {
    const scene = new Scene();
    scene.hold(30, wall);
    scene.hold(20, ifObject(0.95), OBJECT);
    for (let i = 1; i <= 20; i++)
      scene.show(ifObject(0.95), { y: (cell) => (1 + i / 100) * OBJECT.y(cell) - i / 2 });
    scene.show(ifObject(0.7), { y: (cell) => 1.2 * pattern(cell) - 10 });
    expect(scene.state(MIDDLE)).toBeLessThan(0.1);
  });

  it('shows a hand at once each time, and the wall behind it never', () => {
    const scene = new Scene();
    scene.hold(30, wall);
    for (let wave = 0; wave < 4; wave++) {
      scene.show(ifObject(0.9), OBJECT);
      expect(scene.state(MIDDLE)).toBeGreaterThan(0.7);
      scene.show(ifObject(0.9), OBJECT);
      scene.show(ifObject(0.5));
      expect(scene.state(MIDDLE)).toBeLessThan(0.1);
      scene.show(ifObject(0.3));
    }
  });

  it('forgets a chair that was taken for a person when it is pushed away, where the wall behind it was never seen', () => {
    const scene = new Scene();
    scene.hold(60, ifObject(0.9), OBJECT);
    scene.show(wall);
    scene.show(wall);
    expect(scene.state(MIDDLE)).toBeLessThan(0.1);
  });

  it('keeps one person while another one leaves', () => {
    const scene = new Scene();
    const isOther = (cell: number) => cell % WIDTH >= (3 * WIDTH) / 4;
    const beside = (cell: number) => (isOther(cell) ? 150 : pattern(cell));
    const both: Sample = (cell) => (isObject(cell) ? 150 : beside(cell));
    const other = MIDDLE + (3 * WIDTH) / 4;
    scene.hold(30, wall);
    scene.hold(30, (cell) => (isObject(cell) || isOther(cell) ? 0.9 : 0.02), { y: both });
    for (let i = 0; i < 20; i++) {
      scene.show((cell) => (isOther(cell) ? 0.4 : 0.1), { y: beside });
      expect(scene.state(MIDDLE)).toBeLessThan(0.2);
      expect(scene.state(other)).toBeGreaterThan(0.5);
    }
  });

  it('is short while the camera moves', () => {
    const scene = new Scene();
    const stripes = (shift: number) => ({
      y: (cell: number) => 120 + 60 * Math.sin(((cell % WIDTH) + shift) / 2.5),
    });
    for (let i = 0; i < 40; i++) scene.show(() => 0.9, stripes(i));
    for (let i = 40; i < 46; i++) scene.show(() => 0.1, stripes(i));
    expect(scene.state(MIDDLE)).toBeLessThan(0.2);
  });

  it('learns nothing in frames that the network skips, but recalls the place', () => {
    const scene = new Scene();
    scene.hold(30, wall);
    scene.hold(20, ifObject(0.9), OBJECT);
    const before = scene.state(MIDDLE);
    scene.show(undefined, OBJECT);
    expect(scene.state(MIDDLE)).toBeCloseTo(before, 2);
    scene.show(undefined);
    expect(scene.state(MIDDLE)).toBeLessThan(0.1);
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
