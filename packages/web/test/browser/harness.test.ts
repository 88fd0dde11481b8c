import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { Firefox } from './support/firefox.js';
import { LabPage, startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';
import { WebKit } from './support/webkit.js';

/** The tests' own instruments: what they take for the camera background, and what they do not. */
const browsers = inject('browsers');
let server: TestServer;

beforeAll(async () => {
  server = await startLab();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('in Chromium', () => {
  let chromium: Chromium;
  const shared = new LabPage(() => chromium.open<Lab>(server.origin));
  beforeAll(async () => {
    const { path: camera } = await makeClip(inject('folder'), 'striped');
    chromium = await Chromium.launch({ path: required(browsers.chromium, 'Chromium'), camera });
  });
  afterEach(({ task }) => shared.release(task.result?.state === 'fail'));
  afterAll(async () => {
    await shared.close();
    await chromium?.[Symbol.asyncDispose]();
  });

  it('the fake camera shows the clip, and the recorder sees its background', async () => {
    const page = await shared.get();
    const frames = await page.run(async (lab) => lab.record(await lab.openCamera()).next(20));
    for (const frame of frames) {
      expect([frame.width, frame.height, frame.format]).toEqual([640, 360, 'I420']);
      expect(frame.cameraBackground).toBeGreaterThan(0.5);
      expect(frame.stripes).toBeGreaterThan(0.4);
    }
  });

  it.each(['I420', 'NV12', 'RGBA', 'BGRA', 'I420A'] as const)(
    'a played clip comes as %s, with the timestamps that were sent',
    async (format) => {
      const page = await shared.get();
      const [frames, sent] = await page.run(async (lab, format) => {
        const player = lab.play({ url: '/clips/striped.y4m', start: 5_000_000, format, patience: 1000 });
        const seen = await lab.record(player.track, { player }).next(10);
        return [seen, player.sent] as const;
      }, format);
      const timestamps = frames.map(({ timestamp }) => timestamp);
      const known = new Set(sent.map(({ timestamp }) => timestamp));
      expect(timestamps.filter((timestamp) => !known.has(timestamp))).toEqual([]);
      for (const frame of frames) {
        expect(frame.format).toBe(format);
        expect(frame.cameraBackground).toBeGreaterThan(0.5);
        expect(frame.stripes).toBeGreaterThan(0.4);
      }
    },
  );
});

describe.skipIf(!browsers.firefox)('in Firefox', () => {
  it('the page comes up and the camera opens', async () => {
    await using firefox = await Firefox.launch(required(browsers.firefox, 'Firefox'));
    await using page = await firefox.open<Lab>(server.origin);
    expect(await page.run(async (lab) => (await lab.openCamera()).readyState)).toBe('live');
    expect(page.errors).toEqual([]);
  });
});

describe.skipIf(!browsers.webkit)('in WebKitGTK', () => {
  it('the page comes up and the recorder gets frames of the mock camera', async () => {
    await using webkit = await WebKit.launch(required(browsers.webkit, 'WebKitGTK'));
    await using page = await webkit.open<Lab>(server.origin);
    const frames = await page.run(async (lab) => {
      const recording = lab.record(await lab.openCamera());
      return recording.next(10);
    });
    for (const frame of frames) expect(frame.width).toBeGreaterThan(0);
  });
});
