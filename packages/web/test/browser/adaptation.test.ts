import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { EngineFault } from './pages/faults.js';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { Firefox } from './support/firefox.js';
import { LabPage, makeFaultyAssets, startLab } from './support/lab.js';
import type { TestPage } from './support/page.js';
import type { TestServer } from './support/server.js';
import { WebKit } from './support/webkit.js';

/** What gives way where a network is too slow, and what consumers make of the smaller frames. */
const browsers = inject('browsers');
let server: TestServer;
/** The faults of the worker to come. */
let faults: readonly EngineFault[] = [];

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped-large');
  server = await startLab({
    folders: { '/assets/': await makeFaultyAssets() },
    pages: { '/faults': () => JSON.stringify(faults) },
  });
});
afterAll(() => server?.[Symbol.asyncDispose]());
beforeEach(() => {
  faults = [];
});

/** In the order in which they give way. */
const ORDER = [
  'high, 1',
  'medium, 1',
  'medium, 20 fps, 1',
  'medium, 15 fps, 1',
  'medium, 15 fps, 0.75',
] as const;

/** The sizes at each scale. */
const SIZES = ['640x480', '480x360'] as const;

describe('in Chromium', () => {
  let chromium: Chromium;
  const shared = new LabPage(() => chromium.open<Lab>(server.origin));
  let page: ChromiumPage<Lab>;
  beforeAll(async () => {
    chromium = await Chromium.launch({ path: required(browsers.chromium, 'Chromium') });
  });
  afterAll(async () => {
    await shared.close();
    await chromium?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    page = await shared.get();
  });
  afterEach(({ task }) => shared.release(task.result?.state === 'fail'));

  it('quality, frame rate and size give way to a slow network, one after the other, and come back', async () => {
    faults = [{ at: 'network', does: 'wait', milliseconds: 70, times: 250 }];
    const { states, reasons, frames } = await page.run(
      async (lab) => {
        const background = await lab.create();
        const states: string[] = [];
        const reasons: string[] = [];
        background.addEventListener('statistics', ({ statistics: { adaptation } }) => {
          const { quality, maxFrameRate, scale, reason } = adaptation;
          if (reason === 'loading') return;
          const rate = maxFrameRate === undefined ? [] : [`${maxFrameRate} fps`];
          const state = [quality, ...rate, scale].join(', ');
          if (state === states.at(-1)) return;
          states.push(state);
          reasons.push(reason);
        });
        const player = lab.play({ url: '/clips/striped-large.y4m' });
        const outs = lab.record(background.process(player.track), { color: lab.GREEN });
        await outs.until(({ frames }) => frames.at(-1)?.height === 360);
        await outs.until(({ frames }) => frames.at(-1)?.height === 480);
        await lab.until(() => states.at(-1) === 'medium, 15 fps, 1');
        return { states, reasons, frames: outs.frames };
      },
      undefined,
      110_000,
    );
    // Statistics come once a second: a level may pass unseen.
    const down = states.slice(0, -1).map((state) => ORDER.indexOf(state as (typeof ORDER)[number]));
    expect(down).not.toContain(-1);
    expect(down).toEqual([...down].sort((a, b) => a - b));
    expect(states.slice(-2)).toEqual(['medium, 15 fps, 0.75', 'medium, 15 fps, 1']);
    expect(reasons.slice(-2)).toEqual(['overload', 'headroom']);
    const sizes = frames.map(({ width, height }) => `${width}x${height}`);
    const changes = sizes.filter((size, index) => size !== sizes[index - 1]);
    expect(changes).toEqual([...SIZES, SIZES[0]]);
    for (const { cameraBackground } of frames) expect(cameraBackground).toBeLessThan(0.03);
  });

  it('a video and a recording as WebM follow a change of size', async () => {
    const { sizes, state, errors, bytes } = await page.run(
      async (lab, widths) => {
        const { background, output } = await lab.process({ play: { url: '/clips/striped-large.y4m' } });
        const video = Object.assign(document.createElement('video'), { muted: true });
        video.srcObject = new MediaStream([output]);
        await video.play();
        const sizes: string[] = [];
        const chunks: Blob[] = [];
        let errors = 0;
        const recorder = new MediaRecorder(new MediaStream([output]), { mimeType: 'video/webm;codecs=vp8' });
        recorder.ondataavailable = ({ data }) => chunks.push(data);
        recorder.onerror = () => errors++;
        recorder.start(100);
        for (const width of widths) {
          background.setOptions({ maxSize: { width, height: width } });
          await lab.until(() => video.videoWidth === width);
          sizes.push(`${video.videoWidth}x${video.videoHeight}`);
          const count = chunks.length;
          await lab.until(() => chunks.length > count + 3);
        }
        const { state } = recorder;
        recorder.stop();
        return { sizes, state, errors, bytes: new Blob(chunks).size };
      },
      [640, 480, 640] as const,
    );
    expect(sizes).toEqual([...SIZES, SIZES[0]]);
    expect([state, errors]).toEqual(['recording', 0]);
    expect(bytes).toBeGreaterThan(0);
  });
});

describe.skipIf(!browsers.firefox)('in Firefox', () => {
  let firefox: Firefox;
  beforeAll(async () => {
    firefox = await Firefox.launch(required(browsers.firefox, 'Firefox'));
  });
  afterAll(() => firefox?.[Symbol.asyncDispose]());

  it('smaller frames are displayed at their full size: a recording goes on when they grow again', async () => {
    faults = [{ at: 'network', does: 'wait', milliseconds: 70, times: 250 }];
    await using page: TestPage<Lab> = await firefox.open<Lab>(server.origin);
    const { scales, sizes, state, errors } = await page.run(
      async (lab) => {
        const background = await lab.create();
        const output = background.process(await lab.paint('/clips/striped-large.y4m'));
        const video = Object.assign(document.createElement('video'), { muted: true });
        video.srcObject = new MediaStream([output]);
        const sizes: string[] = [];
        video.addEventListener('resize', () => sizes.push(`${video.videoWidth}x${video.videoHeight}`));
        await video.play();
        await lab.until(() => background.state === 'running');
        let errors = 0;
        const recorder = new MediaRecorder(new MediaStream([output]));
        recorder.onerror = () => errors++;
        recorder.start(1000);
        const scales: number[] = [];
        background.addEventListener('statistics', ({ statistics: { adaptation } }) => {
          if (adaptation.scale !== scales.at(-1)) scales.push(adaptation.scale);
        });
        await lab.until(() => scales.includes(0.75) && scales.at(-1) === 1);
        await lab.statisticsOf(background);
        await lab.statisticsOf(background);
        return { scales, sizes, state: recorder.state, errors };
      },
      undefined,
      110_000,
    );
    expect(scales).toEqual([1, 0.75, 1]);
    expect(new Set(sizes)).toEqual(new Set([SIZES[0]]));
    expect([state, errors]).toEqual(['recording', 0]);
  });
});

describe.skipIf(!browsers.webkit)('in WebKitGTK', () => {
  let webkit: WebKit;
  beforeAll(async () => {
    webkit = await WebKit.launch(required(browsers.webkit, 'WebKitGTK'));
  });
  afterAll(() => webkit?.[Symbol.asyncDispose]());

  it('a video follows a change of size', async () => {
    await using page: TestPage<Lab> = await webkit.open<Lab>(server.origin);
    const sizes = await page.run(
      async (lab, widths) => {
        const background = await lab.create({ quality: 'medium' });
        const output = background.process(await lab.paint('/clips/striped-large.y4m'));
        const video = Object.assign(document.createElement('video'), { muted: true });
        video.srcObject = new MediaStream([output]);
        await video.play();
        const sizes: string[] = [];
        for (const width of widths) {
          background.setOptions({ maxSize: { width, height: width } });
          await lab.until(() => video.videoWidth === width);
          sizes.push(`${video.videoWidth}x${video.videoHeight}`);
        }
        return sizes;
      },
      [640, 480, 640] as const,
      110_000,
    );
    expect(sizes).toEqual([...SIZES, SIZES[0]]);
  });
});
