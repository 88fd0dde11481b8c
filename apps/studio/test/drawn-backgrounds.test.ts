import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { Chromium, type ChromiumPage } from '../../../packages/web/test/browser/support/chromium.js';
import { pageOf, TestServer } from '../../../packages/web/test/browser/support/server.js';
import type { DrawnBackgroundsLab } from './pages/drawn-backgrounds.js';
import { bundlePage } from './support/bundle.js';

let server: TestServer;
let chromium: Chromium;
let page: ChromiumPage<DrawnBackgroundsLab>;

beforeAll(async () => {
  const folder = join(inject('folder'), 'drawn-backgrounds');
  await bundlePage('drawn-backgrounds', folder);
  server = await TestServer.start({
    folders: { '/drawn/': folder },
    pages: { '/': pageOf('/drawn/drawn-backgrounds.js') },
  });
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
  page = await chromium.open<DrawnBackgroundsLab>(server.origin);
});
afterAll(async () => {
  expect(page.errors).toEqual([]);
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

it('each background fills a picture of an odd size, is always the same, and goes round without a jump', async () => {
  const drawn = await page.run((lab) => lab.ids);
  expect(drawn.length).toBeGreaterThanOrEqual(10);
  for (const { id, moves } of drawn) {
    const { isOpaque, again, step, seam, half } = await page.run((lab, id) => lab.survey(id), id);
    expect({ id, isOpaque, again }).toEqual({ id, isOpaque: true, again: 0 });
    expect({ id, moves }).toEqual({ id, moves: half > 0 });
    // From the last frame to the first it is about as far as from the first one to the second.
    expect(seam, id).toBeLessThanOrEqual(1.5 * step + 0.05);
  }
});

it('the worker draws the same picture', async () => {
  const { width, difference } = await page.run((lab) => lab.picture('mountains'));
  expect(width).toBe(320);
  expect(difference).toBeLessThan(0.5);
});

it('a loop is a video of all that moves, in the colours of the picture', async () => {
  const { loop = 0, duration, frames, far } = await page.run((lab) => lab.loop('sunlit'), undefined, 120_000);
  expect(duration).toBeCloseTo(loop, 2);
  expect(frames).toBe(loop * 15);
  expect(far).toBeLessThan(4);
});

it('a loop can be given up', async () => {
  expect(await page.run((lab) => lab.abortedLoop('beach'))).toBe('AbortError');
});
