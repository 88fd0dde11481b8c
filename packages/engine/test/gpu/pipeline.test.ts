import { createPresenter } from '@elsewhere/presenter';
import { beforeAll, describe, expect, it } from 'vitest';
import { FITS } from '../../src/background/background.js';
import { STILL } from '../../src/framing/crop.js';
import type { Background, PixelFormat, Quality, Rotation } from '../../src/index.js';
import { TILE } from '../../src/kernels/layout.js';
import { COLOR_SPACES } from '../support/colors.js';
import { at, frameOf, only, type Pixels, pixelsOf, plainFrame, range, shoot } from '../support/frames.js';
import { ExactSegmenter } from '../support/segmenters.js';
import {
  type BackendsOptions,
  BothBackends,
  type Distance,
  distanceOf,
  FRAME_TIME,
  IMAGE,
  type MakeSegmenter,
  type Outputs,
  redSegmenter,
  type Scene,
  VIDEO,
} from './support/both-backends.js';
import { describeOnGpu } from './support/device.js';

/**
 * The distance of the two backends. Both round to whole steps, luma and alpha at the same points: they differ by float32 and
 * the order of sums. Chroma is subsampled throughout on the CPU, and only at the end on the GPU: a mean of four roundings, of
 * colours between samples that the CPU does not have.
 */
const CLOSE: Distance = { luma: 1, chroma: 2, meanChroma: 0.5, alpha: 1 };

/** In a zoomed frame, luma is rounded once more before it is blended. */
const ZOOMED: Distance = { ...CLOSE, luma: 2 };

const [WIDTH, HEIGHT] = [160, 90];
const IMAGE_BACKGROUND: Background = { type: 'image', source: IMAGE };
const BLUR: Background = { type: 'blur' };
const NOTHING: Background = { type: 'transparent' };
const BACKGROUNDS: readonly (readonly [name: string, background: Background])[] = [
  ['none', { type: 'none' }],
  ['a strong blur', { type: 'blur', strength: 1 }],
  ['a weak blur', { type: 'blur', strength: 0.2 }],
  ['bokeh', { type: 'bokeh' }],
  ['strong bokeh', { type: 'bokeh', strength: 1 }],
  ...FITS.map((fit) => [`an image, fit ${fit}`, { ...IMAGE_BACKGROUND, fit }] as const),
  ['a video', { type: 'video', source: VIDEO }],
  ['a colour', { type: 'color', color: '#00b140' }],
  ['transparent', NOTHING],
];

/** Frames of a waving person. */
const MOMENTS = [0, 4, 8, 12];

/**
 * Returns the exact alpha. Its input has at most half as many pixels as the frame, so that the thumbnail is the same on both
 * backends. In a larger one the CPU's chroma would be blurred, because it has fewer samples, and the matte's edge with it.
 */
const exact = () => new ExactSegmenter({ width: 64, height: 36 });

function expectClose(outputs: readonly Outputs[], bounds: Distance = CLOSE): void {
  const distance = distanceOf(...outputs);
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

  /** The outputs of both backends for scenes. */
  async function show(
    scenes: readonly Scene[],
    options: BackendsOptions,
    {
      make = exact,
      close,
      step = FRAME_TIME,
    }: { make?: MakeSegmenter; close?: MakeSegmenter; step?: number } = {},
  ): Promise<readonly Outputs[]> {
    using backends = await BothBackends.create(bench, make, options, close);
    const outputs: Outputs[] = [];
    for (const [i, scene] of scenes.entries()) outputs.push(await backends.process(scene, i * step));
    return outputs;
  }

  describe('has the output of the CPU', () => {
    it.each(BACKGROUNDS)('with the background %s', async (_, background) => {
      expectClose(await show(shots, { background }));
    });

    it.each(['blur', 'bokeh', 'image', 'transparent'] as const)(
      'with frames of odd sizes: %s',
      async (type) => {
        const background = type === 'image' ? IMAGE_BACKGROUND : { type };
        expectClose(await show(await shoot({ width: 161, height: 91 }, MOMENTS), { background }));
      },
    );

    it.each(COLOR_SPACES)('in the colour space %o', async (colorSpace) => {
      const scenes = shots.map(({ frame, ...rest }) => ({ frame: { ...frame, colorSpace }, ...rest }));
      expectClose(await show(scenes, { background: IMAGE_BACKGROUND }));
    });

    it.each([90, 180, 270] as const)('with frames rotated by %i degrees', async (rotation: Rotation) => {
      const scenes = await shoot({ width: WIDTH, height: HEIGHT }, MOMENTS, { rotation });
      expectClose(await show(scenes, { background: IMAGE_BACKGROUND }));
      expectClose(await show(scenes, { background: BLUR, zoom: 1.5 }), ZOOMED);
    });

    it('with NV12 frames with padding', async () => {
      const scenes = await shoot({ width: 161, height: 91 }, MOMENTS, { format: 'NV12', padding: 7 });
      expectClose(await show(scenes, { background: IMAGE_BACKGROUND }));
    });

    it.each(['RGBA', 'BGRA'] as const)('with %s frames', async (format) => {
      const scenes = await rgbaScenes(format);
      expectClose(await show(scenes, { background: { type: 'none' } }));
      // The GPU has exact chroma for each pixel here, and so a better guide: the edge differs by a fraction of a pixel.
      expectClose(await show(scenes, { background: IMAGE_BACKGROUND }), {
        luma: 80,
        chroma: 20,
        meanChroma: 0.8,
        alpha: 0,
      });
    });

    it.each<[name: string, options: BackendsOptions]>([
      ['soft edges', { edgeSoftness: 0.5 }],
      ['the softest edges', { edgeSoftness: 1, background: NOTHING }],
      ['no light', { lightWrap: 0 }],
      ['all light', { lightWrap: 1 }],
      ['brightness and warmth', { brightness: 0.7, warmth: -0.6 }],
      ['zoom', { zoom: 1.7 }],
      ['zoom, nothing', { zoom: 1.7, background: NOTHING }],
      ['zoom, no background', { zoom: 2.2, background: { type: 'none' } }],
      ['a smaller size', { maxSize: { width: 133, height: 100 } }],
      ['the quality lowest', { quality: 'lowest' }],
      ['the quality low', { quality: 'low' }],
    ])('with %s', async (_, options) => {
      expectClose(await show(shots, { background: IMAGE_BACKGROUND, ...options }));
    });

    it('with mirrored frames, also scaled down', async () => {
      const scenes = shots.map(({ frame, upright }) => ({
        frame,
        ...(upright && { upright: mirrored(upright) }),
      }));
      expectClose(await show(scenes, { background: IMAGE_BACKGROUND, mirror: true }));
      expectClose(
        await show(scenes, { background: BLUR, mirror: true, maxSize: { width: 133, height: 100 } }),
      );
    });

    it('with colour match, from the second frame on', async () => {
      const [, ...later] = await show(shots, { background: IMAGE_BACKGROUND, colorMatch: 1 });
      expectClose(later);
    });

    it('with auto-framing, which gets the position a frame or two later, except for a change that is too small to follow', async () => {
      const scenes = range(12).map(() => personAt(104, 30));
      const outputs = await show(scenes, { background: NOTHING, follow: true }, { make: red, step: 300_000 });
      const { cpu, gpu } = only(outputs.slice(-1));
      const [ours, theirs] = [edgesOf(cpu), edgesOf(gpu)];
      const distances = ours.map((edge, i) => Math.abs(edge - at(theirs, i)));
      expect(Math.max(...distances)).toBeLessThanOrEqual(STILL * WIDTH);
      // A person of 30 pixels is enlarged and centred.
      const [left, right] = theirs;
      expect(right - left).toBeGreaterThan(45);
      expect(Math.abs((left + right) / 2 - WIDTH / 2)).toBeLessThan(TILE); // the position is known in tiles
    });

    it('with a network input of as many pixels as the frame, except for some at the edge', async () => {
      const outputs = await show(
        shots,
        { background: IMAGE_BACKGROUND },
        { make: () => new ExactSegmenter() },
      );
      expectClose(outputs, { luma: 15, chroma: 8, meanChroma: 0.5, alpha: 0 });
    });
  });

  it('handles scene changes, seeks, other sizes and other backgrounds like the CPU', async () => {
    using backends = await BothBackends.create(bench, exact, { background: IMAGE_BACKGROUND });
    let timestamp = 0;
    const expectAllClose = async (scenes: readonly Scene[], bounds = CLOSE) => {
      for (const scene of scenes) {
        timestamp += FRAME_TIME;
        expectClose([await backends.process(scene, timestamp)], bounds);
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
    backends.setBackground(BLUR);
    await expectAllClose(shots);
    backends.setOptions({ mirror: true, edgeSoftness: 0.3, zoom: 1.2 });
    await expectAllClose(shots, ZOOMED);
    expect(backends.gpu.statistics.resets).toBe(backends.cpu.statistics.resets);
    expect(backends.gpu.statistics.frames).toBe(backends.cpu.statistics.frames);
  });

  describe('uses a region of interest, which it gets a frame or two later', () => {
    const landscape = () => redSegmenter(32, 18);
    const square = () => redSegmenter(20, 20);
    const still = range(10).map(() => personAt(90, 20));

    it.each<[quality: Quality, background: Background]>([
      ['medium', NOTHING],
      ['medium', BLUR],
      ['high', NOTHING],
      ['high', BLUR],
    ])('%s, %o', async (quality, background) => {
      const outputs = await show(still, { quality, background }, { make: landscape, close: square });
      // The GPU uses the region later, so its temporally filtered matte starts from another frame.
      expectClose(outputs.slice(-3), { ...CLOSE, alpha: 16 });
    });

    it('around a person who walks and stops', async () => {
      const walk = range(6).map((i) => personAt(60 + 4 * i, 20));
      const stop = range(6).map(() => personAt(80, 20));
      const options = { quality: 'medium', background: NOTHING } as const;
      const outputs = await show([...walk, ...stop], options, { make: landscape, close: square });
      // In the second frame the region is not known yet. In the end it is another one, which is as good.
      expectClose(outputs, { luma: 12, chroma: 30, meanChroma: 0.3, alpha: 128 });
      expectClose(outputs.slice(-2), { luma: 2, chroma: 6, meanChroma: 0.1, alpha: 32 });
    });

    it('and a finer grid at the quality highest', async () => {
      const options = { background: NOTHING, quality: 'highest' } as const;
      const networks = { make: red, close: () => redSegmenter(40, 40) };
      const settled = (await show(still, options, networks)).slice(-1);
      expectClose(settled, { luma: 16, chroma: 8, meanChroma: 0.2, alpha: 64 });
      expect(distanceOf(...settled).alpha).toBeGreaterThan(0);
    });
  });
});

const red = () => redSegmenter(64, 36);

/** A red person, 30 wide and 40 high, in front of grey. */
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

/** The first and the last column and the first row of the person. */
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

/** The presenter as frames of four bytes per pixel. */
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
