import { expect, it } from 'vitest';
import { classifyTiles } from '../../kernels/tiles.reference.js';
import { createBackdrop } from '../../src/background/cpu.js';
import { createGpuBackdrop } from '../../src/background/gpu/stage.js';
import { fillFrame, NEUTRAL } from '../../src/background/solid.js';
import { FrameMemory } from '../../src/frame/frame-memory.js';
import type { Background, Frame, FrameShape, RgbaImage, Rotation } from '../../src/index.js';
import { loadKernels } from '../../src/kernels/kernels.js';
import { TILE } from '../../src/kernels/layout.js';
import { Matte } from '../../src/matting/matte.js';
import { COLOR_SPACES } from '../support/colors.js';
import { at, frameOf, type Pixels, pixelsOf, shoot } from '../support/frames.js';
import { kernelModule } from '../support/kernels.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { furthest, planesOf, randomPixels, shapeOf } from './support/frames.js';
import { channelsOf, frameTexture, matteTexture } from './support/textures.js';

const ROTATIONS: readonly Rotation[] = [0, 90, 180, 270];

/** A frame, and the exact alpha of each of its pixels. */
interface Scene {
  readonly frame: Frame;
  readonly mixture: Uint8Array;
}

async function presenter(width: number, height: number): Promise<Scene> {
  const [shot] = await shoot({ width, height }, [20]);
  if (!shot) throw new Error('No shot');
  return { frame: shot.frame, mixture: shot.alpha };
}

function noScene(shape: FrameShape): Scene {
  const { width, height, rotation } = shape;
  const frame = frameOf({ ...randomPixels(width, height), colorSpace: shape.colorSpace }, { rotation });
  return { frame, mixture: new Uint8Array(width * height) };
}

async function onTheCpu(background: Background, { frame, mixture }: Scene): Promise<Pixels> {
  const kernels = await loadKernels(kernelModule);
  const source = new FrameMemory(kernels, frame, 'I420');
  source.write(frame);
  const matte = new Matte(kernels, frame.width, frame.height, false);
  matte.alpha.write({ data: mixture, stride: frame.width });
  kernels.exports.classifyTiles(matte.alpha.descriptor, matte.tiles.pointer);
  return pixelsOf(createBackdrop(kernels, background, source).render(source, matte, 0).frame);
}

async function onTheGpu(
  bench: Bench,
  background: Background,
  { frame, mixture }: Scene,
  isHighest = false,
): Promise<Pixels> {
  const source = frameTexture(bench, frame, channelsOf(pixelsOf(frame)));
  const matte = matteTexture(bench, frame, mixture);
  const backdrop = createGpuBackdrop(bench.device, background, source, isHighest);
  let result = source;
  backdrop.prepare?.(0);
  await bench.run((pass) => {
    result = backdrop.encode(pass, source, matte);
  });
  return planesOf(await bench.pixels(result.texture), frame.width, frame.height);
}

/** The largest differences of luma and of chroma, and the mean difference of chroma. */
function differences(a: Pixels, b: Pixels) {
  const mean = (name: 'u' | 'v') =>
    a[name].reduce((sum, value, i) => sum + Math.abs(value - at(b[name], i)), 0) / a[name].length;
  return {
    luma: furthest(a.y, b.y),
    chroma: Math.max(furthest(a.u, b.u), furthest(a.v, b.v)),
    meanChroma: Math.max(mean('u'), mean('v')),
  };
}

/** The output with fully opaque pixels removed, whose backdrop the CPU does not compute. */
function hidden(pixels: Pixels, mixture: Uint8Array): Pixels {
  const { width, height } = pixels;
  const tiles = classifyTiles(mixture, width, width, height);
  const shown = (plane: Uint8Array, size: 1 | 2) => {
    const across = Math.ceil(width / size);
    return plane.map((value, i) => {
      const [x, y] = [(i % across) * size, Math.floor(i / across) * size];
      const tile = tiles[Math.floor(y / TILE) * Math.ceil(width / TILE) + Math.floor(x / TILE)];
      return tile === 255 ? 0 : value;
    });
  };
  return { ...pixels, y: shown(pixels.y, 1), u: shown(pixels.u, 2), v: shown(pixels.v, 2) };
}

/** A smooth image. */
function smoothImage(width: number, height: number): RgbaImage {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
    const wave = [Math.sin(x / 17), Math.cos(y / 15), Math.sin((x + y) / 19), 1][i & 3] ?? 0;
    return Math.round(127.5 + 127.5 * wave);
  });
  return { width, height, data };
}

describeOnGpu('backgrounds', (bench) => {
  it('none is the camera background', async () => {
    const scene = await presenter(96, 54);
    const result = await onTheGpu(bench, { type: 'none' }, scene);
    expect(differences(result, await onTheCpu({ type: 'none' }, scene))).toMatchObject({
      luma: 0,
      chroma: 0,
    });
  });

  it('of one colour have that colour in every colour space', async () => {
    for (const colorSpace of COLOR_SPACES) {
      for (const background of [{ type: 'color', color: 'seagreen' }, { type: 'transparent' }] as const) {
        const scene = noScene({ ...shapeOf(35, 19), colorSpace });
        const result = await onTheGpu(bench, background, scene);
        const expected = await onTheCpu(background, scene);
        expect(differences(result, expected)).toMatchObject({ luma: 0, chroma: 0 });
      }
    }
  });

  for (const fit of ['cover', 'contain', 'stretch', 'tile'] as const) {
    it(`fit an image like the CPU: ${fit}`, async () => {
      for (const rotation of ROTATIONS) {
        for (const [width, height] of [
          [150, 100],
          [40, 44],
        ] as const) {
          const scene = noScene(shapeOf(90, 62, rotation));
          const background = { type: 'image', source: smoothImage(width, height), fit } as const;
          const result = await onTheGpu(bench, background, scene);
          const expected = await onTheCpu(background, scene);
          const found = differences(result, expected);
          expect(found.luma).toBeLessThanOrEqual(1);
          // Chroma is not subsampled first, so the border of a contained image may be within a chroma sample.
          expect(found.meanChroma).toBeLessThan(2);
        }
      }
    });

    it(`fit a video like the CPU: ${fit}`, async () => {
      const film = (await presenter(130, 74)).frame;
      for (const rotation of ROTATIONS) {
        const scene = noScene(shapeOf(90, 62, rotation));
        const source = { frameAt: () => ({ ...film, rotation: 90 as const }) };
        const background = { type: 'video', source, fit } as const;
        const found = differences(
          await onTheGpu(bench, background, scene),
          await onTheCpu(background, scene),
        );
        expect(found.luma).toBeLessThanOrEqual(1);
        // The same boxes, except for the last one if a side of the fitted video is odd.
        expect(found.meanChroma).toBeLessThan(1.5);
      }
    });
  }

  it("convert a video to the frame's colour space", async () => {
    const film = (await presenter(96, 54)).frame;
    for (const colorSpace of COLOR_SPACES) {
      const scene = noScene({ ...shapeOf(96, 54), colorSpace });
      const background = { type: 'video', source: { frameAt: () => film }, fit: 'stretch' } as const;
      const found = differences(await onTheGpu(bench, background, scene), await onTheCpu(background, scene));
      expect(found.luma).toBeLessThanOrEqual(1);
      expect(found.chroma).toBeLessThanOrEqual(1);
    }
  });

  it('show black until a video starts', async () => {
    const scene = noScene(shapeOf(32, 18));
    const background = { type: 'video', source: { frameAt: () => undefined } } as const;
    const found = differences(await onTheGpu(bench, background, scene), await onTheCpu(background, scene));
    expect(found).toMatchObject({ luma: 0, chroma: 0 });
  });

  it.each(['blur', 'bokeh'] as const)('defocus the camera background like the CPU: %s', async (type) => {
    for (const [width, height] of [
      [192, 108],
      [97, 55],
    ] as const) {
      const scene = await presenter(width, height);
      for (const strength of [0, 0.6, 1]) {
        const background = { type, strength } as const;
        const result = hidden(await onTheGpu(bench, background, scene), scene.mixture);
        const expected = hidden(await onTheCpu(background, scene), scene.mixture);
        const found = differences(result, expected);
        // The CPU interpolates with 7 fractional bits.
        expect(found.luma).toBeLessThanOrEqual(1);
        // The GPU interpolates each pixel separately, which makes a difference with cells of 2 pixels: the smallest blur of
        // small frames.
        expect(found.meanChroma).toBeLessThan(0.5);
      }
    }
  });

  it('have sharper discs at the quality highest', async () => {
    const [width, height] = [320, 180];
    // A bright point on black.
    const distance = (i: number) => Math.hypot((i % width) - 160, Math.floor(i / width) - 90);
    const y = Uint8Array.from({ length: width * height }, (_, i) => (distance(i) < 2 ? 235 : 30));
    const grey = new Uint8Array((width / 2) * (height / 2)).fill(128);
    const { colorSpace } = shapeOf(width, height);
    const frame = frameOf({ width, height, colorSpace, y, u: grey, v: grey, alpha: undefined });
    const scene = { frame, mixture: new Uint8Array(width * height) };
    const background = { type: 'bokeh', strength: 1 } as const;
    const slopes = await Promise.all(
      [false, true].map(async (isHighest) => {
        const { y: shown } = await onTheGpu(bench, background, scene, isHighest);
        const row = shown.subarray(90 * width, 91 * width);
        return row.reduce((most, value, x) => Math.max(most, Math.abs(value - (row[x - 1] ?? value))), 0);
      }),
    );
    expect(at(slopes, 1)).toBeGreaterThan(at(slopes, 0));
  });

  it('have the neutral colour where there is no camera background to blur', async () => {
    const { frame } = await presenter(96, 54);
    const mixture = new Uint8Array(96 * 54).fill(255);
    const result = await onTheGpu(bench, { type: 'blur' }, { frame, mixture });
    const target = new FrameMemory(await loadKernels(kernelModule), frame, 'I420');
    fillFrame(target, NEUTRAL);
    const expected = pixelsOf(target.frame);
    expect(differences(result, expected)).toMatchObject({ luma: 0, chroma: 0 });
    expect(new Set(expected.y).size).toBe(1);
  });
});
