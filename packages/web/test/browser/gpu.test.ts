import type { VirtualBackground, VirtualBackgroundOptions, WebBackground } from '@elsewhere/web';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import type { GpuFault } from './pages/gpu-faults.js';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import type { PlayerOptions } from './pages/messages.js';
import type { Player, Recording } from './pages/tracks.js';
import { SPECKS } from './support/bounds.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip, readClip } from './support/clips.js';
import { ASSETS, makeFaultyAssets, makeKeyedAssets, startLab } from './support/lab.js';
import { grown, maskOf } from './support/masks.js';
import type { TestServer } from './support/server.js';

/** What gives Chromium a WebGPU adapter that runs on the processor: right, and a second or so a frame. */
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
];

/** Of the clip, in pixels. */
const [WIDTH, HEIGHT] = [320, 240] as const;

/** Frames a second that the clip is played with, by their timestamps; the clock's, too, while the GPU is being opened. */
const FPS = 4;

/** Frames over the GPU that do not count: where people are is known a frame or two later there. */
const SETTLING = 2;

/** How long opening may take, in milliseconds: all is compiled for the processor. */
const OPENING = 200_000;

/** How long a frame may take, in milliseconds, before the next is sent without it. */
const FRAME_PATIENCE = 30_000;

/** What the lab shows unless a test says something else. */
const GREEN_SCREEN: WebBackground = { type: 'color', color: 'rgb(0 177 64)' };

vi.setConfig({ testTimeout: 3 * OPENING });

let server: TestServer;
let chromium: Chromium;
/** Where the person is in each frame of the clip. */
let alphas: readonly Uint8Array[];
/** The faults of the GPU workers to come. */
let plan: (readonly GpuFault[])[] = [];

beforeAll(async () => {
  const folder = inject('folder');
  alphas = (await readClip(await makeClip(folder, 'striped-small'))).map(({ alpha }) => alpha);
  makeVideo(`${folder}/plain.webm`, {
    picture: 'color=c=0x3050a0:s=320x240:r=30:d=1',
    encoder: 'libvpx-vp9',
  });
  const keyed = await makeKeyedAssets();
  server = await startLab({
    folders: {
      '/assets/': keyed,
      '/without-worker/': keyed,
      '/real/': ASSETS,
      '/faulty/': await makeFaultyAssets(),
    },
    pages: { '/faults': '[]', '/gpu-faults': () => JSON.stringify(plan.shift() ?? []) },
  });
  server.faults.set('/without-worker/gpu.js', { status: 404 });
  // Networks run without LiteRT on the GPU, too.
  server.faults.set('/assets/litert.js', { status: 404 });
  const path = required(inject('browsers').chromium, 'Chromium');
  chromium = await Chromium.launch({ path, args: SOFTWARE_GPU });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Closes a page: nothing has gone wrong on it, and every frame was closed. */
async function close(page: ChromiumPage<Lab> | undefined): Promise<void> {
  await page?.[Symbol.asyncDispose]();
  expect(page?.errors).toEqual([]);
  expect(page?.console.filter((line) => line.includes('VideoFrame'))).toEqual([]);
}

/** What is on the page for all tests of both backends side by side. */
interface Stage {
  readonly gpu: VirtualBackground;
  readonly cpu: VirtualBackground;
  readonly errors: readonly string[];
  /** Sends the same frames to both. */
  player: Player;
  outs: Recording;
  refs: Recording;
}

declare global {
  var stage: Stage;
}

/** What is to be different from now on. */
interface Change {
  /** `null`: stays as it is. */
  readonly background?: WebBackground | null;
  readonly options?: VirtualBackgroundOptions;
  readonly play?: Partial<PlayerOptions>;
}

/** The same frame, come out of both. RGBA, as the browser shows it. */
interface Pair {
  readonly width: number;
  readonly height: number;
  readonly gpu: Uint8Array;
  readonly cpu: Uint8Array;
  /** 255 is person, where the frame is the clip's own. */
  readonly alpha: Uint8Array;
}

/** How much more of a colour there is, in steps of 255: mean, and the largest difference of all. */
interface Difference {
  readonly mean: readonly number[];
  readonly most: readonly number[];
}

function difference({ gpu, cpu }: Pair, counts: Uint8Array): Difference {
  const mean = [0, 0, 0, 0];
  const most = [0, 0, 0, 0];
  const count = counts.reduce((sum, each) => sum + each, 0);
  for (let i = 0; i < gpu.length; i++) {
    if (!counts[i >> 2]) continue;
    const more = (gpu[i] ?? 0) - (cpu[i] ?? 0);
    mean[i & 3] = (mean[i & 3] ?? 0) + more / count;
    most[i & 3] = Math.max(most[i & 3] ?? 0, Math.abs(more));
  }
  return { mean, most };
}

/** What is all person, well away from the edge. */
function insideOf({ alpha, width }: Pair): Uint8Array {
  return grown(
    maskOf(alpha, (value) => value < 255),
    width,
    6,
  ).map((each) => 1 - each);
}

/** Where no person is near. */
function outsideOf({ alpha, width }: Pair): Uint8Array {
  return grown(
    maskOf(alpha, (value) => value > 0),
    width,
    12,
  ).map((each) => 1 - each);
}

/** The most that the colours of a mask differ in any channel, by their means. */
function meanOf(pair: Pair, mask: Uint8Array): number {
  return Math.max(...difference(pair, mask).mean.map(Math.abs));
}

/** How far two pictures are apart, in steps of 255: mean of all samples. */
function distanceOf(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, value, i) => sum + Math.abs(value - (other[i] ?? 0)), 0) / one.length;
}

/** A picture of RGBA with left and right exchanged. */
function mirrored(pixels: Uint8Array, width: number): Uint8Array {
  return pixels.map((_, i) => {
    const column = (i >> 2) % width;
    return pixels[i + 4 * (width - 1 - 2 * column)] ?? 0;
  });
}

/** Opens both backends on a page and plays the clip to them. */
async function openStage(page: ChromiumPage<Lab>, assets: string): Promise<void> {
  await page.run(
    async (lab, { assets, fps, opening }) => {
      const errors: string[] = [];
      const gpu = await lab.create({ backend: 'gpu', quality: 'medium', assets });
      const cpu = await lab.create({ backend: 'cpu', quality: 'medium', assets });
      gpu.addEventListener('error', ({ error }) => errors.push(`${error.code}: ${error.message}`));
      const player = lab.play({ url: '/clips/striped-small.y4m', fps });
      const outs = lab.record(gpu.process(player.track), { keep: 'RGBA', player });
      const refs = lab.record(cpu.process(player.track), { keep: 'RGBA', player });
      globalThis.stage = { gpu, cpu, player, outs, refs, errors };
      await lab.until(() => gpu.statistics.backend === 'gpu' || errors.length > 0, opening);
    },
    { assets, fps: FPS, opening: OPENING },
    OPENING,
  );
  await page.run((_, change) => globalThis.stage.player.change(change), AS_THEY_COME);
}

/** Each frame is sent when both backends have dealt with the one before. */
const AS_THEY_COME: Partial<PlayerOptions> = { rate: 1000, patience: FRAME_PATIENCE };

/** Shows something on both backends: what is not said is as in {@link USUAL}. */
async function show(page: ChromiumPage<Lab>, { background, options, play }: Change): Promise<void> {
  await page.run(
    async (_, { background, options, play }) => {
      const { gpu, cpu, player } = globalThis.stage;
      for (const each of [gpu, cpu]) {
        each.setOptions(options);
        if (background) await each.setBackground(background);
      }
      player.change(play);
    },
    {
      background: background === undefined ? GREEN_SCREEN : background,
      options: { ...USUAL.options, ...options },
      play: { ...USUAL.play, ...play },
    },
  );
}

/** What the stage shows unless a test says something else. */
const USUAL = {
  options: { mirror: false, maxSize: { width: WIDTH, height: HEIGHT }, stage: 'composite' },
  play: { colorSpace: {}, flip: false, crop: { x: 0, y: 0, width: WIDTH, height: HEIGHT } },
} as const satisfies Change;

/**
 * A frame that has come out of both, over the GPU, since something was changed.
 *
 * @param page - With a stage.
 * @param change - What is to be seen.
 */
async function next(page: ChromiumPage<Lab>, change: Change = {}): Promise<Pair> {
  await show(page, change);
  const { timestamp, width, height } = await page.run(
    async (lab, { frame, settling, patience }) => {
      const { player, outs, refs } = globalThis.stage;
      // One more may have been on its way.
      const last = (player.sent.at(-1)?.timestamp ?? 0) + frame;
      const refOf = (timestamp: number) => refs.kept.find((ref) => ref.timestamp === timestamp);
      const find = () =>
        outs.kept.filter(
          ({ timestamp, format }) => timestamp > last && !format.startsWith('I420') && refOf(timestamp),
        )[settling];
      await lab.until(() => find() !== undefined, patience);
      const out = find();
      const ref = out && refOf(out.timestamp);
      if (!out || !ref) throw new Error('No pair');
      await lab.upload('gpu', out.planes);
      await lab.upload('cpu', ref.planes);
      if (out.width !== ref.width || out.height !== ref.height) throw new Error('Of different sizes');
      return { timestamp: out.timestamp, width: out.width, height: out.height };
    },
    { frame: 1e6 / FPS, settling: SETTLING, patience: OPENING },
    OPENING,
  );
  const index = Math.round((timestamp * FPS) / 1e6) % alphas.length;
  return {
    width,
    height,
    gpu: new Uint8Array(server.upload('gpu')),
    cpu: new Uint8Array(server.upload('cpu')),
    alpha: alphas[index] ?? new Uint8Array(),
  };
}

/** The person and the background have the same colours on both backends; the background is the green one. */
function expectSameColors(pair: Pair, person: number): void {
  expect(meanOf(pair, insideOf(pair))).toBeLessThan(person);
  // The CPU rounds the background's colour to steps of YUV: measured 4, in blue.
  expect(Math.max(...difference(pair, outsideOf(pair)).mean.map(Math.abs))).toBeLessThan(5);
  const corner = pair.gpu.subarray(0, 4);
  [0, 177, 64, 255].forEach((value, i) => {
    expect(Math.abs((corner[i] ?? 0) - value)).toBeLessThanOrEqual(2);
  });
}

describe('on the GPU', () => {
  let page: ChromiumPage<Lab>;

  beforeAll(async () => {
    page = await chromium.open<Lab>(server.origin);
    await openStage(page, '/assets/');
  }, 2 * OPENING);
  afterAll(async () => {
    expect(await page.run(() => globalThis.stage.errors)).toEqual([]);
    await close(page);
  });

  it.each<{ name: string; colorSpace: VideoColorSpaceInit; person: number }>([
    // Measured: 0.24 at most, in all three.
    { name: 'that do not tell their colours', colorSpace: {}, person: 0.5 },
    {
      name: 'in BT.709',
      colorSpace: { matrix: 'bt709', primaries: 'bt709', transfer: 'bt709', fullRange: false },
      person: 0.5,
    },
    {
      name: 'in full range',
      colorSpace: { matrix: 'bt709', primaries: 'bt709', transfer: 'bt709', fullRange: true },
      person: 0.5,
    },
    // `copyTo`, with which both are seen here, does not look at primaries; what is shown on the GPU is converted. Measured: 3.3.
    {
      name: 'in BT.601, with its primaries',
      colorSpace: { matrix: 'smpte170m', primaries: 'smpte170m', transfer: 'smpte170m', fullRange: false },
      person: 4,
    },
  ])('frames $name come out with the colours of the CPU backend', async ({ colorSpace, person }) => {
    expectSameColors(await next(page, { play: { colorSpace } }), person);
  });

  it('a transparent background is transparent everywhere but at the person', async () => {
    const pair = await next(page, { background: { type: 'transparent' } });
    expect(meanOf(pair, insideOf(pair))).toBeLessThan(0.5);
    const outside = outsideOf(pair);
    const seen = pair.gpu.reduce(
      (sum, value, i) => sum + (i % 4 === 3 && outside[i >> 2] && value ? 1 : 0),
      0,
    );
    expect(seen / outside.length).toBeLessThan(SPECKS);
  });

  it.each<{ name: string; background: WebBackground; place: number }>([
    // The stripes are at the edge of what RGB holds, where it is cut off. Measured: 8, in blue.
    { name: 'blurred', background: { type: 'blur', strength: 0.6 }, place: 10 },
    { name: 'a video', background: { type: 'video', source: '/clips/plain.webm' }, place: 4 },
  ])('another background: $name', async ({ background, place }) => {
    const pair = await next(page, { background });
    expect(meanOf(pair, insideOf(pair))).toBeLessThan(0.7);
    expect(meanOf(pair, outsideOf(pair))).toBeLessThan(place);
  });

  it('another background: an image, whose colours come out as they are', async () => {
    await page.run(
      async (_, { width, height }) => {
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('No canvas');
        for (const [i, color] of ['#204060', '#806040', '#40a080', '#c0c0c0'].entries()) {
          context.fillStyle = color;
          context.fillRect((i % 2) * (width / 2), (i >> 1) * (height / 2), width / 2, height / 2);
        }
        const { gpu, cpu } = globalThis.stage;
        const background = { type: 'image', source: await createImageBitmap(canvas) } as const;
        for (const each of [gpu, cpu]) await each.setBackground(background);
      },
      { width: WIDTH, height: HEIGHT },
    );
    const pair = await next(page, { background: null });
    expect(meanOf(pair, outsideOf(pair))).toBeLessThan(4);
    // The person may cover the lower corners.
    const wanted = [
      [0, [32, 64, 96]],
      [WIDTH - 1, [128, 96, 64]],
    ] as const;
    for (const [at, color] of wanted) {
      const seen = pair.gpu.subarray(4 * at, 4 * at + 3);
      color.forEach((value, i) => {
        expect(Math.abs((seen[i] ?? 0) - value)).toBeLessThanOrEqual(3);
      });
    }
  });

  it('mirrored', async () => {
    const pair = await next(page, { options: { mirror: true } });
    expect(distanceOf(pair.gpu, pair.cpu)).toBeLessThan(
      0.5 * distanceOf(pair.gpu, mirrored(pair.cpu, WIDTH)),
    );
  });

  it('cropped to odd sizes, scaled down, and whole again', async () => {
    const crop = { x: 40, y: 20, width: 241, height: 181 };
    const odd = await next(page, { play: { crop } });
    expect([odd.width, odd.height]).toEqual([241, 181]);
    expect(meanOf(odd, new Uint8Array(241 * 181).fill(1))).toBeLessThan(6);
    const small = await next(page, { options: { maxSize: { width: 120, height: 120 } }, play: { crop } });
    expect(small.width).toBe(120);
    expect(meanOf(small, new Uint8Array(small.width * small.height).fill(1))).toBeLessThan(6);
    const whole = await next(page);
    expect([whole.width, whole.height]).toEqual([WIDTH, HEIGHT]);
  });

  it('rotated or mirrored frames and the steps take the CPU backend, and what comes after them the GPU again', async () => {
    await next(page);
    const formats = await page.run(async (lab, frame) => {
      const { gpu, player, outs } = globalThis.stage;
      const after = async (change: () => void, count: number) => {
        change();
        // One more may have been on its way.
        const last = (player.sent.at(-1)?.timestamp ?? 0) + frame;
        const later = () => outs.kept.filter(({ timestamp }) => timestamp > last);
        await lab.until(() => later().length >= count);
        return later().map(({ format }) => format);
      };
      return {
        turned: await after(() => player.change({ flip: true }), 2),
        steps: await after(() => {
          player.change({ flip: false });
          gpu.setOptions({ stage: 'steps' });
        }, 2),
        end: await after(() => gpu.setOptions({ stage: 'composite' }), 2),
      };
    }, 1e6 / FPS);
    for (const format of [...formats.turned, ...formats.steps]) expect(format).toBe('I420');
    for (const format of formats.end) expect(format).not.toBe('I420');
  });

  it('of twenty backgrounds none shows that was chosen before the last one that was shown', async () => {
    await show(page, {});
    const { seen, gpuFrames } = await page.run(async (lab, frame) => {
      const { gpu, player, outs } = globalThis.stage;
      const from = outs.kept.length;
      const marks: number[] = [];
      for (let i = 0; i < 20; i++) {
        await gpu.setBackground({ type: 'color', color: `rgb(${12 * i} ${250 - 12 * i} 128)` });
        // One more may have been on its way.
        marks.push((player.sent.at(-1)?.timestamp ?? 0) + frame);
        const mark = marks.at(-1) ?? 0;
        const isThere = () => outs.kept.some((k) => k.timestamp > mark && !k.format.startsWith('I420'));
        // Some follow at once, some after a frame, some when they show.
        const count = player.sent.length + (i % 2);
        await lab.until(i % 5 === 4 ? isThere : () => player.sent.length >= count);
      }
      await lab.until(() => (outs.kept.at(-1)?.timestamp ?? 0) > (marks.at(-1) ?? 0));
      const seen = outs.kept.slice(from).map(({ timestamp, planes }) => {
        const least = marks.findLastIndex((mark) => timestamp > mark);
        return { least, color: Array.from(planes.subarray(0, 3)) };
      });
      const isOverGpu = ({ format }: { format: string }) => !format.startsWith('I420');
      return { seen, gpuFrames: outs.kept.slice(from).filter(isOverGpu).length };
    }, 1e6 / FPS);
    expect(gpuFrames).toBeGreaterThan(1);
    const later = seen.filter((each) => each.least >= 0);
    expect(later.length).toBeGreaterThan(4);
    for (const { least, color } of later) {
      const place = Math.round((color[0] ?? 0) / 12);
      expect(place).toBeGreaterThanOrEqual(least);
      [12 * place, 250 - 12 * place, 128].forEach((value, i) => {
        expect(Math.abs((color[i] ?? 0) - value)).toBeLessThan(6);
      });
    }
  });

  it('the camera background: not once more when another one has been chosen', async () => {
    await show(page, {});
    const rounds = await page.run(
      async (lab, { frame, width }) => {
        const { gpu, player, outs } = globalThis.stage;
        // How far neighbouring stripes are apart, at the upper edge.
        const sharpness = (planes: Uint8Array) => {
          let sum = 0;
          for (let x = 0; x < 60; x++) {
            sum += Math.abs((planes[4 * (4 * width + x)] ?? 0) - (planes[4 * (4 * width + x + 2)] ?? 0));
          }
          return sum / 60;
        };
        const rounds: { open: number[]; hidden: number[] }[] = [];
        for (const background of [
          { type: 'blur' },
          { type: 'color', color: 'navy' },
          { type: 'blur' },
        ] as const) {
          const since = async (wanted: WebBackground) => {
            await gpu.setBackground(wanted);
            // One more may have been on its way.
            const mark = (player.sent.at(-1)?.timestamp ?? 0) + frame;
            const later = () => outs.kept.filter(({ timestamp }) => timestamp > mark);
            await lab.until(() => later().some(({ format }) => !format.startsWith('I420')));
            return later().map(({ planes }) => sharpness(planes));
          };
          rounds.push({ open: await since({ type: 'none' }), hidden: await since(background) });
        }
        return rounds;
      },
      { frame: 1e6 / FPS, width: WIDTH },
    );
    expect(rounds).toHaveLength(3);
    for (const { open, hidden } of rounds) {
      for (const sharpness of open) expect(sharpness).toBeGreaterThan(20);
      for (const sharpness of hidden) expect(sharpness).toBeLessThan(8);
    }
  });

  it('a further track takes over the GPU worker of the one before', async () => {
    await next(page);
    await page.run(
      async (lab, { frame, fps, change }) => {
        const { gpu, cpu, player, outs, refs } = globalThis.stage;
        // Its last frame is one for the CPU: the GPU is idle when it is out.
        player.change({ flip: true });
        const last = (player.sent.at(-1)?.timestamp ?? 0) + frame;
        await outs.until(({ kept }) => kept.some(({ timestamp }) => timestamp > last));
        player.end();
        await outs.until(({ ended }) => ended);
        await refs.until(({ ended }) => ended);
        const again = lab.play({ url: '/clips/striped-small.y4m', fps, ...change });
        globalThis.stage.player = again;
        globalThis.stage.outs = lab.record(gpu.process(again.track), { keep: 'RGBA', player: again });
        globalThis.stage.refs = lab.record(cpu.process(again.track), { keep: 'RGBA', player: again });
        await globalThis.stage.outs.until(({ kept }) => kept.some(({ format }) => format !== 'I420'));
      },
      { frame: 1e6 / FPS, fps: FPS, change: AS_THEY_COME },
    );
    expect(server.requests.filter((path) => path === '/assets/gpu.js').length).toBe(1);
  });
});

describe('with the real networks', () => {
  it('frames come out with the colours of the CPU backend, and LiteRT is not fetched', async () => {
    const page = await chromium.open<Lab>(server.origin);
    await openStage(page, '/real/');
    expectSameColors(await next(page), 0.5);
    expect(await page.run(() => globalThis.stage.errors)).toEqual([]);
    expect(server.requests).toContain('/real/gpu.js');
    expect(server.requests.filter((path) => path.startsWith('/real/litert'))).toEqual([]);
    await close(page);
  });
});

/** What came of a track. */
interface Story {
  readonly frames: readonly Seen[];
  readonly errors: readonly string[];
  readonly states: readonly string[];
  readonly backend: string;
  readonly placeholders: number;
}

/**
 * Sends a track over the GPU until that has failed, and on.
 *
 * @param page - The page.
 * @param assets - The assets folder.
 */
function sufferFault(page: ChromiumPage<Lab>, assets: string): Promise<Story> {
  return page.run(
    async (lab, { assets, fps, opening, width, height, change }) => {
      const background = await lab.create({ backend: 'gpu', quality: 'medium', assets });
      const errors: string[] = [];
      const states: string[] = [];
      background.addEventListener('error', ({ error }) => errors.push(error.code));
      background.addEventListener('statechange', ({ state }) => states.push(state));
      const player = lab.play({ url: '/clips/striped-small.y4m', fps });
      const truth = { url: '/clips/striped-small.alpha', width, height, fps };
      const outs = lab.record(background.process(player.track), { color: lab.GREEN, truth, player });
      await outs.next(1);
      await lab.until(() => background.statistics.backend === 'gpu' || errors.length > 0, opening);
      player.change(change);
      await lab.until(() => errors.length > 0, opening);
      const frames = await lab.sentFromNow(player, outs, 5).then(() => outs.frames);
      const { backend, placeholders } = await lab.statisticsOf(background);
      player.end();
      await outs.until(({ ended }) => ended);
      const story = { frames, errors, states: [...states], backend, placeholders };
      background.dispose();
      return story;
    },
    { assets, fps: FPS, opening: OPENING, width: WIDTH, height: HEIGHT, change: AS_THEY_COME },
    2 * OPENING,
  );
}

/** The person in green, in every frame, and nothing was noticed but what the event told. */
function expectGoneOn({ frames, errors, states, backend, placeholders }: Story, code: string): void {
  expect(errors).toEqual([code]);
  expect(states).toEqual(['running']);
  expect(backend).toBe('cpu');
  expect(placeholders).toBe(0);
  for (const { leak, cameraBackground, plain } of frames) {
    expect(leak).toBeLessThan(SPECKS);
    expect(cameraBackground).toBeLessThan(0.03);
    expect(plain).toBeGreaterThan(0.4);
  }
}

describe('without a GPU', () => {
  it('an error event says so where it was asked for, and frames go on', async () => {
    const path = required(inject('browsers').chromium, 'Chromium');
    await using plain = await Chromium.launch({ path });
    const page = await plain.open<Lab>(server.origin);
    expectGoneOn(await sufferFault(page, '/assets/'), 'GPU_UNAVAILABLE');
    await close(page);
  });

  it('nor its worker: the same', async () => {
    const page = await chromium.open<Lab>(server.origin);
    expectGoneOn(await sufferFault(page, '/without-worker/'), 'GPU_UNAVAILABLE');
    await close(page);
  });
});

describe('a fault', () => {
  it.each<GpuFault>([
    { at: 'frame', does: 'lose' },
    { at: 'submit', does: 'lose', after: 4 },
    { at: 'frame', does: 'crash', after: 1 },
    { at: 'buffer', does: 'refuse', after: 3 },
    { at: 'settle', does: 'hang', after: 1 },
  ])('$does at $at', async (fault) => {
    plan = [[fault]];
    const page = await chromium.open<Lab>(server.origin);
    expectGoneOn(await sufferFault(page, '/faulty/'), 'GPU_FAILED');
    await close(page);
  });
});

describe('on a machine without a real GPU', () => {
  it('the CPU is found to be cheaper, without an error and without a dropped frame', async () => {
    const page = await chromium.open<Lab>(server.origin);
    const hasGpuWorker = async () => (await chromium.workers()).includes('gpu.js');
    await page.run(
      async (lab, options) => {
        const background = await lab.create({ backend: 'auto' });
        const errors: string[] = [];
        background.addEventListener('error', ({ error }) => errors.push(error.code));
        const player = lab.play({ url: '/clips/striped-small.y4m', ...options });
        const outs = lab.record(background.process(player.track), { color: lab.GREEN, player });
        await outs.next(1);
        Object.assign(globalThis, { trial: { background, player, errors } });
      },
      { fps: FPS, rate: FPS, patience: FRAME_PATIENCE },
    );
    await expect.poll(hasGpuWorker, { timeout: OPENING }).toBe(true);
    await expect.poll(hasGpuWorker, { timeout: OPENING }).toBe(false);
    const { errors, statistics } = await page.run(async (lab) => {
      type Trial = { background: VirtualBackground; player: Player; errors: readonly string[] };
      const { background, player, errors } = (globalThis as unknown as { trial: Trial }).trial;
      const statistics = await lab.statisticsOf(background);
      player.end();
      background.dispose();
      return { errors, statistics };
    });
    expect(errors).toEqual([]);
    expect(statistics.backend).toBe('cpu');
    expect(statistics.placeholders).toBe(0);
    expect(statistics.dropped).toBe(0);
    expect(statistics.framesOut).toBeGreaterThanOrEqual(statistics.framesIn - 1);
    await close(page);
  });
});

describe('disposed of', () => {
  it('while it is being opened, and with two tracks: no worker is left', async () => {
    const page = await chromium.open<Lab>(server.origin);
    await page.run(async (lab, fps) => {
      const background = await lab.create({ backend: 'gpu' });
      const players = [1, 2].map(() => lab.play({ url: '/clips/striped-small.y4m', fps }));
      const all = players.map(({ track }) => lab.record(background.process(track)));
      await Promise.all(all.map((outs) => outs.next(3)));
      background.dispose();
      for (const player of players) player.end();
      for (const outs of all) outs.stop();
    }, FPS);
    // One that compiles goes when it is done with that.
    await expect.poll(() => chromium.workers(), { timeout: OPENING }).toEqual([]);
    await close(page);
  });
});
