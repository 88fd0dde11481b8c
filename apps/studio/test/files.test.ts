import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { inspect, makeVideo, pictures } from '../../../packages/node/test/media/make.js';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { Chromium } from '../../../packages/web/test/browser/support/chromium.js';
import { type Clip, makeClip } from '../../../packages/web/test/browser/support/clips.js';
import { colorAt, distance, type Picture, type Rgb } from './support/picture.js';
import { StudioPage, StudioServer } from './support/studio.js';

const GREEN: Rgb = [0, 177, 64];

let clip: Clip;
let server: StudioServer;
let chromium: Chromium;
let studio: StudioPage;

const at = (name: string) => join(inject('folder'), 'files', name);
const button = (name: string) => studio.page.getByRole('button', { name });
const row = (name: string) => studio.page.getByRole('listitem').filter({ hasText: name });
const convert = (name: string) => row(name).getByRole('button', { name: 'Convert', exact: true });

beforeAll(async () => {
  await mkdir(at(''), { recursive: true });
  clip = await makeClip(inject('folder'), 'striped');
  makeVideo(at('talk.mp4'), {
    picture: `movie=${clip.path}`,
    audio: [{ source: 'sine=frequency=440:duration=1.5' }],
  });
  makeVideo(at('lecture.mp4'), {
    picture: `movie=${clip.path},loop=loop=15:size=${clip.frames},trim=end_frame=720`,
    time: (index) => index * 3000,
    options: { preset: 'ultrafast' },
  });
  await writeFile(at('broken.mp4'), 'This is no video.');
  server = await StudioServer.start();
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  studio = await StudioPage.open(chromium.context, server.origin);
  await studio.page.getByRole('tab', { name: 'File' }).click();
});
afterEach(async () => {
  await studio.page.close();
  expect(studio.problems).toEqual([]);
});

it('a recording is shown as it will look, converted, and saved with its sound', async () => {
  await bring('Choose videos', [at('talk.mp4')]);
  await studio.choose('Green screen');
  await studio.until(isGreen, 'green');
  await convert('talk.mp4').click();
  const downloaded = studio.page.waitForEvent('download');
  await row('talk.mp4').getByRole('button', { name: 'Download' }).click();
  const download = await downloaded;
  expect(download.suggestedFilename()).toBe('talk.elsewhere.mp4');
  const saved = at('saved.mp4');
  await copyFile(await download.path(), saved);
  const { streams } = inspect(saved);
  expect(streams).toHaveLength(2);
  expect(streams[1]?.packets.map(({ hash }) => hash)).toEqual(
    inspect(at('talk.mp4')).streams[1]?.packets.map(({ hash }) => hash),
  );
  const times = (path: string) => pictures(path).map(({ time }) => time);
  expect(times(saved).length).toBe(clip.frames);
  expect(times(saved).at(-1)).toBeCloseTo(times(at('talk.mp4')).at(-1) ?? 0, 2);
  await studio.until(isGreen, 'green', 'video[aria-label="talk.elsewhere.mp4"]');
});

it('what is cancelled half-way leaves nothing, and can be begun again', async () => {
  await bring('Choose videos', [at('talk.mp4')]);
  await convert('talk.mp4').click();
  await row('talk.mp4').getByRole('button', { name: 'Download' }).waitFor();
  await bring('Add videos', [at('lecture.mp4')]);
  await convert('lecture.mp4').click();
  const progress = row('lecture.mp4').getByRole('progressbar');
  await expect.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(0);
  await row('lecture.mp4').getByRole('button', { name: 'Cancel' }).click();
  await convert('lecture.mp4').waitFor();
  expect(await row('lecture.mp4').getByRole('button', { name: 'Download' }).count()).toBe(0);
  // The one before is still there, and this one is removed.
  await row('lecture.mp4').getByRole('button', { name: 'Remove' }).click();
  await row('lecture.mp4').waitFor({ state: 'detached' });
  await row('talk.mp4').getByRole('button', { name: 'Download' }).waitFor();
});

it('a file that is not a video gets a message, and does not hold up the others', async () => {
  await copyFile(at('talk.mp4'), at('second.mp4'));
  await bring('Choose videos', [at('broken.mp4'), at('second.mp4')]);
  await button('Convert all 2').click();
  await row('broken.mp4').getByText('There is no video in it that this browser can read.').waitFor();
  await row('broken.mp4').getByRole('button', { name: 'Try again' }).waitFor();
  await row('second.mp4').getByRole('button', { name: 'Download' }).waitFor();
});

/** Brings files as somebody does who chooses them. */
async function bring(name: string, files: string[]): Promise<void> {
  const choosing = studio.page.waitForEvent('filechooser');
  await button(name).click();
  await (await choosing).setFiles(files);
}

/** Whether the background is green. */
function isGreen(picture: Picture): boolean {
  return distance(colorAt(picture, 0.05, 0.1), GREEN) < 16;
}
