import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { Chromium } from '../../../packages/web/test/browser/support/chromium.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { colorAt, distance, type Rgb } from './support/picture.js';
import { StudioPage, StudioServer } from './support/studio.js';

/** What the page shows before its first frame, and where there is no camera: never a dead end. */
const GREEN: Rgb = [0, 177, 64];

let server: StudioServer;
let chromium: Chromium | undefined;

beforeAll(async () => {
  server = await StudioServer.start();
  return () => server[Symbol.asyncDispose]();
});
afterEach(async () => {
  await chromium?.[Symbol.asyncDispose]();
});

/** Opens the page in a browser of its own. */
async function open({ args = [], camera }: { args?: readonly string[]; camera?: string } = {}) {
  const path = required(inject('browsers').chromium, 'Chromium');
  chromium = await Chromium.launch({ path, args, ...(camera && { camera }) });
  return StudioPage.open(chromium.context, server.origin);
}

const heading = (studio: StudioPage, name: string) => studio.page.getByRole('heading', { name });

/** Turns the camera on, where the page has not done so by itself, and waits for the sentence that says why there is none. */
async function startInVain(studio: StudioPage, title: string): Promise<void> {
  const start = studio.page.getByRole('button', { name: 'Turn on the camera' });
  await start.or(heading(studio, title)).waitFor();
  if (await start.isVisible()) {
    await studio.page.getByText('Nothing is sent anywhere').waitFor();
    await start.click();
  }
  await heading(studio, title).waitFor();
}

describe('without a camera', () => {
  it('that is allowed: says so, and goes on with the drawn person', async () => {
    const studio = await open({ args: ['--use-fake-ui-for-media-stream=deny'] });
    await startInVain(studio, 'The camera is blocked for this page');
    await studio.page.getByRole('button', { name: 'Use a drawn person' }).click();
    await studio.untilLive();
    await studio.choose('Green screen');
    const picture = await studio.until((each) => distance(colorAt(each, 0.05, 0.1), GREEN) < 6, 'green');
    expect(distance(colorAt(picture, 0.5, 0.6), GREEN)).toBeGreaterThan(60);
    expect(studio.problems).toEqual([]);
    expect(studio.strangers).toEqual([]);
  });

  it('at all: says so, takes a file instead, and refuses one that is not a video', async () => {
    const studio = await open({ args: ['--use-fake-device-for-media-stream=device-count=0'] });
    await startInVain(studio, 'There is no camera here');
    const choosing = studio.page.waitForEvent('filechooser');
    await studio.page.getByRole('button', { name: 'Use a video file' }).click();
    await (await choosing).setFiles({
      name: 'talk.mp4',
      mimeType: 'video/mp4',
      buffer: Buffer.from('no video'),
    });
    await heading(studio, 'This file cannot be played').waitFor();
    await studio.page.getByRole('button', { name: 'Use a drawn person' }).click();
    await studio.untilLive();
    expect(studio.problems).toEqual([]);
  });
});

describe('with one', () => {
  it('that is unplugged and plugged in again: the video comes back by itself', async () => {
    const studio = await open({ camera: await makeSlowClip(inject('folder'), 'striped', 5) });
    await studio.untilLive();
    // A fake camera cannot be unplugged: the test fires the events that a browser would.
    await studio.page.evaluate(() => {
      const { getUserMedia } = MediaDevices.prototype;
      MediaDevices.prototype.getUserMedia = async function (constraints) {
        const stream = await getUserMedia.call(this, constraints);
        globalThis.opened = stream.getVideoTracks()[0];
        return stream;
      };
    });
    await studio.settings('Devices');
    await studio.page.getByRole('combobox', { name: 'Camera' }).selectOption('Drawn person');
    await studio.untilLive();
    await studio.page.getByRole('combobox', { name: 'Camera' }).selectOption({ index: 0 });
    const state = () => studio.page.evaluate(() => globalThis.opened?.readyState);
    await expect.poll(state).toBe('live');
    await studio.page.evaluate(() => {
      globalThis.opened?.stop();
      globalThis.opened?.dispatchEvent(new Event('ended'));
    });
    await heading(studio, 'The camera is gone').waitFor();
    await studio.page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
    await studio.untilLive();
    expect(studio.problems).toEqual([]);
  });

  it('can be installed, and works without a network after the first time', async () => {
    const studio = await open({ camera: await makeSlowClip(inject('folder'), 'striped', 5) });
    await studio.untilLive();
    await studio.choose('Green screen');
    await studio.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await expect
      .poll(() => studio.page.evaluate(() => Boolean(navigator.serviceWorker.controller)))
      .toBe(true);
    const session = await chromium?.context.newCDPSession(studio.page);
    expect((await session?.send('Page.getInstallabilityErrors'))?.installabilityErrors).toEqual([]);
    await chromium?.context.setOffline(true);
    await studio.page.reload();
    await studio.until((picture) => distance(colorAt(picture, 0.05, 0.1), GREEN) < 6, 'green');
    expect(studio.problems).toEqual([]);
  });

  it('where a part of the program is missing: says so, and tries again, or goes on without it', async () => {
    const studio = await open({ camera: await makeSlowClip(inject('folder'), 'striped', 5) });
    await studio.page.route('**/kernels.wasm', (route) => route.abort());
    await studio.page.evaluate(async () => {
      for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await studio.page.reload();
    await heading(studio, 'The background cannot be worked on here').waitFor();
    await studio.page.unroute('**/kernels.wasm');
    await studio.page.getByRole('button', { name: 'Try again' }).click();
    await studio.untilLive();

    // A damaged network does not keep the page from starting.
    await writeFile(join(server.models, 'deeplabv3_257_mv_gpu.tflite'), 'damaged');
    await studio.page.evaluate(() => localStorage.setItem('elsewhere.model', '"deeplab-v3"'));
    await studio.page.reload();
    await studio.page.getByText('The chosen network could not be loaded').waitFor();
    await studio.untilLive();
  });
});

declare global {
  /** The track of the camera that was opened last. */
  var opened: MediaStreamTrack | undefined;
}
