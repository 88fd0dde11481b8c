import { expect, it } from 'vitest';
import * as confidence from '../../kernels/confidence.reference.js';
import { coefficients } from '../../kernels/guided.reference.js';
import * as reference from '../../kernels/matte.reference.js';
import { thumbnail } from '../../kernels/resample.reference.js';
import { at } from '../../kernels/sampling.reference.js';
import { steady } from '../../kernels/steady.reference.js';
import { DEFAULT_COLOR_SPACE } from '../../src/index.js';
import { EDGE_FALLBACK, GUIDED, POST_CURVE, PRE_CURVE, STEADY } from '../../src/matting/constants.js';
import { GpuGuidedUpsampler, type GuidedGrid } from '../../src/matting/gpu/guided.js';
import type { Grid, Region } from '../../src/segmentation/region.js';
import { randomBytes } from '../kernels/workbench.js';
import { pixelsOf, shoot } from '../support/frames.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { type Channels, channel, channelsOf, frameTexture } from './support/textures.js';

/** The inputs of the guided filter: the thumbnail and the map. */
interface Small extends Grid {
  readonly planes: readonly [y: Float32Array, u: Float32Array, v: Float32Array];
  readonly map: Float32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const MIXED = 1;

/** The map and the thumbnail of a region in a grid, scaled down from channels of the frame's size. */
function smallOf(frame: Size, channels: Channels, alpha: Uint8Array, grid: Size, region: Region): Small {
  const take = (plane: Uint8Array) => {
    const target = new Float32Array(grid.width * grid.height);
    const { x, y, width, height } = region;
    const from = [frame.width, frame.width, frame.height, x, y, width, height] as const;
    thumbnail(plane, ...from, target, grid.width, grid.height);
    return target;
  };
  const [y, u, v] = channels;
  const map = take(alpha).map((value) => value / 255);
  return { ...grid, region, planes: [take(y), take(u), take(v)], map };
}

/** The reference's matte, without flat tiles, which the GPU does not have. */
function expectedMatte(frame: Size, [y, u, v]: Channels, small: Small, step: 1 | 2): Uint8Array {
  const { width, height, region } = small;
  const size = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
  const curved = new Float32Array(width * height);
  confidence.curve(small.map, curved, width * height, PRE_CURVE.low, PRE_CURVE.high);
  const [cellsY, cellsU, cellsV, p] = [...small.planes, curved].map((plane) => {
    if (step === 1) return plane;
    const target = new Float32Array(size.width * size.height);
    confidence.halve(plane, width, height, target);
    return target;
  });
  if (!cellsY || !cellsU || !cellsV || !p) throw new Error('No cells');
  const found = new Float32Array(size.width * size.height * 4);
  const radius = (GUIDED.radius * 2) / step;
  coefficients(
    cellsY,
    cellsU,
    cellsV,
    p,
    size.width,
    size.height,
    radius,
    GUIDED.epsilon,
    EDGE_FALLBACK,
    found,
  );
  const alpha = new Uint8Array(frame.width * frame.height);
  const tiles = new Uint8Array(Math.ceil(frame.width / 16) * Math.ceil(frame.height / 16));
  const grid = {
    x: region.x,
    y: region.y,
    width: (region.width * size.width * step) / width,
    height: (region.height * size.height * step) / height,
    columns: size.width,
    rows: size.height,
  };
  reference.classify(p, grid, frame.width, frame.height, 2 * radius, tiles);
  expect(new Set(tiles).size).toBeGreaterThan(1);
  const across = Math.ceil(frame.width / 2);
  const half = (plane: Uint8Array) =>
    Uint8Array.from({ length: across * Math.ceil(frame.height / 2) }, (_, i) =>
      at(plane, Math.floor(i / across) * 2 * frame.width + (i % across) * 2),
    );
  const { low, high } = POST_CURVE;
  reference.matte(
    y,
    half(u),
    half(v),
    frame.width,
    across,
    frame.width,
    frame.height,
    found,
    grid,
    tiles,
    low,
    high,
    alpha,
    frame.width,
  );
  return alpha;
}

/** The stage on the GPU, with all its inputs. */
function stageOf(bench: Bench, frame: Size, channels: Channels, small: Small, grid: GuidedGrid) {
  const [y, u, v] = small.planes;
  const vectors = Float32Array.from({ length: y.length * 4 }, (_, i) => [y, u, v][i % 4]?.[i >> 2] ?? 0);
  const shape = { ...frame, colorSpace: DEFAULT_COLOR_SPACE, rotation: 0 } as const;
  const texture = frameTexture(bench, shape, channels);
  const upsampler = new GpuGuidedUpsampler(bench.device, small, frame, grid);
  const guide = { ...small, buffer: bench.buffer(vectors) };
  const [map, activity] = [bench.buffer(small.map), bench.buffer(small.map)];
  return {
    async run(next: { map?: Float32Array; activity?: Float32Array } = {}): Promise<Uint8Array> {
      const { queue } = bench.device;
      if (next.map) queue.writeBuffer(map, 0, next.map.slice());
      if (next.activity) queue.writeBuffer(activity, 0, next.activity.slice());
      await bench.run((pass) => upsampler.encode(pass, map, guide, texture, next.activity && activity));
      const pixels = await bench.pixels(upsampler.matte.texture);
      expect(channel(pixels, 1)).toEqual(channel(pixels, 0));
      return channel(pixels, 0);
    },
  };
}

async function presenter(size: Size) {
  const [shot] = await shoot(size, [40]);
  if (!shot) throw new Error('No shot');
  return { channels: channelsOf(pixelsOf(shot.frame)), alpha: shot.alpha };
}

/** The distance of two planes of bytes: the largest difference, and how many pixels in a thousand differ. */
function distance(actual: Uint8Array, expected: Uint8Array): { most: number; apart: number } {
  const differences = Array.from(actual, (value, i) => Math.abs(value - at(expected, i)));
  return {
    most: Math.max(...differences),
    apart: (1000 * differences.filter((value) => value > 0).length) / differences.length,
  };
}

describeOnGpu('the matte', (bench) => {
  for (const [grid, step] of [
    ['half', 2],
    ['full', 1],
  ] as const) {
    it(`agrees with the references, with coefficients on the ${grid} grid`, async () => {
      for (const [frame, cells, region] of [
        [
          { width: 96, height: 54 },
          { width: 48, height: 28 },
          { x: 0, y: 0, width: 96, height: 54 },
        ],
        [
          { width: 97, height: 55 },
          { width: 33, height: 27 },
          { x: 12, y: 4, width: 70, height: 51 },
        ],
      ] as const) {
        const { channels, alpha } = await presenter(frame);
        const small = smallOf(frame, channels, alpha, cells, region);
        const actual = await stageOf(bench, frame, channels, small, grid).run();
        const expected = expectedMatte(frame, channels, small, step);
        expect(new Set(expected).size).toBeGreaterThan(50);
        expect(distance(actual, expected).most).toBeLessThanOrEqual(1);
      }
    });
  }

  it('is exactly 0 or 255 where the map is, whatever the frame', async () => {
    const frame = { width: 64, height: 48 };
    const random = randomBytes(5);
    const plane = () => Uint8Array.from({ length: frame.width * frame.height }, random);
    const channels: Channels = [plane(), plane(), plane()];
    const region = { x: 0, y: 0, ...frame };
    const small = smallOf(frame, channels, plane(), { width: 32, height: 24 }, region);
    for (const value of [0, 1]) {
      small.map.fill(value);
      const actual = await stageOf(bench, frame, channels, small, 'half').run();
      expect(new Set(actual)).toEqual(new Set([value * 255]));
    }
  });

  it('is filtered over time like the reference', async () => {
    const frame = { width: 97, height: 55 };
    const { channels, alpha } = await presenter(frame);
    const region = { x: 8, y: 2, width: 80, height: 50 };
    const small = smallOf(frame, channels, alpha, { width: 33, height: 21 }, region);
    const calmed = stageOf(bench, frame, channels, small, 'half');
    const plain = stageOf(bench, frame, channels, small, 'half');
    const random = randomBytes(9);
    const tiles = new Uint8Array(7 * 4).fill(MIXED);
    const before = new Uint8Array(frame.width * frame.height);
    const grid = { ...region, columns: small.width, rows: small.height };
    for (let index = 0; index < 4; index++) {
      // Some parts of the map appear and disappear, others are noisy.
      const map = small.map.map((value, i) =>
        (i + index * 7) % 33 < 9 ? 1 - value : value + random() / 2000,
      );
      const activity = map.map(() => (index === 0 || random() > 240 ? 1 : random() / 500));
      const expected = await plain.run({ map });
      const actual = await calmed.run({ map, activity });
      steady(
        expected,
        frame.width,
        before,
        tiles.slice(),
        tiles.slice(),
        frame.width,
        frame.height,
        activity,
        grid,
        STEADY,
      );
      expect(distance(actual, expected)).toEqual({ most: 0, apart: 0 });
    }
  });
});
