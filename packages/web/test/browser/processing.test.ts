import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dilated, eroded, iou, mad } from '../../../engine/test/support/metrics.js';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { type Clip, type ClipFrame, makeClip, readClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** What comes out of Chromium, pixel by pixel: the camera shows the presenter in an office, at 720p. */
let server: TestServer;
let chromium: Chromium;
let clip: Clip;
let truth: readonly ClipFrame[];

beforeAll(async () => {
  clip = await makeClip(inject('folder'), 'office');
  truth = await readClip(clip);
  server = await startLab();
  const path = required(inject('browsers').chromium, 'Chromium');
  chromium = await Chromium.launch({ path, camera: clip.path });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** A frame that came out beside what is known of it. */
interface Pair {
  readonly out: ClipFrame;
  readonly known: ClipFrame;
}

/**
 * Lets the camera run through a background and picks frames that came out well after the start.
 *
 * @param page - The page.
 * @param options - Of `VirtualBackground.create`.
 * @param alpha - Whether the frames that come out have an alpha plane.
 */
async function pairs(
  page: ChromiumPage<Lab>,
  options: Parameters<Lab['create']>[0] = {},
  alpha = false,
): Promise<readonly Pair[]> {
  const count = await page.run(async (lab, options) => {
    const background = await lab.create(options);
    const camera = await lab.openCamera();
    const ins = lab.record(camera, { keep: true });
    const outs = lab.record(background.process(camera), { keep: true });
    await lab.until(() => background.state === 'running');
    await outs.until(({ kept }) => kept.length >= 30);
    const both = outs.kept
      .map((out) => ({ out, from: ins.kept.find(({ timestamp }) => timestamp === out.timestamp) }))
      .filter(({ from }) => from !== undefined)
      .slice(-24)
      .filter((_, i) => i % 6 === 0);
    for (const [i, { out, from }] of both.entries()) {
      await lab.upload(`out-${i}`, out.planes);
      if (from) await lab.upload(`in-${i}`, from.planes);
    }
    for (const recording of [ins, outs]) recording.stop();
    camera.stop();
    return both.length;
  }, options);
  expect(page.errors).toEqual([]);
  return Array.from({ length: count }, (_, i) => {
    const seen = planesOf(server.upload(`in-${i}`));
    const known = truth.find((frame) => Buffer.compare(frame.y, seen.y) === 0);
    if (!known) throw new Error('The camera shows what is not in the clip.');
    return { out: planesOf(server.upload(`out-${i}`), alpha), known };
  });
}

function planesOf(bytes: Buffer, alpha = false): ClipFrame {
  const luma = clip.width * clip.height;
  const chroma = luma / 4;
  return {
    y: bytes.subarray(0, luma),
    u: bytes.subarray(luma, luma + chroma),
    v: bytes.subarray(luma + chroma, luma + 2 * chroma),
    alpha: alpha ? bytes.subarray(luma + 2 * chroma) : new Uint8Array(),
  };
}

/** Mean and largest difference of two planes where a mask of the same size says so. */
function difference(
  a: Uint8Array,
  b: Uint8Array,
  where: (index: number) => boolean,
): [mean: number, largest: number] {
  let [sum, count, largest] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!where(i)) continue;
    const distance = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    sum += distance;
    count++;
    largest = Math.max(largest, distance);
  }
  expect(count).toBeGreaterThan(1000);
  return [sum / count, largest];
}

/** Whether all four pixels of a chroma sample are in a mask of luma's size. */
function inChroma(mask: Uint8Array, value: number): (index: number) => boolean {
  const across = clip.width / 2;
  return (index) => {
    const at = 2 * Math.floor(index / across) * clip.width + 2 * (index % across);
    return [at, at + 1, at + clip.width, at + clip.width + 1].every((pixel) => mask[pixel] === value);
  };
}

describe('the picture', () => {
  it('is the person in their own colours before the new background', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    const frames = await pairs(page);
    expect(frames.length).toBe(4);
    const report = [];
    for (const { out, known } of frames) {
      const inside = eroded(known.alpha, clip.width, clip.height, 12);
      const around = dilated(known.alpha, clip.width, clip.height, 24);
      const green = out.y[clip.width * 4 + 4] ?? 0;
      const plain = new Uint8Array(out.y.length).fill(green);
      report.push({
        inside: difference(out.y, known.y, (i) => inside[i] === 255),
        insideU: difference(out.u, known.u, inChroma(inside, 255)),
        insideV: difference(out.v, known.v, inChroma(inside, 255)),
        outside: difference(out.y, plain, (i) => around[i] === 0),
        band: difference(out.y, plain, (i) => around[i] !== 0 && known.alpha[i] === 0),
      });
    }
    console.log(JSON.stringify(report));
  });

  it('has the matte that the truth asks for', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    const frames = await pairs(page, { background: { type: 'transparent' } }, true);
    console.log(frames.map(({ out, known }) => [iou(out.alpha, known.alpha), mad(out.alpha, known.alpha)]));
  });
});
