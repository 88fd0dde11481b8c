import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Lab } from './pages/lab.js';
import type { PlayerOptions } from './pages/messages.js';
import type { Player, Recording } from './pages/tracks.js';
import { SPECKS } from './support/bounds.js';
import { required } from './support/browsers.js';
import { Chromium } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** What happens to the page: it is hidden, busy, frozen. Frames go on all the while. */
let server: TestServer;
let chromium: Chromium;

/** What the steps of a test leave in the page for each other. */
declare global {
  var outs: Recording | undefined;
  var player: Player | undefined;
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
async function begin(lab: Lab, play: Partial<PlayerOptions>): Promise<void> {
  const { background, player, outs } = await lab.process({ play, record: { truth: lab.STRIPED } });
  globalThis.outs = outs;
  globalThis.player = player;
  await lab.until(() => background.state === 'running');
}

/**
 * Frames come by the clock, but none before the last has come out or has been held up for so many milliseconds: the share of
 * frames that come out does not depend on how fast the machine is.
 */
const HELD_UP = { rate: 30, patience: 300 } as const;

/** The share of sixty frames that come out in time, or nearly. */
async function shareOf(lab: Lab): Promise<number> {
  const { outs, player } = globalThis;
  if (!outs || !player) throw new Error('Not begun');
  const [seen, sent] = [outs.frames.length, player.sent.length];
  await lab.until(() => player.sent.length >= sent + 60);
  return (outs.frames.length - seen) / (player.sent.length - sent);
}

describe('frames go on', () => {
  it('while another tab is in front', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    await page.run(begin, HELD_UP);
    const before = await page.run(shareOf);
    await using other = await chromium.open<Lab>(server.origin);
    await other.page.bringToFront();
    const during = await page.run(shareOf);
    const leaks = await page.run(() => globalThis.outs?.frames.map(({ leak }) => leak));
    expect(before).toBeGreaterThan(0);
    expect(during).toBeGreaterThan(0.6 * before);
    for (const leak of leaks ?? []) expect(leak).toBeLessThan(SPECKS);
  });

  it('while the page is busy', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    // By the clock alone: the page cannot report to the player what has come out.
    await page.run(begin, { rate: 30, patience: 0 });
    const { during, most, busy } = await page.run(async () => {
      const { outs } = globalThis;
      if (!outs) throw new Error('Not begun');
      await outs.next(5);
      const busy = 2000;
      const start = performance.timeOrigin + performance.now();
      const end = start + busy;
      while (performance.timeOrigin + performance.now() < end);
      // The reports of what was seen meanwhile arrive now.
      await outs.until(({ frames }) => (frames.at(-1)?.arrived ?? 0) > end);
      const during = outs.frames.filter(({ arrived }) => arrived > start && arrived < end);
      const gaps = during.map(({ arrived }, i) => arrived - (during[i - 1]?.arrived ?? start));
      return { during, most: Math.max(...gaps), busy };
    });
    expect(during.length).toBeGreaterThan(5);
    expect(most).toBeLessThan(0.8 * busy);
    for (const { leak } of during) expect(leak).toBeLessThan(SPECKS);
  });

  it('after the page was frozen and thawed', async () => {
    await using page = await chromium.open<Lab>(server.origin);
    await page.run(begin, { patience: 100 });
    const session = await chromium.context.newCDPSession(page.page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    const after = await page.run(async () => globalThis.outs?.next(10));
    expect(after).toHaveLength(10);
    for (const frame of after ?? []) {
      expect(frame.leak).toBeLessThan(SPECKS);
      expect(frame.plain).toBeLessThan(0.9);
    }
    expect(page.errors).toEqual([]);
  });
});
