import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { Chromium } from '../../../packages/web/test/browser/support/chromium.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { StudioPage, StudioServer } from './support/studio.js';

/** The page for people who do not see it, or use no mouse, or read another language. */
let server: StudioServer;
let chromium: Chromium;
let studio: StudioPage;

beforeAll(async () => {
  const script = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const camera = await makeSlowClip(inject('folder'), 'striped-small', 5);
  server = await StudioServer.start();
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium'), camera });
  studio = await StudioPage.open(chromium.context, server.origin);
  await studio.untilLive();
  await studio.page.evaluate(script);
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** What axe finds of what is serious. */
async function findings(): Promise<readonly string[]> {
  const { violations } = await studio.page.evaluate(async () => {
    // Colours that are on their way to others have less contrast; transitions begin with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(transitions.map(({ finished }) => finished));
    return (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] });
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  it('has no serious finding in any state', async () => {
    await studio.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const view of ['Background', 'Picture', 'Devices', 'Details'] as const) {
      await studio.settings(view);
      expect(await findings(), view).toEqual([]);
    }
    await studio.page.getByRole('button', { name: 'Appearance and language' }).click();
    expect(await findings(), 'dialog').toEqual([]);
    await studio.page.keyboard.press('Escape');
    await studio.page.getByRole('button', { name: 'Use in a meeting' }).click();
    for (const place of ['browser', 'app']) {
      await studio.page.getByLabel('Where is your meeting?').selectOption(place);
      expect(await findings(), `meeting: ${place}`).toEqual([]);
    }
    await studio.page.keyboard.press('Escape');
    for (const tab of ['File', 'Call']) {
      await studio.page.getByRole('tab', { name: tab }).click();
      expect(await findings(), tab).toEqual([]);
    }
    await studio.page.getByRole('tab', { name: 'Camera' }).click();
  });
});

it('works with the keyboard alone', async () => {
  await studio.settings('Background');
  await studio.page.getByRole('radio', { name: 'Light blur' }).focus();
  await studio.page.keyboard.press('ArrowRight');
  expect(await studio.page.getByRole('radio', { name: 'Strong blur' }).isChecked()).toBe(true);
  await studio.page.getByRole('slider', { name: 'Blur strength' }).focus();
  await studio.page.keyboard.press('End');
  await studio.page.getByText('100 %').waitFor();
  await studio.page.getByRole('tab', { name: 'Background' }).focus();
  await studio.page.keyboard.press('ArrowRight');
  await studio.page.getByRole('switch', { name: 'Mirror my picture' }).focus();
  await studio.page.keyboard.press('Space');
  expect(await studio.page.getByRole('switch', { name: 'Mirror my picture' }).isChecked()).toBe(false);
});

/** Nothing is wider than the page where that is as wide as a phone. */
async function expectToFitPhone({ page }: StudioPage): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  if (before) await page.setViewportSize(before);
  expect(scroll).toBe(client);
}

it('fits a phone', () => expectToFitPhone(studio));

it('speaks German, keeps to it, and fits a phone', async () => {
  // At an address of its own, for which nothing is stored.
  await using other = await StudioServer.start();
  await using german = await StudioPage.open(chromium.context, other.origin);
  const { page } = german;
  await page.getByRole('button', { name: 'Appearance and language' }).click();
  await page.getByLabel('Language', { exact: true }).selectOption('de');
  await page.getByLabel('Aussehen', { exact: true }).selectOption('dark');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Aufnehmen', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Aufnehmen', exact: true }).waitFor();
  const { lang, ground } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    ground: getComputedStyle(document.documentElement).colorScheme,
  }));
  expect({ lang, ground }).toEqual({ lang: 'de', ground: 'dark' });
  await expectToFitPhone(german);
});
