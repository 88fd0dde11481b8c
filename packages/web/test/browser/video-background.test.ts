import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** Videos as backgrounds, in Chromium: half a second of green, half a second of blue, again and again. */
let server: TestServer;
let chromium: Chromium;
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
  server = await startLab();
  chromium = await Chromium.launch({ path: required(inject('browsers').chromium, 'Chromium') });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await chromium.open<Lab>(server.origin);
});
afterEach(async () => {
  const { errors } = page;
  await page[Symbol.asyncDispose]();
  expect(errors).toEqual([]);
});

/** Whether the background is the green half. */
function isGreen({ plain }: Seen): boolean {
  return plain > 0.3;
}

describe.each(['loop.mp4', 'loop.webm'])('%s', (name) => {
  it('plays again and again, in step with the timestamps', async () => {
    const frames = await page.run(
      async (lab, name) => {
        const background = await lab.create({ background: { type: 'video', source: `/clips/${name}` } });
        const player = lab.play({ url: '/clips/striped.y4m' });
        const outs = lab.record(background.process(player.track), { color: lab.GREEN, truth: lab.STRIPED });
        await lab.until(() => background.state === 'running');
        const frames = await outs.next(75);
        player.end();
        background.dispose();
        return frames;
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
    const background = await lab.create({ background: { type: 'color', color: 'blue' } });
    const player = lab.play({ url: '/clips/striped.y4m' });
    const outs = lab.record(background.process(player.track), { color: lab.GREEN, truth: lab.STRIPED });
    await lab.until(() => background.state === 'running');
    const file = await (await fetch('/clips/loop.mp4')).blob();
    await background.setBackground({ type: 'video', source: file });
    const shown = (await lab.sentFromNow(player, outs, 3)).at(-1);
    await background.setBackground({ type: 'color', color: 'blue' });
    const after = await lab.sentFromNow(player, outs, 17);
    player.end();
    background.dispose();
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
    background.dispose();
    return { codes, type };
  });
  expect(codes).toEqual(['BACKGROUND_UNREADABLE', 'BACKGROUND_UNREADABLE']);
  expect(type).toBe('color');
});
