import { beforeAll, describe, expect, it } from 'vitest';
import type { Background, RgbaImage } from '../src/index.js';
import {
  at,
  largestDifference,
  only,
  type Pixels,
  pixelsOf,
  plainFrame,
  range,
  type Shot,
  shoot,
} from './support/frames.js';
import { createTestPipeline, type TestPipelineOptions } from './support/kernels.js';
import { dilated, eroded } from './support/metrics.js';
import { ExactSegmenter } from './support/segmenters.js';

const [WIDTH, HEIGHT] = [320, 180];
const FRAME_TIME = 33_333;

/** An image of one colour. */
function imageOf(r: number, g: number, b: number): RgbaImage {
  return { width: 8, height: 8, data: Uint8Array.from({ length: 256 }, (_, i) => at([r, g, b, 255], i & 3)) };
}

const white: Background = { type: 'image', source: imageOf(255, 255, 255) };
const gray: Background = { type: 'image', source: imageOf(90, 90, 90) };

/** The presenter in front of saturated magenta, which nothing else here contains. */
let shots: readonly Shot[];
beforeAll(async () => {
  shots = await shoot({ width: WIDTH, height: HEIGHT, room: 'magenta', waving: 'always' }, range(4));
});

/** The pipeline's output frame by frame. */
async function run(options: TestPipelineOptions, frames: readonly Shot[] = shots): Promise<Pixels[]> {
  const segmenter = new ExactSegmenter();
  using pipeline = await createTestPipeline(segmenter, options);
  const results: Pixels[] = [];
  for (const [index, shot] of frames.entries()) {
    segmenter.truth = shot.upright;
    const { frame, error } = await pipeline.process(shot.frame, index * FRAME_TIME);
    expect(error).toBeUndefined();
    results.push(pixelsOf(frame));
  }
  return results;
}

/** The mean luma where a mask is 255. */
function meanLuma({ y }: Pixels, mask: Uint8Array): number {
  const inside = y.filter((_, i) => at(mask, i) === 255);
  return inside.reduce((sum, value) => sum + value, 0) / inside.length;
}

/** How many chroma samples show the magenta camera background more than `reach` pixels from the person. */
function leakedSamples({ u, v }: Pixels, { alpha }: Shot, reach: number): number {
  const near = dilated(alpha, WIDTH, HEIGHT, reach);
  return u.filter((sample, i) => {
    const luma = Math.floor(i / (WIDTH / 2)) * 2 * WIDTH + (i % (WIDTH / 2)) * 2;
    return sample > 171 && at(v, i) > 179 && at(near, luma) === 0;
  }).length;
}

const everything: TestPipelineOptions = { lightWrap: 1, colorMatch: 1, edgeSoftness: 1 };

describe('every option', () => {
  it.each([
    ['lightWrap', -0.1],
    ['lightWrap', 1.1],
    ['colorMatch', Number.NaN],
    ['edgeSoftness', 2],
  ] as const)('is refused outside 0..1: %s %d', async (name, value) => {
    await expect(createTestPipeline(new ExactSegmenter(), { [name]: value })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(name),
    });
  });

  it('is deterministic: equal frames give equal output', async () => {
    const options = { ...everything, background: white };
    const [first, second] = [await run(options), await run(options)];
    first.forEach((pixels, i) => {
      expect(largestDifference(pixels, second[i] ?? pixels)).toBe(0);
    });
  });

  it.each([
    ['white', white],
    ['gray', gray],
    ['a colour', { type: 'color', color: '#00b140' }],
    ['transparent', { type: 'transparent' }],
  ] satisfies [string, Background][])(
    'shows no camera background, and leaves the new background unchanged: %s',
    async (_name, background) => {
      const empty = only(
        await run({ background }, [
          { ...only(shots), upright: { width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT) } },
        ]),
      );
      for (const [index, pixels] of (await run({ ...everything, background })).entries()) {
        const shot = only(shots.slice(index));
        // Beyond the matte's own reach (see pipeline.test.ts), softness adds 2 pixels.
        const reach = 7 * 2 + 2;
        expect(leakedSamples(pixels, shot, 6)).toBe(0);
        const far = dilated(shot.alpha, WIDTH, HEIGHT, reach);
        const wrong = pixels.y.filter((value, i) => at(far, i) === 0 && value !== at(empty.y, i));
        expect(wrong).toHaveLength(0);
      }
    },
  );

  it.each(['none', 'blur', 'bokeh', 'transparent'] as const)(
    'applies neither light wrap nor colour match: %s',
    async (type) => {
      const background: Background = { type };
      const plain = await run({ background });
      const lit = await run({ background, lightWrap: 1, colorMatch: 1 });
      plain.forEach((pixels, i) => {
        expect(largestDifference(pixels, lit[i] ?? pixels)).toBe(0);
      });
    },
  );
});

describe('light wrap', () => {
  it('brightens the edge in front of a bright background, less further inside, and not at all deep inside', async () => {
    const [dark, light] = [
      await run({ background: white, lightWrap: 0 }),
      await run({ background: white, lightWrap: 1 }),
    ];
    for (const [index, shot] of shots.entries()) {
      const [before, after] = [only(dark.slice(index)), only(light.slice(index))];
      const gains = [2, 6, 10].map((depth) => {
        const outer = eroded(shot.alpha, WIDTH, HEIGHT, depth);
        const inner = eroded(shot.alpha, WIDTH, HEIGHT, depth + 4);
        const ring = outer.map((value, i) => (value === 255 && at(inner, i) === 0 ? 255 : 0));
        return meanLuma(after, ring) - meanLuma(before, ring);
      });
      const [first = 0, second = 0, third = 0] = gains;
      expect(first).toBeGreaterThan(20);
      expect(second).toBeLessThan(first);
      expect(third).toBeLessThan(second);
      // Six cells of four pixels, and one for interpolation. There is no background below the frame's lower edge.
      const deep = eroded(shot.alpha, WIDTH, HEIGHT, 6 * 4 + 4 + 16);
      const changed = after.y.filter((value, i) => at(deep, i) === 255 && value !== at(before.y, i));
      expect(changed).toHaveLength(0);
    }
  });

  it('is 0.3 by default for images and videos, and off for a colour', async () => {
    const video: Background = {
      type: 'video',
      source: { frameAt: () => plainFrame(16, 16, [255, 255, 255]) },
    };
    for (const background of [white, video]) {
      const [byDefault, gentle] = [await run({ background }), await run({ background, lightWrap: 0.3 })];
      expect(largestDifference(only(byDefault), only(gentle))).toBe(0);
      const without = await run({ background, lightWrap: 0 });
      expect(largestDifference(only(byDefault), only(without))).toBeGreaterThan(5);
    }
    const color: Background = { type: 'color', color: 'white' };
    const [byDefault, without] = [
      await run({ background: color }),
      await run({ background: color, lightWrap: 0 }),
    ];
    expect(largestDifference(only(byDefault), only(without))).toBe(0);
  });

  it('comes from the current background', async () => {
    const black = imageOf(0, 0, 0);
    const segmenter = new ExactSegmenter();
    using pipeline = await createTestPipeline(segmenter, { background: { type: 'image', source: black } });
    const shot = only(shots);
    segmenter.truth = shot.upright;
    await pipeline.process(shot.frame, 0);
    pipeline.setBackground(white);
    pipeline.reset();
    const { frame } = await pipeline.process(shot.frame, FRAME_TIME);
    expect(largestDifference(pixelsOf(frame), only(await run({ background: white }, [shot])))).toBe(0);
  });
});

describe('colour match', () => {
  const solid = (shot: Shot) => eroded(shot.alpha, WIDTH, HEIGHT, 16);

  it('brightens the person in front of a bright background and darkens them in front of a dark one, within limits', async () => {
    const shot = only(shots);
    const luma = async (background: Background, colorMatch: number) =>
      meanLuma(only(await run({ background, colorMatch, lightWrap: 0 }, [shot])), solid(shot));
    const black: Background = { type: 'image', source: imageOf(0, 0, 0) };
    const plain = await luma(white, 0);
    expect(await luma(white, 1)).toBeGreaterThan(plain + 8);
    expect(await luma(white, 1)).toBeLessThan(plain + 40);
    expect(await luma(white, 0.5)).toBeGreaterThan(plain + 3);
    expect(await luma(white, 0.5)).toBeLessThan(await luma(white, 1));
    expect(await luma(black, 1)).toBeLessThan(plain - 8);
    expect(await luma(black, 1)).toBeGreaterThan(plain - 40);
  });

  it('adopts the tint of the background', async () => {
    const shot = only(shots);
    const blue: Background = { type: 'image', source: imageOf(40, 70, 200) };
    const mask = solid(shot);
    const tint = async (colorMatch: number) => {
      const { u } = only(await run({ background: blue, colorMatch, lightWrap: 0 }, [shot]));
      const inside = u.filter((_, i) => {
        const luma = Math.floor(i / (WIDTH / 2)) * 2 * WIDTH + (i % (WIDTH / 2)) * 2;
        return at(mask, luma) === 255;
      });
      return inside.reduce((sum, value) => sum + value, 0) / inside.length;
    };
    const [plain, matched] = [await tint(0), await tint(1)];
    expect(matched).toBeGreaterThan(plain + 2);
    expect(matched).toBeLessThan(plain + 20);
  });

  it('does not jump when the lighting changes, and starts anew with another background', async () => {
    const bright = only(await shoot({ width: WIDTH, height: HEIGHT, room: 'magenta', waving: 'never' }, [0]));
    const { frame } = bright;
    // The same frame in half the light.
    const planes = frame.planes.map(({ data, stride }, i) => ({
      stride,
      data: i === 0 ? data.map((value) => 16 + ((value - 16) >> 1)) : data,
    }));
    const dim: Shot = { ...bright, frame: { ...frame, planes } };
    const mask = solid(bright);
    const gain = (pixels: Pixels, shot: Shot) =>
      meanLuma(pixels, mask) - meanLuma(pixelsOf(shot.frame), mask);
    const sequence = [bright, bright, ...range(120).map(() => dim)];
    const results = await run({ background: gray, colorMatch: 1, lightWrap: 0 }, sequence);
    const gains = results.map((pixels, i) => gain(pixels, only(sequence.slice(i))));
    const settled = gain(only(await run({ background: gray, colorMatch: 1, lightWrap: 0 }, [dim])), dim);
    // The first dim frame is corrected like the bright one, apart from the effect of the gain itself; then the change is
    // slow.
    for (const i of range(119, 3)) expect(Math.abs(at(gains, i) - at(gains, i - 1))).toBeLessThan(1);
    expect(Math.abs(at(gains, 121) - settled)).toBeLessThan(Math.abs(at(gains, 2) - settled) / 2);

    const segmenter = new ExactSegmenter();
    segmenter.truth = bright.upright;
    using pipeline = await createTestPipeline(segmenter, { background: gray, colorMatch: 1, lightWrap: 0 });
    await pipeline.process(bright.frame, 0);
    pipeline.setBackground(white);
    const changed = pixelsOf((await pipeline.process(bright.frame, FRAME_TIME)).frame);
    const fresh = only(await run({ background: white, colorMatch: 1, lightWrap: 0 }, [bright]));
    expect(Math.abs(gain(changed, bright) - gain(fresh, bright))).toBeLessThan(0.01);
  });
});

describe('edge softness', () => {
  it('widens the edge of the matte and leaves its inside opaque', async () => {
    const background: Background = { type: 'transparent' };
    const [sharp, soft] = [await run({ background }), await run({ background, edgeSoftness: 1 })];
    for (const [index, shot] of shots.entries()) {
      const [a, b] = [only(sharp.slice(index)).alpha, only(soft.slice(index)).alpha];
      if (!a || !b) throw new Error('no alpha');
      const mixed = (alpha: Uint8Array) => alpha.filter((value) => value > 0 && value < 255).length;
      expect(mixed(b)).toBeGreaterThan(mixed(a) * 1.2);
      // A pixel stays 0 or 255 if the square of 5 pixels around it was all 0 or all 255.
      const grown = dilated(a, WIDTH, HEIGHT, 2);
      const shrunk = eroded(a, WIDTH, HEIGHT, 2);
      b.forEach((value, i) => {
        if (at(grown, i) === 0 && value !== 0)
          throw new Error(`${value} at ${i}, shot ${index} of ${shot.alpha.length}`);
        if (at(shrunk, i) === 255 && value !== 255) throw new Error(`${value} at ${i}`);
      });
    }
  });

  it("shows the person's colours in the wider edge, not the camera background's", async () => {
    // Person and camera background have one colour each: what is not the new background must be the person's.
    const [width, height] = [320, 180];
    const data = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 160 ? 255 : 0));
    const [person, cameraBackground] = [
      plainFrame(width, height, [40, 160, 60]),
      plainFrame(width, height, [255, 0, 255]),
    ];
    const planes = person.planes.map(({ data: samples, stride }, plane) => ({
      stride,
      data: samples.map((value, i) =>
        i % stride < (plane === 0 ? 160 : 80)
          ? value
          : at(only(cameraBackground.planes.slice(plane)).data, i),
      ),
    }));
    const shot: Shot = { frame: { ...person, planes }, alpha: data, upright: { width, height, data } };
    const { u, v } = only(
      await run({ background: { type: 'color', color: 'black' }, edgeSoftness: 1 }, [shot]),
    );
    const [personU, personV] = [at(pixelsOf(person).u, 0), at(pixelsOf(person).v, 0)];
    // Between the person's chroma and black's, and nowhere towards the camera background's.
    expect(Math.max(...u)).toBeLessThanOrEqual(Math.max(128, personU) + 6);
    expect(Math.max(...v)).toBeLessThanOrEqual(Math.max(128, personV) + 6);
  });
});
