import { createPresenter } from '@elsewhere/presenter';
import { beforeAll, describe, expect, it } from 'vitest';
import { FITS } from '../../src/background/background.js';
import { STILL } from '../../src/framing/crop.js';
import type { Background, PixelFormat, Quality, Rotation } from '../../src/index.js';
import { TILE } from '../../src/kernels/layout.js';
import { COLOR_SPACES } from '../support/colors.js';
import { at, frameOf, only, type Pixels, pixelsOf, plainFrame, range, shoot } from '../support/frames.js';
import { ExactSegmenter } from '../support/segmenters.js';
import { describeOnGpu } from './support/device.js';
import {
  BothWays,
  type Distance,
  distanceOf,
  FRAME_TIME,
  type MakeSegmenter,
  PICTURE,
  type Pictures,
  redSegmenter,
  type Scene,
  VIDEO,
  type WaysOptions,
} from './support/ways.js';

/**
 * How close the two ways are. Both round to whole steps, luma and alpha at the same places: they differ by float32 and the
 * order of sums. Chroma is subsampled on the CPU throughout and on the GPU only at the end: a mean of four roundings, of
 * colours between samples that the CPU does not have.
 */
const CLOSE: Distance = { luma: 1, chroma: 2, meanChroma: 0.5, alpha: 1 };

/** Where the frame is magnified, its luma is rounded once more before it is blended. */
const ZOOMED: Distance = { ...CLOSE, luma: 2 };

const [WIDTH, HEIGHT] = [160, 90];
const PLACE: Background = { type: 'image', source: PICTURE };
const BLUR: Background = { type: 'blur' };
const NOTHING: Background = { type: 'transparent' };
const BACKGROUNDS: readonly (readonly [name: string, background: Background])[] = [
  ['the room', { type: 'none' }],
  ['much blur', { type: 'blur', strength: 1 }],
  ['little blur', { type: 'blur', strength: 0.2 }],
  ['bokeh', { type: 'bokeh' }],
  ['much bokeh', { type: 'bokeh', strength: 1 }],
  ...FITS.map((fit) => [`a picture, fit ${fit}`, { ...PLACE, fit }] as const),
  ['a video', { type: 'video', source: VIDEO }],
  ['a colour', { type: 'color', color: '#00b140' }],
  ['nothing', NOTHING],
];

/** Moments of somebody who waves. */
const MOMENTS = [0, 4, 8, 12];

/**
 * Finds who is there. It sees half as many pixels as the frame has or fewer: the small picture is the same on both ways then.
 * In a larger one the CPU's chroma is blurred, for want of samples, and the matte's edge with it.
 */
const exact = () => new ExactSegmenter({ width: 64, height: 36 });

function expectClose(pictures: readonly Pictures[], bounds: Distance = CLOSE): void {
  const distance = distanceOf(...pictures);
  expect(distance.luma).toBeLessThanOrEqual(bounds.luma);
  expect(distance.chroma).toBeLessThanOrEqual(bounds.chroma);
  expect(distance.meanChroma).toBeLessThanOrEqual(bounds.meanChroma);
  expect(distance.alpha).toBeLessThanOrEqual(bounds.alpha);
}

describeOnGpu('the pipeline on the GPU', (bench) => {
  let shots: readonly Scene[];

  beforeAll(async () => {
    shots = await shoot({ width: WIDTH, height: HEIGHT }, MOMENTS);
  });

  /** What both ways make of scenes. */
  async function show(
    scenes: readonly Scene[],
    options: WaysOptions,
    {
      make = exact,
      close,
      step = FRAME_TIME,
    }: { make?: MakeSegmenter; close?: MakeSegmenter; step?: number } = {},
  ): Promise<readonly Pictures[]> {
    using ways = await BothWays.create(bench, make, options, close);
    const pictures: Pictures[] = [];
    for (const [i, scene] of scenes.entries()) pictures.push(await ways.show(scene, i * step));
    return pictures;
  }

  describe('gives the picture of the CPU', () => {
    it.each(BACKGROUNDS)('before %s', async (_, background) => {
      expectClose(await show(shots, { background }));
    });

    it.each(['blur', 'bokeh', 'image', 'transparent'] as const)('of odd sizes: %s', async (type) => {
      const background = type === 'image' ? PLACE : { type };
      expectClose(await show(await shoot({ width: 161, height: 91 }, MOMENTS), { background }));
    });

    it.each(COLOR_SPACES)('in the colour space %o', async (colorSpace) => {
      const scenes = shots.map(({ frame, ...rest }) => ({ frame: { ...frame, colorSpace }, ...rest }));
      expectClose(await show(scenes, { background: PLACE }));
    });

    it.each([90, 180, 270] as const)(
      'of frames that are to be turned by %i degrees',
      async (rotation: Rotation) => {
        const scenes = await shoot({ width: WIDTH, height: HEIGHT }, MOMENTS, { rotation });
        expectClose(await show(scenes, { background: PLACE }));
        expectClose(await show(scenes, { background: BLUR, zoom: 1.5 }), ZOOMED);
      },
    );

    it('of NV12, with padding', async () => {
      const scenes = await shoot({ width: 161, height: 91 }, MOMENTS, { format: 'NV12', padding: 7 });
      expectClose(await show(scenes, { background: PLACE }));
    });

    it.each(['RGBA', 'BGRA'] as const)('of %s', async (format) => {
      const scenes = await rgbaScenes(format);
      expectClose(await show(scenes, { background: { type: 'none' } }));
      // Here the GPU has true chroma for each pixel, and so a better guide for the edge: it lies elsewhere by parts of a pixel.
      expectClose(await show(scenes, { background: PLACE }), {
        luma: 80,
        chroma: 20,
        meanChroma: 0.8,
        alpha: 0,
      });
    });

    it.each<[name: string, options: WaysOptions]>([
      ['soft edges', { edgeSoftness: 0.5 }],
      ['the softest edges', { edgeSoftness: 1, background: NOTHING }],
      ['no light', { lightWrap: 0 }],
      ['all light', { lightWrap: 1 }],
      ['brightness and warmth', { brightness: 0.7, warmth: -0.6 }],
      ['zoom', { zoom: 1.7 }],
      ['zoom, nothing', { zoom: 1.7, background: NOTHING }],
      ['zoom, the room', { zoom: 2.2, background: { type: 'none' } }],
      ['a smaller size', { maxSize: { width: 133, height: 100 } }],
      ['the rung light', { quality: 'lowest' }],
      ['the rung fast', { quality: 'low' }],
    ])('with %s', async (_, options) => {
      expectClose(await show(shots, { background: PLACE, ...options }));
    });

    it('in a mirror, of its size and smaller', async () => {
      const scenes = shots.map(({ frame, upright }) => ({
        frame,
        ...(upright && { upright: mirrored(upright) }),
      }));
      expectClose(await show(scenes, { background: PLACE, mirror: true }));
      expectClose(
        await show(scenes, { background: BLUR, mirror: true, maxSize: { width: 133, height: 100 } }),
      );
    });

    it('in the colours of the place, from the second frame on', async () => {
      const [, ...later] = await show(shots, { background: PLACE, colorMatch: 1 });
      expectClose(later);
    });

    it('of whom it follows, who is known a frame or two later, but for a change that is not followed', async () => {
      const scenes = range(12).map(() => personAt(104, 30));
      const pictures = await show(
        scenes,
        { background: NOTHING, follow: true },
        { make: red, step: 300_000 },
      );
      const { cpu, gpu } = only(pictures.slice(-1));
      const [ours, theirs] = [edgesOf(cpu), edgesOf(gpu)];
      const distances = ours.map((edge, i) => Math.abs(edge - at(theirs, i)));
      expect(Math.max(...distances)).toBeLessThanOrEqual(STILL * WIDTH);
      // A person of 30 pixels is shown larger, in the middle.
      const [left, right] = theirs;
      expect(right - left).toBeGreaterThan(45);
      expect(Math.abs((left + right) / 2 - WIDTH / 2)).toBeLessThan(TILE); // where they are is known in tiles
    });

    it('where its network sees as many pixels as the frame has, but for some at the edge', async () => {
      const pictures = await show(shots, { background: PLACE }, { make: () => new ExactSegmenter() });
      expectClose(pictures, { luma: 15, chroma: 8, meanChroma: 0.5, alpha: 0 });
    });
  });

  it('goes with cuts, seeks, other sizes and other backgrounds as the CPU does', async () => {
    using ways = await BothWays.create(bench, exact, { background: PLACE });
    let timestamp = 0;
    const expectAllClose = async (scenes: readonly Scene[], bounds = CLOSE) => {
      for (const scene of scenes) {
        timestamp += FRAME_TIME;
        expectClose([await ways.show(scene, timestamp)], bounds);
      }
    };
    await expectAllClose(shots);
    const glare = { frame: plainFrame(WIDTH, HEIGHT, [250, 250, 250]) };
    const [elsewhere] = await shoot({ width: WIDTH, height: HEIGHT, room: 'magenta' }, [40]);
    if (!elsewhere) throw new Error('No shot');
    await expectAllClose([glare, elsewhere, elsewhere]);
    timestamp = 0;
    await expectAllClose(shots);
    await expectAllClose(await shoot({ width: 144, height: 80 }, MOMENTS));
    ways.setBackground(BLUR);
    await expectAllClose(shots);
    ways.setOptions({ mirror: true, edgeSoftness: 0.3, zoom: 1.2 });
    await expectAllClose(shots, ZOOMED);
    expect(ways.gpu.statistics.resets).toBe(ways.cpu.statistics.resets);
    expect(ways.gpu.statistics.frames).toBe(ways.cpu.statistics.frames);
  });

  describe('looks closely at regions, which it learns a frame or two later', () => {
    const landscape = () => redSegmenter(32, 18);
    const square = () => redSegmenter(20, 20);
    const still = range(10).map(() => personAt(90, 20));

    it.each<[quality: Quality, background: Background]>([
      ['medium', NOTHING],
      ['medium', BLUR],
      ['high', NOTHING],
      ['high', BLUR],
    ])('%s, %o', async (quality, background) => {
      const pictures = await show(still, { quality, background }, { make: landscape, close: square });
      // The GPU saw the region later, and so has its matte from other frames, and calms it from there.
      expectClose(pictures.slice(-3), { ...CLOSE, alpha: 16 });
    });

    it('at somebody who walks and stops', async () => {
      const walk = range(6).map((i) => personAt(60 + 4 * i, 20));
      const stop = range(6).map(() => personAt(80, 20));
      const options = { quality: 'medium', background: NOTHING } as const;
      const pictures = await show([...walk, ...stop], options, { make: landscape, close: square });
      // In the second frame the region is not known yet; in the end it is another one that serves as well.
      expectClose(pictures, { luma: 12, chroma: 30, meanChroma: 0.3, alpha: 128 });
      expectClose(pictures.slice(-2), { luma: 2, chroma: 6, meanChroma: 0.1, alpha: 32 });
    });

    it('and with the highest quality on a finer grid', async () => {
      const options = { background: NOTHING, quality: 'highest' } as const;
      const networks = { make: red, close: () => redSegmenter(40, 40) };
      const settled = (await show(still, options, networks)).slice(-1);
      expectClose(settled, { luma: 16, chroma: 8, meanChroma: 0.2, alpha: 64 });
      expect(distanceOf(...settled).alpha).toBeGreaterThan(0);
    });
  });
});

const red = () => redSegmenter(64, 36);

/** Somebody in red, 30 wide and 40 high, in a grey room. */
function personAt(left: number, top: number): Scene {
  const pixels = pixelsOf(plainFrame(WIDTH, HEIGHT, [90, 95, 100]));
  const y = pixels.y.map((value, i) => value + ((i * 7) % WIDTH) / 4);
  const [u, v] = [pixels.u.slice(), pixels.v.slice()];
  for (let row = top; row < top + 40; row++) {
    for (let column = left; column < left + 30; column++) {
      y[row * WIDTH + column] = 130 + ((row * column) % 24);
      const chroma = (row >> 1) * (WIDTH / 2) + (column >> 1);
      u[chroma] = 100;
      v[chroma] = 190;
    }
  }
  return { frame: frameOf({ ...pixels, y, u, v }) };
}

/** The first and the last column and the first row in which somebody is. */
function edgesOf({ width, alpha }: Pixels): readonly [left: number, right: number, top: number] {
  let [left, right, top] = [width, 0, Number.POSITIVE_INFINITY];
  alpha?.forEach((value, i) => {
    if (value < 128) return;
    left = Math.min(left, i % width);
    right = Math.max(right, i % width);
    top = Math.min(top, Math.floor(i / width));
  });
  return [left, right, top];
}

function mirrored({ width, height, data }: NonNullable<Scene['upright']>): NonNullable<Scene['upright']> {
  const rows = range(height).map((row) => data.slice(row * width, (row + 1) * width).reverse());
  return { width, height, data: Uint8Array.from(rows.flatMap((row) => [...row])) };
}

/** The presenter as pictures of four bytes a pixel. */
async function rgbaScenes(format: PixelFormat): Promise<readonly Scene[]> {
  const [width, height] = [161, 91];
  const presenter = createPresenter({ width, height });
  const scenes: Scene[] = [];
  for (const moment of MOMENTS) {
    const { image, alpha } = await presenter.frame(moment);
    const planes = [{ data: image, stride: width * 4 }];
    const colorSpace = { matrix: 'bt709', range: 'limited' } as const;
    scenes.push({
      frame: { format, width, height, planes, colorSpace, rotation: 0 },
      upright: { width, height, data: alpha },
    });
  }
  return scenes;
}
