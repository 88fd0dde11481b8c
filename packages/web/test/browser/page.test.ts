import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Lab } from './pages/lab.js';
import type { Recording } from './pages/tracks.js';
import { SPECKS } from './support/bounds.js';
import { required } from './support/browsers.js';
import { Chromium } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** What the page around it does: hidden, busy, frozen. Frames go on all the while. */
let server: TestServer;
let chromium: Chromium;

/** What the steps of a test leave in the page for each other. */
declare global {
  var outs: Recording | undefined;
  var from: number | undefined;
}

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped');
  server = await startLab();
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Starts, and waits until frames come. */
async function begin(lab: Lab): Promise<void> {
  const background = await lab.create();
  const player = lab.play({ url: '/clips/striped.y4m' });
  globalThis.outs = lab.record(background.process(player.track), { color: lab.GREEN, truth: lab.STRIPED });
  await lab.until(() => background.state === 'running');
}

/** Counts frames over two seconds. */
async function count(lab: Lab): Promise<number> {
  const before = globalThis.outs?.frames.length ?? 0;
  await lab.wait(2000);
  return (globalThis.outs?.frames.length ?? 0) - before;
}

describe('frames go on', () => {
  it('while another tab is in front', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    await page.run(begin);
    const before = await page.run(count);
    await using other = await chromium.open<Lab>(server.origin);
    await other.page.bringToFront();
    const during = await page.run(count);
    const leaks = await page.run(() => globalThis.outs?.frames.map(({ leak }) => leak));
    expect(before).toBeGreaterThan(0);
    expect(during).toBeGreaterThan(0.6 * before);
    for (const leak of leaks ?? []) expect(leak).toBeLessThan(SPECKS);
  });

  it('while the page is busy for a second', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    await page.run(begin);
    const { during, most } = await page.run(async (lab) => {
      const outs = globalThis.outs;
      if (!outs) throw new Error('Not begun');
      await outs.next(5);
      const start = performance.timeOrigin + performance.now();
      const end = start + 1000;
      while (performance.timeOrigin + performance.now() < end);
      await lab.wait(500);
      const during = outs.frames.filter(({ arrived }) => arrived > start && arrived < end);
      const gaps = during.map(({ arrived }, i) => arrived - (during[i - 1]?.arrived ?? start));
      return { during, most: Math.max(...gaps) };
    });
    expect(during.length).toBeGreaterThan(5);
    expect(most).toBeLessThan(800);
    for (const { leak } of during) expect(leak).toBeLessThan(SPECKS);
  });

  it('after the page was frozen and thawed', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    await page.run(begin);
    const session = await chromium.context.newCDPSession(page.page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    const after = await page.run(async () => globalThis.outs?.next(10));
    for (const frame of after ?? []) {
      expect(frame.leak).toBeLessThan(SPECKS);
      expect(frame.plain).toBeLessThan(0.9);
    }
    expect(page.errors).toEqual([]);
  });
});
