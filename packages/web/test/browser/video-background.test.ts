import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { LabPage, makeKeyedAssets, startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** Videos as backgrounds, in Chromium: half a second of green, half a second of blue, again and again. */
let server: TestServer;
let chromium: Chromium;
const shared = new LabPage(() => chromium.open<Lab>(server.origin));
let page: ChromiumPage<Lab>;

const HALF = 500_000;

const at = (name: string) => join(inject('folder'), name);

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped');
  const half = (color: string) => `color=c=${color}:s=320x180:r=30:d=0.5`;
  const picture = `${half('0x00b140')}[green];${half('0x0000c0')}[blue];[green][blue]concat`;
  makeVideo(at('loop.mp4'), { picture });
  makeVideo(at('loop.webm'), { picture, encoder: 'libvpx-vp9' });
  await writeFile(at('broken.mp4'), 'This is not a video.');
  server = await startLab({ folders: { '/assets/': await makeKeyedAssets() } });
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
});
afterAll(async () => {
  await shared.close();
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await shared.get();
});
afterEach(({ task }) => shared.release(task.result?.state === 'fail'));

/** Whether the background is the green half. */
function isGreen({ plain }: Seen): boolean {
  return plain > 0.3;
}

describe.each(['loop.mp4', 'loop.webm'])('%s', (name) => {
  it('plays again and again, in step with the timestamps', async () => {
    const frames = await page.run(
      async (lab, name) => {
        const { background, outs } = await lab.process({
          options: { background: { type: 'video', source: `/clips/${name}` } },
          // Not faster than the video is decoded.
          play: { rate: 30 },
          record: { truth: lab.STRIPED },
        });
        await lab.until(() => background.state === 'running');
        return outs.next(75);
      },
      name,
      110_000,
    );
    for (const frame of frames) expect(frame.leak).toBeLessThan(0.001);
    const changes = frames.filter((frame, i) => i > 0 && isGreen(frame) !== isGreen(frames[i - 1] ?? frame));
    const [first, last] = [frames[0]?.timestamp ?? 0, frames.at(-1)?.timestamp ?? 0];
    const expected = (last - first) / HALF;
    // A decoder that is late makes it wait: not more changes than there is time for, and nearly as many.
    expect(changes.length).toBeLessThanOrEqual(Math.ceil(expected));
    expect(changes.length).toBeGreaterThanOrEqual(Math.max(2, Math.floor(expected * 0.6)));
  });
});

it('is there as soon as setBackground resolves, and is let go with the next one', async () => {
  const { shown, after } = await page.run(async (lab) => {
    const { background, player, outs } = await lab.process({
      options: { background: { type: 'color', color: 'blue' } },
      record: { truth: lab.STRIPED },
    });
    await lab.until(() => background.state === 'running');
    const file = await (await fetch('/clips/loop.mp4')).blob();
    await background.setBackground({ type: 'video', source: file });
    const shown = (await lab.sentFromNow(player, outs, 3)).at(-1);
    await background.setBackground({ type: 'color', color: 'blue' });
    const after = await lab.sentFromNow(player, outs, 17);
    return { shown, after };
  });
  expect(shown?.leak).toBeLessThan(0.001);
  expect(shown && isGreen(shown)).toBe(true);
  for (const frame of after) expect(isGreen(frame)).toBe(false);
});

it('rejects what is no video, or is not there, and keeps the old background', async () => {
  const { codes, type } = await page.run(async (lab) => {
    const background = await lab.create();
    const codes: string[] = [];
    for (const source of ['/clips/broken.mp4', '/clips/nothing.mp4']) {
      await background.setBackground({ type: 'video', source }).catch(({ code }) => codes.push(code));
    }
    const { type } = background.background;
    return { codes, type };
  });
  expect(codes).toEqual(['BACKGROUND_UNREADABLE', 'BACKGROUND_UNREADABLE']);
  expect(type).toBe('color');
});
