import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { makeClip } from './support/clips.js';
import { Firefox } from './support/firefox.js';
import { startLab } from './support/lab.js';
import type { TestPage } from './support/page.js';
import type { TestServer } from './support/server.js';
import { WebKit } from './support/webkit.js';

/** The ways of frames other than Chromium's, each in the browser that it is for. */
const browsers = inject('browsers');
let server: TestServer;

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped');
  server = await startLab();
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** The person before the chosen colour, and hardly anything of the room. */
function expectProcessed(frame: Seen): void {
  expect(frame.plain).toBeGreaterThan(0.3);
  expect(frame.plain).toBeLessThan(0.9);
  expect(frame.room).toBeLessThan(0.03);
}

/** From the first frame to the end of a track. */
async function expectWholeLife(page: TestPage<Lab>, strategy: string): Promise<void> {
  const result = await page.run(
    async (lab) => {
      const background = await lab.create();
      const source = await lab.paint('/clips/striped.y4m');
      const output = background.process(source);
      const outs = lab.record(output, { color: lab.GREEN });
      await lab.until(() => background.state === 'running');
      await outs.next(5);
      const processed = await outs.next(10);
      background.pause();
      await outs.next(8);
      const paused = await outs.next(3);
      background.resume();
      await outs.next(8);
      const resumed = await outs.next(3);
      source.enabled = false;
      await lab.wait(1000);
      const from = outs.frames.length;
      await lab.wait(500);
      const disabled = outs.frames.slice(from);
      source.enabled = true;
      await outs.until(({ frames }) => (frames.at(-1)?.plain ?? 1) < 0.9);
      await lab.wait(1200);
      const { statistics } = background;
      let told = false;
      // Firefox keeps events that scripts send from listeners that a test's driver adds.
      output.onended = () => {
        told = true;
      };
      source.stop();
      await lab.until(() => output.readyState === 'ended');
      background.dispose();
      const all = outs.frames;
      return { all, processed, paused, resumed, disabled, statistics, told, state: background.state };
    },
    undefined,
    90_000,
  );
  expect(result.statistics.strategy).toBe(strategy);
  for (const frame of result.all) expect(frame.room).toBeLessThan(0.03);
  for (const frame of [...result.processed, ...result.resumed]) expectProcessed(frame);
  for (const frame of result.paused) expect(frame.plain).toBeGreaterThan(0.999);
  for (const frame of result.disabled) expect(frame.plain).toBeGreaterThan(0.95);
  expect(result.statistics.framesOut).toBeGreaterThanOrEqual(15);
  expect([result.told, result.state]).toEqual([true, 'disposed']);
  expect(page.errors).toEqual([]);
}

describe.skipIf(!browsers.firefox)('the pump, in Firefox', () => {
  let firefox: Firefox;
  beforeAll(async () => {
    firefox = await Firefox.launch(required(browsers.firefox, 'Firefox'));
  });
  afterAll(() => firefox?.[Symbol.asyncDispose]());

  it('processes a track from the first frame to its end', async () => {
    await using page = await firefox.open<Lab>(server.origin);
    await expectWholeLife(page, 'pump');
  });

  it('goes on while another tab is in front', async () => {
    await using page = await firefox.open<Lab>(server.origin);
    await page.run(async (lab) => {
      const background = await lab.create();
      background.process(await lab.openCamera({ width: 640, height: 360 }));
      await lab.until(() => background.state === 'running');
      Object.assign(globalThis, { background });
    });
    await using _other = await firefox.open<Lab>(server.origin);
    const { hidden, frames } = await page.run(async (lab) => {
      const { background } = globalThis as unknown as { background: Awaited<ReturnType<Lab['create']>> };
      await lab.wait(1500);
      const before = background.statistics.framesOut;
      await lab.wait(3000);
      return { hidden: document.hidden, frames: background.statistics.framesOut - before };
    });
    expect(hidden).toBe(true);
    // A page that is hidden hears of a frame once a second or less.
    expect(frames).toBeGreaterThan(12);
  });
});

describe.skipIf(!browsers.webkit)('the standard form, in WebKitGTK', () => {
  let webkit: WebKit;
  beforeAll(async () => {
    webkit = await WebKit.launch(required(browsers.webkit, 'WebKitGTK'));
  });
  afterAll(() => webkit?.[Symbol.asyncDispose]());

  it('processes a track from the first frame to its end', async () => {
    await using page = await webkit.open<Lab>(server.origin);
    await expectWholeLife(page, 'worker-track');
  });
});
