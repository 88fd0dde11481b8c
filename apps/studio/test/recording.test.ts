import { readFile } from 'node:fs/promises';
import { BufferSource, Input, MP4, WEBM } from 'mediabunny';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { Chromium } from '../../../packages/web/test/browser/support/chromium.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { colorAt, distance, type Rgb } from './support/picture.js';
import { StudioPage, StudioServer } from './support/studio.js';

/** What was recorded is opened again: how long it is, what is in it, and what it shows. */
const GREEN: Rgb = [0, 177, 64];

let server: StudioServer;
let chromium: Chromium;
let studio: StudioPage;

beforeAll(async () => {
  const camera = await makeSlowClip(inject('folder'), 'striped');
  server = await StudioServer.start();
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium'), camera });
  studio = await StudioPage.open(chromium.context, server.origin);
  await studio.untilLive();
  await studio.choose('Green screen');
  await studio.until((picture) => distance(colorAt(picture, 0.05, 0.1), GREEN) < 6, 'green');
});
afterAll(async () => {
  expect(studio?.problems).toEqual([]);
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const button = (name: string | RegExp) => studio.page.getByRole('button', { name, exact: true });

/** A recording that was saved. */
interface Recorded {
  readonly name: string;
  /** As the file says. */
  readonly seconds: number;
  /** From before the recording was begun until it was stopped, by the clock. */
  readonly most: number;
  readonly kinds: readonly string[];
  readonly size: readonly (number | undefined)[];
}

/**
 * Records until the timer shows a time.
 *
 * @param time - As the timer writes it.
 * @param meanwhile - What is done when it has begun; returns how many seconds of that must not be in the recording.
 */
async function record(time: string, meanwhile?: () => Promise<number>): Promise<Recorded> {
  const begin = performance.now();
  await button('Record').click();
  await untilTime('0:01');
  const leftOut = (await meanwhile?.()) ?? 0;
  await untilTime(time);
  await studio.page.getByRole('button', { name: /^Stop/ }).click();
  const most = (performance.now() - begin) / 1000 - leftOut;
  const dialog = studio.page.getByRole('dialog', { name: 'Your recording' });
  await dialog.waitFor();
  await studio.until((picture) => distance(colorAt(picture, 0.05, 0.1), GREEN) < 16, 'green', '.review');
  const downloading = studio.page.waitForEvent('download');
  await button('Download').click();
  const saved = await downloading;
  const input = new Input({
    source: new BufferSource(await readFile(await saved.path())),
    formats: [WEBM, MP4],
  });
  const tracks = await input.getTracks();
  await button('Discard').click();
  await dialog.waitFor({ state: 'detached' });
  return {
    name: saved.suggestedFilename(),
    seconds: await input.computeDuration(),
    most,
    kinds: tracks.map(({ type }) => type).sort(),
    size: await input.getPrimaryVideoTrack().then((track) => [track?.displayWidth, track?.displayHeight]),
  };
}

/** Waits until the timer shows a time of less than ten seconds, or a later one: a busy machine may miss a second. */
async function untilTime(time: string): Promise<void> {
  const later = new RegExp(`0:0[${time.at(-1)}-9]|0:[1-5]|[1-9]:`);
  await studio.page.getByRole('timer').filter({ hasText: later }).waitFor();
}

/** The timer has shown its last second for less than one. */
const LEAST = 1.5;

/** What the file may say over what the clock says: the last frame is shown for a while. */
const TOLERANCE = 0.2;

it.each([
  ['mp4', 'MP4'],
  ['webm', 'WebM'],
])('%s, with sound', async (extension, name) => {
  await studio.settings('Devices');
  await studio.page.getByLabel('Format').selectOption(name);
  const { seconds, most, kinds, size, name: file } = await record('0:02');
  expect(file.endsWith(`.${extension}`)).toBe(true);
  expect(kinds).toEqual(['audio', 'video']);
  expect(size).toEqual([640, 360]);
  expect(seconds).toBeGreaterThan(LEAST);
  expect(seconds).toBeLessThan(most + TOLERANCE);
});

it('without sound, where the microphone is off', async () => {
  await button('Sound in recordings and calls').click();
  expect((await record('0:01')).kinds).toEqual(['video']);
  await button('Sound in recordings and calls').click();
});

it('without what happens in a pause', async () => {
  const { seconds, most } = await record('0:02', async () => {
    await button('Pause').click();
    const begin = performance.now();
    const before = await studio.page.getByRole('timer').textContent();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await studio.page.getByRole('timer').textContent()).toBe(before);
    const paused = (performance.now() - begin) / 1000;
    await button('Resume').click();
    return paused;
  });
  expect(seconds).toBeGreaterThan(LEAST);
  expect(seconds).toBeLessThan(most + TOLERANCE);
});

it('what there is of it is kept when the camera goes away', async () => {
  await button('Record').click();
  await untilTime('0:01');
  await studio.settings('Devices');
  const camera = studio.page.getByRole('combobox', { name: 'Camera' });
  await camera.selectOption('Drawn person');
  const dialog = studio.page.getByRole('dialog', { name: 'Your recording' });
  await dialog.waitFor();
  await button('Discard').click();
  await studio.until((picture) => distance(colorAt(picture, 0.05, 0.1), GREEN) < 6, 'green');
  // The others record the camera.
  await camera.selectOption({ index: 0 });
  await studio.until(({ width, height }) => width === 640 && height === 360, 'the camera again');
});
