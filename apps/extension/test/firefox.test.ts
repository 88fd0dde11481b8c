import { appendFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Firefox } from '../../../packages/web/test/browser/support/firefox.js';
import { copyExtension } from './support/extension.js';
import { POLICIES, type Policy, Site } from './support/site.js';

/**
 * Firefox's fake camera shows a pattern without anybody, so the chosen background alone comes out: nothing of the pattern may be
 * seen.
 */
const path = inject('browsers').firefox;

let site: Site;
let folder: string;
let firefox: Firefox;

describe.skipIf(!path)('in Firefox', () => {
  beforeAll(async () => {
    site = await Site.start(join(inject('folder'), 'firefox'));
    folder = await copyExtension('firefox');
    const settings = { sites: [site.origin], background: { kind: 'color', color: '#00b140' } };
    // Drivers cannot reach the extension's background script here: it sets itself what the popup would.
    appendFileSync(join(folder, 'background.js'), `;chrome.storage.local.set(${JSON.stringify(settings)});`);
    firefox = await Firefox.launch(path ?? '');
    await firefox.install(folder);
  });
  afterAll(async () => {
    await firefox?.[Symbol.asyncDispose]();
    await site?.[Symbol.asyncDispose]();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it.each(Object.keys(POLICIES) as Policy[])(
    'a page with the policy %s shows the chosen background',
    async (policy) => {
      const page = await firefox.newPage();
      await page.goto(`${site.origin}/${policy}`);
      // The scripts are registered some time after the settings have changed.
      for (let tries = 0; tries < 50 && !(await page.evaluate(isWrapped)); tries++) {
        await sleep(200);
        await page.reload();
      }
      const seen = await page.evaluate(watch);
      await page.close();
      expect(seen.frames).toBeGreaterThan(5);
      // At first grey, then the background: never the pattern.
      expect(seen.others).toEqual([]);
      expect(seen.label).toBe('Default Video Device');
      expect(seen.kind).toBe('MediaStreamTrack');
    },
  );
});

/** Runs in the page. */
function isWrapped(): boolean {
  return (
    !('prototype' in navigator.mediaDevices.getUserMedia) &&
    !/getUserMedia/.test(String(navigator.mediaDevices.getUserMedia))
  );
}

/** Runs in the page: opens the camera and looks at its frames until some show the background. */
async function watch() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  const [track] = stream.getVideoTracks();
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 64, height: 36 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context || !track) throw new Error('No track');
  const others: string[] = [];
  let frames = 0;
  let background = 0;
  const end = performance.now() + 60_000;
  while (background < 10 && performance.now() < end) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    context.drawImage(video, 0, 0, 64, 36);
    const { data } = context.getImageData(0, 0, 64, 36);
    const [r = 0, g = 0, b = 0] = data;
    const isPlain = data.every((value, i) => Math.abs(value - ([r, g, b, 255][i % 4] ?? 0)) < 8);
    const isGrey = Math.abs(r - g) < 8 && Math.abs(g - b) < 8;
    const isGreen = r < 12 && Math.abs(g - 177) < 12 && Math.abs(b - 64) < 12;
    frames++;
    if (isPlain && isGreen) background++;
    else if (!isPlain || !isGrey) others.push(`${r} ${g} ${b} ${isPlain}`);
  }
  track.stop();
  return { frames, others, label: track.label, kind: track.constructor.name };
}
