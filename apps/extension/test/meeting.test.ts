import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { required } from '../../../packages/web/test/browser/support/browsers.js';
import type { ChromiumPage } from '../../../packages/web/test/browser/support/chromium.js';
import { makeSlowClip } from '../../../packages/web/test/browser/support/clips.js';
import { EXTENSION_ID } from '../../studio/src/meeting/installed.js';
import { FAULTS } from './matrix/faults.js';
import { EDGE, FORMS, runRow } from './matrix/row.js';
import type { MeetingLab } from './pages/meeting.js';
import { ExtendedChromium } from './support/extension.js';
import { Site } from './support/site.js';

/** A call on a page that allows nothing but its own script. */
let site: Site;
let browser: ExtendedChromium;
let page: ChromiumPage<MeetingLab>;

beforeAll(async () => {
  site = await Site.start(join(inject('folder'), 'meeting'));
  const camera = await makeSlowClip(inject('folder'), 'striped');
  browser = await ExtendedChromium.launch(required(inject('browsers').chromium, 'Chromium'), camera);
  // The same site under its other name has no Elsewhere.
  await browser.set({ sites: [site.origin], background: { kind: 'color', color: '#00b140' } });
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await browser.chromium.open<MeetingLab>(`${site.origin}/strict`);
});
afterEach(async () => {
  await page?.[Symbol.asyncDispose]();
});

it('sends the person before the chosen background to the others, and nothing else', async () => {
  const { sent, received } = await page.run(async (lab) => {
    const index = await lab.start('getUserMedia', 'page');
    const [track] = lab.tracks;
    if (!track) throw new Error('No track');
    lab.watches.push(lab.watch(await lab.loopback(track)));
    const received = await lab.frames(index + 1, 15, 'person');
    return { sent: await lab.frames(index, 1), received };
  });
  expect(sent.worst).toBeLessThan(EDGE);
  expect(received.worst).toBeLessThan(EDGE);
});

it('tells a page on this machine that it is installed, as the studio asks', async () => {
  const answer = await page.run(
    (_, id) => new Promise((resolve) => chrome.runtime.sendMessage(id, { type: 'present' }, resolve)),
    EXTENSION_ID,
  );
  expect(answer).toBe(true);
});

describe('the track', () => {
  /** What a page learns from a camera's track. */
  const describeTrack = async (lab: MeetingLab) => {
    const list = async () =>
      (await navigator.mediaDevices.enumerateDevices()).map(
        ({ kind, label, deviceId }) => `${kind} ${label} ${deviceId !== ''}`,
      );
    const before = await list();
    const stream = await lab.open('getUserMedia', { video: true, audio: true }, globalThis);
    const [track] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    if (!track || !audio) throw new Error('No track');
    const { deviceId, groupId, ...settings } = track.getSettings();
    const { deviceId: _, groupId: __, ...capabilities } = track.getCapabilities();
    const devices = await navigator.mediaDevices.enumerateDevices();
    const answers = {
      label: track.label,
      settings,
      capabilities,
      constraints: track.getConstraints(),
      muted: track.muted,
      enabled: track.enabled,
      readyState: track.readyState,
      contentHint: track.contentHint,
      kind: track.kind,
      class: track.constructor.name,
      own: Object.getOwnPropertyNames(track),
      isListed: devices.some((device) => device.deviceId === deviceId && device.groupId === groupId),
      devices: [before, await list()],
      audio: audio.label,
      text: [
        String(navigator.mediaDevices.getUserMedia).includes('[native code]'),
        navigator.mediaDevices.getUserMedia.name,
        navigator.mediaDevices.getUserMedia.length,
        String(navigator.mediaDevices.enumerateDevices).includes('[native code]'),
        String(MediaStreamTrack.prototype.stop).includes('[native code]'),
      ],
      globals: Object.getOwnPropertyNames(globalThis).filter((name) => /elsewhere/i.test(name)),
    };
    for (const each of stream.getTracks()) each.stop();
    return { ...answers, stopped: track.readyState };
  };

  it('answers as the camera does on a page without Elsewhere', async () => {
    const plain = await browser.chromium.open<MeetingLab>(`${site.otherOrigin}/strict`);
    const expected = await plain.run(describeTrack);
    await plain[Symbol.asyncDispose]();
    expect(expected).toMatchObject({ label: expect.stringContaining('striped'), isListed: true });
    expect(await page.run(describeTrack)).toEqual(expected);
  });

  it('takes constraints, and gives the frames that the camera then gives', async () => {
    const { settings, sizes, errors, hint } = await page.run(async (lab) => {
      const index = await lab.start('getUserMedia', 'page');
      const [track] = lab.tracks;
      if (!track) throw new Error('No track');
      track.contentHint = 'motion';
      await lab.frames(index, 3, 'person');
      await track.applyConstraints({ width: 320, height: 180 });
      const watched = lab.watches[index];
      await lab.until(() => watched?.frames.at(-1)?.width === 320, 60_000, 'smaller frames');
      const errors = await track.applyConstraints({ width: { exact: 7 }, height: { exact: 100_000 } }).then(
        () => 'none',
        ({ name }: Error) => name,
      );
      const { width, height } = track.getSettings();
      const sizes = [watched?.frames[0], watched?.frames.at(-1)].map(
        (seen) => `${seen?.width}x${seen?.height}`,
      );
      return { settings: { width, height }, sizes, errors, hint: track.contentHint };
    });
    expect(settings).toEqual({ width: 320, height: 180 });
    expect(sizes).toEqual(['640x360', '320x180']);
    expect(errors).toBe('OverconstrainedError');
    expect(hint).toBe('motion');
  });

  it('has clones that are independent, and the camera is on until the last one is stopped', async () => {
    const seen = await page.run(async (lab) => {
      const index = await lab.start('getUserMedia', 'page');
      const [track] = lab.tracks;
      if (!track) throw new Error('No track');
      const clone = new MediaStream([track]).clone().getVideoTracks()[0];
      if (!clone) throw new Error('No clone');
      const events: string[] = [];
      for (const each of [track, clone]) each.addEventListener('ended', () => events.push('ended'));
      lab.watches.push(lab.watch(clone));
      await lab.frames(index + 1, 3, 'person');
      await clone.applyConstraints({ width: 320, height: 180 });
      await lab.until(
        () => lab.watches[index + 1]?.frames.at(-1)?.width === 320,
        60_000,
        'the smaller clone',
      );
      const widths = [track, clone].map((each) => each.getSettings().width);
      const first = lab.watches[index]?.frames.at(-1)?.width;
      track.stop();
      await lab.frames(index + 1, 3);
      const states = [track.readyState, clone.readyState];
      clone.stop();
      return { widths, first, states, label: clone.label, last: clone.readyState, events };
    });
    expect(seen).toMatchObject({
      widths: [640, 320],
      first: 640,
      states: ['ended', 'live'],
      last: 'ended',
      // A track that the page stops itself fires no `ended` event.
      events: [],
    });
    expect(seen.label).toContain('striped');
  });
});

it('a track that is disabled is black, and the person comes back with it', async () => {
  const { worst } = await page.run(async (lab) => {
    const index = await lab.start('getUserMedia', 'page');
    const [track] = lab.tracks;
    if (!track) throw new Error('No track');
    await lab.frames(index, 3, 'person');
    track.enabled = false;
    // Neither the background nor the camera's own is in them.
    const last = () => lab.watches[index]?.frames.at(-1);
    await lab.until(() => last()?.plain === 0 && last()?.cameraBackground === 0, 60_000, 'black frames');
    track.enabled = true;
    return lab.frames(index, 3, 'person');
  });
  expect(worst).toBeLessThan(EDGE);
});

it('a call goes on with another camera when the user chooses one', async () => {
  const label = await page.run(async (lab) => {
    const index = await lab.start('getUserMedia', 'page');
    await lab.frames(index, 3, 'person');
    return lab.tracks[0]?.label ?? '';
  });
  await browser.set({ camera: label });
  const { asked, own, worst } = await page.run(async (lab) => {
    const [track] = lab.tracks;
    const asked = () => (track?.getConstraints().deviceId as ConstrainDOMStringParameters | undefined)?.exact;
    await lab.until(() => asked() !== undefined, 60_000, 'the other camera');
    return { asked: asked(), own: track?.getSettings().deviceId, ...(await lab.frames(0, 5, 'person')) };
  });
  await browser.set({ camera: '' });
  expect(asked).toBe(own);
  expect(worst).toBeLessThan(EDGE);
});

it('cameras are found by their ids in each form, and what there is not is refused as ever', async () => {
  const outcome = await page.run(async (lab) => {
    const [first] = (await lab.open('getUserMedia', { video: true }, globalThis)).getVideoTracks();
    const id = first?.getSettings().deviceId;
    const results: string[] = [];
    for (const [form, video] of [
      ['getUserMedia', { deviceId: id }],
      ['getUserMedia', { deviceId: { exact: id } }],
      ['navigator.webkitGetUserMedia', { mandatory: { sourceId: id } }],
      ['getUserMedia', { facingMode: 'user' }],
      ['getUserMedia', { deviceId: { exact: 'nobody' } }],
      ['navigator.getUserMedia', { deviceId: { exact: 'nobody' } }],
    ] as const) {
      const result = await lab.open(form, { video }, globalThis).then(
        (stream) => String(stream.getVideoTracks()[0]?.getSettings().deviceId === id),
        ({ name, constraint }: OverconstrainedError) => `${name} ${constraint}`,
      );
      results.push(result);
    }
    const none = await navigator.mediaDevices.getUserMedia({}).catch(({ name }: Error) => name);
    return [...results, none];
  });
  expect(outcome).toEqual([
    'true',
    'true',
    'true',
    'true',
    'OverconstrainedError deviceId',
    'OverconstrainedError deviceId',
    'TypeError',
  ]);
});

it('a screen is shared as it is', async () => {
  const seen = await page.run(async () => {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    const [track] = stream.getVideoTracks();
    const { displaySurface } = track?.getSettings() ?? {};
    for (const each of stream.getTracks()) each.stop();
    return { displaySurface, hidden: document.querySelectorAll('html > div').length };
  });
  expect(seen.displaySurface).toBeTruthy();
  expect(seen.hidden).toBe(0);
});

it('a page that makes the hidden frame itself gets nothing from it', async () => {
  const answers = await page.run(async (_, address) => {
    const frame = document.createElement('iframe');
    frame.src = address;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    const { port1, port2 } = new MessageChannel();
    const heard: unknown[] = [];
    port1.onmessage = ({ data }) => heard.push(data);
    globalThis.onmessage = ({ data }) => heard.push(data);
    frame.contentWindow?.postMessage({ type: 'elsewhere', secret: crypto.randomUUID() }, '*', [port2]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return heard;
  }, browser.url('engine.html'));
  expect(answers).toEqual([]);
});

it('a page that was loaded while an update had no scripts registered is reached afterwards', async () => {
  await (await browser.worker()).evaluate(() => chrome.scripting.unregisterContentScripts());
  const early = await browser.chromium.open<MeetingLab>(`${site.origin}/strict`);
  // The text of a proxy lacks the name.
  const isWrapped = () => early.run(() => !/getUserMedia/.test(String(MediaDevices.prototype.getUserMedia)));
  expect(await isWrapped()).toBe(false);
  await browser.reload();
  await browser.restarted();
  await expect.poll(isWrapped).toBe(true);
  const { worst } = await early.run(async (lab) =>
    lab.frames(await lab.start('called on the prototype', 'page'), 5, 'person'),
  );
  expect(worst).toBeLessThan(EDGE);
  await early[Symbol.asyncDispose]();
});

/** The rest is a matter of `npm run extension:matrix`. */
it.each([
  ['page removes each hidden frame', 'about:blank'],
  ['process of the extension crashes', 'window'],
] as const)('%s: never the camera background', async (name, frame) => {
  const fault = FAULTS.find((each) => each.name === name);
  if (!fault) throw new RangeError(name);
  const cells = await runRow(browser, site, { policy: 'strict', frame, fault }, FORMS.slice(0, 1));
  expect(cells.map(({ result, note }) => `${result} ${note}`)).toEqual(['passed ']);
});
