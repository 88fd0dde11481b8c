import { clampRgb, colorsNamed, converter, parse } from 'culori';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blurGrid } from '../src/background/blur.js';
import { bokehGrid } from '../src/background/bokeh.js';
import { parseColor } from '../src/background/color.js';
import { place, type Size } from '../src/background/fit.js';
import type { Rectangle } from '../src/frame/frame.js';
import {
  type Background,
  type ColorSpace,
  DEFAULT_COLOR_SPACE,
  type Fit,
  type Frame,
  type RgbaImage,
  type Rotation,
  type VideoSource,
} from '../src/index.js';
import { COLOR_SPACES, type Rgb, roundedYuvOf } from './support/colors.js';
import {
  at,
  frameOf,
  type Pixels,
  pixelsOf,
  plainFrame,
  range,
  rgbAt,
  rgbaFrame,
  turnedRgba,
  yuvAt,
} from './support/frames.js';
import { createTestPipeline } from './support/kernels.js';
import { constant, ExactSegmenter, FakeSegmenter } from './support/segmenters.js';

const FITS: readonly Fit[] = ['cover', 'contain', 'stretch', 'tile'];
const ROTATIONS: readonly Rotation[] = [0, 90, 180, 270];
const BLACK: Rgb = [0, 0, 0];

const nobody = () => new FakeSegmenter(constant(0));

/** The output when nobody is in front of a magenta camera background: the new background alone. */
async function backgroundAlone(
  background: Background,
  size: Size,
  options: { readonly colorSpace?: ColorSpace; readonly rotation?: Rotation } = {},
): Promise<Pixels> {
  using pipeline = await createTestPipeline(nobody(), { background });
  const outcome = await pipeline.process(plainFrame(size.width, size.height, [255, 0, 255], options), 0);
  expect(outcome.error).toBeUndefined();
  return pixelsOf(outcome.frame);
}

describe('place', () => {
  const length = fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.constantFrom(1, 2, 16383, 16384),
  );
  const size: fc.Arbitrary<Size> = fc.record({ width: length, height: length });
  const whole = ({ width, height }: Size): Rectangle => ({ x: 0, y: 0, width, height });

  it('keeps proportions as displayed, whatever shape the pixels of image and frame have', () => {
    const side = fc.integer({ min: 64, max: 4096 });
    const large = fc.record({ width: side, height: side });
    const stretches = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(large, large, stretches, (image, frame, stretch) => {
        for (const fit of FITS) {
          const { source, target } = place(fit, image, frame, { stretch });
          const across = target.width / source.width / stretch;
          const down = target.height / source.height;
          // The target of `contain` has whole pixels.
          const slack = fit === 'contain' ? 1 / Math.min(target.width, target.height) : 1e-9;
          if (fit !== 'stretch') expect(Math.abs(across / down - 1)).toBeLessThan(slack);
          else expect(source).toEqual(whole(image));
          if (fit === 'tile') expect(down).toBe(1);
        }
      }),
    );
  });

  it('maps part of the image to part of the frame, starting on even pixels', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FITS), size, size, (fit, picture, frame) => {
        const { source, target } = place(fit, picture, frame);
        for (const [{ x, y, width, height }, limit, slack] of [
          [source, picture, 1e-6],
          [target, frame, 0],
        ] as const) {
          expect(x).toBeGreaterThanOrEqual(-slack);
          expect(y).toBeGreaterThanOrEqual(-slack);
          expect(width).toBeGreaterThan(0);
          expect(height).toBeGreaterThan(0);
          expect(x + width).toBeLessThanOrEqual(limit.width + slack);
          expect(y + height).toBeLessThanOrEqual(limit.height + slack);
        }
        for (const value of Object.values(target)) expect(Number.isInteger(value)).toBe(true);
        expect([target.x % 2, target.y % 2]).toEqual([0, 0]);
      }),
      { numRuns: 1000 },
    );
  });

  it('cover keeps the aspect ratio and crops around the middle of the image', () => {
    fc.assert(
      fc.property(size, size, (picture, frame) => {
        const { source, target } = place('cover', picture, frame);
        expect(target).toEqual(whole(frame));
        expect(source.width / source.height / (frame.width / frame.height)).toBeCloseTo(1, 9);
        expect(source.x * 2 + source.width).toBeCloseTo(picture.width, 6);
        expect(source.y * 2 + source.height).toBeCloseTo(picture.height, 6);
        // Only one dimension is cropped.
        const gap = Math.min(picture.width - source.width, picture.height - source.height);
        expect(Math.abs(gap)).toBeLessThan(1e-6);
      }),
    );
  });

  it('contain keeps the aspect ratio and shows the whole image, centred and as large as possible', () => {
    fc.assert(
      fc.property(size, size, (picture, frame) => {
        const { source, target } = place('contain', picture, frame);
        expect(source).toEqual(whole(picture));
        const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
        for (const name of ['width', 'height'] as const) {
          // Rounded to whole pixels, but at least one.
          expect(Math.abs(target[name] - Math.max(1, picture[name] * scale))).toBeLessThanOrEqual(0.5 + 1e-9);
          const beside = frame[name] - target[name];
          const before = name === 'width' ? target.x : target.y;
          expect(Math.abs(before - beside / 2)).toBeLessThan(2); // rounded to an even pixel
        }
        expect(Math.min(frame.width - target.width, frame.height - target.height)).toBe(0);
      }),
    );
  });

  it('stretch maps the whole image to the whole frame', () => {
    fc.assert(
      fc.property(size, size, (picture, frame) => {
        expect(place('stretch', picture, frame)).toEqual({ source: whole(picture), target: whole(frame) });
      }),
    );
  });

  it('tile repeats the image at its own size, rounded to an even number of pixels', () => {
    fc.assert(
      fc.property(size, size, (picture, frame) => {
        const { source, target } = place('tile', picture, frame);
        expect(source).toEqual(target);
        for (const name of ['width', 'height'] as const) {
          if (picture[name] >= frame[name])
            expect(target[name]).toBeGreaterThanOrEqual(Math.min(frame[name], picture[name] - 1));
          else {
            expect(picture[name] - target[name]).toBeLessThanOrEqual(1);
            if (picture[name] > 1) expect(target[name] % 2).toBe(0);
          }
        }
      }),
    );
  });
});

const toRgb = converter('rgb');

describe('parseColor', () => {
  // As defined by CSS Color 4, in 0..255.
  const colors: [css: string, rgb: Rgb][] = [
    ['#00b140', [0, 177, 64]],
    ['#0B4', [0, 187, 68]],
    ['#00B140FF', [0, 177, 64]],
    ['seagreen', [46, 139, 87]],
    ['RebeccaPurple', [102, 51, 153]],
    ['  white ', [255, 255, 255]],
    ['rgb(0, 177, 64)', [0, 177, 64]],
    ['rgb(0 177 64)', [0, 177, 64]],
    ['rgb(0% 100% 50%)', [0, 255, 127.5]],
    ['rgba(255, 255, 255, 0.5)', [127.5, 127.5, 127.5]],
    ['rgb(255 255 255 / 50%)', [127.5, 127.5, 127.5]],
    ['#ffffff80', [128, 128, 128]],
    ['transparent', [0, 0, 0]],
    ['hsl(120, 100%, 25%)', [0, 127.5, 0]],
    ['hsl(120deg 100% 25%)', [0, 127.5, 0]],
    ['hsl(0.5turn 100% 50%)', [0, 255, 255]],
    ['hwb(0 0% 0%)', [255, 0, 0]],
    ['lab(100% 0 0)', [255, 255, 255]],
    ['lab(0% 0 0)', [0, 0, 0]],
    ['oklch(0% 0 0)', [0, 0, 0]],
    ['oklab(100% 0 0)', [255, 255, 255]],
    ['color(srgb 1 0.5 0)', [255, 127.5, 0]],
    ['color(display-p3 1 1 1)', [255, 255, 255]],
    // Outside sRGB: clamped.
    ['color(display-p3 0 1 0)', [0, 255, 0]],
    ['rgb(300 -20 0)', [255, 0, 0]],
    // Missing components count as 0.
    ['rgb(none 177 64)', [0, 177, 64]],
    ['rgb(none none none)', [0, 0, 0]],
    ['hsl(none 0% 50%)', [127.5, 127.5, 127.5]],
    ['oklch(100% none none)', [255, 255, 255]],
    ['color(srgb none 1 none)', [0, 255, 0]],
    ['lab(100% none none)', [255, 255, 255]],
    ['rgb(255 255 255 / none)', [0, 0, 0]],
  ];

  it.each(colors)('reads %s', (css, rgb) => {
    const { r, g, b } = parseColor(css);
    [r, g, b].forEach((part, i) => {
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThanOrEqual(1);
      expect(Math.abs(part * 255 - at(rgb, i))).toBeLessThanOrEqual(0.6);
    });
  });

  it.each([
    '',
    ' ',
    'greenish',
    '#12',
    '#ggg',
    'rgb()',
    'rgb(1 2)',
    'url(beach.jpg)',
    'beach.jpg',
    'blur',
    'currentcolor',
    '#00b140;',
    '/0a',
  ])('refuses %j', (css) => {
    expect(() => parseColor(css)).toThrow(expect.objectContaining({ code: 'BACKGROUND_INVALID' }));
    expect(() => parseColor(css)).toThrow(`'${css}'`);
  });

  it('agrees with culori', () => {
    const number = (min: number, max: number) =>
      fc.double({ min, max, noNaN: true }).map((n) => n.toFixed(4));
    const hue = fc.oneof(
      number(-400, 800),
      number(-400, 800).map((degrees) => `${degrees}deg`),
      number(-2, 2).map((turns) => `${turns}turn`),
      number(-9, 9).map((radians) => `${radians}rad`),
      number(-500, 900).map((gradians) => `${gradians}grad`),
    );
    const percent = number(0, 100).map((part) => `${part}%`);
    const signed = number(-100, 100).map((part) => `${part}%`);
    const of = (name: string, ...parts: readonly fc.Arbitrary<string>[]) =>
      fc
        .tuple(fc.tuple(...parts), fc.option(fc.oneof(number(0, 1), percent)))
        .map(([parts, alpha]) => `${name}(${parts.join(' ')}${alpha === null ? '' : ` / ${alpha}`})`);
    const withCommas = (name: string, ...parts: readonly fc.Arbitrary<string>[]) =>
      fc
        .tuple(fc.tuple(...parts), fc.option(number(0, 1)))
        .map(([parts, alpha]) => `${name}(${[...parts, ...(alpha === null ? [] : [alpha])].join(', ')})`);
    const byte = number(0, 255);
    const unit = number(0, 1);
    const spaces = ['srgb', 'srgb-linear', 'display-p3', 'a98-rgb', 'prophoto-rgb', 'rec2020'];
    const xyz = ['xyz', 'xyz-d50', 'xyz-d65'];
    const css = fc.oneof(
      fc.constantFrom(...Object.keys(colorsNamed)),
      fc.mixedCase(fc.stringMatching(/^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/)),
      of('rgb', byte, byte, byte),
      of('rgb', percent, percent, percent),
      withCommas('rgb', byte, byte, byte),
      withCommas('rgba', percent, percent, percent),
      of('hsl', hue, percent, percent),
      withCommas('hsla', hue, percent, percent),
      of('hwb', hue, percent, percent),
      of('lab', percent, signed, number(-125, 125)),
      of('lch', percent, number(0, 150), hue),
      of('oklab', unit, number(-0.4, 0.4), signed),
      of('oklch', percent, percent, hue),
      ...[...spaces, ...xyz].map((space) => of(`color`, fc.constant(space), unit, percent, unit)),
    );
    fc.assert(
      fc.property(css, (text) => {
        const expected = toRgb(parse(text));
        if (!expected) throw new Error(`culori does not read ${text}`);
        const { alpha = 1, ...rgb } = clampRgb(expected);
        const { r, g, b } = parseColor(text);
        [r, g, b].forEach((part, i) => {
          const exact = at([rgb.r, rgb.g, rgb.b], i);
          expect(Math.abs(part - exact * alpha) * 255).toBeLessThan(0.5);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('returns three numbers in 0..1 or throws BACKGROUND_INVALID for any text', () => {
    const word = fc.constantFrom(
      'rgb(',
      'hsl(',
      'oklch(',
      'color(srgb',
      'none',
      '1e400',
      '-5',
      '50%',
      '/',
      ')',
      ',',
      '#',
      'f',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (css) => {
          try {
            const { r, g, b } = parseColor(css);
            expect([r, g, b].every((part) => part >= 0 && part <= 1)).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ code: 'BACKGROUND_INVALID' });
          }
        },
      ),
    );
  });
});

describe('color', () => {
  it.each(COLOR_SPACES.map((space) => [`${space.matrix} ${space.range}`, space] as const))(
    'is exact in %s',
    async (_name, colorSpace) => {
      const color: Rgb = [0, 177, 64];
      const { y, u, v } = await backgroundAlone(
        { type: 'color', color: '#00b140' },
        { width: 35, height: 21 },
        { colorSpace },
      );
      expect([...new Set(y)]).toEqual([roundedYuvOf(color, colorSpace)[0]]);
      expect([...new Set(u)]).toEqual([roundedYuvOf(color, colorSpace)[1]]);
      expect([...new Set(v)]).toEqual([roundedYuvOf(color, colorSpace)[2]]);
    },
  );
});

/** The quarters of every test image, row by row: red, green, blue and white. */
const QUARTERS: readonly Rgb[] = [
  [220, 30, 30],
  [30, 200, 60],
  [40, 60, 220],
  [240, 240, 240],
];

function quarters(width: number, height: number): RgbaImage {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.set([...(QUARTERS[(x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2)] ?? BLACK), 255], i * 4);
  }
  return { width, height, data };
}

/**
 * What a pixel of the upright frame must show, derived from the definition of each fit. Undefined within `margin` pixels of
 * a border of the image, where colours mix.
 */
function expectedAt(
  fit: Fit,
  picture: Size,
  frame: Size,
  x: number,
  y: number,
  margin: number,
): Rgb | undefined {
  const ratios = [frame.width / picture.width, frame.height / picture.height];
  const uniform = fit === 'cover' ? Math.max(...ratios) : fit === 'contain' ? Math.min(...ratios) : 1;
  const [scaleX, scaleY] = fit === 'stretch' ? [at(ratios, 0), at(ratios, 1)] : [uniform, uniform];
  let [px, py] = [(x + 0.5) / scaleX, (y + 0.5) / scaleY];
  if (fit === 'tile') {
    [px, py] = [px % picture.width, py % picture.height];
  } else {
    px += (picture.width - frame.width / scaleX) / 2;
    py += (picture.height - frame.height / scaleY) / 2;
  }
  const nearest = (position: number, length: number, scale: number) =>
    Math.min(...[0, length / 2, length].map((border) => Math.abs(position - border))) * scale;
  // An edge of the image that coincides with an edge of the frame is not a border.
  const besideX =
    fit === 'tile' || fit === 'contain'
      ? nearest(px, picture.width, scaleX)
      : Math.abs(px - picture.width / 2) * scaleX;
  const besideY =
    fit === 'tile' || fit === 'contain'
      ? nearest(py, picture.height, scaleY)
      : Math.abs(py - picture.height / 2) * scaleY;
  if (Math.min(besideX, besideY) < margin) return undefined;
  if (px < 0 || py < 0 || px > picture.width || py > picture.height) return BLACK;
  return QUARTERS[(px < picture.width / 2 ? 0 : 1) + (py < picture.height / 2 ? 0 : 2)];
}

/** The colour at a position of the upright frame. */
function uprightRgbAt(pixels: Pixels, rotation: Rotation, x: number, y: number): Rgb {
  const { width, height } = pixels;
  switch (rotation) {
    case 0:
      return rgbAt(pixels, x, y);
    case 90:
      return rgbAt(pixels, y, height - 1 - x);
    case 180:
      return rgbAt(pixels, width - 1 - x, height - 1 - y);
    case 270:
      return rgbAt(pixels, width - 1 - y, x);
  }
}

/** Compares every pixel of the upright frame with the definition of the fit. */
function expectFit(pixels: Pixels, rotation: Rotation, fit: Fit, picture: Size): void {
  const { width, height } = pixels;
  const upright = rotation === 90 || rotation === 270 ? { width: height, height: width } : { width, height };
  // Two chroma samples of the image blend, which are two of its pixels each. Two pixels of the frame are added for its own
  // chroma and for positions that are rounded to even pixels.
  const growth = Math.max(1, upright.width / picture.width, upright.height / picture.height);
  const margin = 2 + (fit === 'tile' ? 0 : 2 * growth);
  let checked = 0;
  const problems: string[] = [];
  for (const y of range(upright.height)) {
    for (const x of range(upright.width)) {
      const expected = expectedAt(fit, picture, upright, x, y, margin);
      if (!expected) continue;
      checked++;
      const actual = uprightRgbAt(pixels, rotation, x, y);
      if (actual.some((part, i) => Math.abs(part - at(expected, i)) > 4)) {
        problems.push(`${x},${y}: ${actual} instead of ${expected}`);
      }
    }
  }
  expect(problems.slice(0, 3)).toEqual([]);
  expect(checked).toBeGreaterThan((upright.width * upright.height) / 10);
}

const FRAME_SIZES: readonly Size[] = [
  { width: 96, height: 64 },
  { width: 64, height: 96 },
  { width: 91, height: 53 },
];
const IMAGE_SIZES: readonly Size[] = [
  { width: 40, height: 40 },
  { width: 28, height: 52 },
  { width: 400, height: 120 },
];

describe('image', () => {
  for (const fit of FITS) {
    for (const rotation of ROTATIONS) {
      it(`is fitted by ${fit} and is upright in a frame rotated by ${rotation}`, async () => {
        for (const size of FRAME_SIZES) {
          for (const { width, height } of IMAGE_SIZES) {
            const source = quarters(width, height);
            expectFit(
              await backgroundAlone({ type: 'image', source, fit }, size, { rotation }),
              rotation,
              fit,
              source,
            );
          }
        }
      });
    }
  }

  it('is fitted by cover when no fit is given', async () => {
    const source = quarters(28, 52);
    expectFit(
      await backgroundAlone({ type: 'image', source }, { width: 96, height: 64 }),
      0,
      'cover',
      source,
    );
  });

  it('keeps its colours in every colour space', async () => {
    for (const colorSpace of COLOR_SPACES) {
      const source = quarters(32, 32);
      const pixels = await backgroundAlone(
        { type: 'image', source },
        { width: 32, height: 32 },
        { colorSpace },
      );
      QUARTERS.forEach((color, i) => {
        const actual = yuvAt(pixels, i & 1 ? 24 : 8, i & 2 ? 24 : 8);
        roundedYuvOf(color, colorSpace).forEach((sample, j) => {
          expect(Math.abs(at(actual, j) - sample)).toBeLessThanOrEqual(1);
        });
      });
    }
  });

  it('is composited over black where it is transparent', async () => {
    const data = Uint8Array.from({ length: 16 * 16 * 4 }, (_, i) =>
      (i & 3) === 3 ? (i < 16 * 8 * 4 ? 128 : 0) : 255,
    );
    const pixels = await backgroundAlone(
      { type: 'image', source: { width: 16, height: 16, data } },
      { width: 16, height: 16 },
    );
    for (const part of rgbAt(pixels, 3, 3)) expect(Math.abs(part - 128)).toBeLessThanOrEqual(2);
    expect(rgbAt(pixels, 3, 12)).toEqual(BLACK);
  });

  it('may have any size, down to one pixel or one row, in frames of any size', async () => {
    const color: Rgb = [200, 90, 30];
    const expected = roundedYuvOf(color, DEFAULT_COLOR_SPACE);
    for (const [width, height] of [
      [1, 1],
      [1, 300],
      [300, 1],
      [3, 2],
      [17, 5],
    ] as const) {
      const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => at([...color, 255], i & 3));
      for (const size of [
        { width: 1, height: 1 },
        { width: 2, height: 31 },
        { width: 47, height: 3 },
        { width: 40, height: 30 },
      ]) {
        for (const fit of FITS) {
          const pixels = await backgroundAlone({ type: 'image', source: { width, height, data }, fit }, size);
          let [worst, shown] = [0, 0];
          for (const y of range(size.height)) {
            for (const x of range(size.width)) {
              const actual = yuvAt(pixels, x, y);
              // Beside a contained image there is black. Where the image ends on an odd pixel, black shares its chroma.
              if (fit === 'contain' && actual[0] === 16) continue;
              shown++;
              for (const i of [0, 1, 2]) worst = Math.max(worst, Math.abs(at(actual, i) - at(expected, i)));
            }
          }
          expect(worst).toBeLessThanOrEqual(1);
          expect(shown).toBeGreaterThan(0);
          if (fit !== 'contain') expect(shown).toBe(size.width * size.height);
        }
      }
    }
  });
});

describe('video', () => {
  /** A video that always shows the same frame. */
  const still = (frame: Frame | undefined): VideoSource => ({ frameAt: () => frame });

  it("keeps its colours for every combination of its colour space and the frame's", async () => {
    const color: Rgb = [40, 160, 210];
    for (const from of COLOR_SPACES) {
      for (const to of COLOR_SPACES) {
        const source = still(plainFrame(24, 18, color, { colorSpace: from, padding: 5 }));
        const actual = yuvAt(
          await backgroundAlone({ type: 'video', source }, { width: 32, height: 24 }, { colorSpace: to }),
          9,
          9,
        );
        roundedYuvOf(color, to).forEach((sample, i) => {
          // Three rounded samples go in. The largest gain is 255/219, plus a little from chroma.
          expect(Math.abs(at(actual, i) - sample)).toBeLessThanOrEqual(2);
        });
      }
    }
  });

  for (const videoRotation of ROTATIONS) {
    for (const rotation of ROTATIONS) {
      it(`is upright when its frames are rotated by ${videoRotation} and the camera's by ${rotation}`, async () => {
        const { width, height, data } = quarters(60, 40);
        const back = ((360 - videoRotation) % 360) as Rotation;
        const [storedWidth, storedHeight] = back % 180 === 0 ? [width, height] : [height, width];
        const stored = rgbaFrame(turnedRgba(data, width, height, back), storedWidth, storedHeight, {
          rotation: videoRotation,
          format: videoRotation === 90 ? 'NV12' : 'I420',
          padding: 7,
        });
        for (const fit of ['cover', 'contain', 'stretch'] as const) {
          const pixels = await backgroundAlone(
            { type: 'video', source: still(stored), fit },
            { width: 90, height: 70 },
            { rotation },
          );
          expectFit(pixels, rotation, fit, { width, height });
        }
      });
    }
  }

  it('is asked for the time of each frame, shows black before its first frame, and repeats the last one until there is a new one', async () => {
    const asked: number[] = [];
    const colors: (Rgb | undefined)[] = [undefined, [255, 0, 0], undefined, [0, 0, 255]];
    const source: VideoSource = {
      frameAt(timestamp) {
        const color = colors[asked.length];
        asked.push(timestamp);
        return color && plainFrame(10, 10, color);
      },
    };
    using pipeline = await createTestPipeline(nobody(), { background: { type: 'video', source } });
    const seen: Rgb[] = [];
    for (const index of range(4)) {
      const { frame, kind } = await pipeline.process(plainFrame(20, 20, [255, 0, 255]), index * 40_000);
      expect(kind).toBe('processed');
      seen.push(rgbAt(pixelsOf(frame), 5, 5));
    }
    expect(asked).toEqual([0, 40_000, 80_000, 120_000]);
    const isNear = (a: Rgb | undefined, b: Rgb) => a?.every((part, i) => Math.abs(part - at(b, i)) <= 3);
    expect(isNear(seen[0], BLACK)).toBe(true);
    expect(isNear(seen[1], [255, 0, 0])).toBe(true);
    expect(isNear(seen[2], [255, 0, 0])).toBe(true);
    expect(isNear(seen[3], [0, 0, 255])).toBe(true);
  });

  it('may change size, rotation and colour space at any frame', async () => {
    const color: Rgb = [40, 160, 210];
    const frames = [
      plainFrame(10, 10, color),
      plainFrame(33, 7, color, { format: 'NV12' }),
      plainFrame(7, 33, color, { rotation: 90 }),
      plainFrame(7, 33, color, { colorSpace: { matrix: 'bt601', range: 'full' } }),
      plainFrame(300, 200, color, { padding: 3 }),
    ];
    let index = 0;
    using pipeline = await createTestPipeline(nobody(), {
      background: { type: 'video', source: { frameAt: () => frames[index] } },
    });
    for (index = 0; index < frames.length; index++) {
      const { frame } = await pipeline.process(plainFrame(40, 30, [255, 0, 255]), index * 40_000);
      rgbAt(pixelsOf(frame), 20, 15).forEach((part, i) => {
        expect(Math.abs(part - at(color, i))).toBeLessThanOrEqual(4);
      });
    }
  });
});

describe.each(['blur', 'bokeh'] as const)('%s', (type) => {
  const [width, height] = [192, 108];

  /** A disc-shaped person in front of a camera background. */
  function disc(
    person: Rgb,
    cameraBackground: (x: number, y: number) => Rgb,
  ): { readonly frame: Frame; readonly alpha: Uint8Array } {
    const alpha = new Uint8Array(width * height);
    const rgba = new Uint8Array(width * height * 4);
    for (const y of range(height)) {
      for (const x of range(width)) {
        const a = Math.min(1, Math.max(0, 36 - Math.hypot(x - 96, y - 60)));
        const behind = cameraBackground(x, y);
        alpha[y * width + x] = Math.round(a * 255);
        rgba.set(
          [...person.map((part, i) => Math.round(part * a + at(behind, i) * (1 - a))), 255],
          (y * width + x) * 4,
        );
      }
    }
    return { frame: rgbaFrame(rgba, width, height), alpha };
  }

  /** The largest chroma, as a distance from grey, of all pixels at least `distance` pixels outside the disc. */
  function tint(pixels: Pixels, distance: number): number {
    let largest = 0;
    for (const y of range(height)) {
      for (const x of range(width)) {
        if (Math.hypot(x - 96, y - 60) < 36 + distance) continue;
        const [, u, v] = yuvAt(pixels, x, y);
        largest = Math.max(largest, Math.abs(u - 128), Math.abs(v - 128));
      }
    }
    return largest;
  }

  it.each([0, 0.3, 0.6, 1])(
    'at strength %d does not spread a magenta person into a grey camera background',
    async (strength) => {
      const { frame, alpha } = disc([255, 0, 255], (x) => [90 + x / 3, 90 + x / 3, 90 + x / 3]);
      const segmenter = new ExactSegmenter({ width: 96, height: 54 });
      segmenter.truth = { width, height, data: alpha };
      using pipeline = await createTestPipeline(segmenter, { background: { type, strength } });
      const pixels = pixelsOf((await pipeline.process(frame, 0)).frame);
      // The matte's edge is as wide as a pixel of the network input (2 pixels) and a chroma sample (2).
      expect(tint(pixels, 5)).toBeLessThanOrEqual(6);
      // The camera background is still there, and so is the person, whose chroma is 214 and 230.
      expect(at(yuvAt(pixels, 180, 10), 0)).toBeGreaterThan(80);
      expect(at(yuvAt(pixels, 96, 60), 2)).toBeGreaterThan(220);
    },
  );

  it('differs by the same measure from a blur that includes the person', () => {
    const { frame } = disc([255, 0, 255], () => [120, 120, 120]);
    const source = pixelsOf(frame);
    const halfWidth = width / 2;
    const smear = (plane: Uint8Array) =>
      plane.map((_, i) => {
        const [x, y] = [i % halfWidth, Math.floor(i / halfWidth)];
        const window = range(9, -4).flatMap((dy) =>
          range(9, -4).map((dx) => {
            const [cx, cy] = [
              Math.min(halfWidth - 1, Math.max(0, x + dx)),
              Math.min(53, Math.max(0, y + dy)),
            ];
            return at(plane, cy * halfWidth + cx);
          }),
        );
        return window.reduce((a, b) => a + b) / window.length;
      });
    expect(tint({ ...source, u: smear(source.u), v: smear(source.v) }, 5)).toBeGreaterThan(15);
  });

  it('blurs more with a higher strength, and keeps the brightness', async () => {
    const camera = disc(BLACK, (x, y) => {
      const bright = (Math.floor(x / 6) + Math.floor(y / 6)) & 1 ? 200 : 60;
      return [bright, bright, bright];
    });
    const spread: number[] = [];
    for (const strength of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
      using pipeline = await createTestPipeline(nobody(), { background: { type, strength } });
      // A corner that the disc does not reach: camera background alone.
      const { y } = pixelsOf((await pipeline.process(camera.frame, 0)).frame);
      const corner = range(36).flatMap((row) => range(36).map((x) => at(y, row * width + x)));
      const mean = corner.reduce((a, b) => a + b) / corner.length;
      expect(mean).toBeGreaterThan(117);
      // Bokeh averages linear light, of which the bright half has more than its samples suggest.
      expect(mean).toBeLessThan(type === 'blur' ? 137 : 165);
      spread.push(Math.sqrt(corner.reduce((sum, value) => sum + (value - mean) ** 2, 0) / corner.length));
    }
    const source = pixelsOf(camera.frame).y;
    const before = range(36).flatMap((row) => range(36).map((x) => at(source, row * width + x)));
    expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(100);
    expect(at(spread, 0)).toBeLessThan(55);
    // What remains of a pattern under a disc filter oscillates a little with the radius.
    const slack = type === 'blur' ? 0 : 0.1;
    for (const i of range(5)) expect(at(spread, i + 1)).toBeLessThanOrEqual(at(spread, i) + slack);
    // The smallest disc is already larger than the pattern.
    expect(at(spread, 5)).toBeLessThan(at(spread, 0) / (type === 'blur' ? 3 : 2));
  });

  it('has a default strength of 0.6', async () => {
    const camera = disc(BLACK, (x, y) => (((x >> 3) + (y >> 3)) & 1 ? [220, 40, 40] : [30, 90, 200]));
    const results: Pixels[] = [];
    for (const background of [{ type }, { type, strength: 0.6 }]) {
      using pipeline = await createTestPipeline(nobody(), { background });
      results.push(pixelsOf((await pipeline.process(camera.frame, 0)).frame));
    }
    expect(results[0]).toEqual(results[1]);
  });

  it('leaves a camera background of one colour unchanged, at any size', async () => {
    const color: Rgb = [120, 150, 90];
    const expected = roundedYuvOf(color, DEFAULT_COLOR_SPACE);
    const sizes = [
      [1, 1],
      [2, 2],
      [3, 17],
      [17, 3],
      [16, 16],
      [33, 31],
      [129, 65],
      [400, 9],
    ] as const;
    for (const [w, h] of sizes) {
      for (const strength of [0, 1]) {
        using pipeline = await createTestPipeline(nobody(), { background: { type, strength } });
        const { frame, kind } = await pipeline.process(plainFrame(w, h, color), 0);
        expect(kind).toBe('processed');
        const { y, u, v } = pixelsOf(frame);
        [y, u, v].forEach((plane, i) => {
          expect(plane.every((sample) => Math.abs(sample - at(expected, i)) <= 1)).toBe(true);
        });
      }
    }
  });

  it('leaves no detail: a checkerboard of single pixels becomes one grey', async () => {
    const camera = disc(BLACK, (x, y) => ((x + y) & 1 ? [200, 200, 200] : [40, 40, 40]));
    for (const strength of [0, 0.5, 1]) {
      using pipeline = await createTestPipeline(nobody(), { background: { type, strength } });
      const { y } = pixelsOf((await pipeline.process(camera.frame, 0)).frame);
      // A corner beyond the disc and beyond what is blurred into its surroundings.
      const corner = range(24).flatMap((row) => range(24).map((x) => at(y, row * width + x)));
      expect(Math.max(...corner) - Math.min(...corner)).toBeLessThanOrEqual(1);
    }
  });
});

describe('the grids of blur and bokeh', () => {
  it('bokeh has larger discs with a higher strength, of 4 to 8 cells when the frame is large enough', () => {
    const strength = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(strength, strength, fc.integer({ min: 1, max: 4320 }), (a, b, side) => {
        const frame = { width: side * 2, height: side };
        const [weak, strong] = [bokehGrid(Math.min(a, b), frame), bokehGrid(Math.max(a, b), frame)];
        expect(strong.down * 2 ** strong.shift).toBeGreaterThanOrEqual(weak.down * 2 ** weak.shift);
        for (const { shift, across, down } of [weak, strong]) {
          expect(shift >= 2 && shift <= 5 && Number.isInteger(shift)).toBe(true);
          if (side >= 720 && side <= 2160) expect(down >= 4 && down < 8).toBe(true);
          expect(across).toBe(down);
        }
      }),
    );
  });

  it('blur grows with its strength on every frame, with a sigma near the requested one', () => {
    const strength = fc.double({ min: 0, max: 1, noNaN: true });
    /** The sigma, in pixels, of the three box filters that are run. */
    const sigmaOf = (grid: ReturnType<typeof blurGrid>) =>
      Math.sqrt(grid.down * (grid.down + 1)) * 2 ** grid.shift;
    fc.assert(
      fc.property(strength, strength, fc.integer({ min: 1, max: 16384 }), (a, b, side) => {
        const frame = { width: side * 2, height: side };
        const [weak, strong] = [blurGrid(Math.min(a, b), frame), blurGrid(Math.max(a, b), frame)];
        expect(sigmaOf(strong)).toBeGreaterThanOrEqual(sigmaOf(weak));
        for (const { shift, across, down } of [weak, strong]) {
          expect(shift >= 1 && shift <= 5 && Number.isInteger(shift)).toBe(true);
          expect(down >= 1 && Number.isInteger(down)).toBe(true);
          expect(across).toBe(down);
        }
        const wanted = (0.005 + 0.04 * b) * side;
        // Box sizes are whole cells; below 3 pixels only the smallest box is available.
        if (wanted > 3) expect(Math.abs(sigmaOf(blurGrid(b, frame)) / wanted - 1)).toBeLessThan(0.35);
      }),
    );
  });
});

describe('the grids of blur and bokeh for pixels that are not square', () => {
  const frame = fc.record({
    width: fc.integer({ min: 960, max: 4096 }),
    height: fc.integer({ min: 960, max: 4096 }),
    pixelAspectRatio: fc.double({ min: 0.5, max: 2, noNaN: true }),
  });
  const strength = fc.double({ min: 0.2, max: 1, noNaN: true });

  it('bokeh is a disc as displayed', () => {
    fc.assert(
      fc.property(frame, strength, (shape, value) => {
        const { shift, across, down } = bokehGrid(value, shape);
        if (Math.min(across, down) > 1) expect(across * shape.pixelAspectRatio).toBeCloseTo(down, 6);
        expect(shift >= 2 && shift <= 5).toBe(true);
      }),
    );
  });

  it('blur is round as displayed, within 15 %, and of the size that square pixels have', () => {
    fc.assert(
      fc.property(frame, strength, (shape, value) => {
        const sigma = (radius: number) => Math.sqrt(radius * (radius + 1));
        const { shift, across, down } = blurGrid(value, shape);
        expect(Math.abs((sigma(across) * shape.pixelAspectRatio) / sigma(down) - 1)).toBeLessThan(0.15);
        const displayed = { width: shape.width * shape.pixelAspectRatio, height: shape.height };
        const square = blurGrid(value, displayed);
        const ratio = (sigma(down) * 2 ** shift) / (sigma(square.down) * 2 ** square.shift);
        expect(Math.abs(ratio - 1)).toBeLessThan(0.35);
      }),
    );
  });
});

describe('transparent', () => {
  it("outputs the matte as alpha, with the person's colours, and black where alpha is 0", async () => {
    const [width, height] = [131, 77];
    const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
    const contents: Pixels = {
      width,
      height,
      colorSpace: DEFAULT_COLOR_SPACE,
      y: Uint8Array.from({ length: width * height }, (_, i) => 60 + (i % 130)),
      u: Uint8Array.from({ length: chroma }, (_, i) => 60 + (i % 100)),
      v: Uint8Array.from({ length: chroma }, (_, i) => 180 - (i % 90)),
      alpha: undefined,
    };
    const frame = frameOf(contents);
    const data = Uint8Array.from({ length: width * height }, (_, i) =>
      Math.hypot((i % width) - 60, Math.floor(i / width) - 40) < 25 ? 255 : 0,
    );
    const segmenter = () => {
      const exact = new ExactSegmenter();
      exact.truth = { width, height, data };
      return exact;
    };
    using cutter = await createTestPipeline(segmenter(), {
      background: { type: 'transparent' },
      without: ['foreground'],
    });
    using looker = await createTestPipeline(segmenter(), {
      stage: 'matte',
      background: { type: 'transparent' },
    });
    const outcome = await cutter.process(frame, 0);
    expect(outcome.frame.format).toBe('I420A');
    const { y, u, v, alpha } = pixelsOf(outcome.frame);
    const matte = await looker.process(frame, 0);
    expect(matte.frame.format).toBe('I420');
    const grey = pixelsOf(matte.frame).y;
    if (!alpha) throw new Error('no alpha');

    const halfWidth = Math.ceil(width / 2);
    const kinds = { black: 0, soft: 0, solid: 0 };
    const wrong = { grey: 0, luma: 0, black: 0, chroma: 0 };
    alpha.forEach((a, i) => {
      kinds[a === 0 ? 'black' : a === 255 ? 'solid' : 'soft']++;
      if (Math.abs(at(grey, i) - (16 + (219 * a) / 255)) > 0.5) wrong.grey++;
      if (at(y, i) !== (a === 0 ? 16 : at(contents.y, i))) wrong.luma++;
      const [x, row] = [i % width, Math.floor(i / width)];
      const sample = (row >> 1) * halfWidth + (x >> 1);
      const over = [0, 1].flatMap((dy) =>
        [0, 1].map((dx) =>
          at(alpha, Math.min(height - 1, (row & ~1) + dy) * width + Math.min(width - 1, (x & ~1) + dx)),
        ),
      );
      const [cb, cr] = [at(u, sample), at(v, sample)];
      if (over.every((value) => value === 0) && (cb !== 128 || cr !== 128)) wrong.black++;
      const isWhole = cb === at(contents.u, sample) && cr === at(contents.v, sample);
      if (over.every((value) => value > 0) && !isWhole) wrong.chroma++;
    });
    expect(wrong).toEqual({ grey: 0, luma: 0, black: 0, chroma: 0 });
    expect(kinds.black).toBeGreaterThan(width * height * 0.5);
    expect(kinds.solid).toBeGreaterThan(width * height * 0.1);
    expect(kinds.soft).toBeGreaterThan(10);
  });
});

describe('an invalid background', () => {
  const source = quarters(4, 4);
  const wrong: [what: string, background: unknown][] = [
    ['no background', undefined],
    ['null', null],
    ['a string', 'blur'],
    ['an unknown type', { type: 'hologram' }],
    ['a blur strength below 0', { type: 'blur', strength: -0.01 }],
    ['a blur strength above 1', { type: 'blur', strength: 1.01 }],
    ['a blur strength of NaN', { type: 'blur', strength: Number.NaN }],
    ['a blur strength that is a string', { type: 'blur', strength: 'strong' }],
    ['a bokeh strength above 1', { type: 'bokeh', strength: 2 }],
    ['an unknown colour', { type: 'color', color: 'greenish' }],
    ['an empty colour', { type: 'color', color: '' }],
    ['no colour', { type: 'color' }],
    ['a number as a colour', { type: 'color', color: 0xffffff }],
    ['no image', { type: 'image' }],
    ['a path as an image', { type: 'image', source: 'beach.jpg' }],
    ['an image with too few bytes', { type: 'image', source: { ...source, data: source.data.subarray(4) } }],
    ['an image with too many bytes', { type: 'image', source: { ...source, height: 3 } }],
    ['an empty image', { type: 'image', source: { width: 0, height: 0, data: new Uint8Array() } }],
    [
      'an image with a fractional width',
      { type: 'image', source: { width: 1.5, height: 2, data: new Uint8Array(12) } },
    ],
    ['an image with a width of NaN', { type: 'image', source: { ...source, width: Number.NaN } }],
    ['an unknown fit of an image', { type: 'image', source, fit: 'fill' }],
    ['no video', { type: 'video' }],
    ['a path as a video', { type: 'video', source: 'loop.mp4' }],
    ['an unknown fit of a video', { type: 'video', source: { frameAt: () => undefined }, fit: 'fill' }],
  ];

  it.each(wrong)('is refused and the previous one stays: %s', async (_what, background) => {
    const segmenter = nobody();
    using pipeline = await createTestPipeline(segmenter, { background: { type: 'color', color: 'blue' } });
    const set = () => pipeline.setBackground(background as Background);
    expect(set).toThrow(expect.objectContaining({ code: 'BACKGROUND_INVALID' }));
    const { frame, kind } = await pipeline.process(plainFrame(16, 16, [255, 0, 255]), 0);
    expect(kind).toBe('processed');
    expect(yuvAt(pixelsOf(frame), 3, 3)).toEqual(roundedYuvOf([0, 0, 255], DEFAULT_COLOR_SPACE));
  });

  it('is refused with a short message, whatever it contains', async () => {
    const circular: Record<string, unknown> = { type: 'hologram' };
    circular['self'] = circular;
    const large = { type: 'picture', source: { width: 500, height: 500, data: new Uint8Array(1_000_000) } };
    const refused: unknown[] = [circular, large, { type: 'hologram', depth: 1n }, Symbol('blur'), () => {}];
    using pipeline = await createTestPipeline(nobody());
    for (const background of refused) {
      let error: unknown;
      try {
        pipeline.setBackground(background as Background);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code: 'BACKGROUND_INVALID' });
      expect(String(error).length).toBeLessThan(500);
    }
  });

  it.each(wrong.slice(2))('makes creating the pipeline reject: %s', async (_what, background) => {
    const made = createTestPipeline(nobody(), { background: background as Background });
    await expect(made).rejects.toMatchObject({ code: 'BACKGROUND_INVALID' });
  });
});
