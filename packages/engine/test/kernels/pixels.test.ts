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
  it('is taken apart', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const source = bench.plane(width * 2, height, extra, fill(bench.random));
          const u = bench.plane(width, height, extra);
          const v = bench.plane(width, height, extra);
          bench.call.deinterleave(
            source.pointer,
            source.stride,
            u.pointer,
            v.pointer,
            u.stride,
            width,
            height,
          );
          frame.deinterleave(source.before, source.stride, u.before, v.before, u.stride, width, height);
          expectPlane(u.data, u.before, u.stride, width, height);
          expectPlane(v.data, v.before, v.stride, width, height);
        });
      }),
    );
  });

  it('is put together', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const u = bench.plane(width, height, extra, fill(bench.random));
          const v = bench.plane(width, height, extra);
          const target = bench.plane(width * 2, height, extra);
          bench.call.interleave(u.pointer, v.pointer, u.stride, target.pointer, target.stride, width, height);
          frame.interleave(u.before, v.before, u.stride, target.before, target.stride, width, height);
          expectPlane(target.data, target.before, target.stride, width * 2, height);
        });
      }),
    );
  });
});

describe('mirrored pictures', () => {
  it.each([
    ['mirror', frame.mirror],
    ['turnOver', frame.turnOver],
  ] as const)('%s', (name, reference) => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const plane = bench.plane(width, height, extra, fill(bench.random));
          bench.call[name](plane.pointer, plane.stride, width, height);
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
      for (let a = 0; a < 256; a++) {
        alpha.data.fill(a);
        bench.call.compositeLuma(
          rising.pointer,
          falling.pointer,
          target.pointer,
          256,
          alpha.pointer,
          256,
          tiles.pointer,
          256,
          256,
        );
        let wrong = 0;
        for (let i = 0; i < 65536; i++) {
          const expected = Math.round(((i & 255) * a + (i >> 8) * (255 - a)) / 255);
          if (target.data[i] !== expected) wrong++;
        }
        expect(wrong).toBe(0);
      }
    });
  });

  const places = fc.constantFrom('apart', 'foreground', 'background');

  it('of luma is exact, also in place', () => {
    fc.assert(
      fc.property(cases, places, ({ width, height, extra, seed, fill }, place) => {
        onWorkbench(kernels, seed, (bench) => {
          const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const foreground = bench.plane(width, height, extra);
          const background = bench.plane(width, height, extra);
          const alpha = bench.plane(width, height, extra, fill(bench.random));
          const apart = bench.plane(width, height, extra);
          const target = { apart, foreground, background }[place];
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
            foreground.pointer,
            background.pointer,
            target.pointer,
            stride,
            alpha.pointer,
            alpha.stride,
            tiles.pointer,
            width,
            height,
          );
          expectPlane(target.data, expected, stride, width, height);
        });
      }),
    );
  });

  it('of chroma is exact, also in place', () => {
    fc.assert(
      fc.property(cases, places, ({ width, height, extra, seed, fill }, place) => {
        onWorkbench(kernels, seed, (bench) => {
          const chromaWidth = Math.ceil(width / 2);
          const chromaHeight = Math.ceil(height / 2);
          const tiles = bench.bytes(tileCount(width, height), tileKinds(bench.random));
          const foreground = bench.plane(chromaWidth, chromaHeight, extra);
          const background = bench.plane(chromaWidth, chromaHeight, extra);
          const alpha = bench.plane(width, height, extra, fill(bench.random));
          const apart = bench.plane(chromaWidth, chromaHeight, extra);
          const target = { apart, foreground, background }[place];
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
            foreground.pointer,
            background.pointer,
            target.pointer,
            stride,
            alpha.pointer,
            alpha.stride,
            tiles.pointer,
            width,
            height,
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

  it('of a picture agrees with the reference within a rounding', () => {
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
          const args = [toY[3], ...toY.slice(0, 3), ...toU.slice(0, 3), ...toV.slice(0, 3)] as const;
          const [yOffset, yr = 0, yg = 0, yb = 0, ur = 0, ug = 0, ub = 0, vr = 0, vg = 0, vb = 0] = args;
          bench.call.rgbaToI420(
            rgba.pointer,
            width,
            height,
            y.pointer,
            u.pointer,
            v.pointer,
            y.stride,
            u.stride,
            yOffset,
            yr,
            yg,
            yb,
            ur,
            ug,
            ub,
            vr,
            vg,
            vb,
          );
          const planes = [y.before, u.before, v.before] as const;
          convert.rgbaToI420(bytes.slice(), width, height, planes, y.stride, u.stride, toY, toU, toV);
          expectPlane(y.data, y.before, y.stride, width, height, 1);
          expectPlane(u.data, u.before, u.stride, chromaWidth, chromaHeight, 1);
          expectPlane(v.data, v.before, v.stride, chromaWidth, chromaHeight, 1);
        });
      }),
    );
  });

  it('of a picture is exact where the picture is grey, and black where it is transparent', () => {
    onWorkbench(kernels, 1, (bench) => {
      const y = bench.plane(256, 2, 0);
      const u = bench.plane(128, 1, 0);
      const v = bench.plane(128, 1, 0);
      const rgba = bench.bytes(256 * 2 * 4 + 64);
      const third = 1 / 3;
      for (const alpha of [255, 0]) {
        for (let i = 0; i < 512; i++) rgba.data.set([i & 255, i & 255, i & 255, alpha], i * 4);
        const { call } = bench;
        const arguments_ = [0, third, third, third, 0, 0, 0, 0, 0, 0] as const;
        call.rgbaToI420(
          rgba.pointer,
          256,
          2,
          y.pointer,
          u.pointer,
          v.pointer,
          y.stride,
          u.stride,
          ...arguments_,
        );
        expect([...y.data.subarray(0, 256)]).toEqual(Array.from({ length: 256 }, (_, i) => (alpha ? i : 0)));
        expect(u.data.every((value) => value === 128)).toBe(true);
      }
    });
  });

  it('between matrices agrees with the reference within a rounding', () => {
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
          bench.call.recolor(
            planeY.pointer,
            planeU.pointer,
            planeV.pointer,
            strideY,
            strideC,
            width,
            height,
            ...y,
            ...u,
            ...v,
          );
          const planes = [planeY.before, planeU.before, planeV.before] as const;
          convert.recolor(planes, strideY, strideC, width, height, y, u, v);
          expectPlane(planeY.data, planeY.before, strideY, width, height, 1);
          expectPlane(planeU.data, planeU.before, strideC, chromaWidth, chromaHeight, 1);
          expectPlane(planeV.data, planeV.before, strideC, chromaWidth, chromaHeight, 1);
        });
      }),
    );
  });

  it('that changes nothing leaves everything as it is', () => {
    fc.assert(
      fc.property(cases, ({ width, height, extra, seed, fill }) => {
        onWorkbench(kernels, seed, (bench) => {
          const chromaWidth = Math.ceil(width / 2);
          const chromaHeight = Math.ceil(height / 2);
          const y = bench.plane(width, height, extra, fill(bench.random));
          const u = bench.plane(chromaWidth, chromaHeight, extra);
          const v = bench.plane(chromaWidth, chromaHeight, extra);
          const { call } = bench;
          const same = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0] as const;
          call.recolor(y.pointer, u.pointer, v.pointer, y.stride, u.stride, width, height, ...same);
          expectPlane(y.data, y.before, y.stride, width, height);
          expectPlane(u.data, u.before, u.stride, chromaWidth, chromaHeight);
          expectPlane(v.data, v.before, v.stride, chromaWidth, chromaHeight);
        });
      }),
    );
  });

  it('to RGB undoes the picture conversion (the matrices of the two agree)', () => {
    const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb({ matrix: 'bt709', range: 'limited' });
    const [y, u, v] = [toY, toU, toV].map(([r, g, b, constant]) => r * 200 + g * 100 + b * 50 + constant);
    const luma = yScale * ((y ?? 0) - yOffset);
    const [cb, cr] = [(u ?? 0) - 128, (v ?? 0) - 128];
    expect(255 * (luma + rv * cr)).toBeCloseTo(200, 0);
    expect(255 * (luma + gu * cb + gv * cr)).toBeCloseTo(100, 0);
    expect(255 * (luma + bu * cb)).toBeCloseTo(50, 0);
  });
});
