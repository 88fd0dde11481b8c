import { beforeAll, expect, it } from 'vitest';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.js';
import { ColorModels } from '../../src/matting/colors.js';
import { GpuColorModels } from '../../src/matting/gpu/colors.js';
import { randomBytes } from '../kernels/workbench.js';
import { kernelModule } from '../support/kernels.js';
import { furthest, interleaved } from './support/cells.js';
import { type Bench, describeOnGpu } from './support/device.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels(kernelModule);
});

const [WIDTH, HEIGHT] = [97, 55];
const CELLS = WIDTH * HEIGHT;

/** The colour models of both backends, with the same inputs. */
class Pair {
  readonly cpu = new ColorModels(kernels);
  readonly gpu: GpuColorModels;
  readonly #bench: Bench;
  readonly #temporal;

  constructor(bench: Bench) {
    const region = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    const buffer = bench.buffer(new Float32Array(CELLS * 4));
    this.#bench = bench;
    this.#temporal = {
      state: bench.buffer(new Float32Array(CELLS)),
      sceneChange: bench.buffer(new Uint32Array(1)),
      grid: { width: WIDTH, height: HEIGHT, region, buffer },
    };
    this.gpu = new GpuColorModels(bench.device, this.#temporal);
  }

  /** Runs both on a map and a thumbnail. Returns the distance of their results. */
  async show(map: Float32Array, planes: readonly Float32Array[], isSceneChange = false): Promise<number> {
    const [state, target, y, u, v] = [map, map, ...planes].map((values) => {
      const block = kernels.memory.allocate(CELLS * 4);
      block.f32.set(values);
      return block;
    });
    if (!state || !target || !y || !u || !v) throw new Error('No planes');
    if (isSceneChange) this.cpu.reset();
    const { grid, sceneChange } = this.#temporal;
    this.cpu.run(state, { ...grid, y, u, v }, target);
    const expected = target.f32.slice(0, CELLS);
    for (const block of [state, target, y, u, v]) block.free();

    const { queue } = this.#bench.device;
    queue.writeBuffer(this.#temporal.state, 0, map.slice());
    queue.writeBuffer(grid.buffer, 0, interleaved(...planes).slice());
    queue.writeBuffer(sceneChange, 0, Uint32Array.of(isSceneChange ? 1 : 0));
    await this.#bench.run((pass) => this.gpu.encode(pass));
    expect(furthest(expected, map)).toBeGreaterThan(0.01); // the colours change the map
    return furthest(await this.#bench.floats(this.gpu.map), expected);
  }
}

/** A person in front of a background of other colours, with medium confidence in a third of the map. */
function scene(seed: number): readonly [Float32Array, readonly Float32Array[]] {
  const random = randomBytes(seed);
  const map = Float32Array.from({ length: CELLS }, (_, i) => {
    const column = i % WIDTH;
    return column < 32 ? 0.95 : column < 64 ? random() / 255 : 0.05;
  });
  const plane = (person: number, background: number, spread: number) =>
    Float32Array.from({ length: CELLS }, (_, i) => {
      const isPerson = i % WIDTH < 48;
      return Math.min(255, Math.max(0, (isPerson ? person : background) + (random() - 127.5) * spread));
    });
  return [map, [plane(160, 90, 0.5), plane(110, 140, 0.3), plane(150, 118, 0.7)]];
}

// Measured: 4e-7, the rounding of floats.
const TOLERANCE = 2e-6;

describeOnGpu('the colour models on the GPU', (bench) => {
  it('agree with the CPU frame by frame, and decay likewise', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 9; frame++) {
      expect(await pair.show(...scene(frame + 1))).toBeLessThan(TOLERANCE);
    }
  });

  it('are reset by a scene change in the same frame', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 8; frame++) {
      const [map, planes] = scene(frame + 1);
      const swapped = frame < 5 ? planes : [...planes].reverse();
      expect(await pair.show(map, swapped, frame === 5)).toBeLessThan(TOLERANCE);
    }
  });

  it('are forgotten when they are reset', async () => {
    const pair = new Pair(bench);
    for (let frame = 0; frame < 3; frame++) await pair.show(...scene(frame + 1));
    pair.cpu.reset();
    pair.gpu.reset();
    for (let frame = 0; frame < 3; frame++) {
      const [map, planes] = scene(frame + 9);
      expect(await pair.show(map, [...planes].reverse())).toBeLessThan(TOLERANCE);
    }
  });

  it('change nothing when only the person or only the background was seen', async () => {
    const [, planes] = scene(3);
    const temporal = {
      state: bench.buffer(new Float32Array(CELLS).map((_, i) => (i % WIDTH < 40 ? 0.95 : 0.5))),
      sceneChange: bench.buffer(new Uint32Array(1)),
      grid: {
        width: WIDTH,
        height: HEIGHT,
        region: { x: 0, y: 0, width: WIDTH, height: HEIGHT },
        buffer: bench.buffer(interleaved(...planes)),
      },
    };
    const models = new GpuColorModels(bench.device, temporal);
    await bench.run((pass) => models.encode(pass));
    const state = await bench.floats(temporal.state);
    expect(furthest(await bench.floats(models.map), state)).toBeLessThan(1e-6);
  });
});
