import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Firefox } from '../../../packages/web/test/browser/support/firefox.js';
import { StudioServer } from './support/studio.js';

/** Firefox has another strategy for frames, and no Document Picture-in-Picture: the page works all the same. */
const path = inject('browsers').firefox;

let server: StudioServer;
let firefox: Firefox;

beforeAll(async () => {
  if (!path) return;
  server = await StudioServer.start();
  firefox = await Firefox.launch(path);
});
afterAll(async () => {
  await firefox?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

it.skipIf(!path)('the page works in Firefox', async () => {
  const problems: string[] = [];
  const page = await firefox.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(server.origin);
  // It starts by itself where it may.
  await page.waitForSelector('.button--primary, .button--record');
  await page.evaluate(() => document.querySelector<HTMLButtonElement>('.button--primary')?.click());
  await page.locator('input[aria-label="Green screen"]').click();
  await expect
    .poll(
      () =>
        page.evaluate(() => {
          const video = document.querySelector<HTMLVideoElement>('.picture video');
          const context = new OffscreenCanvas(16, 9).getContext('2d');
          if (!video?.videoWidth || !context) return [];
          context.drawImage(video, 0, 0, 16, 9);
          return [...context.getImageData(0, 0, 1, 1).data];
        }),
      { interval: 500 },
    )
    .toSatisfy(([red = 255, green = 0, blue = 255]: number[]) => red < 30 && green > 150 && blue < 90);
  expect(problems).toEqual([]);
});
