import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Lab } from '../../packages/web/test/browser/pages/lab.js';
import { required } from '../../packages/web/test/browser/support/browsers.js';
import { Chromium, type ChromiumPage } from '../../packages/web/test/browser/support/chromium.js';
import { makeClip } from '../../packages/web/test/browser/support/clips.js';
import { makeAssets, startLab } from '../../packages/web/test/browser/support/lab.js';
import type { TestServer } from '../../packages/web/test/browser/support/server.js';
import { findProcess, memoryOfTree } from '../processes.js';
import type { Ledger } from './ledger.worker.js';

const MINUTES = Number(process.env['ELSEWHERE_SOAK_MINUTES'] ?? 10);

/** The number of samples. */
const SAMPLES = 20;

/** An argument by which the browser's process is found. */
const ARGUMENT = `--user-agent=elsewhere-soak-${process.pid}`;

/** Megabytes by which memory may grow from the second quarter of the time to the last. */
const SLACK = { wasm: 0, heap: 4, processes: 40 };

let server: TestServer;
let chromium: Chromium;
let browser: number;

beforeAll(async () => {
  await makeClip(inject('folder'), 'office');
  const script = (name: string) => fileURLToPath(new URL(`${name}.worker.ts`, import.meta.url));
  const assets = await makeAssets('measured', {
    'worker.js': [script('memories'), script('ledger')],
    'output.js': [script('ledger')],
  });
  server = await startLab({ isolated: true, folders: { '/measured/': assets } });
  chromium = await Chromium.launch({
    path: required(inject('browsers').chromium, 'Chromium'),
    args: [ARGUMENT, '--enable-blink-features=ForceEagerMeasureMemory', '--js-flags=--expose-gc'],
  });
  browser = findProcess(ARGUMENT);
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** All in MB. */
interface Sample {
  /** JavaScript and DOM of the page and its workers, as reported by Chromium. */
  readonly heap: number;
  /** WebAssembly memories in the engine worker. */
  readonly wasm: number;
  readonly processes: number;
}

async function measure(page: ChromiumPage<Lab>): Promise<Sample> {
  const [heap, wasm] = await page.run(async () => {
    const { measureUserAgentSpecificMemory } = performance as unknown as {
      measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
    };
    const { bytes } = await measureUserAgentSpecificMemory.call(performance);
    const channel = new BroadcastChannel('memories');
    const sizes = await new Promise<readonly number[]>((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
      channel.postMessage('ask');
    });
    channel.close();
    return [bytes / 2 ** 20, sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20] as const;
  });
  return { heap, wasm, processes: memoryOfTree(browser) };
}

function mean(samples: readonly Sample[], name: keyof Sample): number {
  return samples.reduce((sum, sample) => sum + sample[name], 0) / samples.length;
}

function expectFlat(samples: readonly Sample[]): void {
  const quarter = Math.floor(samples.length / 4);
  const [early, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  for (const name of ['wasm', 'heap', 'processes'] as const) {
    expect(mean(late, name), name).toBeLessThanOrEqual(mean(early, name) + SLACK[name]);
  }
}

/** Fails unless every frame that the workers' scripts received was closed. */
async function expectClosed(page: ChromiumPage<Lab>): Promise<void> {
  const ledgers = await page.run(async (lab) => {
    const channel = new BroadcastChannel('ledger');
    const answers: Ledger[] = [];
    channel.onmessage = ({ data }) => answers.push(data);
    channel.postMessage('ask');
    await lab.until(() => answers.length === 2);
    channel.close();
    return answers;
  });
  for (const { seen, lost } of ledgers) {
    expect(seen).toBeGreaterThan(100);
    expect(lost).toEqual([]);
  }
}

function print(title: string, samples: readonly Sample[]): void {
  const rows = samples.map((sample, i) =>
    [i, ...(['heap', 'wasm', 'processes'] as const).map((name) => sample[name].toFixed(1))].join('\t'),
  );
  console.log([title, '\theap\twasm\tprocesses (MB)', ...rows].join('\n'));
}

it(`${MINUTES} minutes at 720p30 do not grow the memory`, async () => {
  await using page = await chromium.open<Lab>(server.origin);
  await page.run(async (lab) => {
    const background = await lab.create({ assets: '/measured/', background: { type: 'blur' } });
    const player = lab.play({ url: '/clips/office.y4m' });
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([background.process(player.track)]);
    await video.play();
    await lab.until(() => background.state === 'running');
    Object.assign(globalThis, { background });
  });
  const samples: Sample[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await new Promise((resolve) => setTimeout(resolve, (MINUTES * 60_000) / SAMPLES));
    samples.push(await measure(page));
  }
  const statistics = await page.run(
    () => (globalThis as unknown as { background: { statistics: object } }).background.statistics,
  );
  print(`${MINUTES} minutes`, samples);
  console.log(JSON.stringify(statistics));
  expectFlat(samples);
  await expectClosed(page);
  expect(page.errors).toEqual([]);
});

it('200 tracks and 20 objects, started and stopped, leave nothing behind', async () => {
  await using page = await chromium.open<Lab>(server.origin);
  await page.run((lab) =>
    lab.create({ assets: '/measured/' }).then((background) => {
      Object.assign(globalThis, { background, player: lab.play({ url: '/clips/office.y4m' }) });
    }),
  );
  const samples: Sample[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await page.run(
      async (lab) => {
        const { background, player } = globalThis as unknown as {
          background: Awaited<ReturnType<Lab['create']>>;
          player: ReturnType<Lab['play']>;
        };
        for (let j = 0; j < 10; j++) {
          const before = background.statistics.framesOut;
          const output = background.process(player.track);
          await lab.until(() => background.statistics.framesOut > before);
          output.stop();
          // A stopped output is noticed within half a second.
          await lab.wait(600);
        }
      },
      undefined,
      300_000,
    );
    samples.push(await measure(page));
  }
  print('200 tracks', samples);
  expectFlat(samples);
  await expectClosed(page);
  for (let i = 0; i < 20; i++) {
    await page.run(async (lab) => {
      const background = await lab.create();
      background.dispose();
    });
  }
  await page.run(() => {
    (globalThis as unknown as { background: Disposable }).background[Symbol.dispose]();
  });
  // The player's own worker remains.
  await expect.poll(() => page.page.workers().length, { timeout: 10_000 }).toBe(1);
  expect(page.errors).toEqual([]);
});
