import { expect, it } from 'vitest';
import { blurBox, blurGather } from '../../kernels/blur.reference.js';
import { compose } from '../../kernels/compose.reference.js';
import { type ForegroundColors, foreground } from '../../kernels/foreground.reference.js';
import { type Light, light } from '../../kernels/light.reference.js';
import { at, sum2x2 } from '../../kernels/sampling.reference.js';
import { classifyTiles } from '../../kernels/tiles.reference.js';
import type { Affines } from '../../src/compositing/color-match.js';
import { FOREGROUND, foregroundGrid } from '../../src/compositing/foreground.js';
import { type Composition, GpuCompositor } from '../../src/compositing/gpu/compositor.js';
import { GpuForegroundEstimator } from '../../src/compositing/gpu/foreground.js';
import { GpuLightWrap } from '../../src/compositing/gpu/light.js';
import { LIGHT } from '../../src/compositing/light-wrap.js';
import { yuvToRgb } from '../../src/frame/color-space.js';
import { FrameTexture } from '../../src/gpu/memory.js';
import { DEFAULT_COLOR_SPACE, type FrameShape } from '../../src/index.js';
import { randomBytes } from '../kernels/workbench.js';
import { type Pixels, pixelsOf, shoot } from '../support/frames.js';
import { type Bench, describeOnGpu } from './support/device.js';
import { channel, channelsOf, frameTexture, matteTexture } from './support/textures.js';

/** A frame with its matte, and another frame as the backdrop. */
interface Scene {
  readonly frame: Pixels;
  readonly mixture: Uint8Array;
  readonly alpha: Uint8Array;
  readonly backdrop: Pixels;
}

const BARELY = 1e-5;
const MIXED = 1;
const NAMES = ['y', 'u', 'v'] as const;

function shapeOf({ width, height }: Pixels): FrameShape {
  return { width, height, colorSpace: DEFAULT_COLOR_SPACE, rotation: 0 };
}

function tilesOf({ width, height }: Pixels, kind: number): Uint8Array {
  return new Uint8Array(Math.ceil(width / 16) * Math.ceil(height / 16)).fill(kind);
}

/** The presenter in front of another frame of the presenter, with an alpha that is slightly wider than the mixture. */
async function natural(width: number, height: number): Promise<Scene> {
  const [shot, other] = await shoot({ width, height }, [20, 90]);
  if (!shot || !other) throw new Error('No shot');
  const alpha = shot.alpha.map((value, i) => Math.max(value, (shot.alpha[i - 2] ?? 0) / 2));
  return { frame: pixelsOf(shot.frame), mixture: shot.alpha, alpha, backdrop: pixelsOf(other.frame) };
}

/** Random samples, with a range of background and one of foreground. */
function random(width: number, height: number): Scene {
  const next = randomBytes(width);
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const pixels = () => {
    const [y, u, v] = [width * height, chroma, chroma].map((length) => Uint8Array.from({ length }, next));
    if (!y || !u || !v) throw new Error('No planes');
    return { width, height, colorSpace: DEFAULT_COLOR_SPACE, y, u, v, alpha: undefined };
  };
  const mixture = Uint8Array.from({ length: width * height }, (_, i) => {
    const x = (i % width) / width;
    return x < 0.2 ? 0 : x > 0.8 ? 255 : next();
  });
  return {
    frame: pixels(),
    mixture,
    alpha: mixture.map((value) => 255 - (255 - value) / 2),
    backdrop: pixels(),
  };
}

function expectedColors(
  { frame, mixture }: Scene,
  tiles: Uint8Array = tilesOf(frame, MIXED),
): ForegroundColors {
  const { y, u, v, width, height } = frame;
  const { shift } = foregroundGrid(frame);
  const across = Math.ceil(width / 2);
  const { radius, hold } = FOREGROUND;
  return foreground(y, u, v, width, across, width, height, mixture, width, tiles, shift, radius, hold);
}

function expectedLight({ backdrop }: Scene, openness: Float64Array, strength: number): Light {
  const { y, u, v, width, height } = backdrop;
  const grid = foregroundGrid(backdrop);
  const across = Math.ceil(width / 2);
  const cells = new Float32Array(grid.width * grid.height * 4);
  blurGather(y, u, v, width, across, width, height, y, width, tilesOf(backdrop, 0), grid.shift, cells);
  blurBox(cells, grid.width, grid.height, LIGHT.radius, LIGHT.radius);
  const { yOffset, yScale } = yuvToRgb(DEFAULT_COLOR_SPACE);
  return light(cells, openness, LIGHT.most * strength, yOffset, yScale);
}

/** A plane of the reference's output, without flat tiles, which the GPU does not have. */
function expectedPlane(scene: Scene, how: Composition, index: 0 | 1 | 2): Uint8Array {
  const { frame, backdrop, mixture, alpha } = scene;
  const { width, height } = frame;
  const { estimates, straight } = how;
  const name = NAMES[index];
  const tiles = Uint8Array.from(classifyTiles(alpha, width, width, height));
  const found = expectedColors(scene, tiles);
  const shine = how.lightWrap > 0 ? expectedLight(scene, found.openness, how.lightWrap) : undefined;
  const pick = (offset: number) =>
    found.openness.map((_, cell) => at(found.colors, 6 * cell + 2 * index + offset));
  const colors = estimates ? { colors: { person: pick(0), camera: pick(1) } } : {};
  const lit = shine ? { light: { amount: shine.amount, color: shine.colors[index] } } : {};
  const composing = { ...how.changes[index], ...colors, ...lit, straight };
  const target = new Uint8Array(frame[name].length);
  compose(
    frame[name],
    backdrop[name],
    target,
    index === 0 ? width : Math.ceil(width / 2),
    mixture,
    alpha,
    width,
    tiles,
    width,
    height,
    index === 0 ? 1 : 2,
    foregroundGrid(frame).shift,
    composing,
  );
  return target;
}

/** A chroma plane at half size: rounded means. */
function halved(plane: Uint8Array, width: number, height: number): Uint8Array {
  const across = Math.ceil(width / 2);
  return Uint8Array.from({ length: across * Math.ceil(height / 2) }, (_, i) => {
    const sum = sum2x2(plane, width, width, height, i % across, Math.floor(i / across));
    return (sum + 2) >> 2;
  });
}

function texturesOf(bench: Bench, { frame, backdrop, mixture, alpha }: Scene) {
  return {
    source: frameTexture(bench, shapeOf(frame), channelsOf(frame)),
    matte: matteTexture(bench, frame, mixture, alpha),
    backdrop: frameTexture(bench, shapeOf(backdrop), channelsOf(backdrop)),
    target: new FrameTexture(bench.device, shapeOf(frame), 'target'),
  };
}

const UNCHANGED: Affines = [
  { gain: 1, offset: 0 },
  { gain: 1, offset: 0 },
  { gain: 1, offset: 0 },
];
const CHANGED: Affines = [
  { gain: 1.2, offset: -8 },
  { gain: 0.9, offset: 20 },
  { gain: 1.1, offset: -11 },
];
const PLAIN: Composition = {
  estimates: false,
  lightWrap: 0,
  isStill: true,
  changes: UNCHANGED,
  straight: false,
};

/** The largest difference of corresponding numbers. */
function furthest(actual: Iterable<number>, expected: ArrayLike<number>): number {
  let [largest, i] = [0, 0];
  for (const value of actual) largest = Math.max(largest, Math.abs(value - (expected[i++] ?? Number.NaN)));
  return i === expected.length ? largest : Number.NaN;
}

const SCENES = {
  'the presenter': () => natural(161, 91),
  'anything, in small cells': () => Promise.resolve(random(50, 31)),
  'anything, in cells of 8 pixels': () => Promise.resolve(random(1001, 37)),
};

for (const [name, makeScene] of Object.entries(SCENES)) {
  describeOnGpu(`compositing on the GPU of ${name}`, (bench) => {
    it('estimates the colours and the openness of the reference, within a hundredth of a sample', async () => {
      const scene = await makeScene();
      const { source, matte } = texturesOf(bench, scene);
      const estimator = new GpuForegroundEstimator(bench.device, scene.frame);
      await bench.run((pass) => estimator.encode(pass, source, matte));
      const floats = await bench.floats(estimator.colors);
      const { colors, openness } = expectedColors(scene);
      const found = colors.map((_, i) => {
        const [cell, plane, side] = [Math.floor(i / 6), (i % 6) >> 1, i % 2];
        return 255 * at(floats, 8 * cell + 4 * side + plane);
      });
      expect(furthest(found, colors)).toBeLessThan(0.01);
      expect(
        furthest(
          openness.map((_, cell) => at(floats, 8 * cell + 3)),
          openness,
        ),
      ).toBeLessThan(BARELY);
    });

    it('computes the light wrap of the reference', async () => {
      const scene = await makeScene();
      const { source, matte, backdrop } = texturesOf(bench, scene);
      const estimator = new GpuForegroundEstimator(bench.device, scene.frame);
      const wrap = new GpuLightWrap(bench.device, estimator, 1);
      await bench.run((pass) => {
        estimator.encode(pass, source, matte);
        wrap.encode(pass, backdrop, true, 0.8);
        wrap.encode(pass, backdrop, true, 0.6);
      });
      const floats = await bench.floats(wrap.light);
      const { amount, colors } = expectedLight(scene, expectedColors(scene).openness, 0.6);
      expect(Math.max(...amount)).toBeGreaterThan(0.05);
      expect(
        furthest(
          amount.map((_, cell) => at(floats, 4 * cell + 3)),
          amount,
        ),
      ).toBeLessThan(BARELY);
      for (const [plane, color] of colors.entries()) {
        const found = color.map((_, cell) => 255 * at(floats, 4 * cell + plane));
        expect(furthest(found, color)).toBeLessThan(255 * BARELY);
      }
    });

    for (const [options, how] of Object.entries({
      'with the colours of the frame': PLAIN,
      'with estimated colours': { ...PLAIN, estimates: true },
      'with light wrap and colour match': { ...PLAIN, lightWrap: 0.7, changes: CHANGED },
      'with all options': { ...PLAIN, estimates: true, lightWrap: 1, changes: CHANGED },
      'with straight alpha': { ...PLAIN, estimates: true, straight: true },
    } satisfies Record<string, Composition>)) {
      it(`composites ${options}, within one step of each sample`, async () => {
        const scene = await makeScene();
        const { source, matte, backdrop, target } = texturesOf(bench, scene);
        const compositor = new GpuCompositor(bench.device, { ...scene.frame, rotation: 0 });
        await bench.run((pass) => compositor.encode(pass, source, matte, backdrop, how, target));
        const pixels = await bench.pixels(target.texture);
        const { width, height } = scene.frame;
        for (const index of [0, 1, 2] as const) {
          const plane = channel(pixels, index);
          const found = index === 0 ? plane : halved(plane, width, height);
          expect(furthest(found, expectedPlane(scene, how, index))).toBeLessThanOrEqual(1);
        }
        const opacity = how.straight ? scene.alpha : scene.alpha.map(() => 255);
        expect(channel(pixels, 3)).toEqual(opacity);
      });
    }
  });
}
