import { beforeAll, expect, it } from 'vitest';
import { storage } from '../../src/gpu/memory.js';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.js';
import type { Block } from '../../src/kernels/memory.js';
import { GpuTemporalFilter } from '../../src/matting/gpu/temporal.js';
import { TemporalFilter } from '../../src/matting/temporal.js';
import { GpuThumbnail } from '../../src/segmentation/gpu/thumbnail.js';
import type { Region } from '../../src/segmentation/region.js';
import { Thumbnail } from '../../src/segmentation/thumbnail.js';
import { randomBytes } from '../kernels/workbench.js';
import { kernelModule } from '../support/kernels.js';
import { channelOf, furthest, interleaved } from './support/cells.js';
import { type Bench, describeOnGpu } from './support/device.js';

const CAPACITY = { width: 97, height: 55 };
const WHOLE: Region = { x: 0, y: 0, width: 640, height: 360 };

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels(kernelModule);
});

/** The value of a cell by its position in the frame, 0..1 from left to right and from top to bottom. */
type Sample = (x: number, y: number) => number;

/** The contents of a frame. */
interface Contents {
  readonly y: Sample;
  readonly u: Sample;
  readonly v: Sample;
  readonly confidence: Sample;
}

/** The filters of both backends, with the same frames. */
class Pair {
  readonly cpu = new TemporalFilter(kernels, CAPACITY);
  readonly gpu: GpuTemporalFilter;
  readonly #bench: Bench;
  readonly #confidence: Block;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.gpu = new GpuTemporalFilter(bench.device, CAPACITY);
    this.#confidence = kernels.memory.allocate(CAPACITY.width * CAPACITY.height * 4);
  }

  /** Runs both on a frame. Returns whether each of them detected a scene change. */
  async show(
    shown: Contents,
    options: { rests?: boolean; region?: Region; size?: readonly [number, number] } = {},
  ) {
    const { rests = false, region = WHOLE, size: [width, height] = [97, 55] } = options;
    const cells = width * height;
    const take = (sample: Sample) =>
      Float32Array.from({ length: cells }, (_, i) => {
        const column = region.x + (((i % width) + 0.5) * region.width) / width;
        const row = region.y + ((Math.floor(i / width) + 0.5) * region.height) / height;
        return sample(column / WHOLE.width, row / WHOLE.height);
      });
    const planes = [take(shown.y), take(shown.u), take(shown.v)] as const;
    const confidence = take(shown.confidence);

    const thumbnail = new Thumbnail(kernels, width, height, WHOLE);
    thumbnail.region = region;
    [thumbnail.y, thumbnail.u, thumbnail.v].forEach((block, i) => {
      block.f32.set(planes[i] ?? []);
    });
    this.#confidence.f32.set(confidence);
    const isSceneChange = this.cpu.follow(thumbnail, rests ? undefined : this.#confidence);
    thumbnail.dispose();

    const { device } = this.#bench;
    const gpuThumbnail = new GpuThumbnail(device, width, height);
    gpuThumbnail.region = region;
    device.queue.writeBuffer(gpuThumbnail.buffer, 0, interleaved(...planes).slice());
    const found = storage(device, cells * 4, 'found');
    device.queue.writeBuffer(found, 0, confidence.slice());
    await this.#bench.run((pass) => this.gpu.encode(pass, gpuThumbnail, rests ? undefined : found));
    const [flag] = await this.#bench.words(this.gpu.sceneChange);
    return { cpu: isSceneChange, gpu: flag === 1 };
  }

  /**
   * The distance of the two in all but some cells: confidences and activities in units of 1, the reference in sample units. The
   * memory decides by limits, and where both are close to one they may decide differently.
   */
  async apart() {
    const { cpu, gpu } = this;
    const cells = gpu.grid.width * gpu.grid.height;
    const part = (all: Float32Array) => all.subarray(0, cells);
    const reference = await this.#bench.floats(gpu.grid.buffer);
    const planes = [cpu.reference.y, cpu.reference.u, cpu.reference.v];
    return {
      state: exceeded(part(await this.#bench.floats(gpu.state)), part(cpu.state.f32)),
      activity: furthest(part(await this.#bench.floats(gpu.activity)), part(cpu.activity.f32)),
      reference: Math.max(...planes.map(({ f32 }, i) => furthest(part(channelOf(reference, i)), part(f32)))),
    };
  }
}

/** What the distance of at most one cell in 1000 exceeds. */
function exceeded(actual: Float32Array, expected: Float32Array): number {
  const distances = expected.map((value, i) => Math.abs((actual[i] ?? Number.NaN) - value)).sort();
  return distances[distances.length - 1 - Math.floor(distances.length / 1000)] ?? Number.NaN;
}

/** A person who walks to the right, with a noisy camera that adapts its exposure. */
function scene(frame: number, seed = 1): Contents {
  const random = randomBytes(seed * 1000 + frame);
  const noise = () => (random() - 127.5) / 40;
  const isPerson = (x: number, y: number) => (x - 0.3 - frame * 0.01) ** 2 + (y - 0.6) ** 2 < 0.04;
  const gain = 1 + 0.1 * Math.sin(frame / 3);
  return {
    y: (x, y) => gain * (isPerson(x, y) ? 190 : 100 + 40 * Math.sin(9 * x) * Math.cos(7 * y)) + noise(),
    u: (x, y) => (isPerson(x, y) ? 110 : 132 + 10 * x) + noise() / 2,
    v: (x, y) => (isPerson(x, y) ? 150 : 124 - 6 * y) + noise() / 2,
    confidence: (x, y) => Math.min(1, Math.max(0, (isPerson(x, y) ? 0.9 : 0.1) + noise() / 20)),
  };
}

/** Another scene. */
const ELSEWHERE: Contents = {
  y: (x) => (Math.floor(x * 20) & 1 ? 230 : 20),
  u: () => 128,
  v: () => 128,
  confidence: () => 0.125,
};

/** Measured: state 1.6e-6, activity 4e-6, reference 1.7e-4 of 255. The CPU fits exposures with doubles. */
function expectAlike(apart: { state: number; activity: number; reference: number }): void {
  expect(apart.state).toBeLessThan(1e-5);
  expect(apart.activity).toBeLessThan(1e-4);
  expect(apart.reference).toBeLessThan(0.002);
}

describeOnGpu('the temporal filter on the GPU', (bench) => {
  it('starts with the confidence and the thumbnail', async () => {
    const pair = new Pair(bench);
    expect(await pair.show(scene(0))).toEqual({ cpu: false, gpu: false });
    expect(await pair.apart()).toEqual({ state: expect.closeTo(0, 5), activity: 0, reference: 0 });
  });

  it('agrees with the CPU frame by frame', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 12; frame++) {
      expect(await pair.show(scene(frame))).toEqual({ cpu: false, gpu: false });
      expectAlike(await pair.apart());
    }
  });

  it('uses the state in frames that the network skips', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 6; frame++) await pair.show(scene(frame), { rests: frame % 2 === 1 });
    expectAlike(await pair.apart());
  });

  it('remaps its state to other regions and sizes, with new cells unknown', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 3; frame++) await pair.show(scene(frame));
    const grids = [
      { region: { x: 100, y: 40, width: 400, height: 300 } },
      { region: { x: 60, y: 40, width: 500, height: 320 }, size: [60, 54] as const },
      { region: { x: 80, y: 0, width: 300, height: 360 }, size: [60, 54] as const, rests: true },
      { region: { x: 80, y: 0, width: 300, height: 360 }, size: [60, 54] as const },
      {},
    ];
    for (const [i, grid] of grids.entries()) {
      expect(await pair.show(scene(3 + i), grid)).toEqual({ cpu: false, gpu: false });
      expectAlike(await pair.apart());
    }
  });

  it('starts anew at a scene change in the same frame, and reports it', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 4; frame++) await pair.show(scene(frame));
    expect(await pair.show(ELSEWHERE)).toEqual({ cpu: true, gpu: true });
    expect(await pair.apart()).toEqual({ state: expect.closeTo(0, 5), activity: 0, reference: 0 });
    expect(await pair.show(ELSEWHERE)).toEqual({ cpu: false, gpu: false });
    for (let frame = 0; frame < 4; frame++) {
      const { cpu, gpu } = await pair.show(scene(frame));
      expect(gpu).toBe(cpu);
      expectAlike(await pair.apart());
    }
  });

  it('agrees with the CPU at a scene change in a frame that the network skips', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 4; frame++) await pair.show(scene(frame));
    expect(await pair.show(ELSEWHERE, { rests: true })).toEqual({ cpu: true, gpu: true });
    expect(await pair.apart()).toEqual({ state: expect.closeTo(0, 5), activity: 0, reference: 0 });
  });

  it('does not compensate a jump in exposure that no camera makes', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 4; frame++) await pair.show(scene(frame));
    const bright = { ...scene(4), y: (x: number, y: number) => scene(4).y(x, y) + 28 };
    await pair.show(bright);
    expectAlike(await pair.apart());
  });

  it('forgets everything on reset(), including the noise level', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 6; frame++) await pair.show(scene(frame));
    pair.cpu.reset();
    pair.gpu.reset();
    for (let frame = 0; frame < 5; frame++) {
      expect(await pair.show(scene(frame, 2))).toEqual({ cpu: false, gpu: false });
      expectAlike(await pair.apart());
    }
  });
});
