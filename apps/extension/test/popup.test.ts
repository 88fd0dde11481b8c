import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import type { MeetingLab } from './pages/meeting.js';
import { ExtendedChromium } from './support/extension.js';
import { Site } from './support/site.js';

let site: Site;
let browser: ExtendedChromium;

beforeAll(async () => {
  site = await Site.start(join(inject('folder'), 'popup'));
  const camera = await makeSlowClip(inject('folder'), 'striped');
  browser = await ExtendedChromium.launch(required(inject('browsers').chromium, 'Chromium'), camera);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

it('turns a site on, and its choices reach the running call at once', async () => {
  const page = await browser.chromium.open<MeetingLab>(`${site.origin}/strict`);
  const worker = await browser.worker();
  const tab = await worker.evaluate(
    async (origin) => (await chrome.tabs.query({})).find(({ url }) => url?.startsWith(origin))?.id,
    site.origin,
  );
  const popup = await browser.chromium.context.newPage();
  await popup.setViewportSize({ width: 360, height: 600 });
  await popup.goto(browser.url(`popup.html?tab=${tab}`));
  await popup.getByRole('switch').first().click();
  await expect.poll(() => popup.getByText('Reload the page to start.').isVisible()).toBe(true);
  await page.page.reload();
  const index = await page.run((lab) => lab.start('getUserMedia', 'page'));
  await popup.reload();
  await popup.getByRole('radio', { name: 'Colour #00b140' }).click();
  await page.run((lab, index) => lab.frames(index, 5, 'person'), index);
  await popup.getByRole('button', { name: 'Hide me now' }).click();
  await page.run((lab, index) => lab.frames(index, 5, 'background'), index);
  await popup.getByRole('button', { name: 'Show me again' }).click();
  await page.run((lab, index) => lab.frames(index, 5, 'person'), index);
  await popup.screenshot({ path: process.env['SHOT'] ?? '/tmp/popup.png', fullPage: true });
});
