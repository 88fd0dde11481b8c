import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recoloring, rgbToYuv, rgbToYuvMatrix, type YuvColor, yuvToRgb } from '../src/frame/color-space.js';
import { assertFrame, copyPlane, isAlike } from '../src/frame/frame.js';
import { FrameMemory } from '../src/frame/frame-memory.js';
import { inverseRotation, isSideways, rotate } from '../src/frame/rotation.js';
import {
  type ColorSpace,
  copyFrame,
  DEFAULT_COLOR_SPACE,
  EngineError,
  type Frame,
  MAX_FRAME_SIDE,
  type PixelFormat,
  planeSizes,
  type Rotation,
} from '../src/index.js';
import { loadKernels } from '../src/kernels/kernels.js';
import { COLOR_SPACES, type Rgb, rgbOf, roundedYuvOf, yuvOf } from './support/colors.js';
import {
  at,
  frameOf,
  largestDifference,
  type Pixels,
  pixelsOf,
  plainFrame,
  turned,
} from './support/frames.js';
import { kernelModule } from './support/kernels.js';

const ROTATIONS: readonly Rotation[] = [0, 90, 180, 270];

const side = fc.integer({ min: 1, max: 40 });

/** Pixels of a random size and content. */
const pixels: fc.Arbitrary<Pixels> = fc
  .tuple(side, side, fc.constantFrom(...COLOR_SPACES), fc.integer())
  .map(([width, height, colorSpace, seed]) => {
    const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
    return {
      width,
      height,
      colorSpace,
      y: noise(width * height, seed),
      u: noise(chroma, seed + 1),
      v: noise(chroma, seed + 2),
      alpha: undefined,
    };
  });

const storage = fc.record({
  format: fc.constantFrom<'I420' | 'NV12'>('I420', 'NV12'),
  rotation: fc.constantFrom(...ROTATIONS),
  padding: fc.integer({ min: 0, max: 20 }),
});

/** Pseudo-random bytes, the same for the same seed. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return state >>> 24;
  });
}

/** The code of the EngineError that a call throws. */
function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  throw new Error('It did not throw');
}

describe('planeSizes', () => {
  it('rounds chroma up', () => {
    expect(planeSizes('I420', 641, 361)).toEqual([
      { rowBytes: 641, rows: 361 },
      { rowBytes: 321, rows: 181 },
      { rowBytes: 321, rows: 181 },
    ]);
    expect(planeSizes('NV12', 641, 361)).toEqual([
      { rowBytes: 641, rows: 361 },
      { rowBytes: 642, rows: 181 },
    ]);
    expect(planeSizes('NV12', 1, 1)).toEqual([
      { rowBytes: 1, rows: 1 },
      { rowBytes: 2, rows: 1 },
    ]);
    expect(planeSizes('I420', 1, 1)[1]).toEqual({ rowBytes: 1, rows: 1 });
  });

  it('gives I420 and NV12 the same number of samples, and the alpha plane of I420A the size of luma', () => {
    const bytes = (format: PixelFormat, width: number, height: number) =>
      planeSizes(format, width, height).reduce((sum, { rowBytes, rows }) => sum + rowBytes * rows, 0);
    fc.assert(
      fc.property(side, side, (width, height) => {
        const i420 = bytes('I420', width, height);
        expect(bytes('NV12', width, height)).toBe(i420);
        expect(bytes('I420A', width, height)).toBe(i420 + width * height);
        expect(bytes('I420', width * 2, height * 2)).toBe(width * height * 6);
      }),
    );
  });
});

describe('assertFrame', () => {
  const good = plainFrame(8, 6, [10, 20, 30]);
  const altered = (changes: Partial<Frame>): Frame => ({ ...good, ...changes });

  it('accepts frames of any size, format and stride, also without padding after the last row', () => {
    fc.assert(
      fc.property(pixels, storage, (contents, how) => {
        const frame = frameOf(contents, how);
        expect(() => assertFrame(frame)).not.toThrow();
        const sizes = planeSizes(frame.format, frame.width, frame.height);
        const cropped = frame.planes.map(({ data, stride }, i) => ({
          data: data.subarray(0, data.length - (stride - (sizes[i]?.rowBytes ?? 0))),
          stride,
        }));
        expect(() => assertFrame({ ...frame, planes: cropped })).not.toThrow();
      }),
    );
  });

  it.each([0, -2, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_FRAME_SIDE + 1])(
    'refuses a side of %d',
    (wrong) => {
      expect(codeOf(() => assertFrame(altered({ width: wrong })))).toBe('FRAME_INVALID');
      expect(codeOf(() => assertFrame(altered({ height: wrong })))).toBe('FRAME_INVALID');
    },
  );

  it.each([0, -1, 0.05, 20, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a pixel aspect ratio of %d',
    (pixelAspectRatio) => {
      expect(codeOf(() => assertFrame(altered({ pixelAspectRatio })))).toBe('FRAME_INVALID');
      expect(() => assertFrame(altered({ pixelAspectRatio: 4 / 3 }))).not.toThrow();
    },
  );

  it('refuses missing, surplus or short planes, and names them', () => {
    const [y, u, v] = good.planes;
    if (!y || !u || !v) throw new Error('no planes');
    expect(codeOf(() => assertFrame(altered({ planes: [y, u] })))).toBe('FRAME_INVALID');
    expect(codeOf(() => assertFrame(altered({ planes: [] })))).toBe('FRAME_INVALID');
    expect(codeOf(() => assertFrame(altered({ planes: [y, u, v, y] })))).toBe('FRAME_INVALID');
    for (const index of [0, 1, 2]) {
      const short = good.planes.map((plane, i) =>
        i === index ? { ...plane, data: plane.data.subarray(1) } : plane,
      );
      expect(() => assertFrame(altered({ planes: short }))).toThrow(`Plane ${index}`);
    }
  });

  it('refuses a stride shorter than a row, even if there are enough bytes', () => {
    const planes = good.planes.map(({ data }) => ({ data: new Uint8Array(data.length * 4), stride: 3 }));
    expect(codeOf(() => assertFrame(altered({ planes })))).toBe('FRAME_INVALID');
  });

  it.each([Number.NaN, 8.5, Number.POSITIVE_INFINITY])('refuses a stride of %d', (stride) => {
    const planes = good.planes.map(() => ({ data: new Uint8Array(1000), stride }));
    expect(codeOf(() => assertFrame(altered({ planes })))).toBe('FRAME_INVALID');
  });

  it('refuses NV12 planes declared as I420, and vice versa', () => {
    const nv12 = plainFrame(8, 6, [1, 2, 3], { format: 'NV12' });
    expect(codeOf(() => assertFrame({ ...nv12, format: 'I420' }))).toBe('FRAME_INVALID');
    expect(codeOf(() => assertFrame({ ...good, format: 'NV12' }))).toBe('FRAME_INVALID');
  });

  it('refuses unknown formats, rotations and colour spaces', () => {
    const untyped = (changes: object): Frame => ({ ...good, ...changes });
    expect(codeOf(() => assertFrame(untyped({ format: 'I422' })))).toBe('FRAME_INVALID');
    expect(codeOf(() => assertFrame(untyped({ rotation: 45 })))).toBe('FRAME_INVALID');
    expect(codeOf(() => assertFrame(untyped({ rotation: undefined })))).toBe('FRAME_INVALID');
    expect(codeOf(() => assertFrame(untyped({ colorSpace: { matrix: 'rgb', range: 'full' } })))).toBe(
      'FRAME_INVALID',
    );
    expect(codeOf(() => assertFrame(untyped({ colorSpace: { matrix: 'bt709', range: 'pc' } })))).toBe(
      'FRAME_INVALID',
    );
    expect(codeOf(() => assertFrame(untyped({ colorSpace: undefined })))).toBe('FRAME_INVALID');
  });
});

describe('isAlike', () => {
  it('compares size, colour space and rotation, and nothing else', () => {
    const frame = plainFrame(8, 6, [0, 0, 0]);
    expect(isAlike(frame, plainFrame(8, 6, [9, 9, 9], { format: 'NV12', padding: 3 }))).toBe(true);
    const others: Partial<Frame>[] = [
      { width: 9 },
      { height: 7 },
      { rotation: 90 },
      { colorSpace: { matrix: 'bt601', range: 'limited' } },
      { colorSpace: { matrix: 'bt709', range: 'full' } },
    ];
    for (const change of others) expect(isAlike(frame, { ...frame, ...change })).toBe(false);
  });
});

describe('copyPlane', () => {
  it('copies the rows and nothing else', () => {
    const padding = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(
        side,
        side,
        padding,
        padding,
        fc.integer(),
        (rowBytes, rows, fromPadding, toPadding, seed) => {
          const from = { data: noise((rowBytes + fromPadding) * rows, seed), stride: rowBytes + fromPadding };
          const to = { data: noise((rowBytes + toPadding) * rows, seed + 7), stride: rowBytes + toPadding };
          const before = to.data.slice();
          copyPlane(from, to, { rowBytes, rows });
          to.data.forEach((value, index) => {
            const [row, column] = [Math.floor(index / to.stride), index % to.stride];
            const isInside = column < rowBytes;
            expect(value).toBe(isInside ? at(from.data, row * from.stride + column) : at(before, index));
          });
        },
      ),
    );
  });

  it('copies into part of a larger plane without touching the rest', () => {
    const board = { data: new Uint8Array(16 * 4).fill(1), stride: 16 };
    const stamp = { data: new Uint8Array(16 * 4).fill(9), stride: 16 };
    copyPlane(stamp, { data: board.data.subarray(4), stride: 16 }, { rowBytes: 2, rows: 3 });
    const expected = new Uint8Array(16 * 4).fill(1);
    for (const row of [0, 1, 2]) expected.fill(9, row * 16 + 4, row * 16 + 6);
    expect(board.data).toEqual(expected);
  });
});

describe('copyFrame', () => {
  it('copies all planes whatever the strides', () => {
    fc.assert(
      fc.property(pixels, storage, fc.integer({ min: 0, max: 20 }), (contents, how, padding) => {
        const blank = {
          ...contents,
          y: contents.y.map(() => 0),
          u: contents.u.map(() => 0),
          v: contents.v.map(() => 0),
        };
        const to = frameOf(blank, { ...how, padding });
        copyFrame(frameOf(contents, how), to);
        expect(largestDifference(pixelsOf(to), contents)).toBe(0);
      }),
    );
  });

  it('refuses another format or size', () => {
    const frame = plainFrame(8, 6, [0, 0, 0]);
    expect(codeOf(() => copyFrame(frame, plainFrame(8, 8, [0, 0, 0])))).toBe('FRAME_INVALID');
    expect(codeOf(() => copyFrame(frame, plainFrame(10, 6, [0, 0, 0])))).toBe('FRAME_INVALID');
    expect(codeOf(() => copyFrame(frame, plainFrame(8, 6, [0, 0, 0], { format: 'NV12' })))).toBe(
      'FRAME_INVALID',
    );
  });
});

describe('rotate', () => {
  const picture = fc
    .tuple(side, side, fc.integer())
    .map(([width, height, seed]) => ({ width, height, data: noise(width * height, seed) }));

  it('rotates clockwise', () => {
    const target = new Uint8Array(6);
    // 1 2 3      4 1
    // 4 5 6  ->  5 2
    //            6 3
    rotate([1, 2, 3, 4, 5, 6], 3, 3, 2, 90, target, 2);
    expect([...target]).toEqual([4, 1, 5, 2, 6, 3]);
  });

  it('agrees with a simple loop, for all strides', () => {
    fc.assert(
      fc.property(picture, fc.constantFrom(...ROTATIONS), side, (source, rotation, padding) => {
        const { width, height, data } = source;
        const expected = turned(source, rotation);
        const stride = expected.width + padding;
        const target = new Uint8Array(stride * expected.height).fill(77);
        const padded = new Uint8Array((width + padding) * height);
        for (let row = 0; row < height; row++) {
          padded.set(data.subarray(row * width, (row + 1) * width), row * (width + padding));
        }
        rotate(padded, width + padding, width, height, rotation, target, stride);
        target.forEach((value, i) => {
          const [row, column] = [Math.floor(i / stride), i % stride];
          expect(value).toBe(column < expected.width ? at(expected.data, row * expected.width + column) : 77);
        });
      }),
    );
  });

  it('is undone by the inverse rotation', () => {
    fc.assert(
      fc.property(picture, fc.constantFrom(...ROTATIONS), ({ width, height, data }, rotation) => {
        const [turnedWidth, turnedHeight] = isSideways(rotation) ? [height, width] : [width, height];
        const there = new Uint8Array(data.length);
        const back = new Uint8Array(data.length);
        rotate(data, width, width, height, rotation, there, turnedWidth);
        rotate(there, turnedWidth, turnedWidth, turnedHeight, inverseRotation(rotation), back, width);
        expect(back).toEqual(data);
      }),
    );
    expect(ROTATIONS.map(inverseRotation)).toEqual([0, 270, 180, 90]);
    expect(ROTATIONS.map(isSideways)).toEqual([false, true, false, true]);
  });
});

describe('FrameMemory', () => {
  it('returns what was written, as I420, for both formats, odd sizes and any stride', async () => {
    const kernels = await loadKernels(kernelModule);
    fc.assert(
      fc.property(pixels, storage, (contents, how) => {
        const frame = frameOf(contents, how);
        const memory = new FrameMemory(kernels, frame, 'I420');
        memory.write(frame);
        const result = memory.frame;
        expect(result.format).toBe('I420');
        expect(isAlike(result, frame)).toBe(true);
        expect(() => assertFrame(result)).not.toThrow();
        expect(largestDifference(pixelsOf(result), contents)).toBe(0);
        memory.dispose();
        expect(kernels.memory.usedBytes).toBe(0);
      }),
    );
  });

  it('stays readable when the memory grows, with new views of all planes', async () => {
    const kernels = await loadKernels(kernelModule);
    const frame = plainFrame(33, 17, [200, 30, 90]);
    const memory = new FrameMemory(kernels, frame, 'I420A');
    memory.write(frame);
    memory.alpha?.data.fill(9);
    const before = pixelsOf(memory.frame);
    expect(memory.frame).toBe(memory.frame);
    kernels.memory.allocate(kernels.memory.totalBytes + 65536);
    expect(largestDifference(pixelsOf(memory.frame), before)).toBe(0);
    expect(before.alpha?.every((value) => value === 9)).toBe(true);
  });

  it.each(['I420', 'I420A'] as const)('has the planes of %s', async (format) => {
    const kernels = await loadKernels(kernelModule);
    const memory = new FrameMemory(kernels, plainFrame(7, 5, [0, 0, 0]), format);
    expect(memory.frame.planes).toHaveLength(planeSizes(format, 7, 5).length);
    expect(() => assertFrame(memory.frame)).not.toThrow();
  });

  it('fills the whole frame', async () => {
    const kernels = await loadKernels(kernelModule);
    const memory = new FrameMemory(kernels, plainFrame(7, 5, [0, 0, 0]), 'I420');
    memory.fill(1, 2, 3);
    const { y, u, v } = pixelsOf(memory.frame);
    expect([...new Set(y), ...new Set(u), ...new Set(v)]).toEqual([1, 2, 3]);
  });
});

describe('colour spaces', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const component = fc.integer({ min: 0, max: 255 });
  const color = fc.tuple(component, component, component);
  const rgb01 = ([r, g, b]: Rgb) => ({ r: r / 255, g: g / 255, b: b / 255 });

  // Y, Cb and Cr of full-scale colours, computed by hand from the recommendations; 601 and 709 are in every table.
  const known: [ColorSpace, Rgb, [number, number, number]][] = [
    [{ matrix: 'bt601', range: 'limited' }, [255, 0, 0], [81, 90, 240]],
    [{ matrix: 'bt601', range: 'limited' }, [0, 255, 0], [145, 54, 34]],
    [{ matrix: 'bt601', range: 'limited' }, [0, 0, 255], [41, 240, 110]],
    [{ matrix: 'bt709', range: 'limited' }, [255, 0, 0], [63, 102, 240]],
    [{ matrix: 'bt709', range: 'limited' }, [0, 255, 0], [173, 42, 26]],
    [{ matrix: 'bt709', range: 'limited' }, [0, 0, 255], [32, 240, 118]],
    [{ matrix: 'bt2020-ncl', range: 'limited' }, [255, 0, 0], [74, 97, 240]],
    [{ matrix: 'bt2020-ncl', range: 'limited' }, [0, 255, 0], [164, 47, 25]],
    [{ matrix: 'bt2020-ncl', range: 'limited' }, [0, 0, 255], [29, 240, 119]],
    [{ matrix: 'bt601', range: 'full' }, [255, 0, 0], [76, 85, 255]],
    [{ matrix: 'bt601', range: 'full' }, [0, 255, 0], [150, 44, 21]],
    [{ matrix: 'bt601', range: 'full' }, [0, 0, 255], [29, 255, 107]],
    [{ matrix: 'bt709', range: 'full' }, [0, 255, 0], [182, 30, 12]],
  ];

  it('has the published samples for the primaries', () => {
    for (const [space, rgb, [y, u, v]] of known) expect(rgbToYuv(rgb01(rgb), space)).toEqual({ y, u, v });
  });

  it('puts white and black at the ends of the range, and gives grey no chroma', () => {
    for (const space of COLOR_SPACES) {
      const [white, black] = space.range === 'limited' ? [235, 16] : [255, 0];
      expect(rgbToYuv({ r: 1, g: 1, b: 1 }, space)).toEqual({ y: white, u: 128, v: 128 });
      expect(rgbToYuv({ r: 0, g: 0, b: 0 }, space)).toEqual({ y: black, u: 128, v: 128 });
      const { u, v } = rgbToYuv({ r: 0.4, g: 0.4, b: 0.4 }, space);
      expect([u, v]).toEqual([128, 128]);
    }
    expect(DEFAULT_COLOR_SPACE).toEqual({ matrix: 'bt709', range: 'limited' });
  });

  it('agrees with the formulas of the recommendations for every colour', () => {
    fc.assert(
      fc.property(color, fc.constantFrom(...COLOR_SPACES), (rgb, space) => {
        const { y, u, v } = rgbToYuv(rgb01(rgb), space);
        roundedYuvOf(rgb, space).forEach((expected, i) => {
          // Both round; exactly half-way, either result is right.
          expect(Math.abs(at([y, u, v], i) - expected)).toBeLessThanOrEqual(1);
          expect(Math.abs(at([y, u, v], i) - at(yuvOf(rgb, space), i))).toBeLessThanOrEqual(
            0.5 + 1e-9 + clipped(expected),
          );
        });
      }),
    );
  });

  /** Full-range chroma reaches 255.5, which is stored as 255. */
  function clipped(sample: number): number {
    return sample === 255 ? 0.5 : 0;
  }

  it('is inverted by yuvToRgb', () => {
    fc.assert(
      fc.property(unit, unit, unit, fc.constantFrom(...COLOR_SPACES), (r, g, b, space) => {
        const matrix = rgbToYuvMatrix(space);
        const row = ([fr, fg, fb]: readonly [number, number, number]) => 255 * (fr * r + fg * g + fb * b);
        const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb(space);
        const luma = yScale * (matrix.yOffset + row(matrix.y) - yOffset);
        const [u, v] = [row(matrix.u), row(matrix.v)];
        expect(luma + rv * v).toBeCloseTo(r, 9);
        expect(luma + gu * u + gv * v).toBeCloseTo(g, 9);
        expect(luma + bu * u).toBeCloseTo(b, 9);
      }),
    );
  });

  it('converts the rounded samples of a colour back to that colour', () => {
    fc.assert(
      fc.property(color, fc.constantFrom(...COLOR_SPACES), (rgb, space) => {
        const { y, u, v } = rgbToYuv(rgb01(rgb), space);
        // Half a step of Y and of chroma each, times the largest coefficients (2.2 for blue in limited range).
        rgbOf([y, u, v], space).forEach((value, i) => {
          expect(Math.abs(value - at(rgb, i))).toBeLessThanOrEqual(3);
        });
      }),
    );
  });

  it('recoloring converts the samples of a colour to its samples in another space', () => {
    fc.assert(
      fc.property(
        color,
        fc.constantFrom(...COLOR_SPACES),
        fc.constantFrom(...COLOR_SPACES),
        (rgb, from, to) => {
          const change = recoloring(from, to);
          if (from.matrix === to.matrix && from.range === to.range) {
            expect(change).toBeUndefined();
            return;
          }
          if (!change) throw new Error('no coefficients');
          const [yy, yu, yv, y0, uu, uv, u0, vu, vv, v0] = change;
          const [y, u, v] = yuvOf(rgb, from);
          const expected = yuvOf(rgb, to);
          const result: YuvColor = {
            y: yy * y + yu * u + yv * v + y0,
            u: uu * u + uv * v + u0,
            v: vu * u + vv * v + v0,
          };
          // The printed green weights and divisors have four digits.
          expect(Math.abs(result.y - expected[0])).toBeLessThan(0.05);
          expect(Math.abs(result.u - expected[1])).toBeLessThan(0.05);
          expect(Math.abs(result.v - expected[2])).toBeLessThan(0.05);
        },
      ),
    );
  });
});
