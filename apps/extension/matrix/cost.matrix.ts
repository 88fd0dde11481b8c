import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Lab } from '../../../packages/web/test/browser/pages/lab.js';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import { makeClip } from '../../../packages/web/test/browser/support/clips.js';
import { startLab } from '../../../packages/web/test/browser/support/lab.js';
import type { TestServer } from '../../../packages/web/test/browser/support/server.js';
import type { MeetingLab } from '../test/pages/meeting.js';
import { ExtendedChromium } from '../test/support/extension.js';
import { Site } from '../test/support/site.js';

/** What the way through the hidden frame costs: the same camera and background in a page with the SDK, in turns. */

const [ROUNDS, SECONDS, WARM_UP] = [3, 15, 8];

/** Frames per second of each measurement, in turns. */
const rates: number[] = [];

/** Milliseconds of a clock tick of Linux. */
const TICK = 10;

let site: Site;
let server: TestServer;
let browser: ExtendedChromium;

beforeAll(async () => {
  const camera = await makeClip(inject('folder'), 'office');
  site = await Site.start(join(inject('folder'), 'cost'));
  server = await startLab();
  browser = await ExtendedChromium.launch(required(inject('browsers').chromium, 'Chromium'), camera.path);
  await browser.set({
    sites: [site.otherOrigin],
    background: { kind: 'blur', strength: 0.6 },
    quality: 'medium',
  });
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

it('costs at most 4 ms of processor time for a 720p frame above the SDK', async () => {
  const costs: { sdk: number[]; extension: number[] } = { sdk: [], extension: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const own = await browser.chromium.open<Lab>(server.origin);
    await own.run(async (lab) => {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
      const [camera] = stream.getVideoTracks();
      if (!camera) throw new Error('No camera');
      const background = await lab.create({
        background: { type: 'blur', strength: 0.6 },
        quality: 'medium',
        backend: 'cpu',
      });
      const track = background.process(camera);
      const reader = new MediaStreamTrackProcessor({
        track: track as MediaStreamVideoTrack,
      }).readable.getReader();
      Object.assign(globalThis, { frames: 0 });
      void (async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          value.close();
          (globalThis as unknown as { frames: number }).frames++;
        }
      })();
    });
    costs.sdk.push(await measure(() => own.page.evaluate('frames')));
    await own[Symbol.asyncDispose]();

    const meeting = await browser.chromium.open<MeetingLab>(`${site.otherOrigin}/strict`);
    await meeting.run(async (lab) => {
      const stream = await lab.open('getUserMedia', { video: { width: 1280, height: 720 } }, globalThis);
      const [track] = stream.getVideoTracks();
      const reader = new MediaStreamTrackProcessor({
        track: track as MediaStreamVideoTrack,
      }).readable.getReader();
      Object.assign(globalThis, { frames: 0 });
      void (async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          value.close();
          (globalThis as unknown as { frames: number }).frames++;
        }
      })();
    });
    costs.extension.push(await measure(() => meeting.page.evaluate('frames')));
    await meeting[Symbol.asyncDispose]();
  }
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const difference = median(costs.extension) - median(costs.sdk);
  console.log(JSON.stringify({ ...costs, rates, difference, load: loadavg() }));
  expect(difference).toBeLessThan(4);
});

/** Milliseconds of all of the browser's processes for each frame. */
async function measure(frames: () => Promise<unknown>): Promise<number> {
  await sleep(1000 * WARM_UP);
  const [from, before] = [Number(await frames()), processorTime()];
  await sleep(1000 * SECONDS);
  const [to, after] = [Number(await frames()), processorTime()];
  rates.push((to - from) / SECONDS);
  return (after - before) / (to - from);
}

/** Of this browser, in milliseconds. */
function processorTime(): number {
  let ticks = 0;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!browser.owns(Number(id))) continue;
    try {
      const fields = readFileSync(`/proc/${id}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended.
    }
  }
  return TICK * ticks;
}
