import type { WhenUnavailable } from '@elsewhere/web';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { EngineFault, FaultPlan } from './pages/faults.js';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import { SPECKS } from './support/bounds.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { LabPage, makeFaultyAssets, startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/**
 * Never a frame of the real camera background: faults are injected at every step, and every output frame is inspected. The
 * presenter stands before stripes that nothing else shows.
 */
let server: TestServer;
let chromium: Chromium;
const shared = new LabPage(() => chromium.open<Lab>(server.origin));
let page: ChromiumPage<Lab>;
/** The faults of the workers to come. */
let plan: (readonly EngineFault[])[] = [];

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped');
  await makeClip(inject('folder'), 'striped-small');
  const faulty = await makeFaultyAssets();
  server = await startLab({
    folders: { '/assets/': faulty, '/late/': faulty },
    pages: { '/faults': () => JSON.stringify(plan.shift() ?? []) },
  });
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
});
afterAll(async () => {
  await shared.close();
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  plan = [];
  page = await shared.get();
});
afterEach(({ task }) => shared.release(task.result?.state === 'fail'));

/** Nothing but specks of the camera background where no person is near, and hardly anything at the person's edge. */
function expectNoCameraBackground(frames: readonly Seen[]): void {
  for (const frame of frames) {
    expect(frame.leak).toBeLessThan(SPECKS);
    expect(frame.cameraBackground).toBeLessThan(0.03);
  }
}

/** What came of a track while its worker failed. */
interface Story {
  readonly frames: readonly Seen[];
  readonly states: readonly string[];
  readonly errors: readonly string[];
  /** As the statistics say. */
  readonly placeholders: number;
  /** Whether the output has ended before the camera did. */
  readonly hasEnded: boolean;
}

/** How a track is processed with faults. */
interface Course {
  /** Of the workers to come. */
  readonly faults: FaultPlan;
  /** States to wait for, one after the other; others may come between them. */
  readonly states: readonly string[];
  /** How many frames to wait for after that. */
  readonly frames: number;
  readonly whenUnavailable?: WhenUnavailable;
  readonly assets?: string;
}

/** The next frame is sent so many milliseconds later where the last one does not come back. */
const PATIENCE = 40;

/** Processes a track with faults, its frames one after the other. */
async function process({ faults, ...course }: Course): Promise<Story> {
  plan = [...faults];
  return page.run(
    async (lab, { states: wanted, frames, whenUnavailable, assets, patience }) => {
      const background = await lab.create({ assets, whenUnavailable, quality: 'medium' });
      const states: string[] = [];
      const errors: string[] = [];
      background.addEventListener('statechange', ({ state }) => states.push(state));
      background.addEventListener('error', ({ error }) => errors.push(error.code));
      const player = lab.play({ url: '/clips/striped.y4m', patience });
      const output = background.process(player.track);
      const outs = lab.record(output, { color: lab.GREEN, truth: lab.STRIPED, player });
      let from = 0;
      for (const state of wanted) {
        await lab.until(() => states.indexOf(state, from) >= 0, 90_000, `${state} of ${wanted}`);
        from = states.indexOf(state, from) + 1;
      }
      await outs.next(frames);
      const hasEnded = output.readyState === 'ended';
      if (background.state === 'running') await lab.statisticsOf(background);
      const { placeholders } = background.statistics;
      player.end();
      await outs.until(({ ended }) => ended);
      return { frames: outs.frames, states, errors, placeholders, hasEnded };
    },
    { whenUnavailable: 'placeholder', assets: '/assets/', ...course, patience: PATIENCE } as const,
    110_000,
  );
}

const KERNELS = [
  'thumbnail',
  'tensor',
  'remap',
  'temporal',
  'motion',
  'quantile',
  'halve',
  'coefficients',
  'classify',
  'matte',
  'steady',
  'compositeLuma',
  'compositeChroma',
  'foreground',
  'compose',
] as const;

describe('an exception', () => {
  it('in each kernel: placeholders for these frames, then the person again', async () => {
    const faults = KERNELS.map(
      (name, i): EngineFault => ({ at: `kernel:${name}`, does: 'throw', after: 10 + 4 * i, times: 2 }),
    );
    const { frames, states, placeholders } = await process({
      faults: [faults],
      states: ['running', 'degraded', 'running'],
      frames: 50,
    });
    expectNoCameraBackground(frames);
    expect(frames.length).toBeGreaterThan(20);
    expect(placeholders).toBeGreaterThan(0);
    expect(states.at(-1)).toBe('running');
  });

  it.each(['network', 'read', 'write'] as const)('in the %s', async (at) => {
    const { frames, states } = await process({
      faults: [[{ at, does: 'throw', after: 8, times: 3 }]],
      states: ['running', 'degraded', 'running'],
      frames: 5,
    });
    expectNoCameraBackground(frames);
    expect(states.at(-1)).toBe('running');
  });

  it('in the network, for good, in every worker: the state is failed, and the placeholder stays', async () => {
    const always: readonly EngineFault[] = [{ at: 'network', does: 'throw' }];
    const { frames, states } = await process({
      faults: Array.from({ length: 20 }, () => always),
      states: ['failed'],
      frames: 5,
    });
    expectNoCameraBackground(frames);
    for (const frame of frames) expect(frame.plain).toBe(1);
    expect(states).not.toContain('running');
  });
});

describe('what is shown meanwhile', () => {
  it('freeze: nothing, so that the last good frame stays', async () => {
    const fault: EngineFault = { at: 'network', does: 'throw', after: 8, times: 5 };
    const { frames, placeholders } = await process({
      faults: [[fault]],
      states: ['running', 'degraded', 'running'],
      frames: 5,
      whenUnavailable: 'freeze',
    });
    expectNoCameraBackground(frames);
    expect(placeholders).toBe(0);
    for (const frame of frames) expect(frame.plain).toBeLessThan(0.9);
  });

  it('stop: placeholders, but once the state is failed the output ends', async () => {
    const always: readonly EngineFault[] = [{ at: 'network', does: 'throw', after: 8 }];
    const { frames, hasEnded } = await process({
      faults: Array.from({ length: 20 }, () => always),
      states: ['failed'],
      frames: 0,
      whenUnavailable: 'stop',
    });
    expectNoCameraBackground(frames);
    expect(hasEnded).toBe(true);
  });
});

describe('slowness', () => {
  it('a network that takes half a second', async () => {
    const { frames } = await process({
      faults: [[{ at: 'network', does: 'wait', milliseconds: 500 }]],
      states: ['running'],
      frames: 3,
    });
    expectNoCameraBackground(frames);
  });

  it('a network that never answers', async () => {
    const { frames } = await process({
      faults: [[{ at: 'network', does: 'hang', after: 10 }]],
      states: ['running', 'degraded', 'running'],
      frames: 3,
    });
    expectNoCameraBackground(frames);
  });

  it('a model that comes late', async () => {
    server.faults.set('/late/selfie_segmentation_landscape.tflite', { delay: 1000 });
    const { frames } = await process({ faults: [[]], states: ['running'], frames: 3, assets: '/late/' });
    expectNoCameraBackground(frames);
  });
});

describe('a lost worker', () => {
  it.each(['crash', 'quit', 'spin'] as const)('%s: another one replaces it', async (does) => {
    const { frames, states, errors } = await process({
      faults: [[{ at: 'network', does, after: 15, times: 1 }]],
      states: ['running', 'degraded', 'running'],
      frames: 3,
    });
    expectNoCameraBackground(frames);
    expect(errors).toContain('WORKER_FAILED');
    expect(states.at(-1)).toBe('running');
  });

  it('again and again: the state is failed, and the placeholder stays', async () => {
    const always: readonly EngineFault[] = [{ at: 'network', does: 'crash', after: 5 }];
    const { frames, states } = await process({
      faults: Array.from({ length: 20 }, () => always),
      states: ['running', 'failed'],
      frames: 5,
    });
    expectNoCameraBackground(frames);
    expect(frames.at(-1)?.plain).toBe(1);
    expect(states.at(-1)).toBe('failed');
  });
});

describe('memory', () => {
  it('that cannot grow: placeholders or nothing', async () => {
    const { frames } = await process({
      faults: [[{ at: 'memory', does: 'throw', after: 3 }]],
      states: [],
      frames: 20,
    });
    expectNoCameraBackground(frames);
  });
});

describe('a lazy network', () => {
  it('does not rest where frames are far apart', async () => {
    const frames = await page.run(async (lab) => {
      const background = await lab.create({ quality: 'lowest' });
      // Every fourth frame of the clip: people move a good deal from one to the next.
      const player = lab.play({ url: '/clips/striped.y4m', fps: 7.5, step: 4, patience: 1000 });
      const truth = { ...lab.STRIPED, fps: 7.5, step: 4 };
      const outs = lab.record(background.process(player.track), { color: lab.GREEN, truth, player });
      await lab.until(() => background.state === 'running');
      await outs.next(20);
      return outs.frames;
    });
    expectNoCameraBackground(frames);
  });
});

describe('much at once', () => {
  it('a hundred backgrounds', async () => {
    const { frames, shown } = await page.run(
      async (lab, patience) => {
        const background = await lab.create();
        const player = lab.play({ url: '/clips/striped.y4m', patience });
        const outs = lab.record(background.process(player.track), {
          color: lab.GREEN,
          truth: lab.STRIPED,
          player,
        });
        await lab.until(() => background.state === 'running');
        const image = new ImageData(64, 36);
        const choices = [
          { type: 'color', color: 'navy' },
          { type: 'image', source: image },
          { type: 'blur' },
          { type: 'transparent' },
        ] as const;
        let shown = 0;
        for (let i = 0; i < 100; i++) {
          const choice = choices[i % choices.length];
          if (!choice) continue;
          const changing = background.setBackground(choice).then(
            () => shown++,
            () => {},
          );
          if (i % 3 === 0) await changing;
        }
        await outs.next(5);
        return { frames: outs.frames, shown };
      },
      PATIENCE,
      110_000,
    );
    expect(shown).toBeGreaterThan(30);
    // Blurred, the stripes are one magenta.
    for (const frame of frames) expect(frame.stripes).toBeLessThan(0.02);
  });

  it('ten sizes, one after the other', async () => {
    const frames = await page.run(
      async (lab, patience) => {
        const background = await lab.create();
        const player = lab.play({ url: '/clips/striped.y4m', patience });
        const outs = lab.record(background.process(player.track), { color: lab.GREEN, player });
        await lab.until(() => background.state === 'running');
        for (let i = 0; i < 10; i++) {
          const [url, width] = i % 2 ? ['/clips/striped.y4m', 640] : ['/clips/striped-small.y4m', 320];
          player.change({ url });
          await outs.until(({ frames }) => frames.at(-1)?.width === width);
          await outs.next(3);
        }
        return outs.frames;
      },
      PATIENCE,
      110_000,
    );
    for (const frame of frames) expect(frame.cameraBackground).toBeLessThan(0.03);
    expect(new Set(frames.map(({ width }) => width))).toEqual(new Set([640, 320]));
  });

  it('eight tracks, one after the other', async () => {
    const frames = await page.run(
      async (lab, patience) => {
        const background = await lab.create();
        const all: Seen[] = [];
        for (let i = 0; i < 8; i++) {
          const player = lab.play({ url: '/clips/striped.y4m', patience });
          const outs = lab.record(background.process(player.track), {
            color: lab.GREEN,
            truth: lab.STRIPED,
            player,
          });
          await outs.next(2);
          player.end();
          await outs.until(({ ended }) => ended);
          all.push(...outs.frames);
        }
        return all;
      },
      PATIENCE,
      110_000,
    );
    expectNoCameraBackground(frames);
  });
});
