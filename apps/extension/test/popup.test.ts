import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import type { ChromiumPage } from '../../../packages/web/test/browser/support/chromium.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import type { MeetingLab } from './pages/meeting.js';
import { ExtendedChromium } from './support/extension.js';
import { Site } from './support/site.js';

/** The popup beside a running call, which it changes: each test goes on where the one before has ended. */
let site: Site;
let browser: ExtendedChromium;
let call: ChromiumPage<MeetingLab>;
let popup: Page;
let tab: number | undefined;
/** The number of the call's track. */
let index: number;

beforeAll(async () => {
  site = await Site.start(join(inject('folder'), 'popup'));
  const camera = await makeSlowClip(inject('folder'), 'striped');
  browser = await ExtendedChromium.launch(required(inject('browsers').chromium, 'Chromium'), camera);
  call = await browser.chromium.open<MeetingLab>(`${site.origin}/strict`);
  const worker = await browser.worker();
  tab = await worker.evaluate(
    async (origin) => (await chrome.tabs.query({})).find(({ url }) => url?.startsWith(origin))?.id,
    site.origin,
  );
  popup = await browser.chromium.context.newPage();
  await popup.setViewportSize({ width: 360, height: 600 });
  await popup.goto(browser.url(`popup.html?tab=${tab}`));
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const shows = (kind: 'person' | 'background') =>
  call.run((lab, { index, kind }) => lab.frames(index, 5, kind), { index, kind });

it('turns a site on, and its choices reach the running call at once', async () => {
  await popup.getByRole('switch').first().click();
  await expect.poll(() => popup.getByText('Reload the page to start.').isVisible()).toBe(true);
  await call.page.reload();
  index = await call.run((lab) => lab.start('getUserMedia', 'page'));
  await popup.reload();
  await popup.getByRole('radio', { name: 'Colour #00b140' }).click();
  await shows('person');
  await popup.getByRole('button', { name: 'Hide me now' }).click();
  await shows('background');
  await popup.getByRole('button', { name: 'Show me again' }).click();
  await shows('person');
});

it('stores an image of the user’s, shows it in the call, and says what it cannot read', async () => {
  const file = popup.locator('input[type=file]');
  await file.setInputFiles({ name: 'notes.txt', mimeType: 'image/png', buffer: Buffer.from('no image') });
  await expect.poll(() => popup.getByText('Can’t read notes.txt').isVisible()).toBe(true);
  const green = sharp({ create: { width: 64, height: 36, channels: 3, background: '#00b140' } });
  await popup.getByRole('radio', { name: 'Colour #f4f1ea' }).click();
  await file.setInputFiles({
    name: 'lawn.png',
    mimeType: 'image/png',
    buffer: await green.png().toBuffer(),
  });
  await expect.poll(() => popup.getByRole('radio', { name: 'lawn.png' }).isChecked()).toBe(true);
  await shows('person');
  await popup.getByRole('button', { name: 'Remove lawn.png' }).click();
  await expect.poll(() => popup.getByRole('radio', { name: 'lawn.png' }).count()).toBe(0);
  await popup.getByRole('radio', { name: 'Colour #00b140' }).click();
});

it('a keyboard command hides the user, and another one turns the site off', async () => {
  const press = (command: string) =>
    browser.worker().then((worker) =>
      worker.evaluate(
        async ([command, tab]) => {
          const { onCommand } = chrome.commands as unknown as {
            onCommand: { dispatch(command: string, tab: chrome.tabs.Tab): void };
          };
          onCommand.dispatch(command, await chrome.tabs.get(tab));
        },
        [command, tab ?? 0] as const,
      ),
    );
  await press('hide');
  await shows('background');
  await expect.poll(() => popup.getByRole('button', { name: 'Show me again' }).isVisible()).toBe(true);
  await press('hide');
  await shows('person');
  const isOn = () => popup.getByRole('switch').first().isChecked();
  await press('toggle');
  await expect.poll(isOn).toBe(false);
  await press('toggle');
  await expect.poll(isOn).toBe(true);
});

it('a page of the extension asks for the camera, whose name the popup then offers', async () => {
  const page = await browser.chromium.context.newPage();
  await page.goto(browser.url('camera.html'));
  await page.getByRole('button', { name: 'Allow the camera' }).click();
  await expect.poll(() => page.getByText('Done.').isVisible()).toBe(true);
  await page.close();
  await popup.reload();
  const name = await popup.getByLabel('Camera').getByRole('option', { name: 'striped' }).textContent();
  await popup.getByLabel('Camera').selectOption(name ?? '');
  const asked = await call.run(async (lab) => {
    const [track] = lab.tracks;
    await lab.until(() => track?.getConstraints().deviceId !== undefined, 60_000, 'the camera');
    return track?.label;
  });
  expect(asked).toBe(name);
});

describe('for everybody', () => {
  let script: string;
  beforeAll(async () => {
    script = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });

  /** What axe finds of what is serious. */
  async function findings(): Promise<readonly string[]> {
    await popup.evaluate(script);
    const { violations } = await popup.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  }

  it.each(['light', 'dark'] as const)('has no serious finding in %s colours', async (colorScheme) => {
    await popup.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await popup.getByText('Sites', { exact: true }).click();
    expect(await findings()).toEqual([]);
  });

  it('speaks German where the browser does', async () => {
    await popup.addInitScript(() => {
      chrome.i18n.getUILanguage = () => 'de-AT';
    });
    await popup.reload();
    await expect
      .poll(() => popup.getByRole('button', { name: 'Mich sofort verbergen' }).isVisible())
      .toBe(true);
    expect(await popup.locator('html').getAttribute('lang')).toBe('de');
    expect(await findings()).toEqual([]);
  });
});
