import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as composite from '../../kernels/composite.reference.js';
import * as convert from '../../kernels/convert.reference.js';
import * as frame from '../../kernels/frame.reference.js';
import { yuvToRgb } from '../../src/frame/color-space.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { tileCount } from '../../src/kernels/layout.js';
import { cases, expectPlane, kernelsForTests, onWorkbench, tileKinds } from './workbench.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await kernelsForTests();
});

describe('NV12', () => {
  it('is split into planes', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const source = bench.plane(width * 2, height, extra, fill(bench.random));
          const u = bench.plane(width, height, extra);
          const v = bench.plane(width, height, extra);
          bench.call.deinterleave(source.descriptor, u.descriptor, v.descriptor);
          frame.deinterleave(source.before, source.stride, u.before, v.before, u.stride, width, height);
          expectPlane(u.data, u.before, u.stride, width, height);
          expectPlane(v.data, v.before, v.stride, width, height);
        });
      }),
    );
  });

  it('is interleaved from planes', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const u = bench.plane(width, height, extra, fill(bench.random));
          const v = bench.plane(width, height, extra);
          const target = bench.plane(width * 2, height, extra);
          bench.call.interleave(u.descriptor, v.descriptor, target.descriptor);
          frame.interleave(u.before, v.before, u.stride, target.before, target.stride, width, height);
          expectPlane(target.data, target.before, target.stride, width * 2, height);
        });
      }),
    );
  });
});

describe('mirroring', () => {
  it.each([
    ['mirror', frame.mirror],
    ['turnOver', frame.turnOver],
  ] as const)('%s', (name, reference) => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const plane = bench.plane(width, height, extra, fill(bench.random));
          bench.call[name](plane.descriptor);
          reference(plane.before, plane.stride, width, height);
          expectPlane(plane.data, plane.before, plane.stride, width, height);
        });
      }),
    );
  });
});

describe('compositing', () => {
  it('blends every pair of samples with every alpha exactly', () => {
    onWorkbench(kernels, 1, (bench) => {
      const tiles = bench.bytes(tileCount(256, 256), () => 1);
      const rising = bench.plane(256, 256, 0);
      const falling = bench.plane(256, 256, 0);
      const alpha = bench.plane(256, 256, 0);
      const target = bench.plane(256, 256, 0);
      for (let i = 0; i < 65536; i++) {
        rising.data[i] = i & 255;
        falling.data[i] = i >> 8;
      }
      const matte = bench.matte(alpha, tiles);
      for (let a = 0; a < 256; a++) {
        alpha.data.fill(a);
        bench.call.compositeLuma(rising.descriptor, falling.descriptor, target.descriptor, matte);
        let wrong = 0;
        for (let i = 0; i < 65536; i++) {
          const expected = Math.round(((i & 255) * a + (i >> 8) * (255 - a)) / 255);
          if (target.data[i] !== expected) wrong++;
        }
        expect(wrong).toBe(0);
      }
    });
  });

  const targets = fc.constantFrom('apart', 'foreground', 'background');

  it('of luma is exact, also in place', () => {
    fc.assert(
      fc.property(cases, targets, ({ width, height, extra, seed, fill }, where) => {
        onWorkbench(kernels, seed, (bench) => {
          const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const foreground = bench.plane(width, height, extra);
          const background = bench.plane(width, height, extra);
          const alpha = bench.plane(width, height, extra, fill(bench.random));
          const apart = bench.plane(width, height, extra);
          const target = { apart, foreground, background }[where];
          const { stride } = target;
          const expected = target.before.slice();
          composite.compositeLuma(
            foreground.before,
            background.before,
            expected,
            stride,
            alpha.before,
            alpha.stride,
            tiles.before,
            width,
            height,
          );
          bench.call.compositeLuma(
            foreground.descriptor,
            background.descriptor,
            target.descriptor,
            bench.matte(alpha, tiles),
          );
          expectPlane(target.data, expected, stride, width, height);
        });
      }),
    );
  });

  it('of chroma is exact, also in place', () => {
    fc.assert(
      fc.property(cases, targets, ({ width, height, extra, seed, fill }, where) => {
        onWorkbench(kernels, seed, (bench) => {
          const chromaWidth = Math.ceil(width / 2);
          const chromaHeight = Math.ceil(height / 2);
          const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const foreground = bench.plane(chromaWidth, chromaHeight, extra);
          const background = bench.plane(chromaWidth, chromaHeight, extra);
          const alpha = bench.plane(width, height, extra, fill(bench.random));
          const apart = bench.plane(chromaWidth, chromaHeight, extra);
          const target = { apart, foreground, background }[where];
          const { stride } = target;
          const expected = target.before.slice();
          composite.compositeChroma(
            foreground.before,
            background.before,
            expected,
            stride,
            alpha.before,
            alpha.stride,
            tiles.before,
            width,
            height,
          );
          bench.call.compositeChroma(
            foreground.descriptor,
            background.descriptor,
            target.descriptor,
            bench.matte(alpha, tiles),
          );
          expectPlane(target.data, expected, stride, chromaWidth, chromaHeight);
        });
      }),
    );
  });
});

describe('conversion', () => {
  // BT.709, limited range.
  const toY: convert.Affine = [0.1826, 0.6142, 0.062, 16];
  const toU: convert.Affine = [-0.1006, -0.3386, 0.4392, 128];
  const toV: convert.Affine = [0.4392, -0.3989, -0.0403, 128];

  it('of an image agrees with the reference within rounding', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const chromaWidth = Math.ceil(width / 2);
          const chromaHeight = Math.ceil(height / 2);
          const rgba = bench.floats(width * height, () => 0);
          const bytes = new Uint8Array(rgba.data.buffer, rgba.pointer, width * height * 4);
          const next = fill(bench.random);
          bytes.forEach((_, index) => {
            bytes[index] = next();
          });
          const y = bench.plane(width, height, extra);
          const u = bench.plane(chromaWidth, chromaHeight, extra);
          const v = bench.plane(chromaWidth, chromaHeight, extra);
          const [[yr, yg, yb, yOffset], [ur, ug, ub], [vr, vg, vb]] = [toY, toU, toV];
          const matrix = bench.structs.rgbToYuv.write({ yOffset, yr, yg, yb, ur, ug, ub, vr, vg, vb });
          bench.call.rgbaToI420(rgba.pointer, bench.frame(y, u, v), matrix);
          const planes = [y.before, u.before, v.before] as const;
          convert.rgbaToI420(bytes.slice(), width, height, planes, y.stride, u.stride, toY, toU, toV);
          expectPlane(y.data, y.before, y.stride, width, height, 1);
          expectPlane(u.data, u.before, u.stride, chromaWidth, chromaHeight, 1);
          expectPlane(v.data, v.before, v.stride, chromaWidth, chromaHeight, 1);
        });
      }),
    );
  });

  it('of an image is exact where the image is grey, and black where it is transparent', () => {
    onWorkbench(kernels, 1, (bench) => {
      const y = bench.plane(256, 2, 0);
      const u = bench.plane(128, 1, 0);
      const v = bench.plane(128, 1, 0);
      const rgba = bench.bytes(256 * 2 * 4 + 64);
      const third = 1 / 3;
      for (const alpha of [255, 0]) {
        for (let i = 0; i < 512; i++) rgba.data.set([i & 255, i & 255, i & 255, alpha], i * 4);
        const { call } = bench;
        const grey = bench.structs.rgbToYuv.write({
          ...{ yOffset: 0, yr: third, yg: third, yb: third },
          ...{ ur: 0, ug: 0, ub: 0, vr: 0, vg: 0, vb: 0 },
        });
        call.rgbaToI420(rgba.pointer, bench.frame(y, u, v), grey);
        expect([...y.data.subarray(0, 256)]).toEqual(Array.from({ length: 256 }, (_, i) => (alpha ? i : 0)));
        expect(u.data.every((value) => value === 128)).toBe(true);
      }
    });
  });

  it('between matrices agrees with the reference within rounding', () => {
    // From full-range BT.601 to limited-range BT.709, roughly.
    const y: convert.Affine = [0.859, -0.101, -0.182, 52.3];
    const u = [0.895, 0.101, 0.51] as const;
    const v = [0.066, 0.902, 4.1] as const;
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const chromaWidth = Math.ceil(width / 2);
          const chromaHeight = Math.ceil(height / 2);
          const planeY = bench.plane(width, height, extra, fill(bench.random));
          const planeU = bench.plane(chromaWidth, chromaHeight, extra);
          const planeV = bench.plane(chromaWidth, chromaHeight, extra, fill(bench.random));
          const { stride: strideY } = planeY;
          const { stride: strideC } = planeU;
          const [[yy, yu, yv, y0], [uu, uv, u0], [vu, vv, v0]] = [y, u, v];
          const matrix = bench.structs.yuvToYuv.write({ yy, yu, yv, y0, uu, uv, u0, vu, vv, v0 });
          bench.call.recolor(bench.frame(planeY, planeU, planeV), matrix);
          const planes = [planeY.before, planeU.before, planeV.before] as const;
          convert.recolor(planes, strideY, strideC, width, height, y, u, v);
          expectPlane(planeY.data, planeY.before, strideY, width, height, 1);
          expectPlane(planeU.data, planeU.before, strideC, chromaWidth, chromaHeight, 1);
          expectPlane(planeV.data, planeV.before, strideC, chromaWidth, chromaHeight, 1);
        });
      }),
    );
  });

  it('with an identity matrix changes nothing', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const chromaWidth = Math.ceil(width / 2);
          const chromaHeight = Math.ceil(height / 2);
          const y = bench.plane(width, height, extra, fill(bench.random));
          const u = bench.plane(chromaWidth, chromaHeight, extra);
          const v = bench.plane(chromaWidth, chromaHeight, extra);
          const { call } = bench;
          const same = bench.structs.yuvToYuv.write({
            ...{ yy: 1, yu: 0, yv: 0, y0: 0 },
            ...{ uu: 1, uv: 0, u0: 0, vu: 0, vv: 1, v0: 0 },
          });
          call.recolor(bench.frame(y, u, v), same);
          expectPlane(y.data, y.before, y.stride, width, height);
          expectPlane(u.data, u.before, u.stride, chromaWidth, chromaHeight);
          expectPlane(v.data, v.before, v.stride, chromaWidth, chromaHeight);
        });
      }),
    );
  });

  it('to RGB is the inverse of the image conversion', () => {
    const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb({ matrix: 'bt709', range: 'limited' });
    const [y, u, v] = [toY, toU, toV].map(([r, g, b, constant]) => r * 200 + g * 100 + b * 50 + constant);
    const luma = yScale * ((y ?? 0) - yOffset);
    const [cb, cr] = [(u ?? 0) - 128, (v ?? 0) - 128];
    expect(255 * (luma + rv * cr)).toBeCloseTo(200, 0);
    expect(255 * (luma + gu * cb + gv * cr)).toBeCloseTo(100, 0);
    expect(255 * (luma + bu * cb)).toBeCloseTo(50, 0);
  });
});
