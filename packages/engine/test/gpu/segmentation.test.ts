import { beforeEach, expect, it } from 'vitest';
import { fuse } from '../../kernels/confidence.reference.js';
import { remap } from '../../kernels/remap.reference.js';
import { thumbnail } from '../../kernels/resample.reference.js';
import { tensor } from '../../kernels/tensor.reference.js';
import { yuvToRgb } from '../../src/frame/color-space.js';
import { FrameMemory } from '../../src/frame/frame-memory.js';
import { inverseRotation, isSideways, rotate } from '../../src/frame/rotation.js';
import { storage } from '../../src/gpu/memory.js';
import type { Rotation } from '../../src/index.js';
import { loadKernels } from '../../src/kernels/kernels.js';
import { FUSION } from '../../src/segmentation/constants.js';
import { GpuConfidenceReader } from '../../src/segmentation/gpu/confidence.js';
import { GpuFusion } from '../../src/segmentation/gpu/fusion.js';
import { GpuRemap } from '../../src/segmentation/gpu/remap.js';
import { GpuTensor } from '../../src/segmentation/gpu/tensor.js';
import { GpuThumbnail } from '../../src/segmentation/gpu/thumbnail.js';
import { mirror } from '../../src/segmentation/mirror.js';
import type { Region } from '../../src/segmentation/region.js';
import { Thumbnail } from '../../src/segmentation/thumbnail.js';
import { randomBytes } from '../kernels/workbench.js';
import { at, only, pixelsOf, shoot } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { channelOf, furthest, interleaved } from './support/cells.js';
import { describeOnGpu } from './support/device.js';
import { channelsOf, frameTexture } from './support/textures.js';

const ROTATIONS: readonly Rotation[] = [0, 90, 180, 270];

/** Pseudo-random floats of 0..1. */
function randomMap(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = randomBytes(seed);
  return Float32Array.from({ length: count }, () => random() / 255);
}

describeOnGpu('the thumbnail on the GPU', (bench) => {
  const cases: readonly (readonly [string, Region])[] = [
    ['the whole frame', { x: 0, y: 0, width: 97, height: 55 }],
    ['a part', { x: 20, y: 10, width: 50, height: 44 }],
    ['a part with fractional edges', { x: 13.4, y: 7.7, width: 41.3, height: 39.1 }],
    ['a part smaller than the thumbnail', { x: 60, y: 20, width: 12, height: 10 }],
  ];

  it.each(cases)('agrees with the reference: %s', async (_, region) => {
    const shot = only(await shoot({ width: 97, height: 55 }, [3]));
    const pixels = pixelsOf(shot.frame);
    const frame = frameTexture(bench, shot.frame, channelsOf(pixels));
    const small = new GpuThumbnail(bench.device, 32, 18);
    await bench.run((pass) => small.encode(pass, frame, region));
    expect(small.region).toBe(region);
    const cells = await bench.floats(small.buffer);
    const stored = await bench.pixels(frame.texture);
    const { x, y, width, height } = region;
    for (const channel of [0, 1, 2]) {
      const plane = Uint8Array.from({ length: 97 * 55 }, (_, i) => at(stored, i * 4 + channel));
      const expected = new Float32Array(32 * 18);
      thumbnail(plane, 97, 97, 55, x, y, width, height, expected, 32, 18);
      // Measured: 0.0002 of 255, because the bounds of a box are floats here.
      expect(furthest(channelOf(cells, channel), expected)).toBeLessThan(0.002);
    }
  });

  it('accepts another frame, and is close to that of the CPU, whose chroma is subsampled', async () => {
    const shots = await shoot({ width: 192, height: 108 }, [3, 40]);
    const kernels = await loadKernels(kernelModule);
    const small = new GpuThumbnail(bench.device, 64, 36);
    const region = { x: 30, y: 12, width: 120, height: 90 };
    for (const { frame } of shots) {
      const memory = new FrameMemory(kernels, frame, 'I420');
      memory.write(frame);
      const thumb = new Thumbnail(kernels, 64, 36, frame);
      thumb.take(memory, region);
      const texture = frameTexture(bench, frame, channelsOf(pixelsOf(frame)));
      await bench.run((pass) => small.encode(pass, texture, region));
      const cells = await bench.floats(small.buffer);
      // Measured: luma 0.00005, because the CPU's weights have 14 bits; chroma 0.07 on average.
      expect(furthest(channelOf(cells, 0), thumb.y.f32.subarray(0, 64 * 36))).toBeLessThan(0.01);
      const errors = [thumb.u, thumb.v].map(({ f32 }, i) => {
        const channel = channelOf(cells, i + 1);
        return (
          channel.reduce((sum, value, cell) => sum + Math.abs(value - at(f32, cell)), 0) / channel.length
        );
      });
      expect(Math.max(...errors)).toBeLessThan(0.15);
    }
  });
});

describeOnGpu("a network's input", (bench) => {
  it.each(ROTATIONS)(
    'is upright from a frame of rotation %d, and mirrored if requested',
    async (rotation) => {
      const [width, height] = [13, 7];
      const planes = [1, 2, 3].map((seed) => randomMap(width * height, seed).map((value) => value * 255));
      const [y, u, v] = planes;
      if (!y || !u || !v) throw new Error('No planes');
      const buffer = bench.buffer(interleaved(...planes));
      const input = storage(bench.device, width * height * 12, 'input');
      const stage = new GpuTensor(bench.device, { width, height, buffer }, input, [-1, 1]);
      const frame = { colorSpace: { matrix: 'bt601', range: 'limited' }, rotation } as const;
      const { yOffset, yScale, rv, gu, gv, bu } = yuvToRgb(frame.colorSpace);
      const expected = new Float32Array(width * height * 3);
      tensor(y, u, v, width, height, rotation, yOffset, yScale, rv, gu, gv, bu, -1, 1, expected);
      await bench.run((pass) => stage.encode(pass, frame, false));
      expect(furthest(await bench.floats(input), expected)).toBeLessThan(1e-5);
      mirror(expected, isSideways(rotation) ? height : width, 3);
      await bench.run((pass) => stage.encode(pass, frame, true));
      expect(furthest(await bench.floats(input), expected)).toBeLessThan(1e-5);
    },
  );
});

describeOnGpu('a network output on the GPU', (bench) => {
  const upright = { width: 13, height: 7 };
  const count = upright.width * upright.height;

  function sizeOf(rotation: Rotation) {
    return isSideways(rotation) ? { width: upright.height, height: upright.width } : upright;
  }

  function turned(map: Float32Array, rotation: Rotation): Float32Array {
    const stored = new Float32Array(count);
    const { width } = sizeOf(rotation);
    rotate(map, upright.width, upright.width, upright.height, inverseRotation(rotation), stored, width);
    return stored;
  }

  let faults: GPUBuffer;
  beforeEach(() => {
    faults = bench.buffer(new Uint32Array(1));
  });

  it.each(ROTATIONS)('is rotated back to a frame of rotation %d', async (rotation) => {
    const map = randomMap(count, 5);
    const outputs = new GpuConfidenceReader(bench.device, sizeOf(rotation), faults);
    // The buffers of networks may be longer.
    const found = bench.buffer(Float32Array.from([...map, 7, 7]));
    await bench.run((pass) => outputs.encode(pass, found, rotation));
    expect(furthest(await bench.floats(outputs.confidence), turned(map, rotation))).toBe(0);
    expect([...(await bench.words(faults))]).toEqual([0]);
  });

  it.each(ROTATIONS)('is the mean of input and mirrored input at rotation %d', async (rotation) => {
    const [straight, mirrored] = [randomMap(count, 5), randomMap(count, 6)];
    const outputs = new GpuConfidenceReader(bench.device, sizeOf(rotation), faults);
    const [found, other] = [bench.buffer(straight), bench.buffer(mirrored)];
    await bench.run((pass) => outputs.encode(pass, found, rotation, other));
    mirror(mirrored, upright.width, 1);
    const mean = straight.map((value, i) => (value + at(mirrored, i)) / 2);
    expect(furthest(await bench.floats(outputs.confidence), turned(mean, rotation))).toBeLessThan(1e-6);
  });

  it('is 0 where a value is invalid, which is counted', async () => {
    const map = new Float32Array(count).fill(0.5);
    const wrong = [
      Number.NaN,
      -Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1e30,
      -5,
      1.7,
    ];
    map.set([...wrong, 1.0004, -0, -0.0004]);
    const outputs = new GpuConfidenceReader(bench.device, upright, faults);
    const found = bench.buffer(map);
    await bench.run((pass) => outputs.encode(pass, found, 0));
    const confidence = [...(await bench.floats(outputs.confidence))].map(Math.abs);
    expect(confidence.slice(0, 11)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0.5]);
    expect([...(await bench.words(faults))]).toEqual([wrong.length]);
  });
});

describeOnGpu('a map remapped to another grid on the GPU', (bench) => {
  const source = { width: 16, height: 9, region: { x: 0, y: 0, width: 96, height: 54 } };

  it.each([
    ['smaller', { width: 7, height: 7, region: { x: 20, y: 6, width: 40, height: 40 } }, 1],
    ['partly outside', { width: 12, height: 10, region: { x: -20, y: 30, width: 80, height: 60 } }, 1],
    [
      'of four values a cell',
      { width: 12, height: 10, region: { x: 31.3, y: 10, width: 60, height: 70 } },
      4,
    ],
  ] as const)('agrees with the reference: %s', async (_, target, channels) => {
    const maps = [3, 4, 5, 6].map((seed) => randomMap(16 * 9, seed));
    const map = channels === 4 ? interleaved(...maps) : only(maps);
    const remapped = storage(bench.device, target.width * target.height * 4 * channels, 'remapped');
    const stage = new GpuRemap(bench.device, bench.buffer(map), remapped, channels);
    await bench.run((pass) => stage.encode(pass, source, target, -1));
    const results = maps.slice(0, channels).map((one) => {
      const { x, y, width, height } = target.region;
      const result = new Float32Array(target.width * target.height);
      remap(one, 16, 9, x / 6, y / 6, width / 6, height / 6, result, target.width, target.height, -1);
      return result;
    });
    const expected = channels === 4 ? interleaved(...results) : only(results);
    expect(furthest(await bench.floats(remapped), expected)).toBeLessThan(1e-5);
  });
});

describeOnGpu('the outputs of two networks', (bench) => {
  it.each(['map', 'other', undefined] as const)(
    'are fused with %s as the leading network',
    async (leader) => {
      const [first, second] = [randomMap(500, 1), randomMap(500, 2)];
      const map = bench.buffer(first);
      const fusion = new GpuFusion(bench.device, map, bench.buffer(second));
      await bench.run((pass) => fusion.encode(pass, 500, leader));
      const expected = new Float32Array(500);
      const [one, other] = leader === 'other' ? [second, first] : [first, second];
      fuse(one, other, expected, 500, leader !== undefined, FUSION.doubt);
      expect(furthest(await bench.floats(map), expected)).toBeLessThan(1e-5);
    },
  );
});
