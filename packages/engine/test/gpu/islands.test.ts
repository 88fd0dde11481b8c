import { beforeAll, expect, it } from 'vitest';
import { components } from '../../kernels/components.reference.js';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.js';
import { GpuComponents, GpuParts } from '../../src/matting/gpu/components.js';
import { GpuIslandFilter } from '../../src/matting/gpu/islands.js';
import { IslandFilter } from '../../src/matting/islands.js';
import { randomBytes } from '../kernels/workbench.js';
import { at, range } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { furthest } from './support/cells.js';
import { type Bench, describeOnGpu } from './support/device.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels(kernelModule);
});

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A map, filtered on the CPU. */
function filtered(map: Float32Array, before: Float32Array, size: Size): Float32Array {
  const blocks = [map, before].map((values) => {
    const block = kernels.memory.allocate(values.byteLength);
    block.f32.set(values);
    return block;
  });
  const [one, other] = blocks;
  if (!one || !other) throw new Error('No maps');
  const filter = new IslandFilter(kernels, size);
  filter.run(one, size, other);
  const result = one.f32.slice(0, map.length);
  filter.dispose();
  for (const block of blocks) block.free();
  return result;
}

/** A map, filtered on the GPU, which may be smaller than the capacity. */
async function filteredOnGpu(
  bench: Bench,
  map: Float32Array,
  before: Float32Array,
  size: Size,
  capacity: Size = size,
): Promise<Float32Array> {
  const cells = bench.buffer(map);
  const filter = new GpuIslandFilter(bench.device, capacity, cells, bench.buffer(before));
  await bench.run((pass) => filter.encode(pass, size));
  return bench.floats(cells);
}

/** Cells with values on both sides of all thresholds: many small components. The CPU distinguishes 1024 of them. */
function speckled({ width, height }: Size, seed: number, share: number): Float32Array {
  const random = randomBytes(seed);
  const values = [0, 0.1, 0.3, 0.45, 0.6, 0.75, 0.9, 1];
  return Float32Array.from({ length: width * height }, () =>
    random() < share * 256 ? at(values, random() & 7) : 1,
  );
}

/** Round blobs of any confidence on a person or on background: what networks return, and worse. */
function blobs({ width, height }: Size, seed: number): Float32Array {
  const random = randomBytes(seed);
  const map = new Float32Array(width * height);
  const paint = (x: number, y: number, radius: number, value: number) => {
    for (let i = 0; i < map.length; i++) {
      if (((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2 < radius ** 2) map[i] = value;
    }
  };
  paint(width / 2, height * 0.6, height * 0.4, 1);
  for (let i = 0; i < 60; i++) {
    const [x, y] = [(random() / 255) * width, (random() / 255) * height];
    paint(x, y, 0.6 + random() / 90, random() / 255);
  }
  return map;
}

/** The longest paths within a component: a spiral, and a comb that is connected in the last row only. */
function spiral({ width, height }: Size): Float32Array {
  const map = new Float32Array(width * height);
  let [x, y, dx, dy] = [0, 0, 1, 0];
  const isFree = (column: number, row: number) =>
    column >= 0 && column < width && row >= 0 && row < height && map[row * width + column] === 0;
  const isOpen = () => isFree(x + dx, y + dy) && (isFree(x + 2 * dx, y + 2 * dy) || !isInside());
  const isInside = () => x + 2 * dx >= 0 && x + 2 * dx < width && y + 2 * dy >= 0 && y + 2 * dy < height;
  map[0] = 1;
  for (let turns = 0; turns < 2; ) {
    if (isOpen()) {
      [x, y, turns] = [x + dx, y + dy, 0];
      map[y * width + x] = 1;
    } else {
      [dx, dy] = [-dy, dx];
      turns++;
    }
  }
  return map;
}

function comb({ width, height }: Size): Float32Array {
  return Float32Array.from({ length: width * height }, (_, i) =>
    (i % width) % 2 === 0 || i >= width * (height - 1) ? 1 : 0,
  );
}

describeOnGpu('the components of a map on the GPU', (bench) => {
  const size = { width: 97, height: 55 };
  const maps: readonly (readonly [string, Float32Array])[] = [
    ['blobs', blobs(size, 3)],
    ['specks', speckled(size, 4, 0.5)],
    ['noise', speckled(size, 5, 1)],
    ['a spiral', spiral(size)],
    ['a comb', comb(size)],
    ['nothing', new Float32Array(97 * 55)],
    ['everything', new Float32Array(97 * 55).fill(1)],
  ];

  it.each(maps.flatMap(([name, map]) => [true, false].map((above) => [name, above, map] as const)))(
    'agree with the reference: %s, above: %s',
    async (_, above, map) => {
      const before = blobs(size, 9);
      const found = new GpuParts(bench.device, size);
      const buffers = [bench.buffer(map), bench.buffer(before)] as const;
      const stage = new GpuComponents(bench.device, buffers, found, 0.5, above);
      await bench.run((pass) => stage.encode(pass, size));
      const labels = await bench.words(found.labels);
      const parts = await bench.words(found.parts);
      const rootOf = (cell: number): number => {
        const next = at(labels, cell);
        return next === cell ? cell : rootOf(next);
      };

      const numbers = new Int32Array(97 * 55);
      const expected = components(map, 97, 55, 0.5, above, numbers);
      expect(expected.length).toBeLessThan(1024);
      const firsts = expected.map((_, i) => numbers.indexOf(i + 1));
      numbers.forEach((number, cell) => {
        const root = labels[cell] === 0xffffffff ? undefined : rootOf(cell);
        if (root !== (number ? firsts[number - 1] : undefined)) expect.fail(`Cell ${cell}: ${root}`);
      });
      expected.forEach(({ area, left, top, right, bottom }, i) => {
        const part = 7 * (firsts[i] ?? 0);
        expect([...parts.subarray(part, part + 5)]).toEqual([area, left, top, right, bottom]);
        const sum = (values: Float32Array) =>
          values.reduce((all, value, cell) => (numbers[cell] === i + 1 ? all + value : all), 0);
        const sums = Int32Array.from(parts.subarray(part + 5, part + 7));
        if (area >= 4096) return; // no hole is as large, and the sums would overflow
        // The step is 2^-19, so the error is at most half of that for each cell.
        expect(Math.abs((sums[0] ?? 0) / 2 ** 19 - sum(map))).toBeLessThan(area * 1e-6);
        expect(Math.abs((sums[1] ?? 0) / 2 ** 19 - sum(before))).toBeLessThan(area * 1e-6);
      });
      const largest = Math.max(0, ...expected.map(({ area }) => area));
      expect([...(await bench.words(stage.largest))]).toEqual([largest]);
    },
  );
});

/** Holes are filled in proportion to their mean, whose error is at most 2^-20, by a factor of up to 7.7. Measured: 5e-6. */
const TOLERANCE = 8e-6;

describeOnGpu('the island filter on the GPU', (bench) => {
  const sizes: readonly Size[] = [
    { width: 97, height: 55 },
    { width: 64, height: 48 },
    { width: 300, height: 20 },
    { width: 9, height: 270 },
  ];

  it.each(sizes.flatMap((size) => range(6).map((seed) => [size, seed] as const)))(
    'agrees with the CPU: blobs in %o, seed %d',
    async (size, seed) => {
      const map = blobs(size, seed);
      const before = map.map((value, i) => (i % 3 ? value : Math.min(1, value * 1.2)));
      const expected = filtered(map, before, size);
      expect(furthest(await filteredOnGpu(bench, map, before, size), expected)).toBeLessThan(TOLERANCE);
    },
  );

  it.each([0.02, 0.1, 0.3, 1])('agrees with the CPU: random values in a share of %d', async (share) => {
    const size = { width: 97, height: 55 };
    const map = speckled(size, 7, share);
    const expected = filtered(map, map, size);
    expect(furthest(await filteredOnGpu(bench, map, map, size), expected)).toBeLessThan(TOLERANCE);
  });

  it('removes a small part connected to the person by low confidence only, unless it is near', async () => {
    const size = { width: 97, height: 55 };
    for (const distance of range(8, 12)) {
      const map = new Float32Array(97 * 55);
      for (let y = 5; y < 50; y++) map.fill(1, y * 97 + 3, y * 97 + 40);
      for (let y = 20; y < 22; y++) map.fill(0.4, y * 97 + 40, y * 97 + 90);
      const island = 39 + distance;
      for (let y = 20; y < 22; y++) map.fill(0.9, y * 97 + island, y * 97 + island + 2);
      const expected = filtered(map, map, size);
      expect(furthest(await filteredOnGpu(bench, map, map, size), expected)).toBe(0);
      expect(at(expected, 20 * 97 + island) > 0).toBe(distance <= 16);
    }
  });

  it('works on maps smaller than the largest', async () => {
    const size = { width: 40, height: 30 };
    const map = blobs(size, 4);
    const padded = new Float32Array(97 * 55).fill(-7);
    padded.set(map);
    const result = await filteredOnGpu(bench, padded, padded, size, { width: 97, height: 55 });
    expect(furthest(result.subarray(0, map.length), filtered(map, map, size))).toBeLessThan(TOLERANCE);
    expect(result.subarray(map.length).every((value) => value === -7)).toBe(true);
  });
});
