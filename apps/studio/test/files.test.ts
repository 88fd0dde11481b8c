import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { inspect, makeVideo, pictures } from '../../../packages/node/test/media/make.js';
import { type Clip, makeClip } from '../../../packages/web/test/browser/support/clips.js';
import { chooseFiles, type Studio, startStudio } from './support/studio.js';

let clip: Clip;
let studio: Studio;
let page: Page;

const at = (name: string) => join(inject('folder'), name);
const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
const convert = (name: string) => row(name).getByRole('button', { name: 'Convert', exact: true });

beforeAll(async () => {
  clip = await makeClip(inject('folder'), 'striped');
  makeVideo(at('talk.mp4'), {
    picture: `movie=${clip.path}`,
    audio: [{ source: 'sine=frequency=440:duration=1.5' }],
  });
  makeVideo(at('lecture.mp4'), {
    picture: `movie=${clip.path}:loop=0,setpts=N/30/TB,trim=duration=25`,
    options: { preset: 'ultrafast' },
  });
  await writeFile(at('broken.mp4'), 'This is no video.');
  studio = await startStudio();
  page = await studio.open();
  await page.getByRole('tab', { name: 'File' }).click();
});
afterAll(async () => {
  expect(studio.errors).toEqual([]);
  await studio?.[Symbol.asyncDispose]();
});

it('a recording is shown as it will look, converted, and saved with its sound', async () => {
  await chooseFiles(page, 'Choose videos', [at('talk.mp4')]);
  await page.getByRole('radio', { name: 'Green screen' }).check({ force: true });
  await expect.poll(() => isGreen('How talk.mp4 will look')).toBe(true);
  await convert('talk.mp4').click();
  const downloaded = page.waitForEvent('download');
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
  await expect.poll(() => isGreen('talk.elsewhere.mp4')).toBe(true);
});

it('what is cancelled half-way leaves nothing, and can be begun again', async () => {
  await chooseFiles(page, 'Add videos', [at('lecture.mp4')]);
  await convert('lecture.mp4').click();
  const progress = row('lecture.mp4').getByRole('progressbar');
  await expect.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(0);
  await row('lecture.mp4').getByRole('button', { name: 'Cancel' }).click();
  await convert('lecture.mp4').waitFor();
  expect(await row('lecture.mp4').getByRole('button', { name: 'Download' }).count()).toBe(0);
  // The one before is still there, and this one goes where it is told to.
  await row('lecture.mp4').getByRole('button', { name: 'Remove' }).click();
  await row('lecture.mp4').waitFor({ state: 'detached' });
  await row('talk.mp4').getByRole('button', { name: 'Download' }).waitFor();
});

it('a file that is no video is told so, and does not keep the others waiting', async () => {
  await copyFile(at('talk.mp4'), at('second.mp4'));
  await chooseFiles(page, 'Add videos', [at('broken.mp4'), at('second.mp4')]);
  await page.getByRole('button', { name: 'Convert all 2' }).click();
  await row('broken.mp4').getByText('There is no video in it that this browser can read.').waitFor();
  await row('broken.mp4').getByRole('button', { name: 'Try again' }).waitFor();
  await row('second.mp4').getByRole('button', { name: 'Download' }).waitFor();
});

/** Whether the upper left corner of a video is green: nobody is there. */
function isGreen(label: string): Promise<boolean> {
  return page.locator(`video[aria-label="${label}"]`).evaluate((video: HTMLVideoElement) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    if (!context || video.videoWidth === 0) return false;
    context.drawImage(video, 4, 4, 1, 1, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return Math.abs(red) < 24 && Math.abs(green - 177) < 24 && Math.abs(blue - 64) < 24;
  });
}
